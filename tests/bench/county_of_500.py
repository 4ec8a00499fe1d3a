"""A county of 500 units in three levels, each with its posts, edges and people: made, and the same every time."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice, product

from services.routing.competence.matter import People
from shared.county.file import load_county, shipped
from shared.county.model import County
from shared.county.structure import Category, Edge, Place, Post, Route, Unit

UNITS, ROUTES = 500, 2_000
BUREAUS, TOWNSHIPS, CATEGORIES = 100, 40, 60
TODAY = date(2026, 11, 2)
OFFICES = {
    "officer": ("officer", "registrar"),
    "reader": ("reader", "callback"),
    "head": ("head", "leader"),
}
# Shares: of people, of those away, of posts, of people.
ON_LEAVE, WITH_STAND_IN, VACANT, RELATED = 0.06, 0.5, 0.03, 0.04


def large_county() -> County:
    """Make the county: bureaus and townships under the government and by sector, villages guided by townships."""
    units = tuple(_units())
    townships = [unit.place for unit in units if unit.level == "township"]
    places = {unit.place: unit.level for unit in units if unit.place}
    categories = tuple(Category(f"c{n}", f"类{n}", f"Category {n}") for n in range(CATEGORIES))
    wanted = product([None, *townships], [one.code for one in categories])
    routes = [
        Route(unit=units[n % UNITS].code, place=place, category=category)
        for n, (place, category) in enumerate(islice(wanted, ROUTES))
    ]
    return replace(
        load_county(shipped("full")),
        units=units,
        places=(
            Place("p", "县", "County", level="county"),
            *(Place(code, code, code, level, _around(code)) for code, level in places.items()),
        ),
        edges=tuple(_edges(units)),
        categories=categories,
        routes=tuple(routes),
        petition_office="u1",
        fallback="u1",
        joint_conference=None,
        posts=tuple(_posts(units)),
    )


def _around(place: str) -> str:
    return place.rpartition("-")[0] or "p"


def _units() -> Iterator[Unit]:
    for number in range(UNITS):
        if number < BUREAUS:
            yield Unit(f"u{number}", f"局{number}", f"Unit {number}", level="county")
        elif number < BUREAUS + TOWNSHIPS:
            yield Unit(f"u{number}", f"乡{number}", f"Unit {number}", level="township", place=f"t{number}")
        else:
            township = BUREAUS + number % TOWNSHIPS
            place = f"t{township}-v{number}"
            yield Unit(f"u{number}", f"村{number}", f"Unit {number}", level="village", place=place)


def _edges(units: tuple[Unit, ...]) -> Iterator[Edge]:
    """Put `u0`, the government, over all but villages, bureaus over most by sector, `u2` over the cadres."""
    of_place = {unit.place: unit.code for unit in units if unit.level == "township"}
    for number, unit in enumerate(units):
        if unit.level == "village":
            yield Edge("guides", unit.code, of_place[_around(unit.place or "")])
        elif number:
            yield Edge("government", unit.code, "u0")
        if number > BUREAUS // 2 and unit.level != "village":
            yield Edge("sector", unit.code, f"u{number % (BUREAUS // 2)}")
        if unit.code != "u2":
            yield Edge("cadre_authority", unit.code, "u2")


def _posts(units: tuple[Unit, ...]) -> Iterator[Post]:
    for unit, (office, roles) in product(units, OFFICES.items()):
        code = f"{unit.code}-{office}"
        yield Post(code, f"{unit.name_zh}{office}", f"{unit.name_en}, {office}", unit.code, roles)


def people_of(county: County) -> People:
    """Give who holds its posts today: one each, some of two posts, some away with or without a stand-in, some kin."""
    chance = random.Random(5)  # noqa: S311 - a sample, no secret
    holders = {post.code: frozenset({_holder(post, chance)}) for post in county.posts if chance.random() >= VACANT}
    everybody = sorted({person for held in holders.values() for person in held})
    away = {one: _stand_in(everybody, chance) for one in everybody if chance.random() < ON_LEAVE}
    acting = {post: _acting(held, away) for post, held in holders.items()}
    pairs = [chance.sample(everybody, 2) for _ in range(round(len(everybody) * RELATED))]
    return People(
        today=TODAY,
        holders=holders,
        acting=acting,
        kin=_grouped([*pairs, *(pair[::-1] for pair in pairs)]),
        stand_ins=_grouped([[one, other] for one, other in away.items() if other]),
        away=frozenset(post for post, who in acting.items() if not who),
    )


def _holder(post: Post, chance: random.Random) -> str:
    """Give who holds a post: in one unit of five the reader is the officer as well."""
    office = "officer" if post.code.endswith("reader") and chance.random() < 0.2 else post.code.rpartition("-")[2]
    return f"person of {post.unit}-{office}"


def _stand_in(everybody: list[str], chance: random.Random) -> str | None:
    return chance.choice(everybody) if chance.random() < WITH_STAND_IN else None


def _acting(held: frozenset[str], away: dict[str, str | None]) -> frozenset[str]:
    found = {away.get(one, one) for one in held}
    return frozenset(one for one in found if one is not None and one not in away)


def _grouped(pairs: list[list[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
    return {one: frozenset(others) for one, others in found.items()}
