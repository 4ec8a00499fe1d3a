"""A year of demo cases, carried by the real services under a virtual clock; and taking them out again."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from lianxin.demo import mediations, walk
from lianxin.demo.moves import Move
from lianxin.demo.people import SignIn, add_demo_people, demo_staff
from lianxin.demo.texts import MARK, matter, person
from lianxin.deployment import Deployment, compose
from lianxin.home import Settings
from lianxin.loop import Loop
from services.directory.people import remove_demo_people
from services.intake.erase import erase
from services.intake.models import CaseRow
from services.intake.new_case import NewCase
from services.intake.submit import submit
from shared.bus.memory import MemoryCarrier
from shared.clock import SystemClock, VirtualClock
from shared.county.model import County

YEAR = 365
STRIDE = 3  # days; the demo's year passes in steps, so that a first start takes a minute and not five
CHANNEL = "demo"
Progress = Callable[[int, int], None]


@dataclass
class Running:
    """A demo case on its way: what it still walks, when it moves next, and how many days it waits at most."""

    case: str
    reference: str
    way: list[Move]
    next_day: int
    waits: int = 9


def load_demo(settings: Settings, county: County, until: datetime, *, progress: Progress) -> list[SignIn]:
    """Add the demo people and a year of cases that ends at `until`; gives the sign-ins that were made."""
    clock = VirtualClock(until - timedelta(days=YEAR))
    deployment = compose(county, settings, carrier=MemoryCarrier(), clock=clock)
    loop = Loop(deployment, clock)
    made = add_demo_people(deployment, clock.now())
    loop.settle()
    _live(loop, random.Random(county.demo.seed), progress)  # noqa: S311 - a demo, not a secret
    loop.close()
    return made


def _live(loop: Loop, chance: random.Random, progress: Progress) -> None:
    """Let the year pass, a few days at a time: people submit, offices work, the clock does the rest."""
    deployment, total = loop.deployment, loop.deployment.county.demo.cases
    talks = {YEAR - before: way for before, way in mediations.in_county(deployment.mechanisms).items()}
    total -= len(talks)
    days = sorted(chance.randrange(YEAR - 1) for _ in range(total))
    start, running, done = loop.clock.now(), list[Running](), 0
    staff = demo_staff(deployment)
    for day in range(0, YEAR, STRIDE):
        loop.clock.advance_to(start + timedelta(days=day))
        due = [case for case in running if case.next_day <= day]
        while done < total and days[done] <= day:
            running.append(_submit(deployment, chance, day, loop.clock.now()))
            done += 1
        for one in [one for one in talks if one <= day]:
            running.append(_mediate(deployment, chance, talks.pop(one), day, loop.clock.now()))
        walk.see_to_duties(deployment, staff, chance, loop.clock.now())
        for case in due:
            walk.step(deployment, staff, case, loop.clock.now())
            case.next_day = day + chance.randint(1, case.waits)
        running = [case for case in running if case.way]
        loop.settle()
        progress(min(day + STRIDE, YEAR), YEAR)
    loop.clock.advance_to(start + timedelta(days=YEAR))
    loop.settle()


def _submit(deployment: Deployment, chance: random.Random, day: int, now: datetime) -> Running:
    county = deployment.county
    mechanism = chance.choice([name for name in county.mechanisms if name in walk.WAYS])
    place = chance.choice([place.code for place in county.places if place.level == "village"] or [None])
    category = chance.choice([one.code for one in county.categories] or [None])
    made = matter(chance, category or "other", county.words_of_place(place, "zh"))
    named = mechanism != "suggestions" or chance.random() < 0.6  # noqa: PLR2004 - most give their name
    kind = next(iter(deployment.mechanisms[mechanism].kinds))
    new = NewCase(
        mechanism=mechanism,
        kind=kind,
        title=MARK + walk.TITLES[mechanism] if mechanism in walk.TITLES else made.title,
        details=walk.DETAILS.get(mechanism, {}),
        text=made.text,
        place=place,
        category=category,
        contact=person(chance) if named else {},
        identity="claimed" if named else "anonymous",
        channel=CHANNEL,
    )
    case, reference = _send(deployment, new, now)
    return Running(case, reference, walk.choose(chance, mechanism), day + chance.randint(1, 12))


def _mediate(deployment: Deployment, chance: random.Random, way: Sequence[Move], day: int, now: datetime) -> Running:
    """Ask for a mediation; it moves on quickly, for its month is short."""
    new = NewCase(
        mechanism=mediations.NAME,
        kind="dispute",
        title=MARK + mediations.TITLE,
        details=mediations.DISPUTE,
        text="多次商量没有结果，希望有人帮着说和。",
        contact=person(chance),
        identity="claimed",
        channel=CHANNEL,
    )
    case, reference = _send(deployment, new, now)
    return Running(case, reference, list(way), day, waits=1)


def _send(deployment: Deployment, new: NewCase, now: datetime) -> tuple[str, str]:
    """Submit it; gives its id and its reference."""
    with deployment.services["intake"].inside():
        receipt = submit(new, now=now)
    with deployment.services["intake"].reading(now) as session:
        return session.scalars(
            select(CaseRow.id).where(CaseRow.reference == receipt.reference)
        ).one(), receipt.reference


def remove_demo(deployment: Deployment, now: datetime) -> int:
    """Erase every demo case and take the demo people out; gives the number of cases."""
    intake = deployment.services["intake"]
    with intake.reading(now) as session:
        cases: Sequence[str] = session.scalars(
            select(CaseRow.id).where(CaseRow.channel == CHANNEL, CaseRow.erased_at.is_(None))
        ).all()
    with intake.inside():
        for case in cases:
            erase(case, "demo", now=now)
    with deployment.services["directory"].inside():
        remove_demo_people(now=now)
    _carry_out(deployment)
    return len(cases)


def _carry_out(deployment: Deployment) -> None:
    """Let every service hear of it before the command ends."""
    clock = VirtualClock(SystemClock().now())
    workers = deployment.workers()
    while sum(worker.step(clock.now()) for worker in workers):
        pass
