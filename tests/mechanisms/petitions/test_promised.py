"""What a supported opinion promises: a day that it names, a term from the signature until it is carried out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.supervision.models import TermRow
from tests.life.test_review import answered, ask, decide
from tests.mechanisms.petitions.test_talk import DRAFT, offers, serve, signed

RULE = "petition.execute"


def drafted(world, **more):
    """Give a petition in handling, and the answer to this draft of its opinion."""
    case = world.submit("petitions", "petition", addressed_to="water-bureau", language="en")
    world.step(case, "accept", "water-officer")
    said = {"outcome": "supported", **DRAFT, **more}
    return case, world.try_step(case, "draft", "water-officer", **said)


def terms(world, case, post="water-officer"):
    return [(one["due"], one["status"]) for one in world.desk(case, post)["deadlines"] if one["rule"] == RULE]


@pytest.mark.parametrize(
    "said",
    [{}, {"by_when": "2026-11-02"}, {"by_when": "2026-10-01"}, {"by_when": "2028-11-03"}, {"by_when": "soon"}],
    ids=["no day", "today", "over", "more than two years", "no date"],
)
def test_an_opinion_that_promises_names_a_day_that_can_be_meant(embedded_world, said):
    _, refusal = drafted(embedded_world, **said)
    assert (refusal.status_code, refusal.get_json()["errors"][0]["field"]) == (422, "by_when")


def test_the_last_day_of_two_years_is_near_enough(embedded_world):
    assert drafted(embedded_world, by_when="2028-11-02")[1].status_code == 200


def test_it_runs_from_the_signature_and_ends_once_with_what_was_done(world):
    case = signed(world, "supported")
    assert terms(world, case) == [("2027-03-31", "open")]
    assert serve(world, case).status_code == 200
    world.settle()
    assert terms(world, case) == [("2027-03-31", "open")]
    world.step(case, "carry out", "water-officer", done="已更换主管道。")
    assert terms(world, case) == [("2027-03-31", "met")]
    world.pass_days(200)
    assert terms(world, case) == [("2027-03-31", "met")]


def test_the_letter_and_the_page_name_the_day_in_both_languages(embedded_world):
    world = embedded_world
    case, _ = drafted(world, by_when="2027-03-31")
    world.step(case, "read", "water-reader")
    world.step(case, "sign", "water-head")
    seen = world.follow(case)
    letter = next(line["letter"] for line in reversed(seen["timeline"]) if line["letter"])
    assert "应于2027年3月31日前（含当日）落实" in letter["text"]
    assert "by 31 March 2027 at the latest" in str(letter)
    (promise,) = [one for one in seen["promises"] if one["rule"] == RULE]
    assert (promise["due"], promise["status"]) == ("2027-03-31", "open")
    assert "2026年11月2日签发的文书所定期限" in promise["explanation"]


def test_an_opinion_that_promises_nothing_has_no_such_term(embedded_world):
    case = signed(embedded_world, "explained")
    assert terms(embedded_world, case) == []
    shown = str(embedded_world.follow(case)["timeline"])
    assert "前（含当日）落实" not in shown


@pytest.mark.slow
def test_a_broken_promise_shows_in_supervision_and_is_directed_from_above(embedded_world):
    world = embedded_world
    case = signed(world, "supported")
    serve(world, case)
    world.pass_days(151)
    assert terms(world, case) == [("2027-03-31", "breached")]
    with world.service("supervision").reading() as session:
        status = session.scalars(select(TermRow.status).where(TermRow.rule == RULE)).all()
    assert status == ["breached"]
    assert "direct from above" in [one["step"] for one in world.desk(case, "county-head")["offers"]]
    world.step(case, "carry out", "water-officer", done="已更换主管道。")
    assert terms(world, case) == [("2027-03-31", "met_late")]


def test_a_draft_whose_day_is_over_is_not_signed_but_sent_back(embedded_world):
    world = embedded_world
    case, _ = drafted(world, by_when="2026-11-04")
    world.step(case, "read", "water-reader")
    world.pass_days(timedelta(days=3).days)
    assert world.try_step(case, "sign", "water-head").get_json()["code"] == "guard-not-met"
    world.step(case, "send back", "water-reader")
    assert "draft" in offers(world, case)


def test_a_review_that_sends_it_back_takes_the_promise_with_it(new_world):
    world = new_world()
    case = answered(world, "supported")
    review = ask(world, case, "ask for review")
    world.step(review, "take up", "county-officer")
    decide(world, review, "county", "redo")
    assert terms(world, case, "liuhe-officer") == [("2027-03-31", "voided")]
