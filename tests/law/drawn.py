"""Questions of chance for the campaign of deadlines: each has a number, from which everything about it is drawn."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import get_args
from zoneinfo import ZoneInfo

from shared.calendar.national import NAMES, NATION
from shared.calendar.notice import Notice
from shared.law.packs import load_rules
from shared.law.rule import Rule, Start, Unit
from tests.law import days_off, oracle
from tests.law.days_off import FIRST, LAST
from tests.law.makers import a_rule

COUNTY = "qinghe"
ZONES = {"CN": "Asia/Shanghai", "GB": "Europe/London", "EU": "Europe/Brussels"}
LONGEST = {"month": 12, "calendar_day": 120, "working_day": 120, "hour": 240}
MINUTES = 24 * 60


@dataclass(frozen=True)
class Asked:
    """One question: a rule from a moment on, the pauses, the county's own days; and what the oracle says."""

    rule: Rule
    at: datetime
    pauses: tuple[oracle.Span, ...]
    off: frozenset[date]
    work: frozenset[date]
    wanted: oracle.Answer = field(init=False)

    def __post_init__(self) -> None:
        found = oracle.answer(self.rule, self.at, zone_of(self.rule), self.pauses, self.works)
        object.__setattr__(self, "wanted", found)

    def works(self, day: date) -> bool:
        """Tell whether offices work: the county's own days come before its nation's."""
        return day in self.work or (day not in self.off and days_off.works(self.rule.calendar, day))

    def notices(self) -> list[Notice]:
        """Give the county's own days as it announces them, year by year."""
        years = sorted({day.year for day in self.off | self.work})
        return [
            Notice(
                calendar=f"{NATION}+{COUNTY}",
                year=year,
                version=1,
                status="announced",
                source="本县通知",
                off=tuple(sorted(day for day in self.off if day.year == year)),
                work=tuple(sorted(day for day in self.work if day.year == year)),
            )
            for year in years
        ]


def zone_of(rule: Rule) -> ZoneInfo:
    """Give the wall clock by which a rule's days begin and end."""
    return ZoneInfo(ZONES[rule.calendar])


def asked(number: int) -> Asked:
    """Draw the question of a number, the same one every time; drawn anew where the oracle does not know its years."""
    chance = random.Random(number)  # noqa: S311 - not a secret
    while True:
        try:
            return _drawn(chance)
        except NotImplementedError:
            continue


def _drawn(chance: random.Random) -> Asked:
    rule = chance.choice(_shipped()) if chance.random() < 0.5 else _made_up(chance)
    day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
    minutes = chance.choice((0, MINUTES - 1, chance.randrange(MINUTES)))
    pauses = tuple(_span(chance, day) for _ in range(chance.choice((0, 0, 0, 1, 2, 3))))
    off = _days(chance, day) if rule.calendar == NATION and chance.random() < 0.05 else frozenset()
    work = _days(chance, day) - off if off else frozenset()
    return Asked(rule, datetime.combine(day, time(*divmod(minutes, 60)), zone_of(rule)), pauses, off, work)


@cache
def _shipped() -> tuple[Rule, ...]:
    return tuple(load_rules().values())


def _made_up(chance: random.Random) -> Rule:
    unit: Unit = chance.choice(get_args(Unit))
    day_off_matters = unit in ("calendar_day", "month")
    return a_rule(
        chance.randint(1, LONGEST[unit]),
        unit,
        start="next_day" if unit == "hour" else chance.choice(get_args(Start)),
        roll=chance.choice(("none", "next_working_day")) if day_off_matters else "none",
        calendar=NATION if unit == "hour" else chance.choice((NATION, *NAMES)),
    )


def _span(chance: random.Random, day: date) -> oracle.Span:
    first = day + timedelta(days=chance.randrange(-3, 60))
    return first, first + timedelta(days=chance.randrange(20))


def _days(chance: random.Random, day: date) -> frozenset[date]:
    return frozenset(day + timedelta(days=chance.randrange(90)) for _ in range(4))
