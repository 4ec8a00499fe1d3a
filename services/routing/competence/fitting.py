"""Which routes fit a matter, the most specific first, and the unit that each names."""

from collections.abc import Iterator
from itertools import product

from services.routing.competence.matter import Matter
from shared.county.model import County
from shared.county.structure import LEVELS, Route


def fitting(matter: Matter, county: County) -> Iterator[tuple[Route, str]]:
    """Give the routes that fit and name a unit here, with that unit, the most specific first."""
    asked = product(
        (matter.conflict, None),
        (matter.urgent, None),
        (matter.mechanism, None),
        (matter.category, None) if matter.category else (None,),
        (*county.way_up(matter.place), None),
    )
    for conditions in asked:
        found = county.routes_by_conditions.get(conditions, ())
        named = ((route, _unit_of(route, matter, county)) for route in found)
        here = [(route, unit) for route, unit in named if unit is not None]
        yield from sorted(here, key=lambda one: -LEVELS.index(county.unit_by_code[one[1]].level))


def _unit_of(route: Route, matter: Matter, county: County) -> str | None:
    if route.unit or route.level is None:
        return route.unit
    around = county.place_of_level(matter.place, route.level)
    found = county.unit_of_place.get((around, route.level)) if around else None
    return found.code if found else None
