"""Pure rules of routing: which unit is responsible and why, who is barred, which periods a duty owes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shared.county.model import County, DutyItem, Post, Route
from shared.errors import Refusal
from shared.workflow.mechanism import Conflict


class NoEligibleUnit(Refusal):
    """Everybody who could take this case is named in it; a person outside the county has to choose."""

    code = "no-eligible-unit"
    message = "Every unit that could take this case is named in it."
    next_action = "Choose a unit outside the barred line, or pass the case to the body outside the county."


@dataclass(frozen=True)
class Matter:
    """What routing looks at: what the case is about, where, and whom it names."""

    mechanism: str
    category: str | None = None
    place: str | None = None
    addressed_to: str | None = None
    unit: str | None = None
    about_units: tuple[str, ...] = ()
    about_posts: tuple[str, ...] = ()
    conflict: Conflict = "none"
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """The responsible unit; `because` are English sentences (msgids) with a value, one after the other."""

    unit: str
    rule: str
    because: tuple[str, ...]
    barred: tuple[str, ...] = ()


def choose(matter: Matter, county: County) -> Choice:
    """Choose one unit: asked for by the opener, addressed by the resident, by the most specific route, or the fallback.

    Whoever the case is about never handles it: a unit that a report or a complaint names is passed over for the one
    above it, and its named posts are barred.
    """
    choice = _first(matter, county)
    barred = barred_posts(matter, county)
    if matter.conflict == "report" and choice.unit in matter.about_units:
        why = "The unit is the one reported, so the line above handles it."
        return Choice(outside(choice.unit, matter, county), "conflict", (*choice.because, why), barred)
    if matter.doubts:
        why = "A check of this kind of case gave no answer, so a person outside the matter decides."
        return Choice(outside(county.fallback, matter, county), "doubt", (why,), barred)
    return Choice(choice.unit, choice.rule, choice.because, barred)


def outside(unit: str, matter: Matter, county: County) -> str:
    """Climb from a unit to the first one that the case is not about. Raises `NoEligibleUnit` where there is none."""
    seen: set[str] = set()
    while unit in matter.about_units:
        seen.add(unit)
        unit = _above(unit, county)
        if unit in seen:
            raise NoEligibleUnit
    return unit


def _first(matter: Matter, county: County) -> Choice:
    if matter.unit:
        return Choice(matter.unit, "opened-for", ("The case was opened for this unit.",))
    if matter.addressed_to:
        return Choice(matter.addressed_to, "addressed", ("The resident addressed this unit.",))
    found = best_route(matter, county)
    if found is not None:
        route, unit = found
        return Choice(unit, name_of(route), _why(route))
    return Choice(county.fallback, "fallback", ("No route fits, so the county's fallback unit takes it.",))


def best_route(matter: Matter, county: County) -> tuple[Route, str] | None:
    """Give the most specific route that fits and names a unit here, with that unit."""
    way = county.way_up(matter.place)
    fitting = [route for route in county.routes if _fits(route, matter, way)]
    fitting.sort(key=lambda route: _rank(route, way))
    for route in fitting:
        unit = route.unit or _unit_at(route.level or "", matter.place, county)
        if unit is not None:
            return route, unit
    return None


def _fits(route: Route, matter: Matter, way: tuple[str, ...]) -> bool:
    return (
        route.category in (None, matter.category)
        and route.mechanism in (None, matter.mechanism)
        and (route.place is None or route.place in way)
    )


def _rank(route: Route, way: tuple[str, ...]) -> tuple[int, int, int]:
    """Order from the most specific: named mechanism, named category, nearest place."""
    nearness = way.index(route.place) if route.place else len(way)
    return (route.mechanism is None, route.category is None, nearness)


def _unit_at(level: str, place: str | None, county: County) -> str | None:
    around = county.place_of_level(place, level)
    return (
        next((unit.code for unit in county.units if unit.place == around and unit.level == level), None)
        if around
        else None
    )


def name_of(route: Route) -> str:
    """Give a route's name as it is stored with the case."""
    return "/".join(part or "*" for part in (route.mechanism, route.category, route.place, route.unit or route.level))


def _why(route: Route) -> tuple[str, ...]:
    lines = []
    if route.category:
        lines.append("Matters of this category belong to this unit.")
    if route.place:
        lines.append("In this place another rule holds than in the rest of the county.")
    if route.level:
        lines.append("The unit of the place where it happened is responsible.")
    return tuple(lines) or ("This is the county's general route.",)


def barred_posts(matter: Matter, county: County) -> tuple[str, ...]:
    """Give the posts that may not see or handle the case (LAW F): none, the named, or the named and their line."""
    if matter.conflict == "none":
        return ()
    named = [post for post in county.posts if post.code in matter.about_posts]
    if matter.conflict == "decision":
        return tuple(post.code for post in named)
    barred = {post.code for post in named} | {post.superior for post in named if post.superior}
    if matter.conflict == "report":
        barred |= {post.code for post in county.posts if post.unit in matter.about_units}
        barred |= {code for post in named for code in _line_above(post, county)}
    return tuple(sorted(barred))


def _line_above(post: Post, county: County) -> Iterator[str]:
    by_code = {one.code: one for one in county.posts}
    while post.superior is not None and post.superior in by_code:
        yield post.superior
        post = by_code[post.superior]


def _above(unit: str, county: County) -> str:
    edges = {edge.kind: edge.upper for edge in reversed(county.edges) if edge.lower == unit}
    return edges.get("cadre_authority") or edges.get("government") or county.fallback


def owed_periods(duty: DutyItem, today: date, known: date) -> Iterator[tuple[str, date]]:
    """Give the ended periods of a duty since `known` (a day) as (name, first day after the period)."""
    first = known
    while True:
        name, after = period_of(duty.period, first)
        if after > today:
            return
        yield name, after
        first = after


def period_of(length: str, day: date) -> tuple[str, date]:
    """Give the period that holds a day: its name (2026-10, 2026-Q4, 2026) and the first day after it."""
    if length == "month":
        return f"{day:%Y-%m}", _months_after(day, 1, day.month)
    if length == "quarter":
        quarter = (day.month - 1) // 3 + 1
        return f"{day.year}-Q{quarter}", _months_after(day, 3, quarter * 3 - 2)
    return f"{day.year}", date(day.year + 1, 1, 1)


def first_day(length: str, day: date) -> date:
    """Give the first day of the period that holds a day."""
    months = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}
    return date(day.year, months[length], 1)


def _months_after(day: date, months: int, first_month: int) -> date:
    later = date(day.year, first_month, 1) + timedelta(days=31 * months)
    return later.replace(day=1)
