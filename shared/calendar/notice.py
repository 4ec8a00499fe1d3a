"""Notices of days off as data files: a national year before the package has it, and a county's own days.

Notices are versioned: of several for one calendar and year the highest version holds, the others stay as history.
"""

import tomllib
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
from shared.calendar.workdays import ONE, SATURDAY, WorkCalendar
from shared.errors import StartError


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
    try:
        return notice_of(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise StartError(f"{path}: can't be read ({error.strerror}); give the path of a notice") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StartError(f"{path.name}: not TOML in UTF-8: {error}") from error
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
    if notice.version < 1:
        yield f"version: {notice.version}; count from 1"
    if not notice.source:
        yield "source: is empty; name the notice, everybody whose date moves reads it"
    for day in sorted({*notice.off} & {*notice.work}):
        yield f"{day} is both off and worked; keep one"
    for day in sorted({*notice.work}):
        if day.weekday() < SATURDAY and not county:
            yield f"{day} is an ordinary weekday; a make-up day is a Saturday or Sunday"
    for day in sorted({*notice.off, *notice.work}):
        if day.year != notice.year:
            yield f"{day} is not in {notice.year}; put it into its own year's notice"


def _days(spans: Any) -> Iterator[date]:
    """Read days as `2026-10-01` or `2026-10-01..2026-10-07`."""
    for span in _exactly(spans, list):
        first, _, last = _exactly(span, str).partition("..")
        try:
            day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            raise NoticeError(f"{span} is no day; write 2026-10-01, or 2026-10-01..2026-10-07") from None
        if end < day:
            raise NoticeError(f"{span} ends before it begins")
        while day <= end:
            yield day
            day += ONE
