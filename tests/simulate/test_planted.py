"""Bugs that are planted in the running platform itself: the oracle whose business it is sees each."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from lianxin.simulate import plan
from lianxin.simulate.run import Outcome
from services.intake import submit as intake_submit
from services.notification import addressed, send, tell
from services.routing import clocks, handover, letters, recount
from shared.access.tables import PersonRow
from shared.calendar.workdays import WorkCalendar
from shared.db.leaf_hash import hashed
from shared.journal import relay
from shared.journal.tables import LeafRow
from shared.kit import timers
from shared.workflow import engine
from tests.access.forgotten import forget_bars

pytestmark = pytest.mark.check

Patch = Callable[[pytest.MonkeyPatch], None]


def steps_to_anywhere(patch: pytest.MonkeyPatch) -> None:
    honest = engine._target

    def target(case: Any, step_: Any, *given: Any) -> str:
        astray = case.mechanism == "petitions" and step_.name in {"ask", "refer", "draft"}
        return "accepted" if astray else str(honest(case, step_, *given))

    patch.setattr(engine, "_target", target)


def breaches_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(clocks, "_end_if_past", lambda *_: None)


def outages_are_not_named(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(clocks, "outage_over", lambda *_: None)


def working_days_are_a_day_short(patch: pytest.MonkeyPatch) -> None:
    honest = WorkCalendar.add
    patch.setattr(WorkCalendar, "add", lambda self, day, number: honest(self, day, max(number - 1, 1)))


def late_notices_end_terms_at_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recount, "held", lambda counted, *_: counted)


def a_timer_fires_again(patch: pytest.MonkeyPatch) -> None:
    """Leave open what ended, and plan its timer anew."""
    honest = clocks.end

    def end(session: Any, deadline: Any, status: str, kind: Any, **more: Any) -> None:
        honest(session, deadline, status, kind, **more)
        if status == "breached":
            deadline.status = "open"
            timers.plan(session, clocks.due, deadline.instance, session.now + timedelta(days=1))

    patch.setattr(clocks, "end", end)


def a_case_moves_in_silence(patch: pytest.MonkeyPatch) -> None:
    """Give the row another unit and tell nobody."""
    patch.setattr(handover, "give", lambda _, row, choice, *_more: setattr(row, "unit", choice.unit))


def numbers_are_left_out(patch: pytest.MonkeyPatch) -> None:
    """Leave out a number before each batch."""
    fact = relay._fact.c.w0
    leaves = select(relay._next + 1 + func.row_number().over(order_by=fact), fact, hashed(relay._body))
    numbers = insert(LeafRow.__table__).from_select(["number", "fact", "hash"], leaves.where(relay._open.is_(False)))
    patch.setattr(relay, "NUMBER", numbers)


def letters_are_numbered_from_seven(patch: pytest.MonkeyPatch) -> None:
    seven_on = count(7)
    patch.setattr(letters, "_next_number", lambda _, series: f"{series}〔2026〕{next(seven_on)}号")


def a_submission_is_told_to_nobody(patch: pytest.MonkeyPatch) -> None:
    """Give the receipt, and of every urgent case tell nothing."""
    honest = intake_submit.tell
    patch.setattr(intake_submit, "tell", lambda session, fact: None if fact.urgent else honest(session, fact))


def bars_are_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    forget_bars(patch)


def everybody_is_written_to(patch: pytest.MonkeyPatch) -> None:
    """Write to all who have an address, whatever their unit and whoever is barred."""

    def to_staff(session: Any, case: Any, template: str, unit: str, _roles: Any, **_more: Any) -> None:
        for person in session.scalars(select(PersonRow).where(PersonRow.email != "")).all():
            addressed._queue(session, case, template, "zh", "staff", person.id, unit, "")

    patch.setattr(tell, "to_staff", to_staff)
    patch.setattr(send, "may_be_told", lambda *_: True)


# What each oracle has to say, and the bug; those of a group do not hide each other, so they share a life.
Plants = dict[tuple[str, str], Patch]
GROUPS: dict[str, Plants] = {
    "what is told": {
        ("I12 one end for each obligation", "noted late"): outages_are_not_named,
        ("journals and seals", "numbered 1, 2, 3"): numbers_are_left_out,
        ("effects once", "letters of"): letters_are_numbered_from_seven,
    },
    "what is counted": {
        ("I12 one end for each obligation", "nothing was said"): breaches_are_forgotten,
        ("I13 dates", "counted day by day"): working_days_are_a_day_short,
        ("effects once", "was told 0 times"): a_submission_is_told_to_nobody,
    },
    "who and when": {
        ("I14 clocks and order", "breached after"): a_timer_fires_again,
        ("one responsible unit", "its row names"): a_case_moves_in_silence,
    },
    "who may know": {
        ("barred people", "shows the case"): bars_are_not_asked_for,
        ("barred people", "a mail that names it"): everybody_is_written_to,
    },
    "the days of a year": {("I13 dates", "which nobody could know of in time"): late_notices_end_terms_at_once},
    "the way": {("I11 legal steps", "which nobody declared"): steps_to_anywhere},
}

# A late notice has to come just before a term ends: few cases have one then.
CASES = {"the days of a year": 80}
USUAL = 50  # of nine mechanisms: some petitions among them, and a term that ends while much is down


@pytest.fixture
def rough(monkeypatch: pytest.MonkeyPatch, live: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Live through two months in which much is down for long, and many cases name an officer or are urgent."""
    monkeypatch.setattr(plan, "YEARLY", {**plan.YEARLY, "kill": 40, "outage": 40, "broker": 30})
    monkeypatch.setattr(plan, "LASTS", {**plan.LASTS, "kill": (10, 60)})
    monkeypatch.setattr(plan, "ABOUT_A_POST", 0.5)
    monkeypatch.setattr(plan, "URGENT", 0.3)
    monkeypatch.setattr(plan, "LATE_NOTICES", 40)
    return lambda cases=USUAL: live(3, days=60, cases=cases)


def test_a_rough_season_without_a_bug_gives_no_finding(rough):
    lived = rough()
    assert lived.findings == ()
    assert any(one.data["stopped_since"] for one in lived.evidence.of("deadline.breached"))


@pytest.mark.parametrize("group", GROUPS)
def test_each_oracle_sees_the_bug_that_is_its_business(rough, monkeypatch, group):
    for plant in GROUPS[group].values():
        plant(monkeypatch)
    found = rough(CASES.get(group, USUAL)).findings
    missed = [
        (oracle, words)
        for oracle, words in GROUPS[group]
        if not any(one.oracle == oracle and words in one.what for one in found)
    ]
    assert missed == []
