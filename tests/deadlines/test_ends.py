"""Every obligation ends exactly once: after an outage, a death, a clock that jumps; and the oracle sees where not."""

from datetime import UTC, datetime, timedelta

import pytest
from ends import Entry, assert_each_ended_once, entries, wrong
from sqlalchemy import select
from world import World

from services.routing import clocks
from services.routing.models import CaseRow, DeadlineRow
from shared.facts.base import Envelope
from shared.journal.tables import JournalRow, TimerRow
from shared.kit import timers
from shared.kit.session import Session

DUE_AT = datetime(2027, 1, 1, 16, 0, tzinfo=UTC)  # of a petition accepted on 2 November
ENDS = ("met", "breached", "met_late", "extended", "voided", "lapsed")


@pytest.fixture
def ends(county):
    """Give the ends that were told of a petition's own 60 days."""

    def of(world: World = county) -> list[tuple[str, datetime]]:
        mine = {one.instance for one in entries(world) if one.due_at == DUE_AT}
        return [(one.what, one.at) for one in entries(world) if one.instance in mine and one.what in ENDS]

    return of


def just_before(world):
    """Come to the last minutes with the head signed in: a later sign-in would wake the timers."""
    world.clock.set_to(DUE_AT - timedelta(minutes=2))
    world.settle()
    world.token("housing-head")


def test_a_breach_is_noted_at_the_moment_itself(county, petition, ends):
    county.pass_days(61)
    assert ends() == [("breached", DUE_AT)]


def test_after_an_outage_it_is_noted_when_the_outage_ends(county, petition, ends):
    county.clock.set_to(DUE_AT + timedelta(days=3))
    county.settle()
    assert ends() == [("breached", DUE_AT + timedelta(days=3))]


@pytest.fixture
def named(county):
    """Give the outages that breaches named, from and until."""

    def of() -> list[tuple[str | None, str | None]]:
        with county.service("routing").reading() as session:
            told = session.scalars(select(JournalRow.envelope).where(JournalRow.type.like("%.deadline.breached.%")))
            data = [Envelope.from_bytes(one).data for one in told]
        mine = {one.instance for one in entries(county) if one.due_at == DUE_AT}
        return [(one["stopped_since"], one["stopped_until"]) for one in data if one["instance"] in mine]

    return of


def test_a_breach_that_is_noted_late_names_the_outage_to_desk_and_petitioner(county, petition, named):
    county.pass_days(50)
    since, until = county.clock.now(), DUE_AT + timedelta(days=3)
    county.clock.set_to(until)
    county.settle()
    assert set(named()) == {(since.isoformat(), until.isoformat())}
    words = "登记较晚：连心在2026年12月22日 09:00至2027年1月5日 00:00之间停止运行。"
    assert words in "".join(one["explanation"] for one in county.desk(petition, "housing-head")["deadlines"])
    assert words in "".join(line["text"] for line in county.follow(petition)["timeline"])


def test_a_breach_that_is_noted_at_its_moment_names_none(county, petition, named):
    county.clock.set_to(DUE_AT - timedelta(days=1))
    county.settle()
    county.pass_days(2)
    assert named() == [(None, None)]


def test_a_restart_notes_the_outage_before_the_first_timer_runs(county, petition, named, new_world, tmp_path):
    county.pass_days(50)
    since, until = county.clock.now(), DUE_AT + timedelta(minutes=5)
    again = new_world(home=tmp_path / "home", start=until)
    assert set(named()) == {(since.isoformat(), until.isoformat())}
    again.pass_days(1)


def test_a_step_that_comes_before_the_timer_finds_the_term_broken(county, petition, prepare, answer, ends):
    """What is late is late, although nobody was awake to say so."""
    late = DUE_AT + timedelta(minutes=1)
    prepare(petition)
    just_before(county)
    county.clock.set_to(late)
    answer(petition)
    assert ends() == [("breached", late), ("met_late", late)]
    county.pass_days(100)
    assert len(ends()) == 2


def test_a_resident_who_asked_in_time_is_not_too_late_because_an_office_slept(county, petition, prepare, term):
    prepare(petition)
    county.step(petition, "sign", "housing-head")
    county.step(petition, "serve", "housing-officer", method="hand", proof="本人签收", received_on="2026-11-02")
    rule = "petition.object_publication"
    over = datetime.fromisoformat(county.follow(petition)["promises"][-2]["due_at"])
    assert term(petition, rule)[0] == "open"
    county.clock.set_to(over - timedelta(minutes=1))
    path = f"/api/v1/cases/{petition['reference']}/steps/object-to-publication"
    asked = county.ask("POST", path, {"inputs": {"why": "不愿公开"}}, Lianxin_Receipt=petition["receipt"])
    assert asked.status_code == 202
    county.clock.set_to(over + timedelta(minutes=1))
    county.settle()
    assert "case.step_refused" not in county.events(petition)
    assert term(petition, rule)[0] == "lapsed"


def test_a_clock_that_jumps_forwards_and_back_ends_nothing_twice_and_undoes_nothing(county, petition, ends):
    start = county.clock.now()
    county.clock.set_to(DUE_AT + timedelta(days=1))
    county.settle()
    assert [what for what, _ in ends()] == ["breached"]
    for moment in (start, DUE_AT - timedelta(hours=1), DUE_AT + timedelta(hours=1), DUE_AT + timedelta(days=30)):
        county.clock.set_to(moment)
        county.settle()
        assert [what for what, _ in ends()] == ["breached"]


