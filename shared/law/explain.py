"""The sentences that explain a date: what was counted, from when, what was left out, by which article."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shared.calendar.workdays import ONE
from shared.law.count import Pause
from shared.law.local import BEIJING
from shared.law.packs import Rules
from shared.law.rule import ASSIGNED, BESIDE, EXECUTED, GIVEN, PARTED, Rule
from shared.law.term import Term
from shared.law.words import EN, MONTHS, ZH, Words


@dataclass(frozen=True)
class Line:
    """One step of the count: what was done (`step`), to which days, in words.

    `step` is start, skipped, made_up, paused, rolled, kept, held, ends or basis.
    """

    step: str
    days: tuple[date, ...]
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Give JSON-ready values; days are ISO text."""
        return {"step": self.step, "days": [day.isoformat() for day in self.days], "text": self.text}


@dataclass(frozen=True)
class Explained:
    """A date in words: whole, in two sentences, and step by step."""

    text: str
    steps: tuple[Line, ...]


def explain(term: Term | Mapping[str, Any], rules: Rules, language: str) -> str:
    """Give two sentences in `zh` or, for any other language, English: how the day was counted, and by which article."""
    return explained(term, rules, language).text


def explained(term: Term | Mapping[str, Any], rules: Rules, language: str, *, promised: bool = True) -> Explained:
    """Give the same with its steps one by one; the last of them names the basis.

    Quantity, unit and article are those that the term began under; so are the title and what a pause rests on. A rule
    that the packs no longer have is named by its id. Not `promised`: the term is only counted, and the county stands
    for no part of it.
    """
    read, words = _read(term), (ZH if language == "zh" else EN)
    rule = rules.known(read.rule, read.pack)
    counted = tuple(_counted(read, rule, words))
    source = _source(read, rule, words, promised=promised) + _reading(read, words)
    basis = Line("basis", (), words.basis.format(source=source))
    sentence = words.between_parts.join(line.text for line in counted) + words.stop + basis.text + words.stop
    return Explained((_title(read, rule, words) + sentence).rstrip(), (*counted, basis))


def _read(term: Term | Mapping[str, Any]) -> Term:
    return term if isinstance(term, Term) else Term.from_dict(term)


def _title(term: Term, rule: Rule | None, words: Words) -> str:
    known = term.rule if rule is None else rule.title_zh if words is ZH else rule.title
    return words.title.format(title=known)


def _counted(term: Term, rule: Rule | None, words: Words) -> Iterator[Line]:
    year = term.started_on.year
    yield Line("start", (term.started_on,), _start(term, words))
    if term.skipped:
        yield Line("skipped", term.skipped, words.skipped.format(days=_days(term.skipped, year, words)))
    if term.made_up:
        yield Line("made_up", term.made_up, words.made_up.format(days=_days(term.made_up, year, words)))
    if _paused(term):
        days, practice = _paused(term), rule is not None and rule.pause_basis == "practice"
        text = words.pause.format(days=_days(days, year, words)) + (words.practice if practice else "")
        yield Line("paused", tuple(days), text)
    if term.rolled_from:
        yield Line("rolled", (term.rolled_from,), words.rolled.format(day=_day(term.rolled_from, words)))
    if term.kept:
        yield Line("kept", (term.due,), words.kept)
    if term.held_from:
        yield Line("held", (term.held_from,), words.held.format(day=_day(term.held_from, words)))
    yield Line("ends", (term.due,), _end(term, words))


def _end(term: Term, words: Words) -> str:
    end = _day(term.due, words) if term.started_at is None else _moment(term.due_at, words)
    ends = words.ends_at_least if term.at_least else words.ends
    return ends.format(end=end) + (words.provisional if term.provisional else "")


def _start(term: Term, words: Words) -> str:
    length = words.length(term.quantity, term.unit)
    if term.sender:
        sender = term.sender[1 if words is ZH else 2]
        said = words.assigned if term.rule in (ASSIGNED.id, PARTED.id) else words.given
        said = words.helps if term.rule in BESIDE - GIVEN.keys() else said
        return said.format(sender=sender, start=_day(term.started_on, words), length=length)
    if term.step_of_plan:
        return words.planned.format(number=term.step_of_plan, start=_day(term.started_on, words))
    if term.rule in EXECUTED:
        return words.promised.format(start=_day(term.started_on, words))
    if term.extends:
        return words.longer.format(length=length, start=_day(term.started_on, words))
    if term.started_at is not None:
        return words.start_hour.format(length=length, start=_moment(term.started_at, words))
    return words.start.format(length=length, start=_day(term.started_on, words))


def _source(term: Term, rule: Rule | None, words: Words, *, promised: bool) -> str:
    if not term.law:
        return words.promise if promised else words.unpromised
    name = rule.law_zh if words is ZH and rule is not None and rule.law_zh else term.law
    law = (words.article if term.article else words.law).format(law=name, article=term.article)
    if not term.local:
        return law
    return (words.promise_under if promised else words.unpromised_under).format(source=law)


def _reading(term: Term, words: Words) -> str:
    """Say what a county chose for a last day off, where it chose: the law's text leaves it open."""
    if not term.roll_chosen:
        return ""
    return words.rolls if term.roll == "next_working_day" else words.rolls_not


def _paused(term: Term) -> list[date]:
    """Give every day that a pause leaves out, once; what lay before the start or began after the end left out none."""
    told = (pause for pause in term.pauses if leaves_out(term, pause))
    spans = ((pause.first, (pause.last - pause.first).days + 1) for pause in told)
    return sorted({first + timedelta(days=n) for first, length in spans for n in range(length)})


def leaves_out(term: Term, pause: Pause) -> bool:
    """Tell whether a pause touches the days that a term counts."""
    return pause.first <= term.due and pause.last >= (term.started_on if term.started_at else term.started_on + ONE)


def _day(day: date, words: Words) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if words is ZH else f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _moment(moment: datetime, words: Words) -> str:
    local = moment.astimezone(BEIJING)
    return _day(local.date(), words) + (f"{local:%H:%M}" if words is ZH else f", {local:%H:%M}")


def _days(days: Sequence[date], year: int, words: Words) -> str:
    """Put days that follow each other together: 25–27 Sep. A year is named where it is not `year`."""
    groups: list[list[date]] = []
    for day in days:
        if groups and day - groups[-1][-1] == timedelta(days=1):
            groups[-1].append(day)
        else:
            groups.append([day])
    return words.between_days.join(_range(group[0], group[-1], year, words) for group in groups)


def _range(first: date, last: date, year: int, words: Words) -> str:
    one_month = (first.year, first.month) == (last.year, last.month)
    if words is ZH:
        start = _short(first, year, words)
        end = f"{last.day}日" if one_month else _short(last, first.year, words)
        return start if first == last else f"{start}至{end}"
    if first == last or not one_month:
        return " to ".join(_short(day, year, words) for day in dict.fromkeys((first, last)))
    return f"{first.day}–{_short(last, year, words)}"


def _short(day: date, year: int, words: Words) -> str:
    if day.year != year:
        return _day(day, words)
    return f"{day.month}月{day.day}日" if words is ZH else f"{day.day} {MONTHS[day.month - 1]}"
