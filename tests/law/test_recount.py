"""Days off are announced while deadlines run: what moves is shown first, told once, and never at a resident's cost."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from world import full_county

from lianxin.cli import main
from services.intake.announce import announce
from services.notification.models import MessageRow
from services.routing import clocks, ladder
from services.routing.models import CaseRow, DeadlineRow
from services.routing.recount import moves, recount
from shared.access.tables import PersonRow
from shared.calendar.kept import counted
from shared.calendar.notice import Notice
from shared.facts.deadline import DeadlineApproaching, DeadlineBreached, DeadlineMoved
from shared.journal.tables import JournalRow, TimerRow
from shared.workflow.declare import Deadline

pytestmark = pytest.mark.slow

BEFORE_CHRISTMAS = datetime(2026, 12, 18, 1, 0, tzinfo=UTC)
TITLE = "关于2027年部分节假日安排的通知"
FILE = f"""calendar = "CN"
year = 2027
version = 1
status = "announced"
source = "{TITLE}"
off = ["2027-01-01..2027-01-03", "2027-01-14..2027-01-15"]
work = ["2027-01-09"]
"""
A_DAY_LATER = {"before": "2027-01-18", "after": "2027-01-19", "provisional": False}
MORE_WORK = Notice(
    calendar="CN",
    year=2027,
    version=1,
    status="announced",
    source="通知",
    off=(date(2027, 1, 1),),
    work=(date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 9)),
)


@pytest.fixture
def winter(new_world):
    return new_world(start=BEFORE_CHRISTMAS)


def with_term(world, rule, *, lapses=False, **more):
    """Submit a case and start a term in working days, as a step would."""
    receipt = world.submit(**more)
    with world.service("routing").transaction() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == receipt["reference"])).one()
        clocks.start(session, row, [Deadline(rule, lapses=lapses)], session.now)
    world.settle()
    return receipt


def promise(world, receipt, rule):
    return next(one for one in world.follow(receipt)["promises"] if one["rule"] == rule)


def imported(home, file, *words):
    answer = CliRunner().invoke(main, ["calendar", "import", str(file), "--home", str(home), *words, "--json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


@pytest.fixture
def notice(tmp_path):
    file = tmp_path / "notice.toml"
    file.write_text(FILE, encoding="utf-8")
    return file


def test_a_notice_is_shown_then_kept_then_told_to_those_it_concerns(winter, tmp_path, notice):
    winter.token("water-officer")
    receipt = with_term(winter, "info.answer", category="water", contact={"email": "li@example.test"})
    assert (promise(winter, receipt, "info.answer")["due"]) == "2027-01-18"

    shown = imported(tmp_path, notice)
    winter.settle()
    assert not shown["done"]
    assert {"reference": receipt["reference"], "rule": "info.answer", **A_DAY_LATER} in shown["moves"]
    assert "deadline.moved" not in winter.events(receipt)
    assert messages(winter, "new_date") == {}
    assert not (tmp_path / "calendars").exists()

    assert imported(tmp_path, notice, "--yes")["done"]
    winter.pass_days(0.01)  # another process told it: the county hears of it when it looks
    assert [path.name for path in (tmp_path / "calendars").iterdir()] == ["CN-2027@1.toml"]
    assert promise(winter, receipt, "info.answer")["due"] == "2027-01-19"
    told_to = messages(winter, "new_date")
    assert told_to.keys() == {"resident", "岗位 water-officer"}
    for body in told_to.values():
        assert f"{TITLE}。事项 {receipt['reference']} 的一个期限由2027年1月18日改为2027年1月19日。" in body
    assert imported(tmp_path, notice, "--yes")["moves"] == [], "a second time nothing moves"


def messages(world, template):
    """Give the bodies of messages by whom they go to; one for each."""
    with world.service("notification").reading() as session:
        names = dict(session.execute(select(PersonRow.id, PersonRow.display)).all())
        rows = session.scalars(select(MessageRow).where(MessageRow.template == template)).all()
        found = [(names.get(row.person, row.to), row.body) for row in rows]
    assert len(found) == len(dict(found)), "told twice"
    return dict(found)


def moved_line(world, receipt, language):
    """Give what the timeline says of a date that moved."""
    path = f"/api/v1/cases/{receipt['reference']}"
    seen = world.ask("GET", path, Lianxin_Receipt=receipt["receipt"], Accept_Language=language).get_json()
    (line,) = [line["text"] for line in seen["timeline"] if line["event"] == "deadline.moved"]
    return line


def test_the_timeline_says_of_a_moved_date_the_old_one_the_new_one_and_why(winter):
    receipt = with_term(winter, "info.answer", language="en", contact={"email": "li@example.test"})
    announced(winter, replace(MORE_WORK, source=TITLE))

    assert moved_line(winter, receipt, "en").endswith(", moved from 18 January 2027 to 13 January 2027.")
    assert f"changed ({TITLE}): " in moved_line(winter, receipt, "en")
    assert f"放假安排有新公布或调整（{TITLE}）：" in moved_line(winter, receipt, "zh")
    assert moved_line(winter, receipt, "zh").endswith("期限由2027年1月18日改为2027年1月13日。")
    days = "has moved from 18 January 2027 to 13 January 2027."
    assert (
        f"changed: {TITLE}. So a date of case {receipt['reference']} {days}" in messages(winter, "new_date")["resident"]
    )


def test_of_a_date_that_only_became_certain_nobody_is_told(winter):
    receipt = with_term(winter, "info.answer", category="water", contact={"email": "li@example.test"})
    announced(winter, replace(MORE_WORK, work=()))

    (moved,) = moves_told(winter, "info.answer")
    assert moved["before"] == moved["due"]
    assert messages(winter, "new_date") == {}
    assert not [one for one in winter.follow(receipt)["timeline"] if one["event"] == "deadline.moved"]


def announced(world, notice):
    """Take a notice in while the county runs, by its own clock."""
    with world.service("intake").transaction() as session:
        announce(session, notice)
    world.settle()


def test_a_county_that_runs_counts_by_a_notice_at_once(winter):
    receipt = with_term(winter, "info.answer")
    announced(winter, MORE_WORK)

    assert promise(winter, receipt, "info.answer")["due"] == "2027-01-13"
    page = winter.client.get("/deadlines?rule=info.answer&from=2026-12-18").text
    assert "2027年1月13日" in page
    later = with_term(winter, "info.answer")
    winter.pass_days(1)
    assert promise(winter, later, "info.answer")["due"] == "2027-01-13"
    assert winter.events(later).count("deadline.moved") == 0
    assert winter.events(receipt).count("deadline.moved") == 1


def test_a_late_notice_breaks_nothing_at_once(winter):
    """By its days the term is over today; nobody could know that in time."""
    receipt = with_term(winter, "info.answer")
    winter.pass_days(26)
    announced(winter, MORE_WORK)
    winter.pass_days(0.05)

    seen = promise(winter, receipt, "info.answer")
    assert (seen["due"], seen["status"]) == ("2027-01-14", "open")
    assert "按其计算应于2027年1月13日届满" in seen["explanation"]
    (moved,) = moves_told(winter, "info.answer")
    assert (moved["before"], moved["due"], moved["reason"]) == ("2027-01-18", "2027-01-14", "通知")
    winter.pass_days(1.5)
    assert winter.events(receipt).count("deadline.breached") == 0
    winter.pass_days(0.5)
    (broken,) = told(winter, DeadlineBreached, "info.answer")
    assert broken["at"].startswith("2027-01-14T16:00")
    assert moves_told(winter, "info.answer") == [moved], "counted again on every day, it moved once"


def test_a_late_notice_is_foreseen_as_it_then_moves(winter):
    with_term(winter, "info.answer")
    winter.pass_days(28)
    with winter.service("routing").reading() as session:
        session.calendar = counted((*session.here.county.notices, MORE_WORK), (), session.here.county.slug)
        (move,) = [one for one in moves(session) if one.after.rule == "info.answer"]

    assert (str(move.before.due), str(move.after.due), str(move.after.held_from)) == (
        "2027-01-18",
        "2027-01-18",
        "2027-01-13",
    )


def told(world, kind, rule):
    """Give what was told of a kind about the terms of a rule."""
    with world.service("routing").reading() as session:
        rows = session.scalars(select(JournalRow).where(JournalRow.type == kind.wire_type())).all()
        data = [json.loads(row.envelope)["data"] for row in rows]
    return [one for one in data if one["rule"] == rule]


def moves_told(world, rule):
    return told(world, DeadlineMoved, rule)


def test_what_was_counted_in_the_moment_of_a_notice_moves_within_the_hour(winter):
    with winter.service("routing").reading() as session:
        by_the_old = session.calendar
    announced(winter, MORE_WORK)
    receipt = winter.submit()
    with winter.service("routing").transaction() as session:
        session.calendar = by_the_old  # so has intake counted what is still on its way
        row = session.scalars(select(CaseRow).where(CaseRow.reference == receipt["reference"])).one()
        clocks.start(session, row, [Deadline("info.answer")], session.now)
    winter.settle()
    assert promise(winter, receipt, "info.answer")["due"] == "2027-01-18"
    winter.pass_days(0.05)

    assert promise(winter, receipt, "info.answer")["due"] == "2027-01-13"
    assert winter.events(receipt).count("deadline.moved") == 1


def test_a_moved_date_is_seen_by_resident_desk_and_the_level_above(new_world, winter, tmp_path):
    receipt = with_term(winter, "info.answer")
    later = renewed(new_world, winter, tmp_path, replace(MORE_WORK, work=(), off=(date(2027, 1, 1), date(2027, 1, 4))))

    seen = promise(later, receipt, "info.answer")
    assert seen["due"] == "2027-01-19"
    line = moved_line(later, receipt, "zh")
    assert "（本版本的工作日历有变）" in line
    assert line.endswith("期限由2027年1月18日改为2027年1月19日。")
    assert "(the work calendar of this release differs)" in moved_line(later, receipt, "en")
    with later.service("routing").reading() as session:
        row = session.scalars(select(DeadlineRow).where(DeadlineRow.rule == "info.answer")).one()
        assert (row.due, row.status, row.term["provisional"]) == (date(2027, 1, 19), "open", False)
    with later.service("supervision").reading() as session:
        from services.supervision.models import TermRow  # noqa: PLC0415 - a service's own rows

        assert session.get_one(TermRow, row.instance).due == date(2027, 1, 19)
    assert later.events(receipt).count("deadline.moved") == 1


def renewed(new_world, world, home, notice):
    """Give the same home, started again under a notice."""
    now = world.clock.now()
    world.loop.close()
    later = new_world(home=home, start=now, county=full_county(notices=(notice,)))
    later.settle()
    return later


def test_a_start_under_the_same_calendar_moves_nothing(new_world, winter, tmp_path):
    receipt = with_term(winter, "info.answer")
    once = renewed(new_world, winter, tmp_path, MORE_WORK)
    assert promise(once, receipt, "info.answer")["due"] == "2027-01-13"
    twice = renewed(new_world, once, tmp_path, MORE_WORK)

    assert twice.events(receipt).count("deadline.moved") == 1


def test_a_residents_own_time_is_never_shortened(new_world, winter, tmp_path):
    receipt = with_term(winter, "info.third_party", lapses=True)
    before = promise(winter, receipt, "info.third_party")["due"]
    later = renewed(new_world, winter, tmp_path, MORE_WORK)

    kept = promise(later, receipt, "info.third_party")
    assert kept["due"] == before
    assert "仍以原定日期为准" in kept["explanation"]


def test_what_has_ended_stays(new_world, winter, tmp_path):
    receipt = with_term(winter, "info.answer")
    with winter.service("routing").transaction() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == receipt["reference"])).one()
        clocks.meet(session, row, ["info.answer"])
    winter.settle()
    later = renewed(new_world, winter, tmp_path, MORE_WORK)

    assert promise(later, receipt, "info.answer")["due"] == "2027-01-18"
    with later.service("routing").reading() as session:
        assert [one for one in moves(session) if one.after.rule == "info.answer"] == []


def test_a_term_ends_by_its_new_date(new_world, winter, tmp_path):
    receipt = with_term(winter, "info.answer")
    later = renewed(new_world, winter, tmp_path, replace(MORE_WORK, work=(), off=(date(2027, 1, 1), date(2027, 1, 18))))
    assert promise(later, receipt, "info.answer")["due"] == "2027-01-19"
    later.pass_days(32)  # the day after the first date
    assert promise(later, receipt, "info.answer")["status"] == "open"
    later.pass_days(1)

    assert promise(later, receipt, "info.answer")["status"] == "breached"


def reminders(world, receipt):
    """Give when it was said of a case's term that a quarter is left, and when it will be said."""
    with world.service("routing").reading() as session:
        row = session.scalars(
            select(DeadlineRow)
            .join(CaseRow, CaseRow.id == DeadlineRow.case)
            .where(CaseRow.reference == receipt["reference"], DeadlineRow.rule == "info.answer")
        ).one()
        told = session.scalars(select(JournalRow).where(JournalRow.type == DeadlineApproaching.wire_type())).all()
        waits = session.get(TimerRow, (ladder.climb.name, row.instance))
        said = [one.time for one in told if json.loads(one.envelope)["data"]["instance"] == row.instance]
        return said, waits and waits.due_at, row.started_at + (row.due_at - row.started_at) * 0.75