def test_a_clock_set_back_before_the_moment_breaks_nothing_early(county, petition, ends):
    county.clock.set_to(DUE_AT - timedelta(minutes=5))
    county.settle()
    county.clock.set_to(DUE_AT - timedelta(hours=25))
    county.settle()
    county.clock.set_to(DUE_AT - timedelta(seconds=1))
    county.settle()
    assert ends() == []
    county.clock.set_to(DUE_AT)
    county.settle()
    assert ends() == [("breached", DUE_AT)]


class Died(Exception):  # noqa: N818 - a state
    """The process ended here."""


@pytest.mark.parametrize("place", ["timers.after_run_before_commit", "timers.after_commit"])
def test_a_death_at_the_timer_neither_loses_a_breach_nor_repeats_it(county, petition, ends, monkeypatch, place):
    deaths = iter([place])

    def die(here: str) -> None:
        if here == place and next(deaths, None):
            raise Died

    monkeypatch.setattr(timers, "failpoint", die)
    county.clock.set_to(DUE_AT)
    county.settle()
    county.pass_days(0.01)
    assert next(deaths, "used") == "used"
    ((what, at),) = ends()
    assert (what, at <= DUE_AT + timedelta(seconds=60)) == ("breached", True)


def test_one_that_fails_among_many_holds_no_other_up_and_comes_later(county, petition, monkeypatch):
    others = [county.submit("petitions", "petition", category="housing") for _ in range(3)]
    for receipt in others:
        county.step(receipt, "accept", "housing-officer")
    mine, right = [one.instance for one in entries(county) if one.due_at == DUE_AT], clocks._end_if_past
    first = mine[0]

    def fail(session: Session, deadline: DeadlineRow, at: datetime) -> None:
        if deadline.instance == first:
            raise Died
        right(session, deadline, at)

    monkeypatch.setattr(clocks, "_end_if_past", fail)
    county.clock.set_to(DUE_AT)
    county.settle()
    broken = [one.instance for one in entries(county) if one.what == "breached" and one.instance in mine]
    assert sorted(broken) == sorted(mine[1:])
    monkeypatch.undo()
    county.pass_days(0.01)
    assert [one.instance for one in entries(county) if one.what == "breached"].count(first) == 1


def test_a_restart_after_the_moment_notes_it_once(county, petition, new_world, tmp_path, ends):
    county.loop.close()
    for days in (1, 2):
        again = new_world(home=tmp_path / "home", start=DUE_AT + timedelta(days=days))
        again.settle()
        assert ends(again) == [("breached", DUE_AT + timedelta(days=1))]
        assert_each_ended_once(again)
        again.loop.close()


def test_what_recurs_goes_on_after_a_clock_that_was_weeks_ahead_is_set_right(county, new_world, tmp_path):
    right = county.clock.now()
    county.clock.set_to(right + timedelta(days=30))
    county.settle()
    county.loop.close()
    again = new_world(home=tmp_path / "home", start=right + timedelta(hours=1))
    with again.service("directory").reading() as session:
        planned = session.query(TimerRow).filter_by(subject=timers.RECURRING).all()
        assert planned
        assert [one.name for one in planned if one.due_at > again.clock.now() + timedelta(days=2)] == []


def test_remarks_hearings_and_another_unit_move_no_date(county, term):
    receipt = county.submit("petitions", "petition", category="housing")
    first = term(receipt, "petition.forward")
    county.step(receipt, "refer", "housing-officer", unit="water-bureau", reason="属水务局职责。")
    assert term(receipt, "petition.forward") == ("met", first[1])  # passing it on is what it was for
    county.step(receipt, "accept", "water-officer")
    before = term(receipt)
    for day in range(3):
        county.pass_days(1)
        hearing = {"day": f"2026-11-0{day + 3}", "way": "phone", "summary": "补充说明。"}
        county.step(receipt, "hear", "water-officer", **hearing)
    assert term(receipt) == before
    assert [what for what in county.events(receipt) if what in ("deadline.paused", "deadline.resumed")] == []


@pytest.mark.parametrize(("reason", "stands"), [("question", "paused"), ("hearing", "open"), ("holiday", "open")])
def test_only_a_pause_that_the_rule_leaves_out_stops_it(county, petition, reason, stands):
    routing = county.service("routing")
    with routing.transaction(county.clock.now()) as session:
        row = session.query(CaseRow).filter_by(reference=petition["reference"]).one()
        clocks.pause(session, row, reason)
    county.settle()
    assert {one["rule"]: one["status"] for one in county.follow(petition)["promises"]}["petition.handle"] == stands


NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
LATER, LATEST = NOON + timedelta(days=1), NOON + timedelta(days=2)
STARTED = Entry("a", "started", NOON, LATER)
MET, BROKEN, PAUSED = Entry("a", "met", NOON), Entry("a", "breached", LATER), Entry("a", "paused", NOON)


@pytest.mark.parametrize(
    ("planted", "sentence"),
    [
        pytest.param([STARTED], "a: over, and nothing said", id="a breach is lost"),
        pytest.param([STARTED, Entry("a", "breached", NOON)], "a: breached before it was due", id="too early"),
        pytest.param([STARTED, Entry("a", "met", LATER)], "a: met when it was over", id="late, and called kept"),
        pytest.param([STARTED, BROKEN, BROKEN], "a: breached after breached", id="twice"),
        pytest.param([STARTED, MET, BROKEN], "a: breached after met", id="both"),
        pytest.param([STARTED, Entry("a", "met_late", LATER)], "a: met_late after open", id="late without a breach"),
        pytest.param([STARTED, STARTED], "a: started after open", id="begun twice"),
        pytest.param([STARTED, PAUSED, BROKEN], "a: breached after paused", id="while it stood still"),
    ],
)
def test_the_oracle_sees(planted, sentence):
    assert sentence in list(wrong(planted, LATEST))
