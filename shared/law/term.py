"""A term: a rule applied to a day. Immutable; a pause, an extension, a new calendar give another and keep the trace.

A term carries its own measure (quantity, unit, roll, article): a newer pack, or another choice of the county, never
moves a term that runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from cattrs import Converter
from cattrs.preconf.json import make_converter

from shared.calendar.workdays import ONE, WorkCalendar
from shared.errors import Refusal
from shared.law.count import Pause, first_day, last_day
from shared.law.local import end_of_day, local_day
from shared.law.packs import Rules
from shared.law.rule import Roll, Rule, Unit


class NoExtension(Refusal):
    """The law knows no such extension of this term, or it was extended already."""

    code = "no-extension"
    message = "This term can't be extended, or not once more."
    next_action = "Finish within the term, or answer late and say why."


@dataclass(frozen=True, kw_only=True)
class Term:
    """When something is due and how that day was counted.

    `started_on` is the local day that is not counted; `due` the last local day; `due_at` the moment from which it is
    late (the next local midnight; for hours the moment itself), aware, UTC, exclusive. The trace: days off that
    `skipped` the count, make-up days that were counted (`made_up`), `pauses`, the due day before it `rolled_from` a
    day off, the rule whose term this one `extends`. `kept`: a new calendar would have shortened a citizen's own term,
    so the earlier promise stands. `held_from`: the day that a late notice gives, so early that the term would have been
    over, or all but over, when the notice came (`held`). `provisional`: part of it lies in a year whose holidays are
    not announced.
    `at_least`: a minimum, so nothing is late; what it holds back may not happen before its end.
    """

    rule: str
    pack: str
    law: str
    article: str
    local: bool
    quantity: int
    unit: Unit
    roll: Roll
    started_on: date
    due: date
    due_at: datetime
    started_at: datetime | None = None  # only hours need the moment
    skipped: tuple[date, ...] = ()
    made_up: tuple[date, ...] = ()
    pauses: tuple[Pause, ...] = ()
    rolled_from: date | None = None
    extends: str | None = None
    kept: bool = False
    held_from: date | None = None
    provisional: bool = False
    at_least: bool = False
    calendar: str = "CN"
    # Of a date set by the office that gave the case away: its code, its names in Chinese and English.
    sender: tuple[str, ...] = ()
    step_of_plan: int = 0  # of a date that a plan set: which step of it, from 1
    roll_chosen: bool = False  # whether `roll` is the county's choice, and not the pack's word

    def paused(self, day: date) -> bool:
        """Tell whether a pause leaves a day out."""
        return any(pause.holds(day) for pause in self.pauses)

    def to_dict(self) -> dict[str, Any]:
        """Give JSON-ready values; days and moments are ISO text."""
        values: dict[str, Any] = _converter().unstructure(self)
        return values

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any], rules: Rules | None = None) -> "Term":
        """Read what `to_dict` wrote, here or in another version: unknown names are passed over.

        With `rules`, raises `KeyError` for a rule that they don't know.
        """
        term = _converter().structure(raw, cls)
        if rules is not None and term.rule not in rules:
            raise KeyError(term.rule)
        return term


@cache
def _converter() -> Converter:
    return make_converter(unstruct_collection_overrides={tuple: list})


def start_term(rule: Rule, at: datetime, calendar: WorkCalendar) -> Term:
    """Start a term: the day of `at` is not counted (民法典 201), and the last day is there until its end.

    A rule that starts at a month's or quarter's end counts from the latest one on or before the day of `at`.
    """
    started_at = at.astimezone(UTC) if rule.unit == "hour" else None
    return count_term(blank_term(rule, first_day(rule.start, local_day(at, calendar.zone)), started_at), calendar)


def due_on(rule: Rule, day: date, calendar: WorkCalendar) -> date:
    """Give only the last day of a term that starts on `day`, without its trace; not for rules that count hours."""
    return last_day(rule.unit, rule.quantity, rule.roll, first_day(rule.start, day), (), calendar)[1]


def resumed(term: Term, rule: Rule, paused_on: date, resumed_on: date, calendar: WorkCalendar) -> Term:
    """Give the term with a pause left out: both days and all between; it is never due earlier than before.

    Counted as it began, also where the pack of `rule` has moved on. A date that stands against the count (`kept`,
    `held_from`) moves on with it. Raises `ValueError` where `rule` is another.
    """
    _same_rule(term, rule)
    pause = Pause(paused_on, resumed_on)
    later = count_term(replace(term, pauses=(*term.pauses, pause)), calendar)
    if not stands(term):
        return later
    due = _moved_on(term, pause, calendar)
    held_from = later.due if term.held_from else None
    return later if later.due >= due else replace(_due_on(later, due, calendar), kept=term.kept, held_from=held_from)


def stands(term: Term) -> bool:
    """Tell whether a term's date stands against its count, because days off were announced while it ran."""
    return term.kept or term.held_from is not None


