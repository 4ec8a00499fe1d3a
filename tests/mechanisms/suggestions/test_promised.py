"""What is adopted of a suggestion has a day: a term from the signature until it is reported as carried out."""

import pytest
from sqlalchemy import select

from services.supervision.models import TermRow

RULE = "suggestion.execute"
DECISION = {"reasons": "建议合理。", "summary": "已答复。"}


def drafted(world, outcome="adopted", **more):
    """Give a suggestion that was taken up, and the answer to this draft."""
    contact = {"phone": "13800000000", "electronic": True}
    case = world.submit(category="water", identity="anonymous", language="en", contact=contact)
    world.step(case, "accept", "water-officer")
    return case, world.try_step(case, "draft", "water-officer", outcome=outcome, **DECISION, **more)


def answered(world, outcome="adopted", **more):
    case, _ = drafted(world, outcome, **more)
    world.step(case, "read", "water-reader")
    world.step(case, "sign", "water-head")
    world.step(case, "serve", "water-officer", method="electronic", proof="本人签收", received_on="2026-11-02")
    return case


def terms(world, case):
    return [
        (one["due"], one["status"]) for one in world.desk(case, "water-officer")["deadlines"] if one["rule"] == RULE
    ]


@pytest.mark.parametrize("outcome", ["adopted", "partly_adopted"])
@pytest.mark.parametrize("said", [{}, {"by_when": "2026-11-02"}, {"by_when": "2028-11-03"}])
def test_what_is_adopted_names_a_day_that_can_be_meant(embedded_world, outcome, said):
    _, refusal = drafted(embedded_world, outcome, **said)
    assert (refusal.status_code, refusal.get_json()["errors"][0]["field"]) == (422, "by_when")


def test_it_runs_from_the_signature_is_in_the_letter_and_ends_once(embedded_world):
    world = embedded_world
    case = answered(world, by_when="2027-03-31")
    assert terms(world, case) == [("2027-03-31", "open")]
    seen = world.follow(case)
    assert "2027年3月31日前（含当日）落实" in str(seen["timeline"])
    assert "by 31 March 2027 at the latest" in str(seen["timeline"])
    assert ("2027-03-31", "open") in [(one["due"], one["status"]) for one in seen["promises"] if one["rule"] == RULE]
    world.step(case, "carry out", "water-officer", done="已更换主管道。")
    world.pass_days(200)
    assert terms(world, case) == [("2027-03-31", "met")]


def test_what_is_not_adopted_has_no_such_term(embedded_world):
    assert terms(embedded_world, answered(embedded_world, "not_adopted")) == []


@pytest.mark.slow
def test_a_broken_promise_shows_in_supervision_and_is_directed_from_above(embedded_world):
    world = embedded_world
    case = answered(world, by_when="2026-12-31")
    world.pass_days(61)
    assert terms(world, case) == [("2026-12-31", "breached")]
    with world.service("supervision").reading() as session:
        assert session.scalars(select(TermRow.status).where(TermRow.rule == RULE)).all() == ["breached"]
    assert "direct from above" in [one["step"] for one in world.desk(case, "county-head")["offers"]]
    world.step(case, "carry out", "water-officer", done="已更换主管道。")
    assert terms(world, case) == [("2026-12-31", "met_late")]
