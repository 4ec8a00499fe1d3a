"""How long a routing decision takes in a county of 2,000 routes, 500 units and their people, by each case for itself.

Who holds a post, is away or is kin is given, as routing has read it; the question to the database is not measured.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from county_of_500 import OFFICES, large_county, people_of

from services.routing.competence.choose import choose
from services.routing.competence.matter import Choice, Matter, People
from shared.county.model import County
from shared.county.structure import Conflict, Post

DECISIONS = 20_000
NAMING: tuple[Conflict, ...] = ("report", "conduct", "decision")
ROLES = frozenset({"officer", "reader", "head", "callback", "registrar"})  # those that a petition's steps need
FIRST = frozenset({"officer", "registrar"})


@dataclass(frozen=True)
class Decided:
    """The seconds that each decision took, and how many of them were more than a look at the routes, by what it was."""

    took: list[float]
    sorts: Counter[str]


def measure(show: Callable[[str], None]) -> Decided:
    """Decide on each case once. Raises `SystemExit` where a sort of decision never came: a figure too good."""
    show("routing decisions")
    county = large_county()
    people = people_of(county)
    took, sorts = [], Counter[str]()
    for matter in matters(county):
        known = replace(people, decided=_signed(matter, people)) if matter.judged_by else people
        began = time.perf_counter()
        choice = choose(matter, county, known)
        took.append(time.perf_counter() - began)
        sorts.update(_sorts(choice))
    if missing := {"bar somebody", "pass a unit over", "have a stand-in", "leave the county"} - sorts.keys():
        raise SystemExit(f"of the sample no decisions {', '.join(sorted(missing))}")
    return Decided(took, sorts)


def _sorts(choice: Choice) -> Iterator[str]:
    bars = choice.bars
    if bars.posts or bars.people or bars.units:
        yield "bar somebody"
    if any("passed over" in line.text for line in choice.explanation):
        yield "pass a unit over"
    if choice.posts:
        yield "have a stand-in"
    if choice.rule == "external":
        yield "leave the county"


def _signed(matter: Matter, people: People) -> frozenset[str]:
    """Give who decided in the case whose answer is disputed: everybody of the unit."""
    return people.of(frozenset(f"{matter.judged_by[0]}-{office}" for office in OFFICES))


def matters(county: County) -> Iterator[Matter]:
    """Give cases from everywhere about everything; the same ones every time.

    Four in ten name somebody, or dispute an answer: what takes longest is no rarer than in life.
    """
    chance = random.Random(4)  # noqa: S311 - a sample, no secret
    for number in range(DECISIONS):
        yield Matter(
            mechanism="petitions",
            category=chance.choice(county.categories).code,
            place=chance.choice(county.places).code,
            roles=ROLES,
            first=FIRST,
            **_named(number % 10, chance.choice(county.posts), chance),
        )


def _named(number: int, post: Post, chance: random.Random) -> dict[str, object]:
    """Give whom a case is about: a post, a whole unit, who gave the answer, or nobody."""
    if number < len(NAMING):
        whole = chance.random() < 0.5 and NAMING[number] != "decision"
        about = {"about_units": (post.unit,)} if whole else {"about_posts": (post.code,)}
        return {"conflict": NAMING[number], **about}
    if number == len(NAMING):
        return {"conflict": "decision", "judged_by": (post.unit,)}
    return {"conflict": "decision"}
