"""What comes in a simulated time, drawn from the seed before anything happens: submissions, and the weather."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.county.model import County
from shared.law.local import local_day
from shared.workflow.mechanism import Mechanism

START = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)  # a Monday morning in Beijing; this year's days off are announced
HOURS = (1, 3, 6, 8)  # o'clock in UTC when people come to it; few moments, so that many share what each costs
# How often a submission names nobody, names a post that it is about, turns to a unit, or is urgent.
NAMELESS, ABOUT_A_POST, ADDRESSED, URGENT = 0.3, 0.15, 0.1, 0.05
NOTICE_MONTH = 11  # the State Council announces a year's days off in the autumn before
LATE = 0.5  # how often it does so only when that year has begun
LATE_NOTICES = 2.0  # how many more notices a year changes its days by when it runs, beside one in its first weeks
FIRST_WEEKS = (8, 26)  # days after a start: a run of a month meets a late notice too

# How often in a year each kind of weather comes to a county.
YEARLY: Mapping[str, float] = {
    "outage": 10,
    "broker": 4,
    "restart": 8,
    "kill": 4,
    "hour forward": 1.5,
    "hour back": 1.5,
    "day forward": 1,
    "away": 24,
    "vacant": 6,
    "closed": 0.7,
    "emergency": 1,
    "overlay": 1,
}
WEATHER = (*YEARLY, "stand-in", "notice", "late notice")  # all that may come; somebody who is away may have a stand-in
LASTS: Mapping[str, tuple[float, float]] = {  # hours, from and to
    "outage": (0.1, 60),
    "broker": (0.1, 30),
    "kill": (0.02, 20),
    "away": (48, 24 * 21),
    "vacant": (24 * 7, 24 * 60),
}


@dataclass(frozen=True)
class Submission:
    """Somebody submits a case; `temper` says how this person will go on."""

    at: datetime
    number: int
    mechanism: str
    kind: str
    place: str | None
    category: str | None
    identity: str
    about_post: str | None
    addressed_to: str | None
    urgent: bool
    temper: str


@dataclass(frozen=True)
class Weather:
    """Something breaks or changes at a moment; `until` where it passes again, `detail` says which or who."""

    at: datetime
    what: str
    detail: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """A whole simulated time. `chance` goes on where drawing ended: what people do next depends on what they find."""

    seed: int
    start: datetime
    end: datetime
    submissions: tuple[Submission, ...]
    weather: tuple[Weather, ...]
    chance: random.Random


def draw(county: County, mechanisms: Mapping[str, Mechanism], seed: int, *, days: int, cases: int) -> Plan:
    """Draw the plan of a seed: the same county, days and cases give the same plan."""
    chance = random.Random(seed)  # noqa: S311 - a game of chance, not a secret
    end = START + timedelta(days=days)
    moments = sorted(office_hour(chance, START + timedelta(days=chance.random() * days * 0.9)) for _ in range(cases))
    submissions = tuple(_submission(county, mechanisms, chance, number, at) for number, at in enumerate(moments, 1))
    came = [*_weather(county, chance, days), *_announced(seed, days, end)]
    weather = sorted(came, key=lambda one: (one.at, one.what))
    return Plan(seed, START, end, submissions, tuple(weather), chance)


def office_hour(chance: random.Random, about: datetime) -> datetime:
    """Give a moment of the same day at which people are at work or write."""
    return about.replace(hour=chance.choice(HOURS), minute=0, second=0, microsecond=0)


def _submission(
    county: County, mechanisms: Mapping[str, Mechanism], chance: random.Random, number: int, at: datetime
) -> Submission:
    open_ones = [one for one in mechanisms.values() if not one.retired and "resident" in one.opened_by]
    mechanism = chance.choice(open_ones)
    kinds = {name: mechanism.kind(name) for name in mechanism.kinds}
    offered = {name: kind for name, kind in kinds.items() if kind and kind.offered and kind.record == "case"} or kinds
    name = chance.choice(sorted(offered))
    kind = offered[name]
    posts = [post.code for post in county.posts if "auditor" not in post.roles and "operator" not in post.roles]
    return Submission(
        at=at,
        number=number,
        mechanism=mechanism.name,
        kind=name,
        place=chance.choice([*(place.code for place in county.places), None]),
        category=chance.choice([*(one.code for one in county.categories), None]),
        identity="anonymous" if kind and "anonymous" in kind.identity and chance.random() < NAMELESS else "claimed",
        about_post=chance.choice(posts) if posts and chance.random() < ABOUT_A_POST else None,
        addressed_to=chance.choice(county.units).code if chance.random() < ADDRESSED else None,
        urgent=chance.random() < URGENT,
        temper=chance.choices(("patient", "silent", "restless"), (6, 2, 2))[0],
    )


def _weather(county: County, chance: random.Random, days: int) -> Iterator[Weather]:
    for what, yearly in YEARLY.items():
        mean = yearly * days / 365
        for _ in range(int(mean) + (chance.random() < mean % 1)):
            at = START + timedelta(days=1 + chance.random() * (days - 2))
            at = at.replace(second=chance.randrange(60), microsecond=0)
            lasts = timedelta(hours=chance.uniform(*LASTS[what])) if what in LASTS else None
            until = (at + lasts).replace(microsecond=0) if lasts else None
            yield Weather(at, what, _detail(county, chance, what), until)


def _detail(county: County, chance: random.Random, what: str) -> str:
    choices: dict[str, Iterable[Any]] = {
        "outage": county.running,
        "away": [post.code for post in county.posts],
        "vacant": [post.code for post in county.posts],
        "closed": _may_close(county),
        "emergency": (1, 2, 3),
        "overlay": (1, 2),
    }
    found = [str(one) for one in choices.get(what, ())]
    return chance.choice(found) if found else ""


def _may_close(county: County) -> list[str]:
    """Give offices that may be merged into another: not those that the county file leans on."""
    lean = {county.petition_office, county.fallback, *(duty.holder for duty in county.duties)}
    return [unit.code for unit in county.units if unit.level == "county" and unit.code not in lean]


def _announced(seed: int, days: int, end: datetime) -> Iterator[Weather]:
    """Announce each next year's days off, in the autumn before or late; and change a year's days while it runs.

    By a chance of its own, so that people do the same whatever notices there are.
    """
    chance = random.Random(f"notices of {seed}")  # noqa: S311 - a game of chance, not a secret
    for year in range(START.year, end.year + 1):
        at, what = datetime(year, NOTICE_MONTH, 5, 2, tzinfo=UTC), "notice"
        if chance.random() < LATE:
            at, what = datetime(year + 1, 1, chance.randrange(4, 20), 2, tzinfo=UTC), "late notice"
        if at < end:
            yield Weather(at, what, str(year + 1))
    mean = LATE_NOTICES * days / 365
    after = [chance.uniform(*FIRST_WEEKS)]
    after += [1 + chance.random() * (days - 2) for _ in range(int(mean) + (chance.random() < mean % 1))]
    moments = (START + timedelta(days=number) for number in after)
    yield from (Weather(at.replace(microsecond=0), "late notice") for at in moments if at < end)


def days_from(moment: datetime, number: int) -> tuple[date, ...]:
    """Give so many working weekdays from the third day after a moment on: days that a notice makes days off."""
    first = local_day(moment) + timedelta(days=3)
    later = (first + timedelta(days=step) for step in range(14))
    return tuple([day for day in later if day.weekday() < 5][:number])  # noqa: PLR2004 - Monday to Friday
