"""What a county file says, as one frozen value with the questions that everybody asks of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from shared.calendar.national import NATION
from shared.calendar.notice import Notice
from shared.county.routes import digest_of
from shared.county.structure import (
    EXTERNAL,
    SHORT_LADDER,
    Category,
    Edge,
    EdgeKind,
    External,
    Level,
    Place,
    Post,
    Route,
    Rung,
    Unit,
)

LONGEST_SIGN = 40
NEED_STAFF = ("routing", "supervision")


@dataclass(frozen=True)
class DutyItem:
    """A duty of the catalogue: who owes what, how often, by which rule, to whom; `post`, in person."""

    code: str
    title: str
    mechanism: str
    kind: str
    holder: str
    period: Literal["month", "quarter", "year"]
    rule: str
    audience: str = "public"
    place: str | None = None
    category: str | None = None
    post: str | None = None


@dataclass(frozen=True)
class Theme:
    """What the pages show of the county; `misconduct` is the outside body's number for reports about officials."""

    hotline: str = "12345"
    misconduct: str = "12388"
    contact: str = ""
    filing: str = ""


@dataclass(frozen=True)
class Demo:
    """How the demo is made: the posts each demo person holds, cases over a year, and the seed of chance."""

    cases: int = 0
    seed: int = 1
    people: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class County:
    """A county file, read and checked. Frozen for the life of the process.

    `visit_share`: of the visits to villages, how many per cent go where nobody was for longest; 0, none is set.
    `packs`: files of rules of its own, whole paths once the file was loaded. `rolls`: what it chose for a last day off.
    """

    code: str
    slug: str
    name_zh: str
    name_en: str
    language: Literal["zh", "en"]
    services: tuple[str, ...]
    mechanisms: tuple[str, ...]
    petition_office: str
    fallback: str
    units: tuple[Unit, ...]
    places: tuple[Place, ...]
    posts: tuple[Post, ...] = ()
    edges: tuple[Edge, ...] = ()
    categories: tuple[Category, ...] = ()
    routes: tuple[Route, ...] = ()
    duties: tuple[DutyItem, ...] = ()
    ladder: tuple[Rung, ...] = SHORT_LADDER
    confirmed_rules: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    rolls: dict[str, Any] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    retired: tuple[str, ...] = ()
    retention_years: int = 10
    stream_days: int = 0
    subscribers: tuple[str, ...] = ()
    mailbox: str = ""
    external: External | None = None
    joint_conference: str | None = None
    review_choice: bool = False
    visit_share: int = 0
    theme: Theme = field(default_factory=Theme)
    demo: Demo = field(default_factory=Demo)
    registers: dict[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)

    def name(self, language: str) -> str:
        """Give the county's name in `zh` or `en`."""
        return self.name_en if language == "en" else self.name_zh

    @property
    def calendars(self) -> tuple[str, str]:
        """Give the names of the calendars whose notices hold here: the nation's, and the county's own over it."""
        return (NATION, f"{NATION}+{self.slug}")

    @cached_property
    def running(self) -> tuple[str, ...]:
        """Give the services that run here: without directory nobody can sign in, so what only staff use stays out."""
        staffed = "directory" in self.services
        return tuple(name for name in self.services if staffed or name not in NEED_STAFF)

    @property
    def has_desk(self) -> bool:
        """Tell whether offices handle cases in Lianxin; where not, intake hands each case to the office's mailbox."""
        return "routing" in self.running

    @cached_property
    def place_by_code(self) -> dict[str, Place]:
        """Give places by code."""
        return {place.code: place for place in self.places}

    @cached_property
    def unit_by_code(self) -> dict[str, Unit]:
        """Give units by code."""
        return {unit.code: unit for unit in self.units}

    @cached_property
    def unit_of_place(self) -> dict[tuple[str | None, Level], Unit]:
        """Give the unit of a place and level; the first of the file where there are several."""
        return {(unit.place, unit.level): unit for unit in reversed(self.units)}

    @cached_property
    def post_by_code(self) -> dict[str, Post]:
        """Give posts by code."""
        return {post.code: post for post in self.posts}

    @cached_property
    def rung_by_code(self) -> dict[str, Rung]:
        """Give the rungs of the ladder by code, in order."""
        return {rung.code: rung for rung in self.ladder}

    @cached_property
    def posts_of_unit(self) -> dict[str, list[Post]]:
        """Give the posts of each unit."""
        found: dict[str, list[Post]] = {}
        for post in self.posts:
            found.setdefault(post.unit, []).append(post)
        return found

    @cached_property
    def edges_above(self) -> dict[tuple[str, EdgeKind], list[Edge]]:
        """Give the edges by which a unit stands under others, by kind."""
        found: dict[tuple[str, EdgeKind], list[Edge]] = {}
        for edge in self.edges:
            found.setdefault((edge.lower, edge.kind), []).append(edge)
        return found

    def above(self, unit: str, kind: EdgeKind, day: date) -> str | None:
        """Give the unit that stands above by an edge of this kind on a day, or None."""
        return next((edge.upper for edge in self.edges_above.get((unit, kind), ()) if edge.holds(day)), None)

    def standing(self, unit: str, day: date) -> str | None:
        """Give the unit or, where it was merged or abolished, its successor of a day; None where there is none."""
        seen: set[str] = set()
        found = self.unit_by_code.get(unit)
        while found is not None and not found.holds(day) and found.code not in seen:
            seen.add(found.code)
            found = self.unit_by_code.get(found.successor or "")
        return found.code if found else None

    @cached_property
    def routes_by_conditions(self) -> dict[tuple[Any, ...], list[Route]]:
        """Give the routes by what they ask: an index, so that thousands of routes are no slower than ten."""
        found: dict[tuple[Any, ...], list[Route]] = {}
        for route in self.routes:
            found.setdefault(route.conditions, []).append(route)
        return found

    @cached_property
    def routes_digest(self) -> str:
        """Give the digest of the file's routes."""
        return digest_of(self.routes)

    @cached_property
    def by_other_routes(self) -> dict[str, "County"]:
        """Hold this county with other routes, by their digest: their index is made once, not for every case."""
        return {}

    @cached_property
    def category_by_code(self) -> dict[str, Category]:
        """Give categories by code."""
        return {category.code: category for category in self.categories}

    def way_up(self, place: str | None) -> tuple[str, ...]:
        """Give a place and the places around it, nearest first."""
        found: list[str] = []
        while place is not None and place in self.place_by_code:
            found.append(place)
            place = self.place_by_code[place].parent
        return tuple(found)

    def place_of_level(self, place: str | None, level: str) -> str | None:
        """Give the place of a level around a place (or itself), or None."""
        return next((code for code in self.way_up(place) if self.place_by_code[code].level == level), None)

    def words_of_place(self, place: str | None, language: str) -> str:
        """Give a place in words without the county: 柳河乡石桥村; empty where unknown."""
        names = [self.place_by_code[code].name(language) for code in self.way_up(place)]
        inner = names[:-1] if len(names) > 1 else names
        return ", ".join(inner) if language == "en" else "".join(reversed(inner))

    def sign_of(self, code: str) -> str:
        """Give a unit's sign in the numbers of letters: its own, else its name."""
        unit = self.unit_by_code.get(code)
        return (unit.sign or unit.name_zh)[:LONGEST_SIGN] if unit else code[:LONGEST_SIGN]

    def named(self, units: Iterable[str], posts: Iterable[str], text: str, language: str) -> str:
        """Give whom a case is about in words: units, posts with their unit, and what a person wrote."""
        by_post = (self.name_of(code, language) for code in posts if code in self.post_by_code)
        return " · ".join(filter(None, (*(self.unit_name(one, language) for one in units), *by_post, text)))

    def name_of(self, code: str, language: str) -> str:
        """Give the name of a unit, or of a post after its unit's; the code where the file knows neither."""
        post = self.post_by_code.get(code)
        unit = self.unit_name(post.unit if post else code, language)
        return f"{unit} {post.name(language)}" if post else unit

    def unit_name(self, unit: str | None, language: str) -> str:
        """Give a unit's name; the code where the file doesn't know it; empty for none."""
        outside = self.external if unit == EXTERNAL else None
        known = outside or self.unit_by_code.get(unit or "")
        return known.name(language) if known else unit or ""
