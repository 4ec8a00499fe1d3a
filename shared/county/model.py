"""What a county file says, as frozen values with the questions that everybody asks of them."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from shared.calendar.national import NATION
from shared.calendar.notice import Notice

Level = Literal["county", "township", "village"]
LEVELS: tuple[Level, ...] = ("county", "township", "village")
EDGES = ("government", "sector", "cadre_authority", "guides")
NEED_STAFF = ("routing", "supervision")


@dataclass(frozen=True)
class Named:
    """Something with a code and a name in both languages."""

    code: str
    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        """Give the name in `zh` or `en`."""
        return self.name_en if language == "en" else self.name_zh


@dataclass(frozen=True)
class Place(Named):
    """A county, township or village; `parent` is the place around it."""

    level: Level
    parent: str | None = None


@dataclass(frozen=True)
class Unit(Named):
    """An office. `place` is the area of a township's or village's unit."""

    level: Level
    place: str | None = None
    phone: str = ""


@dataclass(frozen=True)
class Edge:
    """`lower` stands under `upper` by `kind` (government, sector, cadre_authority, guides)."""

    kind: Literal["government", "sector", "cadre_authority", "guides"]
    lower: str
    upper: str


@dataclass(frozen=True)
class Post(Named):
    """A post of a unit; roles decide which steps its holder may take."""

    unit: str
    roles: tuple[str, ...]
    superior: str | None = None


@dataclass(frozen=True)
class Category(Named):
    """What a case is about; `kinds` empty means every kind."""

    hint_zh: str = ""
    hint_en: str = ""


@dataclass(frozen=True)
class Route:
    """Which unit is responsible for a category, in a place and below; `unit`, or the unit of the place's `level`.

    The most specific route wins: a category before none, a nearer place before a wider one.
    """

    unit: str | None = None
    level: Level | None = None
    category: str | None = None
    place: str | None = None
    mechanism: str | None = None


@dataclass(frozen=True)
class DutyItem:
    """A duty of the catalogue: who owes what, how often, by which rule, to whom."""

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
    """A county file, read and checked. Frozen for the life of the process."""

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
    confirmed_rules: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    retired: tuple[str, ...] = ()
    retention_years: int = 10
    stream_days: int = 0
    mailbox: str = ""
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

    def unit_name(self, unit: str | None, language: str) -> str:
        """Give a unit's name; the code where the file doesn't know it; empty for none."""
        known = self.unit_by_code.get(unit or "")
        return known.name(language) if known else unit or ""
