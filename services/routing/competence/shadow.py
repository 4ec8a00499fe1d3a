"""Routes that no case can ever go by, and which stand before them. Pure; by enumeration of what a case may be."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from services.routing.competence.fitting import fitting
from services.routing.competence.matter import Matter
from shared.county.model import County
from shared.county.structure import LEVELS, Conflict, Route

Classes = Mapping[str, frozenset[Conflict]]  # by mechanism: the classes of conflict of its kinds


def shadowed(county: County, classes: Classes) -> Iterator[tuple[Route, tuple[str, ...]]]:
    """Give each route that is never the most specific one, with the names of those that win in its place.

    No name at all: nothing that the county takes in can fit it.
    """
    places = _places(county)
    for route in county.routes:
        winners: set[str] = set()
        for matter in _fitting_matters(route, county, classes, places):
            first = next(fitting(matter, county))[0] if _fits(route, matter, county) else None
            if first is route:
                break
            winners |= {first.name} if first else set()
        else:
            yield route, tuple(sorted(winners))


def _fits(route: Route, matter: Matter, county: County) -> bool:
    return any(one is route for one, _ in fitting(matter, county))


def _fitting_matters(route: Route, county: County, classes: Classes, places: Sequence[str | None]) -> Iterator[Matter]:
    """Give one case of every sort that the route may fit."""
    mentioned = sorted({one.category for one in county.routes if one.category})
    other = next((one.code for one in county.categories if one.code not in mentioned), None)
    ways = product(
        [route.mechanism] if route.mechanism else sorted(classes),
        [route.category] if route.category else [*mentioned, other, None],
        [one for one in places if route.place is None or (one and route.place in county.way_up(one))],
        [True, False] if route.urgent is None else [route.urgent],
    )
    for mechanism, category, place, urgent in ways:
        for conflict in sorted(classes.get(mechanism or "", ())):
            if route.conflict in (None, conflict):
                yield Matter(mechanism or "", category, place, urgent=urgent, conflict=conflict)


def _places(county: County) -> list[str | None]:
    """Give one place of every sort: under the same places that routes name, with units at the same levels around it."""
    named = {one.place for one in county.routes}
    sorts: dict[tuple[object, ...], str] = {}
    for place in county.place_by_code:
        around = tuple(one for one in county.way_up(place) if one in named)
        units = tuple((county.place_of_level(place, level), level) in county.unit_of_place for level in LEVELS)
        sorts.setdefault((around, units), place)
    return [*sorts.values(), None]
