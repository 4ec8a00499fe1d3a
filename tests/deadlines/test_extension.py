"""More time: once, before the term is over, by a head who did not handle the case, with a reason that is told."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notification.models import MessageRow

WHY = {"reasons": "需要专业机构鉴定。"}
HEAD = "housing-head"


def refused(world, receipt, post=HEAD, **inputs):
    return world.try_step(receipt, "extend", post, **(inputs or WHY)).get_json()["code"]


def fields(answer):
    return answer.status_code, [one["field"] for one in answer.get_json()["errors"]]


def offered(world, receipt, post=HEAD):
    return "extend" in [one["step"] for one in world.desk(receipt, post)["offers"]]


def test_a_head_gives_more_time_and_the_petitioner_is_told_why_and_until_when(county, petition, term):
    assert term(petition) == ("open", "2027-01-01")
    county.pass_days(10)
    assert offered(county, petition)
    county.step(petition, "extend", HEAD, **WHY)
    assert term(petition) == ("extended", "2027-01-01")
    assert term(petition, "petition.extend") == ("open", "2027-01-31")  # 30 days from 2 January on
    assert not offered(county, petition)

    timeline = county.follow(petition)["timeline"]
    (letter,) = (line["letter"]["text"] for line in timeline if line["letter"] and "延长" in line["letter"]["text"])
    assert "需要专业机构鉴定" in letter
    assert "2027年1月31日" in letter
    assert "信访工作条例 34" in letter
    said = [line["text"] for line in timeline if line["event"] == "deadline.extended"]
    assert said == ["经批准延长一次办理期限，至2027年1月31日（信访工作条例 34）。"]


def test_who_left_an_address_gets_a_message(county):
    receipt = county.submit("petitions", "petition", category="housing", contact={"email": "resident@example.test"})
    county.step(receipt, "accept", "housing-officer")
    with county.service("notification").reading() as session:
        before = session.query(MessageRow).count()
    county.step(receipt, "extend", HEAD, **WHY)
    with county.service("notification").reading() as session:
        assert session.query(MessageRow).count() > before


def test_the_answer_meets_the_longer_term(county, petition, term, prepare, answer):
    county.step(petition, "extend", HEAD, **WHY)
    county.pass_days(70)  # over, if it had not been prolonged
    prepare(petition)
    answer(petition)
    assert term(petition, "petition.extend")[0] == "met"
    assert "deadline.breached" not in county.events(petition)


def test_the_longer_term_is_broken_like_any_other(county, petition, term):
    county.step(petition, "extend", HEAD, **WHY)
    county.pass_days(91)
    assert term(petition, "petition.extend")[0] == "breached"
    assert county.events(petition).count("deadline.breached") == 1


def test_a_question_stops_the_longer_term_too(county, petition, term):
    county.step(petition, "extend", HEAD, **WHY)
    county.step(petition, "ask", "housing-officer", question="漏水从哪天开始？")
    assert term(petition, "petition.extend")[0] == "paused"
    county.pass_days(3)
    county.ask_step(petition, "answer", answer="上个月。")
    assert term(petition, "petition.extend") == (
        "open",
        "2027-02-03",
    )  # 3, 4 and 5 November are left out of the first 60
    county.pass_days(66)  # to 10 January, in the longer term
    county.step(petition, "ask", "housing-officer", question="还漏吗？")
    county.pass_days(1)
    county.ask_step(petition, "answer", answer="还漏。")
    assert term(petition, "petition.extend") == ("open", "2027-02-05")


def test_a_second_time_is_refused(county, petition):
    county.step(petition, "extend", HEAD, **WHY)
    assert refused(county, petition) == "no-extension"


def test_after_the_due_moment_it_is_refused_whether_the_timer_came_or_not(county, petition):
    midnight = datetime(2027, 1, 1, 16, 0, tzinfo=UTC)  # in Beijing
    county.clock.set_to(midnight - timedelta(minutes=2))
    county.token(HEAD)
    county.clock.set_to(midnight)  # and nobody wakes the timers
    assert refused(county, petition) == "extension-too-late"
    county.settle()
    assert not offered(county, petition)
    assert refused(county, petition) == "extension-too-late"


def test_in_the_last_second_it_is_granted(county, petition, term):
    county.clock.set_to(datetime(2027, 1, 1, 15, 59, 59, tzinfo=UTC))
    county.step(petition, "extend", HEAD, **WHY)
    assert term(petition, "petition.extend") == ("open", "2027-01-31")


def test_who_handles_the_case_does_not_grant_himself_more_time(county, both, term):
    receipt = county.submit("petitions", "petition", category="housing")
    county.step(receipt, "accept", both)
    assert not offered(county, receipt, both)
    assert refused(county, receipt, both) == "not-your-step"
    assert term(receipt)[0] == "open"
    county.step(receipt, "extend", HEAD, **WHY)


def test_an_officer_or_a_reader_does_not_grant_it(county, petition):
    for post in ("housing-officer", "housing-reader"):
        assert refused(county, petition, post) == "not-your-step"


def test_it_says_why(county, petition):
    answer = county.try_step(petition, "extend", HEAD, reasons=" ")
    assert fields(answer) == (422, ["reasons"])


def test_a_case_that_nobody_accepted_and_one_that_waits_for_an_answer_have_no_term_to_prolong(county, petition):
    fresh = county.submit("petitions", "petition", category="housing")
    assert refused(county, fresh) == "step-not-offered"
    county.step(petition, "ask", "housing-officer", question="漏水从哪天开始？")
    assert refused(county, petition) == "step-not-offered"


@pytest.mark.parametrize(
    ("accepted", "due", "longer"),
    [
        pytest.param("2027-12-31", "2028-02-29", "2028-03-30", id="60 days end on 29 February"),
        pytest.param("2026-12-30", "2027-02-28", "2027-03-30", id="and on the last of a shorter one"),
        pytest.param("2028-02-28", "2028-04-28", "2028-05-28", id="29 February is counted"),
    ],
)
def test_month_ends_are_counted_day_by_day(county, term, accepted, due, longer):
    county.clock.set_to(datetime.fromisoformat(f"{accepted}T02:00:00+00:00"))
    county.settle()
    receipt = county.submit("petitions", "petition", category="housing")
    county.step(receipt, "accept", "housing-officer")
    assert term(receipt) == ("open", due)
    county.step(receipt, "extend", HEAD, **WHY)
    assert term(receipt, "petition.extend") == ("open", longer)


@pytest.mark.parametrize("day", ["2027-02-29", "2026-11-31", "29.2.2028", ""])
def test_a_day_that_is_none_is_refused(county, petition, day):
    answer = county.try_step(petition, "hear", "housing-officer", day=day, way="phone", summary="希望尽快维修。")
    assert fields(answer) == (422, ["day"])
