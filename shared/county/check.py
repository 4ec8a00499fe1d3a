"""What a county file may not say: codes that point nowhere, days and circles that make no sense, routes that tie."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import combinations, pairwise
from pathlib import PurePath

from shared.calendar.notice import twice
from shared.county.model import County
from shared.county.structure import EDGES, Dated, EdgeKind, Route

WHOLE = 100  # per cent


def problems_of(county: County) -> Iterator[str]:
    """Give a sentence for every code that is doubled or points nowhere, and for every tie between routes."""
    yield from _left_out(county)
    yield from _doubled(county)
    yield from _dangling(county)
    yield from _dates(county)
    yield from _circles(county)
    yield from _two_above(county)
    yield from _ties(county)
    yield from _ladder(county)
    yield from _share(county)
    yield from _packs(county)
    yield from _subscribers(county)
    yield from (f"notices: {line}" for line in twice(county.notices))


def _left_out(county: County) -> Iterator[str]:
    if "intake" not in county.services:
        yield "services: intake is missing, and every case opens there; add it"
    if not county.has_desk and not county.mailbox:
        yield "mailbox: without routing or directory each case goes to an office by mail; give its address"


def _packs(county: County) -> Iterator[str]:
    """Find packs out of reach: containers and backups see the county file's own folder, and nothing around it."""
    for name, times in Counter(county.packs).items():
        path = PurePath(name)
        if path.is_absolute() or ".." in path.parts:
            yield f"packs: {name} lies outside this file's folder; put it inside and name it from there"
        elif len(path.parts) == 1:  # a backup holds files of its own beside the county file
            yield f"packs: {name} needs a folder of its own; move it to law/{name}"
        if times > 1:
            yield f"packs: {name} is there {times} times; name it once"


def _subscribers(county: County) -> Iterator[str]:
    """Find subscribers who could have no user at the broker, or nothing to read with it."""
    if county.subscribers and not county.stream_days:
        yield "subscribers: there is no stream that they could read; set stream_days"
    for name, times in Counter(county.subscribers).items():
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name):
            yield f"subscribers: {name!r} can't be a user's name; write small letters, digits and hyphens"
        if times > 1:
            yield f"subscribers: {name} is there {times} times; name it once"


def _doubled(county: County) -> Iterator[str]:
    for name in ("units", "places", "posts", "categories", "duties", "ladder"):
        counts = Counter(item.code for item in getattr(county, name))
        yield from (f"{name}: the code {code} is there {n} times; rename one" for code, n in counts.items() if n > 1)
    signs = Counter(county.sign_of(unit.code) for unit in county.units)
    yield from (
        f"units: the sign {sign} is there {n} times; give each its own `sign`" for sign, n in signs.items() if n > 1
    )
    # A bar names a unit, a post or a person by its code alone.
    for code in sorted({unit.code for unit in county.units} & {post.code for post in county.posts}):
        yield f"posts: {code} is a unit's code too; rename one"


def _dangling(county: County) -> Iterator[str]:
    places, units = set(county.place_by_code), set(county.unit_by_code)
    categories, posts = set(county.category_by_code), {post.code for post in county.posts}
    checks: list[tuple[str, str | None, Iterable[str]]] = [
        ("petition_office", county.petition_office, units),
        ("fallback", county.fallback, units),
        ("joint_conference", county.joint_conference, units),
        *((f"places.{place.code}.parent", place.parent, places) for place in county.places),
        *((f"units.{unit.code}.place", unit.place, places) for unit in county.units),
        *((f"units.{unit.code}.successor", unit.successor, units) for unit in county.units),
        *((f"posts.{post.code}.unit", post.unit, units) for post in county.posts),
        *((f"posts.{post.code}.superior", post.superior, posts) for post in county.posts),
        *((f"edges[{n}].lower", edge.lower, units) for n, edge in enumerate(county.edges)),
        *((f"edges[{n}].upper", edge.upper, units) for n, edge in enumerate(county.edges)),
        *((f"routes[{n}].unit", route.unit, units) for n, route in enumerate(county.routes)),
        *(
            (f"routes[{n}].co_handlers", code, units)
            for n, route in enumerate(county.routes)
            for code in route.co_handlers
        ),
        *((f"routes[{n}].category", route.category, categories) for n, route in enumerate(county.routes)),
        *((f"routes[{n}].place", route.place, places) for n, route in enumerate(county.routes)),
        *((f"duties.{duty.code}.holder", duty.holder, units) for duty in county.duties),
        *((f"duties.{duty.code}.post", duty.post, posts) for duty in county.duties),
        *((f"duties.{duty.code}.place", duty.place, places) for duty in county.duties),
        *((f"demo.people[{n}]", post, posts) for n, held in enumerate(county.demo.people) for post in held),
    ]
    for key, code, known in checks:
        if code is not None and code not in known:
            yield f"{key}: {code} is not in this file; add it or name another"


