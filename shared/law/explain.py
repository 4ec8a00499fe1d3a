"""The sentences that explain a date: what was counted, from when, what was left out, by which article."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from shared.law.local import BEIJING
from shared.law.rule import Rule
from shared.law.term import Term

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Words:
    """One language's turns of phrase. These are legal sentences, not labels, so they stand whole and together."""

    language: Literal["zh", "en"]
    units: Mapping[str, tuple[str, str]]  # one, many
    title: str
    start: str
    start_hour: str
    longer: str
    assigned: str
    planned: str
    skipped: str
    made_up: str
    pause: str
    practice: str
    rolled: str
    kept: str
    ends: str
    ends_at_least: str
    provisional: str
    basis: str
    promise: str
    promise_under: str
    unpromised: str
    unpromised_under: str
    law: str
    article: str
    between_parts: str
    between_days: str
    stop: str


ZH = Words(
    language="zh",
    units={
        "calendar_day": ("{n}日（自然日）", "{n}日（自然日）"),
        "working_day": ("{n}个工作日", "{n}个工作日"),
        "month": ("{n}个月", "{n}个月"),
        "hour": ("{n}小时", "{n}小时"),
    },
    title="{title}：",
    start="自{start}的次日起{length}",
    start_hour="自{start}起{length}",
    assigned="{sender}于{start}交办并自定期限",
    planned="{start}所定计划的第{number}步",
    longer="自原期限最后一日{start}的次日起延长{length}",
    skipped="不计放假{days}",
    made_up="计入调休上班{days}",
    pause="暂停{days}不计",
    practice="（本地惯例）",
    rolled="最后一日{day}放假休息，顺延",
    kept="按新公布的放假安排本应提前届满，仍以原定日期为准",
    ends="至{end}届满",
    ends_at_least="至少至{end}",
    provisional="（放假安排尚未公布，暂定）",
    basis="依据：{source}",
    promise="本县承诺",
    promise_under="本县参照{source}作出的承诺",
    unpromised="无，本县未作此承诺",
    unpromised_under="{source}，本县尚未确认",
    law="《{law}》",
    article="《{law}》第{article}条",
    between_parts="，",
    between_days="、",
    stop="。",
)
EN = Words(
    language="en",
    units={
        "calendar_day": ("{n} calendar day", "{n} calendar days"),
        "working_day": ("{n} working day", "{n} working days"),
        "month": ("{n} month", "{n} months"),
        "hour": ("{n} hour", "{n} hours"),
    },
    title="{title}: ",
    start="{length} from the day after {start}",
    start_hour="{length} from {start}",
    assigned="assigned by {sender} on {start}, with the sender's own date",
    planned="step {number} of the plan made on {start}",
    longer="extended by {length} from the day after {start}, the last day of the first term",
    skipped="skipped days off: {days}",
    made_up="counted make-up working days: {days}",
    pause="stood still {days}",
    practice=" (by local practice)",
    rolled="the last day, {day}, is a day off, so the next working day counts",
    kept="newly announced days would end it earlier, but the date once given stands",
    ends="ends {end}",
    ends_at_least="lasts at least until the end of {end}",
    provisional=" (provisional: that year's holidays are not announced yet)",
    basis="Basis: {source}",
    promise="a promise of this county",
    promise_under="a promise of this county after {source}",
    unpromised="none, for this county has not promised it",
    unpromised_under="{source}, which this county has not confirmed",
    law="{law}",
    article="{law}, article {article}",
    between_parts="; ",
    between_days=", ",
    stop=". ",
)


@dataclass(frozen=True)
class Line:
    """One step of the count: what was done (`step`), to which days, in words.

    `step` is start, skipped, made_up, paused, rolled, kept, ends or basis.
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


def explain(term: Term | Mapping[str, Any], rules: Mapping[str, Rule], language: str) -> str:
    """Give two sentences in `zh` or, for any other language, English: how the day was counted, and by which article."""
    return explained(term, rules, language).text


def explained(
    term: Term | Mapping[str, Any], rules: Mapping[str, Rule], language: str, *, promised: bool = True
) -> Explained:
    """Give the same with its steps one by one; the last of them names the basis.

    Quantity, unit and article are those that the term began under. A rule that the packs no longer have is named by
    its id. Not `promised`: the term is only counted, and the county stands for no part of it.
    """
    read, words = _read(term), (ZH if language == "zh" else EN)
    rule = rules.get(read.rule)
    counted = tuple(_counted(read, rule, words))
    basis = Line("basis", (), words.basis.format(source=_source(read, rule, words, promised=promised)))
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
    if term.pauses:
        days, practice = _paused(term), rule is not None and rule.pause_basis == "practice"
        text = words.pause.format(days=_days(days, year, words)) + (words.practice if practice else "")
        yield Line("paused", tuple(days), text)
    if term.rolled_from:
        yield Line("rolled", (term.rolled_from,), words.rolled.format(day=_day(term.rolled_from, words)))
    if term.kept:
        yield Line("kept", (term.due,), words.kept)
    yield Line("ends", (term.due,), _end(term, words))


def _end(term: Term, words: Words) -> str:
    end = _day(term.due, words) if term.started_at is None else _moment(term.due_at, words)
    ends = words.ends_at_least if term.at_least else words.ends
    return ends.format(end=end) + (words.provisional if term.provisional else "")


def _start(term: Term, words: Words) -> str:
    one, many = words.units[term.unit]
    if term.sender:
        sender = term.sender[1 if words is ZH else 2]
        return words.assigned.format(sender=sender, start=_day(term.started_on, words))
    if term.step_of_plan:
        return words.planned.format(number=term.step_of_plan, start=_day(term.started_on, words))
    length = (one if term.quantity == 1 else many).format(n=term.quantity)
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


def _paused(term: Term) -> list[date]:
    """Give every day that a pause leaves out, once."""
    spans = ((pause.first, (pause.last - pause.first).days + 1) for pause in term.pauses)
    return sorted({first + timedelta(days=n) for first, length in spans for n in range(length)})


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
