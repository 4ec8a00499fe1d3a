"""Random dates against the oracle: `make campaign COUNT=1000000`, or HOURS=2. It goes on where the last run ended.

Each question has a number of its own, from which everything about it is drawn; a number that differs is printed, and
`make campaign ONLY=number` shows it again. What was run is written to docs/campaigns/deadlines.md after every thousand,
so whatever ends a run, the next one goes on from there.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import click

from lianxin.progress import progress
from shared.calendar.national import NAMES, NATION, national
from shared.calendar.notice import counted_by
from shared.calendar.workdays import SATURDAY, WorkCalendar
from shared.law.term import Term, due_on, resumed, start_term
from tests.campaigns import Page
from tests.law.drawn import COUNTY, Asked, asked, zone_of

KEPT = Path(__file__).parents[2] / "docs" / "campaigns" / "deadlines.md"
HEAD = """# Deadlines against the oracle

Every row is a run of `make campaign`. Each number is one question, compared with `tests/law/oracle.py`, which strikes
out days one by one, or walks hour by hour, and knows neither our count nor our days off.

| day | numbers | compared | different |
|---|---|---|---|
"""
AT_ONCE = 1_000
Calendars = Mapping[str, WorkCalendar]
CALENDARS: Calendars = {name: national(name) for name in NAMES}


def difference(number: int, calendars: Calendars = CALENDARS, *, begins: timedelta = timedelta(0)) -> str:
    """Give in words where our count differs from the oracle's; empty where it doesn't. `begins` plants a bug."""
    one = asked(number)
    calendar = _counted_by(one, calendars)
    term = start_term(one.rule, one.at + begins, calendar)
    for first, last in one.pauses:
        term = resumed(term, one.rule, first, last, calendar)
    told = [*_dates(term, one), *_trace(term, one), *_alone(one, calendar, begins)]
    return f"{number}: {one.rule.id} from {one.at}, pauses {one.pauses}: {'; '.join(told)}" if told else ""


def _counted_by(one: Asked, calendars: Calendars) -> WorkCalendar:
    """Give the calendar of a question: with days of the county's own, the one that its notices make."""
    return counted_by(one.notices(), COUNTY) if one.off else calendars[one.rule.calendar]


def _dates(term: Term, one: Asked) -> Iterator[str]:
    wanted = one.wanted
    for name, ours in (("started_on", term.started_on), ("due", term.due), ("due_at", term.due_at)):
        if ours != getattr(wanted, name):
            yield f"{name} {ours}, the oracle says {getattr(wanted, name)}"
    if one.off and term.calendar != f"{NATION}+{COUNTY}":
        yield f"counted by {term.calendar}, not by the county's own days"


def _trace(term: Term, one: Asked) -> Iterator[str]:
    """Say where the trace names another day than the oracle would."""
    if term.unit != "working_day":
        return
    days = [term.started_on + timedelta(days=n) for n in range(1, (term.due - term.started_on).days + 1)]
    here = [day for day in days if not any(first <= day <= last for first, last in one.pauses)]
    made_up = [day for day in here if day.weekday() >= SATURDAY and one.works(day)]
    skipped = {day for day in here if day.weekday() < SATURDAY and not one.works(day)}
    if not set(made_up) <= set(term.made_up):
        yield f"made up {term.made_up}, the oracle says {made_up}"
    if not skipped <= set(term.skipped) or any(one.works(day) for day in term.skipped):
        yield f"skipped {term.skipped}, the oracle says at least {sorted(skipped)}"


def _alone(one: Asked, calendar: WorkCalendar, begins: timedelta) -> Iterator[str]:
    """Say where the last day alone is another than the one with its trace."""
    if one.rule.unit == "hour" or one.pauses:
        return
    day = (one.at + begins).astimezone(zone_of(one.rule)).date()
    if (last := due_on(one.rule, day, calendar)) != one.wanted.due:
        yield f"the last day alone {last}, the oracle says {one.wanted.due}"


def differences(numbers: Iterable[int], calendars: Calendars = CALENDARS, **planted: timedelta) -> Iterator[str]:
    """Give what differs, in words."""
    return (told for number in numbers if (told := difference(number, calendars, **planted)))


def main() -> int:
    """Run until COUNT dates or HOURS are done; give 1 where anything differs."""
    if only := os.environ.get("ONLY"):
        told = difference(int(only))
        click.echo(f"{asked(int(only))}\n{told or 'agrees'}")
        return bool(told)
    count, until = int(os.environ.get("COUNT") or 0), time.monotonic() + 3600 * float(os.environ.get("HOURS") or 0)
    if not count and not os.environ.get("HOURS"):
        click.echo("say how much: make campaign COUNT=1000000, or HOURS=2", err=True)
        return 2
    page = Page(KEPT, HEAD)
    first = done = page.begun(0)
    different = 0
    with progress("Deadlines against the oracle") as show:
        while (done - first < count) if count else (time.monotonic() < until):
            more = min(AT_ONCE, first + count - done) if count else AT_ONCE
            for told in differences(range(done, done + more)):
                different += 1
                click.echo(told)
            done += more
            page.keep(first, done - 1, (done - first, different))
            show(done - first, count or done - first + 1)
    click.echo(f"{done - first} compared, {different} different")
    return bool(different)


if __name__ == "__main__":
    sys.exit(main())
