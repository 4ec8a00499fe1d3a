"""A review that changes the answer promises something: by a day that it names, kept by the body that reviewed."""

import pytest

from tests.life.test_review import SAID, answered, ask

RULE = "review.execute"


def reviewed(world):
    """Give a petition that was answered, and its review, taken up by the government."""
    case = answered(world)
    review = ask(world, case, "ask for review")
    world.step(review, "take up", "county-officer")
    return case, review


def changed(world, by_when):
    """Give a review that changed the answer, signed and served."""
    _, review = reviewed(world)
    world.step(review, "draft", "county-officer", outcome="changed", by_when=by_when, **SAID)
    world.step(review, "read", "county-reader")
    world.step(review, "sign", "county-head")
    world.step(review, "serve", "county-officer", method="hand", proof="本人签收", received_on="2026-11-02")
    return review


def terms(world, case):
    return [
        (one["due"], one["status"]) for one in world.desk(case, "county-officer")["deadlines"] if one["rule"] == RULE
    ]


def test_an_opinion_that_changes_the_answer_names_a_day(embedded_world):
    _, review = reviewed(embedded_world)
    refusal = embedded_world.try_step(review, "draft", "county-officer", outcome="changed", **SAID)
    assert (refusal.status_code, refusal.get_json()["errors"][0]["field"]) == (422, "by_when")
    assert embedded_world.try_step(review, "draft", "county-officer", outcome="upheld", **SAID).status_code == 200


def test_it_runs_from_the_signature_is_in_the_letter_and_ends_once(embedded_world):
    world = embedded_world
    review = changed(world, "2027-03-31")
    assert terms(world, review) == [("2027-03-31", "open")]
    assert "应于2027年3月31日前（含当日）落实" in str(world.follow(review)["timeline"])
    world.step(review, "carry out", "county-officer", done="已办结。")
    world.pass_days(200)
    assert terms(world, review) == [("2027-03-31", "met")]


@pytest.mark.slow
def test_a_broken_promise_climbs_to_whoever_stands_above(embedded_world):
    world = embedded_world
    review = changed(world, "2026-12-31")
    world.pass_days(61)
    assert terms(world, review) == [("2026-12-31", "breached")]
    world.step(review, "carry out", "county-officer", done="已办结。")
    assert terms(world, review) == [("2026-12-31", "met_late")]
