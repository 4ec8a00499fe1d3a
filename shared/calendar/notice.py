"""Notices of days off as data files: a national year before the package has it, and a county's own days.

Notices are versioned: of several for one calendar and year the highest version holds, the others stay as history.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import cattrs
from cattrs.v import format_exception

from shared.calendar.national import NATION, national
from shared.calendar.workdays import SATURDAY, WorkCalendar
from shared.errors import StartError
from shared.toml import read_toml

YEARS = range(2000, 2101)
VERSIONS = range(1, 10_000)
LONGEST_SOURCE = 300
WRITTEN = re.compile(r"\d{4}-\d\d-\d\d(\.\.\d{4}-\d\d-\d\d)?", re.ASCII)


class NoticeError(ValueError):
    """What is wrong with a notice, in words that say what to change; one after the other."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The days off and the make-up days of one year. `calendar` is CN, or CN+<county> for days over the nation's.

    `status`: announced, or provisional where it may still change. `source` is the reason that moved deadlines give.
    """

    calendar: str
    year: int
    version: int
    status: Literal["announced", "provisional"]
    source: str
    off: tuple[date, ...] = ()
    work: tuple[date, ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """Give what it is a version of."""
        return (self.calendar, self.year)

    @property
    def file(self) -> str:
        """Give the name its file has among a county's calendars."""
        return f"{self.calendar}-{self.year}@{self.version}.toml"


def counted_by(notices: Iterable[Notice], county: str) -> WorkCalendar:
    """Give the calendar of China under a county's notices; national years first, then the county's own days."""
    newest: dict[tuple[str, int], Notice] = {}
    for notice in sorted(notices, key=lambda one: one.version):
        newest[notice.key] = notice
    calendar = national(NATION)
    for notice in sorted(newest.values(), key=lambda one: (one.calendar != NATION, one.year)):
        if notice.calendar == NATION:
            calendar = _instead(calendar, notice)
        elif notice.calendar == f"{NATION}+{county}":
            calendar = _over(calendar, notice)
    return calendar


def _instead(calendar: WorkCalendar, notice: Notice) -> WorkCalendar:
    """Let a notice stand for its whole year."""
    return _announced(
        replace(
            calendar,
            off=frozenset(day for day in calendar.off if day.year != notice.year) | frozenset(notice.off),
            work=frozenset(day for day in calendar.work if day.year != notice.year) | frozenset(notice.work),
        ),
        notice,
        also={notice.year},
    )


def _over(calendar: WorkCalendar, notice: Notice) -> WorkCalendar:
    """Lay a county's days over its nation's; they announce no year that the nation did not."""
    return _announced(calendar.with_days(off=notice.off, work=notice.work, name=notice.calendar), notice, also=set())


def _announced(calendar: WorkCalendar, notice: Notice, also: set[int]) -> WorkCalendar:
    sure = notice.status == "announced"
    return replace(calendar, announced=calendar.announced | also if sure else calendar.announced - {notice.year})


def read_notice(path: Path) -> Notice:
    """Read a file. Raises `StartError`, one line for each mistake."""
    raw = read_toml(path, "a notice")
    try:
        return notice_of(raw)
    except cattrs.BaseValidationError as error:
        lines = cattrs.transform_error(error, path=path.name, format_exception=in_words)
        parts = (line.rpartition(" @ ") for line in lines)
        raise StartError(*(f"{where}: {what}" for what, _, where in parts)) from error
    except NoticeError as error:
        raise StartError(f"{path.name}: {error}") from error


def in_words(error: BaseException, kind: type | None) -> str:
    """Say one error of a document: our own sentence where it is ours, else cattrs' own."""
    return str(error) if isinstance(error, NoticeError) else format_exception(error, kind)


def read_notices(folder: Path) -> tuple[Notice, ...]:
    """Read every notice of a folder; none where there is no such folder. Raises `StartError` with all mistakes."""
    notices: list[Notice] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            notices.append(read_notice(path))
        except StartError as error:
            wrong += error.lines
    wrong += twice(notices)
    if wrong:
        raise StartError(*wrong)
    return tuple(notices)


def twice(notices: Sequence[Notice]) -> Iterator[str]:
    """Give a sentence for each version that is there more than once."""
    counts = Counter(notice.file.removesuffix(".toml") for notice in notices)
    yield from (
        f"{name}: this version is there {times} times; give the newer one a higher version"
        for name, times in counts.items()
        if times > 1
    )


def notice_of(raw: Mapping[str, Any]) -> Notice:
    """Make a notice from a TOML document. Raises what `in_words` says: `NoticeError`, or cattrs' own."""
    notice = _converter().structure(dict(raw), Notice)
    if wrong := list(_mistakes(notice)):
        raise NoticeError("; ".join(wrong))
    return notice


@cache
def _converter() -> cattrs.Converter:
    made = cattrs.Converter(forbid_extra_keys=True)
    made.register_structure_hook(int, _exactly)
    made.register_structure_hook(str, _exactly)
    made.register_structure_hook_func(lambda kind: kind == tuple[date, ...], lambda raw, _: tuple(_days(raw)))
    return made


def _exactly(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise NoticeError(f"a {kind.__name__} is needed, not {value!r}")
    return value


def _mistakes(notice: Notice) -> Iterator[str]:
    nation, _, county = notice.calendar.partition("+")
    if nation != NATION or (not county and "+" in notice.calendar):
        yield f"calendar: {notice.calendar} is none; write {NATION}, or {NATION}+ and the county's slug"
    if notice.version not in VERSIONS:
        yield f"version: {notice.version}; count from 1"
    if not notice.source:
        yield "source: is empty; name the notice, everybody whose date moves reads it"
    elif len(notice.source) > LONGEST_SOURCE or not notice.source.isprintable():
        yield f"source: one line of at most {LONGEST_SOURCE} characters, everybody whose date moves reads it"
    if notice.year not in YEARS:
        yield f"year: {notice.year}; write one from {YEARS[0]} to {YEARS[-1]}"
    else:
        yield from _wrong_days(notice, own=bool(county))


def _wrong_days(notice: Notice, *, own: bool) -> Iterator[str]:
    off, work = Counter(notice.off), Counter(notice.work)
    yield from (f"{day} is both off and worked; keep one" for day in sorted(off.keys() & work.keys()))
    for day, times in sorted({**off, **work}.items()):
        if times > 1:
            yield f"{day} is there {times} times; keep one"
        if day.year != notice.year:
            yield f"{day} is not in {notice.year}; put it into its own year's notice"
    for day in sorted(work):
        if day.weekday() < SATURDAY and not own:
            yield f"{day} is an ordinary weekday; a make-up day is a Saturday or Sunday"


def _days(spans: Any) -> Iterator[date]:
    """Read days as `2026-10-01` or `2026-10-01..2026-10-07`; TOML's own days, without quotes, are welcome too."""
    for written in _exactly(spans, list):
        span = str(written) if type(written) is date else written
        first, _, last = _exactly(span, str).partition("..")
        if WRITTEN.fullmatch(span) is None:
            raise NoticeError(f"{span} is no day; write 2026-10-01, or 2026-10-01..2026-10-07")
        try:
            day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            raise NoticeError(f"{span} is no day; write 2026-10-01, or 2026-10-01..2026-10-07") from None
        if end < day:
            raise NoticeError(f"{span} ends before it begins")
        if end.year != day.year:
            raise NoticeError(f"{span} goes on into another year; put each year's days into its own notice")
        yield from (date.fromordinal(number) for number in range(day.toordinal(), end.toordinal() + 1))
