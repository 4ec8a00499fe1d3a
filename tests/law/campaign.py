"""Random dates against the oracle: `make campaign COUNT=1000000`, or HOURS=2. It goes on where the last run ended.

Each date has a number of its own, from which rule, day, pauses and a county's days are drawn; a number that differs is
printed, and `make campaign ONLY=number` shows it again. What was run is added to docs/campaigns/deadlines.md.
"""

import os
import random
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import click

from lianxin.progress import progress
from shared.calendar.national import NATION, national
from shared.calendar.workdays import SATURDAY, WorkCalendar
from shared.law.packs import load_rules
from shared.law.rule import Rule
from shared.law.term import Term, due_on, resumed, start_term
from tests.law import oracle
from tests.law.makers import a_rule, morning

KEPT = Path(__file__).parents[2] / "docs" / "campaigns" / "deadlines.md"
HEAD = """# Deadlines against the oracle

Every row is a run of `make campaign`: random rules, days, pauses and county days, counted by `shared/law` and, in
another way and by another package's working days, by `tests/law/oracle.py`.

| day | numbers | compared | beyond the data | different |
|---|---|---|---|---|
"""
AT_ONCE = 1_000
BEYOND = "beyond"  # the other package does not know the year


@dataclass(frozen=True)
class Asked:
    """One question: a rule from a day on, the pauses, and the county's own days."""

    rule: Rule
    day: date
    pauses: tuple[oracle.Span, ...]
    off: frozenset[date]
    work: frozenset[date]


def asked(number: int) -> Asked:
    """Draw the question of a number, the same one every time."""
    chance = random.Random(number)  # noqa: S311 - not a secret
    day = oracle.FIRST + timedelta(days=chance.randrange((oracle.LAST - oracle.FIRST).days))
    pauses = tuple(_span(chance, day) for _ in range(chance.choice((0, 0, 0, 1, 2, 3))))
    off = _days(chance, day) if chance.random() < 0.05 else frozenset()
    work = _days(chance, day) - off if off else frozenset()
    return Asked(_rule(chance), day, pauses, off, work)


def _rule(chance: random.Random) -> Rule:
    if chance.random() < 0.5:
        return chance.choice(_shipped())
    unit = chance.choice(("calendar_day", "working_day", "month"))
    roll = chance.choice(("none", "next_working_day")) if unit != "working_day" else "none"
    return a_rule(chance.randint(1, 12 if unit == "month" else 120), unit, roll=roll)


@cache
def _shipped() -> list[Rule]:
    days = [one for one in load_rules().values() if one.calendar == NATION and one.unit != "hour"]
    return [one for one in days if not one.start.endswith("_end")]


def _span(chance: random.Random, day: date) -> oracle.Span:
    first = day + timedelta(days=chance.randrange(-3, 60))
    return first, first + timedelta(days=chance.randrange(20))


def _days(chance: random.Random, day: date) -> frozenset[date]:
    return frozenset(day + timedelta(days=chance.randrange(90)) for _ in range(4))


def difference(number: int, calendar: WorkCalendar, *, first_day: timedelta = timedelta(0)) -> str:
    """Give in words where our count differs from the oracle's; empty where it doesn't, BEYOND where nobody can say.

    `first_day` moves the start: a planted bug.
    """
    one = asked(number)
    try:
        wanted = oracle.last_day(one.rule, one.day, one.pauses, lambda day: _works(day, one))
        term = _term(one, calendar.with_days(off=one.off, work=one.work) if one.off else calendar, first_day)
        told = _trace(term, one)
    except NotImplementedError:
        return BEYOND
    if term.due != wanted:
        return f"{number}: {one.rule.id} from {one.day}, pauses {one.pauses}: {term.due}, the oracle says {wanted}"
    return f"{number}: {told}" if told else ""


def _works(day: date, one: Asked) -> bool:
    return day in one.work or (day not in one.off and oracle.works(day))


def _term(one: Asked, calendar: WorkCalendar, first_day: timedelta) -> Term:
    term = start_term(one.rule, morning(one.day + first_day), calendar)
    if not first_day and due_on(one.rule, one.day, calendar) != term.due:
        raise AssertionError(f"{one}: the last day alone is another than with its trace")
    for first, last in one.pauses:
        term = resumed(term, one.rule, first, last, calendar)
    return term


def _trace(term: Term, one: Asked) -> str:
    """Give in words where the trace names another day than the oracle would."""
    if term.unit != "working_day":
        return ""
    days = [term.started_on + timedelta(days=n) for n in range(1, (term.due - term.started_on).days + 1)]
    here = [day for day in days if not any(first <= day <= last for first, last in one.pauses)]
    made_up = [day for day in here if day.weekday() >= SATURDAY and _works(day, one)]
    skipped = {day for day in here if day.weekday() < SATURDAY and not _works(day, one)}
    if not set(made_up) <= set(term.made_up):
        return f"made up {term.made_up}, the oracle says {made_up}"
    if not skipped <= set(term.skipped) or any(_works(day, one) for day in term.skipped):
        return f"skipped {term.skipped}, the oracle says at least {sorted(skipped)}"
    return ""


def differences(numbers: Iterable[int], calendar: WorkCalendar, **planted: timedelta) -> Iterator[str]:
    """Give what differs, in words."""
    return (told for number in numbers if (told := difference(number, calendar, **planted)) not in ("", BEYOND))


def main() -> int:
    """Run until COUNT dates or HOURS are done; give 1 where anything differs."""
    if only := os.environ.get("ONLY"):
        told = difference(int(only), national(NATION))
        click.echo(f"{asked(int(only))}\n{told or 'agrees'}")
        return bool(told)
    count, until = int(os.environ.get("COUNT") or 0), time.monotonic() + 3600 * float(os.environ.get("HOURS") or 0)
    if not count and not os.environ.get("HOURS"):
        click.echo("say how much: make campaign COUNT=1000000, or HOURS=2", err=True)
        return 2
    first = done = _begun()
    beyond, different = 0, []
    with progress("Deadlines against the oracle") as show:
        while (done - first < count) if count else (time.monotonic() < until):
            told = [difference(number, national(NATION)) for number in range(done, done + AT_ONCE)]
            beyond += told.count(BEYOND)
            different += [one for one in told if one not in ("", BEYOND)]
            done += AT_ONCE
            show(done - first, count or done - first + 1)
    _keep(first, done, beyond, len(different))
    click.echo("\n".join([*different, f"{done - first - beyond} compared, {len(different)} different"]))
    return bool(different)


def _begun() -> int:
    """Give the number after the last one that was run."""
    rows = KEPT.read_text(encoding="utf-8").splitlines()[-1:] if KEPT.exists() else []
    return int(rows[0].split("|")[2].rpartition(" ")[0].rpartition(" ")[2]) + 1 if rows and "to" in rows[0] else 0


def _keep(first: int, done: int, beyond: int, different: int) -> None:
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    text = KEPT.read_text(encoding="utf-8") if KEPT.exists() else HEAD
    cells = (f"{datetime.now(UTC):%Y-%m-%d}", f"{first} to {done - 1}", done - first - beyond, beyond, different)
    KEPT.write_text(f"{text}| {' | '.join(map(str, cells))} |\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