def test_that_a_quarter_is_left_is_said_by_the_new_date_and_once(winter):
    receipt = with_term(winter, "info.answer")
    said, old, _ = reminders(winter, receipt)
    announced(winter, MORE_WORK)
    _, new, quarter = reminders(winter, receipt)
    assert (said, new == quarter, new < old) == ([], True, True)
    winter.pass_days(21)

    announced(winter, replace(MORE_WORK, version=2, work=()))  # the date moves back, when it was said already
    winter.pass_days(3)
    said, waits, _ = reminders(winter, receipt)
    assert (len(said), waits) == (1, None)


def test_the_oracle_of_idempotence_would_see_a_second_telling(new_world, winter, tmp_path):
    receipt = with_term(winter, "info.answer")
    later = renewed(new_world, winter, tmp_path, MORE_WORK)
    with later.service("routing").transaction() as session:
        row = session.scalars(select(DeadlineRow).where(DeadlineRow.rule == "info.answer")).one()
        row.term = {**row.term, "due": "2027-01-12"}
        assert recount(session, "planted") == 1
    later.settle()

    assert later.events(receipt).count("deadline.moved") == 2


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param(('"CN"', '"CN+elsewhere"'), "is not this county's", id="another county's"),
        pytest.param(("version = 1", "version = 0"), "count from 1", id="no version"),
        pytest.param(("2027-01-09", "2027-02-29"), "is no day", id="29 February"),
    ],
)
def test_a_notice_that_can_not_be_says_so_before_anything_is_done(winter, tmp_path, notice, change, complaint):
    notice.write_text(FILE.replace(*change), encoding="utf-8")
    answer = CliRunner().invoke(main, ["calendar", "import", str(notice), "--home", str(tmp_path), "--yes"])

    assert (answer.exit_code, complaint in answer.output) == (1, True), answer.output
    assert not (tmp_path / "calendars").exists()


def test_an_older_version_is_refused(winter, tmp_path, notice):
    imported(tmp_path, notice, "--yes")
    notice.write_text(FILE.replace('work = ["2027-01-09"]', "work = []"), encoding="utf-8")
    answer = CliRunner().invoke(main, ["calendar", "import", str(notice), "--home", str(tmp_path), "--yes"])

    assert (answer.exit_code, "is here already; give 2" in answer.output) == (1, True), answer.output