def _moved_on(term: Term, pause: Pause, calendar: WorkCalendar) -> date:
    """Give the day on which a term ends that has as many days left after a pause as before it, and one at least."""
    if pause.first > term.due:
        return term.due
    day = max(term.started_on, pause.first - ONE, *(one.last for one in term.pauses))
    working = term.unit == "working_day"
    left = calendar.between(day, term.due) if working else (term.due - day).days
    unit: Unit = "working_day" if working else "calendar_day"
    return last_day(unit, max(left, 1), term.roll, pause.last, (), calendar)[1]


def _due_on(term: Term, day: date, calendar: WorkCalendar) -> Term:
    return replace(term, due=day, due_at=end_of_day(day, calendar.zone))


def extended(term: Term, extension_rule: Rule, calendar: WorkCalendar) -> Term:
    """Give the successor term, counted from the day after the due day of `term`. Raises `NoExtension`.

    An extension is no term that its own rule extends, so there is never a second one.
    """
    if extension_rule.extends != term.rule:
        raise NoExtension
    started_at = term.due_at if extension_rule.unit == "hour" else None
    return count_term(replace(blank_term(extension_rule, term.due, started_at), extends=term.rule), calendar)


def recomputed(term: Term, rule: Rule, calendar: WorkCalendar) -> Term:
    """Give the term under a new calendar: a notice came, an emergency changed days. The same again where nothing moved.

    A citizen's own term is never shortened. Raises `ValueError` where `rule` is another.
    """
    _same_rule(term, rule)
    counted = count_term(term, calendar)
    return _not_earlier(counted, term) if rule.owner == "citizens_right" else counted


def held(counted: Term, before: Term, today: date, calendar: WorkCalendar) -> Term:
    """Give a term that was counted anew, but not over before the working day after `today` is, nor later than before.

    Days off that were announced late would else end an office's term in the past, or before anybody could know.
    What was held once stays, whatever the day is: counting again moves nothing.
    """
    least = before.due if before.held_from == counted.due else min(before.due, calendar.add(today, 1))
    return counted if counted.due >= least else replace(_due_on(counted, least, calendar), held_from=counted.due)


def _same_rule(term: Term, rule: Rule) -> None:
    if rule.id != term.rule:
        raise ValueError(f"a term of {term.rule} is not counted by {rule.id}")


def _not_earlier(counted: Term, before: Term) -> Term:
    if counted.due_at >= before.due_at:
        return counted
    return replace(counted, due=before.due, due_at=before.due_at, kept=True)


def blank_term(rule: Rule, started_on: date, started_at: datetime | None) -> Term:
    """Give a term of a rule that is not counted yet: it ends on the day on which it starts."""
    return Term(
        rule=rule.id,
        pack=rule.pack,
        law=rule.law,
        article=rule.article,
        local=rule.local,
        quantity=rule.quantity,
        unit=rule.unit,
        roll=rule.roll,
        started_on=started_on,
        due=started_on,
        due_at=end_of_day(started_on),
        started_at=started_at,
        at_least=rule.at_least,
        roll_chosen=rule.roll_chosen,
    )


def count_term(term: Term, calendar: WorkCalendar) -> Term:
    """Count the term anew from its start."""
    blank: dict[str, Any] = {"skipped": (), "made_up": (), "rolled_from": None, "held_from": None}
    clean = replace(term, **blank, kept=False, provisional=False, calendar=calendar.name)
    if term.started_at is not None:
        return _count_hours(clean, term.started_at, calendar)
    reached, due = last_day(term.unit, term.quantity, term.roll, term.started_on, term.pauses, calendar)
    working = term.unit == "working_day"
    looked_at = term.started_on + ONE if working else reached
    return replace(
        clean,
        due=due,
        due_at=end_of_day(due, calendar.zone),
        skipped=_left(calendar.skipped(term.started_on, due), term) if working else (),
        made_up=_left(calendar.made_up(term.started_on, due), term) if working else (),
        rolled_from=reached if reached != due else None,
        provisional=(working or term.roll != "none") and calendar.unsure(looked_at, due),
    )


def _left(days: tuple[date, ...], term: Term) -> tuple[date, ...]:
    return tuple(day for day in days if not term.paused(day)) if term.pauses else days


def _count_hours(term: Term, started_at: datetime, calendar: WorkCalendar) -> Term:
    """Add hours. A pause is known by its days, so each day left out gives the whole day back."""
    due_at, day = started_at + timedelta(hours=term.quantity), term.started_on
    while end_of_day(day - ONE, calendar.zone) < due_at:
        due_at += ONE if term.paused(day) else timedelta(0)
        day += ONE
    return replace(term, due=local_day(due_at, calendar.zone), due_at=due_at)
