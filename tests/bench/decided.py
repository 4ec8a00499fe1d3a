"""How long a routing decision takes in a county of 2,000 routes and 500 units, by each case for itself."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice, product

from services.routing.competence.choose import choose
from services.routing.competence.matter import Matter, People
from shared.county.file import load_county, shipped
from shared.county.model import County
from shared.county.structure import Category, Edge, Place, Route, Unit

UNITS, ROUTES, DECISIONS = 500, 2_000, 20_000
TOWNSHIPS, CATEGORIES = 40, 60
PEOPLE = People(date(2026, 11, 2))


def measure(show: Callable[[str], None]) -> list[float]:
    """Give the seconds that each decision took."""
    show("routing decisions")
    county = large_county()
    return [_seconds(matter, county) for matter in matters(county)]


def _seconds(matter: Matter, county: County) -> float:
    began = time.perf_counter()
    choose(matter, county, PEOPLE)
    return time.perf_counter() - began


def large_county() -> County:
    """Make a county of three levels in which every unit has a route, and most places rules of their own."""
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
        edges=tuple(Edge("government", unit.code, "u0") for unit in units[1:]),
        categories=categories,
        routes=tuple(routes),
        fallback="u0",
        posts=(),
    )


def _around(place: str) -> str:
    return place.rpartition("-")[0] or "p"


def _units() -> Iterator[Unit]:
    for number in range(UNITS):
        if number < UNITS // 5:
            yield Unit(f"u{number}", f"局{number}", f"Unit {number}", level="county")
        elif number < UNITS // 5 + TOWNSHIPS:
            yield Unit(f"u{number}", f"乡{number}", f"Unit {number}", level="township", place=f"t{number}")
        else:
            township = UNITS // 5 + number % TOWNSHIPS
            place = f"t{township}-v{number}"
            yield Unit(f"u{number}", f"村{number}", f"Unit {number}", level="village", place=place)


def matters(county: County) -> Iterator[Matter]:
    """Give petitions from everywhere about everything, some of a unit's own conduct; the same ones every time."""
    chance = random.Random(4)  # noqa: S311 - a sample, no secret
    for number in range(DECISIONS):
        about = (chance.choice(county.units).code,) if number % 10 == 0 else ()
        yield Matter(
            mechanism="petitions",
            category=chance.choice(county.categories).code,
            place=chance.choice(county.places).code,
            about_units=about,
            conflict="report" if about else "decision",
        )
