"""A term: a rule applied to a day. Immutable; a pause, an extension, a new calendar give another and keep the trace.

A term carries its own measure (quantity, unit, roll, article), so a newer pack never moves a term that runs.
"""

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from cattrs import Converter
from cattrs.preconf.json import make_converter

from shared.calendar.workdays import SATURDAY, WorkCalendar
from shared.errors import Refusal
from shared.law.local import end_of_day, local_day
from shared.law.rule import Roll, Rule, Rules, Start, Unit

ONE = timedelta(days=1)


class NoExtension(Refusal):
    """The law knows no such extension of this term, or it was extended already."""

    code = "no-extension"
    message = "This term can't be extended, or not once more."
    next_action = "Finish within the term, or answer late and say why."


@dataclass(frozen=True)
class Pause:
    """Both days, and all between, are left out."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a pause ends before it begins: {self.first} to {self.last}")

    def holds(self, day: date) -> bool:
        """Tell whether a day is left out."""
        return self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True)
class Term:
    """When something is due and how that day was counted.

    `started_on` is the local day that is not counted; `due` the last local day; `due_at` the moment from which it is
    late (the next local midnight; for hours the moment itself), aware, UTC, exclusive. The trace: days off that
    `skipped` the count, make-up days that were counted (`made_up`), `pauses`, the due day before it `rolled_from` a
    day off, the rule whose term this one `extends`. `kept`: a new calendar would have shortened a citizen's own term,
    so the earlier promise stands. `provisional`: part of it lies in a year whose holidays are not announced.
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
    provisional: bool = False

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
    return _count(_blank(rule, _first_day(rule.start, local_day(at)), started_at), calendar)


def resumed(term: Term, rule: Rule, paused_on: date, resumed_on: date, calendar: WorkCalendar) -> Term:
    """Give the term with a pause left out: both days and all between; it is never due earlier than before.

    Counted as it began, also where the pack of `rule` has moved on. Raises `ValueError` where `rule` is another.
    """
    _same_rule(term, rule)
    later = _count(replace(term, pauses=(*term.pauses, Pause(paused_on, resumed_on))), calendar)
    return _not_earlier(later, term) if term.kept else later


def extended(term: Term, extension_rule: Rule, calendar: WorkCalendar) -> Term:
    """Give the successor term, counted from the day after the due day of `term`. Raises `NoExtension`.

    An extension is no term that its own rule extends, so there is never a second one.
    """
    if extension_rule.extends != term.rule:
        raise NoExtension
    started_at = term.due_at if extension_rule.unit == "hour" else None
    return _count(replace(_blank(extension_rule, term.due, started_at), extends=term.rule), calendar)


def recomputed(term: Term, rule: Rule, calendar: WorkCalendar) -> Term:
    """Give the term under a new calendar: a notice came, an emergency changed days. The same again where nothing moved.

    A citizen's own term is never shortened. Raises `ValueError` where `rule` is another.
    """
    _same_rule(term, rule)
    counted = _count(term, calendar)
    return _not_earlier(counted, term) if rule.owner == "citizens_right" else counted


def _same_rule(term: Term, rule: Rule) -> None:
    if rule.id != term.rule:
        raise ValueError(f"a term of {term.rule} is not counted by {rule.id}")


def _not_earlier(counted: Term, before: Term) -> Term:
    if counted.due_at >= before.due_at:
        return counted
    return replace(counted, due=before.due, due_at=before.due_at, kept=True)


def _blank(rule: Rule, started_on: date, started_at: datetime | None) -> Term:
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
    )


def _first_day(start: Start, day: date) -> date:
    """Give the day that is not counted."""
    if start not in ("month_end", "quarter_end"):
        return day
    while (day + ONE).day != 1 or (start == "quarter_end" and day.month % 3):
        day -= ONE
    return day


def _count(term: Term, calendar: WorkCalendar) -> Term:
    """Count the term anew from its start."""
    clean = replace(term, skipped=(), made_up=(), rolled_from=None, kept=False, provisional=False)
    if term.started_at is not None:
        return _count_hours(clean, term.started_at)
    counted = _count_working(clean, calendar) if term.unit == "working_day" else _count_days(clean, calendar)
    return replace(counted, due_at=end_of_day(counted.due))


def _count_hours(term: Term, started_at: datetime) -> Term:
    """Add hours. A pause is known by its days, so each day left out gives the whole day back."""
    due_at, day = started_at + timedelta(hours=term.quantity), term.started_on
    while end_of_day(day - ONE) < due_at:
        due_at += ONE if term.paused(day) else timedelta(0)
        day += ONE
    return replace(term, due=local_day(due_at), due_at=due_at)


def _count_working(term: Term, calendar: WorkCalendar) -> Term:
    left, day = term.quantity, term.started_on
    skipped: list[date] = []
    made_up: list[date] = []
    while left > 0:
        day += ONE
        if term.paused(day):
            continue
        if calendar.is_working(day):
            left -= 1
            made_up += [day] if day in calendar.work else []
        elif day in calendar.off or day.weekday() < SATURDAY:  # an ordinary weekend needs no mention
            skipped.append(day)
    provisional = calendar.provisional(term.started_on + ONE) or calendar.provisional(day)
    return replace(term, due=day, skipped=tuple(skipped), made_up=tuple(made_up), provisional=provisional)


def _count_days(term: Term, calendar: WorkCalendar) -> Term:
    """Count calendar days or months; each day left out moves the end by one; then the end rolls off days off."""
    due = (
        _months_later(term.started_on, term.quantity) if term.unit == "month" else term.started_on + ONE * term.quantity
    )
    day = term.started_on + ONE
    while day <= due:
        due += ONE if term.paused(day) else timedelta(0)
        day += ONE
    if term.roll == "none":
        return replace(term, due=due)
    last = due
    while term.paused(last) or not calendar.is_working(last):
        last += ONE
    provisional = calendar.provisional(due) or calendar.provisional(last)
    return replace(term, due=last, rolled_from=due if last != due else None, provisional=provisional)


def _months_later(day: date, number: int) -> date:
    """Give the same-numbered day, or the month's last (民法典 202)."""
    year, month = divmod(day.month - 1 + number, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))
