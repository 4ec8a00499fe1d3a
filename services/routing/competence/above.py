"""Who is told by a rung of the ladder: the first on the way up who may and can be told."""

from collections.abc import Iterator
from datetime import date

from services.routing.competence.eligible import CLIMBS, Eligible
from shared.county.model import County
from shared.county.structure import EdgeKind, Post, Rung

# A directive, and word of a broken term, climb what commands: never what only guides (LAW F).
COMMANDS: tuple[EdgeKind, ...] = ("government", "sector")


def told_by(rung: Rung, unit: str, eligible: Eligible) -> tuple[str, tuple[str, ...]]:
    """Give the unit and its posts that a rung tells about a term of `unit`; nobody where all are barred.

    Posts whose holder is known come first; a county without known holders still names the post.
    """
    ways = [(one, _bearing(rung, one, eligible)) for one in _units(rung, unit, eligible)]
    held = ((one, [post for post in posts if eligible.people.acting.get(post.code)]) for one, posts in ways)
    found = next((way for way in (*held, *ways) if way[1]), None)
    return (found[0], tuple(post.code for post in found[1])) if found else ("", ())


def _bearing(rung: Rung, unit: str, eligible: Eligible) -> list[Post]:
    posts = eligible.county.posts_of_unit.get(unit, ())
    return [post for post in posts if not set(rung.roles).isdisjoint(post.roles) and eligible.fit(post)]


def _units(rung: Rung, unit: str, eligible: Eligible) -> Iterator[str]:
    """Give the units in the order in which they are asked; a report's word never leaves its own line."""
    county, report = eligible.county, eligible.matter.conflict == "report"
    above = list(way_up(unit, county, eligible.people.today, CLIMBS["report"] if report else COMMANDS))
    if report:
        yield from (unit, *above) if rung.tells == "unit" else above
        return
    conference = [county.joint_conference] if county.joint_conference and rung.tells == "joint_conference" else []
    starts = {"unit": [unit, *above], "above": above, "joint_conference": []}[rung.tells]
    yield from dict.fromkeys((*starts, *conference, county.petition_office, county.fallback))


def way_up(unit: str, county: County, day: date, kinds: tuple[EdgeKind, ...] = COMMANDS) -> Iterator[str]:
    """Climb from a unit by these edges, the nearest first; never the same unit twice."""
    seen = {unit}
    while True:
        above = next((found for kind in kinds if (found := county.above(unit, kind, day))), None)
        if above is None or above in seen:
            return
        yield above
        seen.add(above)
        unit = above


def directs(upper: str, unit: str, county: County, day: date) -> bool:
    """Tell whether a unit may direct another one: it stands above by government or sector, or is the petition office.

    Nobody directs a village, which is guided and not commanded: no way leads up from it by those edges.
    """
    above = list(way_up(unit, county, day))
    return upper in above or (bool(above) and upper == county.petition_office)
