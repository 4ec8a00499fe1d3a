"""Reading a county file: strict, all errors at once, each with its key and what mends it."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cattrs
from cattrs.gen import make_dict_structure_fn
from cattrs.strategies import configure_union_passthrough

from shared.calendar.notice import Notice, in_words, notice_of, read_notices, twice
from shared.county.model import Category, County, Demo, DutyItem, Edge, Place, Post, Route, Theme, Unit
from shared.errors import StartError

CALENDARS = "calendars"  # a folder of notices of days off, beside the county file or in the home
SHIPPED = Path(__file__).parents[2] / "deploy" / "counties"
STRICT = (Category, County, Demo, DutyItem, Edge, Place, Post, Route, Theme, Unit)
FORBIDDEN_TARGETS = ("petition_target", "upward_visit_target", "petition_quota", "rank_units_by_petitions")


def shipped(name: str) -> Path:
    """Give the path of a shipped county file: `full` or `smallest`."""
    return SHIPPED / f"{name}.toml"


def load_county(path: Path) -> County:
    """Read and check a county file, with its notices of days off in `calendars/` beside it.

    Raises `StartError` with one line for each error.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StartError(f"{path}: can't be read ({error.strerror}); give the path of a county file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StartError(f"{path.name}: not TOML in UTF-8: {error}") from error
    return with_notices(read_county(raw), path.parent / CALENDARS)


def with_notices(county: County, folder: Path) -> County:
    """Give the county with the notices of a folder that are its own or its nation's. Raises `StartError`."""
    found = [notice for notice in read_notices(folder) if notice.calendar in county.calendars]
    notices = tuple(dict.fromkeys((*county.notices, *found)))
    if wrong := list(twice(notices)):
        raise StartError(*wrong)
    return replace(county, notices=notices)


def read_county(raw: dict[str, Any]) -> County:
    """Make a county from a TOML document. Raises `StartError` with one line for each error."""
    forbidden = [f"{key}: a target on petitions or visits is never allowed; remove it" for key in _forbidden(raw)]
    if forbidden:
        raise StartError(*forbidden)
    try:
        county = _converter().structure(raw, County)
    except cattrs.BaseValidationError as error:
        raise StartError(*_sentences(error)) from error
    if problems := list(problems_of(county)):
        raise StartError(*problems)
    return county


def _converter() -> cattrs.Converter:
    made = cattrs.Converter(forbid_extra_keys=True)
    configure_union_passthrough(str | int | bool | float | None, made)
    for kind in STRICT:
        made.register_structure_hook(kind, make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=True))
    made.register_structure_hook(str, _text)
    made.register_structure_hook(Notice, lambda raw, _: notice_of(raw))
    return made


def _text(value: Any, _: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text in quotes is needed, not {value!r}")
    return value


def _sentences(error: cattrs.BaseValidationError) -> list[str]:
    """Turn `what @ where` into `where: what mends it`."""
    pairs = [line.rpartition(" @ ") for line in cattrs.transform_error(error, path="county", format_exception=in_words)]
    return [f"{where}: {what.replace('required field missing', 'is missing; add it')}" for what, _, where in pairs]


def _forbidden(raw: Any, path: str = "county") -> Iterator[str]:
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key in FORBIDDEN_TARGETS:
                yield f"{path}.{key}"
            yield from _forbidden(value, f"{path}.{key}")
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from _forbidden(value, f"{path}[{number}]")


def problems_of(county: County) -> Iterator[str]:
    """Give a sentence for every code that is doubled or points nowhere, and for every tie between routes."""
    yield from _left_out(county)
    yield from _doubled(county)
    yield from _dangling(county)
    yield from _ties(county.routes)
    yield from (f"notices: {line}" for line in twice(county.notices))


def _left_out(county: County) -> Iterator[str]:
    if "intake" not in county.services:
        yield "services: intake is missing, and every case opens there; add it"
    if not county.has_desk and not county.mailbox:
        yield "mailbox: without routing or directory each case goes to an office by mail; give its address"


def _doubled(county: County) -> Iterator[str]:
    for name in ("units", "places", "posts", "categories", "duties"):
        counts = Counter(item.code for item in getattr(county, name))
        yield from (f"{name}: the code {code} is there {n} times; rename one" for code, n in counts.items() if n > 1)


def _dangling(county: County) -> Iterator[str]:
    places, units = set(county.place_by_code), set(county.unit_by_code)
    categories, posts = set(county.category_by_code), {post.code for post in county.posts}
    checks: list[tuple[str, str | None, Iterable[str]]] = [
        ("petition_office", county.petition_office, units),
        ("fallback", county.fallback, units),
        *((f"places.{place.code}.parent", place.parent, places) for place in county.places),
        *((f"units.{unit.code}.place", unit.place, places) for unit in county.units),
        *((f"posts.{post.code}.unit", post.unit, units) for post in county.posts),
        *((f"posts.{post.code}.superior", post.superior, posts) for post in county.posts),
        *((f"edges[{n}].lower", edge.lower, units) for n, edge in enumerate(county.edges)),
        *((f"edges[{n}].upper", edge.upper, units) for n, edge in enumerate(county.edges)),
        *((f"routes[{n}].unit", route.unit, units) for n, route in enumerate(county.routes)),
        *((f"routes[{n}].category", route.category, categories) for n, route in enumerate(county.routes)),
        *((f"routes[{n}].place", route.place, places) for n, route in enumerate(county.routes)),
        *((f"duties.{duty.code}.holder", duty.holder, units) for duty in county.duties),
        *((f"duties.{duty.code}.place", duty.place, places) for duty in county.duties),
        *((f"demo.people[{n}]", post, posts) for n, held in enumerate(county.demo.people) for post in held),
    ]
    for key, code, known in checks:
        if code is not None and code not in known:
            yield f"{key}: {code} is not in this file; add it or name another"


def _ties(routes: Iterable[Route]) -> Iterator[str]:
    counts = Counter((route.category, route.place, route.mechanism) for route in routes)
    for (category, place, mechanism), number in counts.items():
        if number > 1:
            yield f"routes: {number} routes for category {category}, place {place}, mechanism {mechanism}; keep one"
    for number, route in enumerate(routes):
        if (route.unit is None) == (route.level is None):
            yield f"routes[{number}]: give either unit or level"
