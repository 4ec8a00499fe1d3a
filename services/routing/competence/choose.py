"""The routing decision: one unit, by the most specific route, past whoever may not or can't, and why."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from services.routing.competence.above import way_up
from services.routing.competence.conflict import bars_of, concerned
from services.routing.competence.eligible import REVIEWS_CLIMB, Eligible
from services.routing.competence.fitting import fitting
from services.routing.competence.matter import Bars, Choice, Line, Matter, NoEligibleUnit, People
from shared.county.model import County
from shared.county.structure import EXTERNAL, Route

OPENED_FOR = "opened-for"  # the rule of a case that was opened for a unit
CHOSEN = "review-chosen"  # the rule by which a petitioner's own choice decides who reviews an answer
PASSED_ON = "Who would be responsible may not or can't take the case, so the next one above does."


@dataclass(frozen=True)
class First:
    """Whom the rules name before anybody asks who may: candidates in order, the rule, and the reasons in sentences."""

    units: tuple[str, ...]
    rule: str
    because: tuple[str, ...]
    co_handlers: tuple[str, ...] = ()
    lines: tuple[Line, ...] = field(default=())


def choose(matter: Matter, county: County, people: People, more: Bars | None = None) -> Choice:
    """Choose the responsible unit: asked for by the opener, addressed by the resident, by the routes, or the fallback.

    Who is barred is decided first (`more` adds to it). A unit that may not or can't take the case is passed over for
    the next one up by the edge of its class of conflict, in the end for the body outside the county. Raises
    `NoEligibleUnit` where the county file names none.
    """
    return _decided(_first(matter, county), matter, county, people, more or Bars())


def keep_or_pass_on(unit: str, matter: Matter, county: County, people: People, more: Bars) -> Choice:
    """Leave a case with its unit where that may still take it, with stand-ins as needed; else choose the next one up.

    `more` is whom the case bars beside its class of conflict. Raises `NoEligibleUnit` like `choose`.
    """
    return _decided(First((unit,), "kept", ()), matter, county, people, more)


def reviewers(matter: Matter, county: County, people: People, more: Bars) -> tuple[str, ...]:
    """Give the bodies that may review the answer a matter disputes: by each edge the nearest above that may and can.

    `more` is whom the case bars beside its class of conflict.
    """
    bars = _together(bars_of(matter, county, people), more)
    eligible = Eligible(matter, county, people, bars, frozenset(matter.judged_by))
    start = eligible.today(matter.judged_by[0]) or matter.judged_by[0]
    ways = (way_up(start, county, people.today, (edge,)) for edge in REVIEWS_CLIMB)
    found = (eligible.first_of(way, []) for way in ways)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _decided(first: First, matter: Matter, county: County, people: People, more: Bars) -> Choice:
    bars = _together(bars_of(matter, county, people), more)
    eligible = Eligible(matter, county, people, bars, frozenset(_passed(first, matter, county)))
    lines = list(first.lines)
    unit = eligible.first_of(iter(first.units), lines)
    if unit is not None:
        helpers = tuple(one for one in first.co_handlers if one != unit and eligible.why_not(one) is None)
        return Choice(unit, first.rule, first.because, bars, tuple(lines), helpers, eligible.stand_ins(unit))
    return _passed_on(first, eligible, lines)


def _passed(first: First, matter: Matter, county: County) -> tuple[str, ...]:
    """Give the units that never take this case, whoever works there: it is about them, or disputes their answer."""
    passed = first.units if first.rule == "conflict" else concerned(matter, county) if matter.doubts else ()
    return (*passed, *matter.judged_by)


def _together(one: Bars, other: Bars) -> Bars:
    return Bars(one.posts | other.posts, one.people | other.people, one.units | other.units)


def _passed_on(first: First, eligible: Eligible, lines: list[Line]) -> Choice:
    county, bars, because = eligible.county, eligible.bars, (*first.because, PASSED_ON)
    above = _further(first, eligible)
    judges = eligible.matter.conflict == "report" or eligible.matter.judged_by
    last = () if judges else (county.fallback,)
    unit = eligible.first_of(chain(above, last), lines)
    if unit is not None:
        return Choice(unit, "conflict", because, bars, tuple(lines), (), eligible.stand_ins(unit))
    if county.external is None:
        raise NoEligibleUnit
    why = "Nobody in the county may take the case, so it goes to the body outside the county."
    return Choice(EXTERNAL, "external", (*first.because, why), bars, tuple(lines))


def _further(first: First, eligible: Eligible) -> Iterator[str]:
    """Give who comes next: the way up; for a review the other lawful body before any further up."""
    if eligible.matter.judged_by:
        answered = eligible.matter.judged_by[0]
        bodies = eligible.bodies_above(eligible.today(answered) or answered)
        return (one for one in bodies if one not in first.units)
    return chain.from_iterable(eligible.way_up(eligible.today(unit) or unit) for unit in first.units)


def _first(matter: Matter, county: County) -> First:
    """Give whom the rules name. A report goes above whom it is about, where no route says who takes reports."""
    if matter.doubts:
        why = "A check of this kind of case gave no answer, so a person outside the matter decides."
        return First((county.fallback,), "doubt", (why,))
    if matter.judged_by:
        return _reviewing(matter)
    routes = list(fitting(matter, county))
    if matter.conflict == "report" and not (routes and routes[0][0].conflict):
        return _reported(matter, county, routes)
    if matter.unit:
        return First((matter.unit,), OPENED_FOR, ("The case was opened for this unit.",))
    if matter.addressed_to and matter.conflict != "report":
        return First((matter.addressed_to,), "addressed", ("The resident addressed this unit.",))
    return _routed(routes, county)


def _reviewing(matter: Matter) -> First:
    """Give the body that the petitioner chose; without a choice the way up from the unit whose answer is disputed."""
    if matter.unit:
        return First((matter.unit,), CHOSEN, ("The petitioner chose this body, as the county's own rules allow.",))
    return First(matter.judged_by[:1], "review", ("The answer is reviewed by the body above the one that gave it.",))


def _reported(matter: Matter, county: County, routes: list[tuple[Route, str]]) -> First:
    return First(
        concerned(matter, county) or _routed(routes, county).units,
        "conflict",
        ("A report goes to the body that has authority over whom it is about.",),
    )


def _routed(routes: list[tuple[Route, str]], county: County) -> First:
    lines = tuple(Line("The route %(route)s fits and names %(unit)s.", unit, route.name) for route, unit in routes)
    if not routes:
        why = "No route fits, so the county's fallback unit takes it."
        return First((county.fallback,), "fallback", (why,), lines=(Line(why),))
    route, unit = routes[0]
    won = Line("The route %(route)s is the most specific one.", route=route.name)
    return First((unit,), route.name, _why(route), route.co_handlers, (*lines, won))


def _why(route: Route) -> tuple[str, ...]:
    reasons = (
        (route.conflict, "Cases of this class of conflict belong to this unit."),
        (route.urgent, "Urgent matters belong to this unit."),
        (route.category, "Matters of this category belong to this unit."),
        (route.place, "In this place another rule holds than in the rest of the county."),
        (route.level, "The unit of the place where it happened is responsible."),
    )
    return tuple(text for holds, text in reasons if holds) or ("This is the county's general route.",)
