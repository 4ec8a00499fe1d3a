"""More time for what a review sent back: the new term is judged by itself, and so is who handles it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.life.test_review import ask, decide

WHY = {"reasons": "需要重新鉴定。"}
HEAD = "housing-head"  # who signed the first answer
HEARD = {"day": "2026-11-02", "way": "phone", "summary": "希望尽快维修。"}


@pytest.fixture
def sent_back(county, petition, prepare, answer):
    """Answer a petition, and let a review send it back; gives it with its new term."""

    def do() -> dict[str, Any]:
        prepare(petition)
        answer(petition)
        review = ask(county, petition, "ask for review")
        county.step(review, "take up", "county-officer")
        decide(county, review, "county", "redo")
        return petition

    return do


def terms(county, case, rule="petition.handle"):
    promised = county.follow(case)["promises"]
    return [(one["status"], one["due"]) for one in promised if one["rule"] == rule]


def offered(county, case, post=HEAD):
    return "extend" in [one["step"] for one in county.desk(case, post)["offers"]]


def refused(county, case, post=HEAD):
    return county.try_step(case, "extend", post, **WHY).get_json()["code"]


def test_a_first_answer_that_was_late_takes_no_time_from_the_second(county, sent_back):
    county.pass_days(61)
    case = sent_back()
    assert terms(county, case) == [("met_late", "2027-01-01"), ("open", "2027-03-03")]
    assert offered(county, case)
    county.step(case, "extend", HEAD, **WHY)
    assert terms(county, case)[1] == ("extended", "2027-03-03")
    assert terms(county, case, "petition.extend") == [("open", "2027-04-02")]
    assert refused(county, case) == "no-extension"


def test_a_first_term_that_was_prolonged_leaves_the_second_its_own_extension(county, petition, sent_back):
    county.step(petition, "extend", HEAD, **WHY)
    county.pass_days(70)
    case = sent_back()
    county.step(case, "extend", HEAD, **WHY)
    assert terms(county, case) == [("extended", "2027-01-01"), ("extended", "2027-03-12")]
    assert terms(county, case, "petition.extend") == [("met", "2027-01-31"), ("open", "2027-04-11")]
    assert refused(county, case) == "no-extension"

    county.step(case, "ask", "housing-officer", question="漏水从哪天开始？")
    county.pass_days(3)
    county.ask_step(case, "answer", answer="上个月。")
    # It began on the 11th: 12, 13 and 14 January are left out of the second 60 days, and the 30 follow those.
    assert terms(county, case, "petition.extend")[1] == ("open", "2027-04-14")


def test_in_the_last_second_of_the_new_term_it_is_granted(county, sent_back):
    county.pass_days(61)
    case = sent_back()
    county.loop.advance_to(datetime(2027, 3, 3, 15, 59, 59, tzinfo=UTC))
    county.step(case, "extend", HEAD, **WHY)
    assert terms(county, case, "petition.extend") == [("open", "2027-04-02")]


def test_after_the_new_terms_due_moment_it_is_refused_whether_the_timer_came_or_not(county, sent_back):
    case = sent_back()
    (_, (_, due)) = terms(county, case)
    assert due == "2027-01-01"  # the first one was answered on the day it began
    midnight = datetime(2027, 1, 1, 16, 0, tzinfo=UTC)
    county.loop.advance_to(midnight - timedelta(minutes=2))
    county.clock.set_to(midnight)  # and nobody wakes the timers
    assert refused(county, case) == "extension-too-late"
    county.settle()
    assert not offered(county, case)
    assert refused(county, case) == "extension-too-late"


def test_who_handles_it_since_it_was_sent_back_grants_himself_nothing(county, both, sent_back):
    case = sent_back()
    assert offered(county, case, both)
    county.step(case, "hear", both, **HEARD)
    assert not offered(county, case, both)
    assert refused(county, case, both) == "not-your-step"
    county.step(case, "extend", HEAD, **WHY)