def _dates(county: County) -> Iterator[str]:
    dated: list[tuple[str, Dated]] = [
        *((f"edges[{n}] ({edge.lower} under {edge.upper})", edge) for n, edge in enumerate(county.edges)),
        *((f"units.{unit.code}", unit) for unit in county.units),
    ]
    for key, one in dated:
        if one.since and one.until and one.until <= one.since:
            yield f"{key}: it ends on {one.until}, before it begins on {one.since}; mend one of the days"


def _circles(county: County) -> Iterator[str]:
    """Find who stands above himself: every climb would go round for ever."""
    days = sorted({edge.since or date.min for edge in county.edges})
    ways = {(kind, day): _upward(county, kind, day) for kind in EDGES for day in days}
    chains: list[tuple[str, dict[str, list[str]]]] = [
        ("places", {place.code: [place.parent] for place in county.places if place.parent}),
        ("posts", {post.code: [post.superior] for post in county.posts if post.superior}),
        ("units (successor)", {unit.code: [unit.successor] for unit in county.units if unit.successor}),
        *((f"edges ({kind})", way) for (kind, _), way in ways.items()),
    ]
    found = ((key, _circle(way)) for key, way in chains)
    yield from dict.fromkeys(
        f"{key}: {' -> '.join(way)} goes round in a circle; take one away" for key, way in found if way
    )


def _two_above(county: County) -> Iterator[str]:
    """Find units with two others above them by one kind of edge on one day: nobody could say which of them decides."""
    for (lower, kind), above in county.edges_above.items():
        for one, other in combinations(above, 2):
            days = (edge.since or date.min for edge in (one, other))
            if one.holds(latest := max(days)) and other.holds(latest):
                two = f"{one.upper} and {other.upper}"
                yield f"edges ({kind}): {lower} stands under {two} at once; end one, or take it away"


def _upward(county: County, kind: EdgeKind, day: date) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for edge in county.edges:
        if edge.kind == kind and edge.holds(day):
            found.setdefault(edge.lower, []).append(edge.upper)
    return found


def _circle(above: dict[str, list[str]]) -> list[str]:
    """Give one circle, its first code again at its end; empty where there is none."""
    try:
        TopologicalSorter(above).prepare()
    except CycleError as error:
        return [str(code) for code in reversed(error.args[1])]
    return []


def _share(county: County) -> Iterator[str]:
    if not 0 <= county.visit_share <= WHOLE:
        yield "visit_share: a per cent of the visits, between 0 and 100; 0 sets none"


def _ties(county: County) -> Iterator[str]:
    """Find routes of which none is more specific: the same conditions, and two units, or twice the same level."""
    for number, route in enumerate(county.routes):
        if (route.unit is None) == (route.level is None):
            yield f"routes[{number}]: give either unit or level"
    numbers = {id(route): number for number, route in enumerate(county.routes)}
    for same in county.routes_by_conditions.values():
        for one, other in combinations(same, 2):
            if (one.unit and other.unit) or _level(county, one) == _level(county, other):
                yield (
                    f"routes[{numbers[id(one)]}] and routes[{numbers[id(other)]}] tie: {one.name} and {other.name} fit "
                    f"the same cases; keep one, or let one ask for more"
                )


def _level(county: County, route: Route) -> str | None:
    unit = county.unit_by_code.get(route.unit or "")
    return unit.level if unit else route.level


def _ladder(county: County) -> Iterator[str]:
    """Find rungs that say no moment or no basis, tell nobody, stand out of order, or open what isn't here."""
    for rung in county.ladder:
        key, opens = f"ladder.{rung.code}", (rung.opens or "").partition(".")[0]
        if sum(one is not None for one in (rung.left, rung.late, rung.paused)) != 1:
            yield f"{key}: give either left (per cent of the term), late (days after it) or paused (days that it rests)"
        elif not (0 < (rung.left or 1) < WHOLE and (rung.late or 0) >= 0 and (rung.paused is None or rung.paused > 0)):
            yield f"{key}: left lies between 1 and 99, late is 0 or more, paused 1 or more"
        if not rung.basis.strip():
            yield f"{key}.basis: say by which article, or that it is local practice"
        if not rung.roles and rung.tells != "resident":
            yield f"{key}.roles: name at least one role that is told"
        if rung.tells == "resident" and (rung.paused is None or rung.opens or rung.public):
            yield f"{key}.tells: a resident is told of a pause alone; give paused, and neither opens nor public"
        if opens and opens not in county.mechanisms:
            yield f"{key}.opens: {opens} is not among this county's mechanisms; add it or leave opens out"
    for one, other in pairwise(county.ladder):
        if other.place < one.place:
            yield f"ladder.{other.code}: comes before {one.code}; put the rungs in the order in which they are told"
