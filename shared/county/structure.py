"""What a county is made of: places, units with their dated edges, posts, and routes to who is responsible."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Level = Literal["county", "township", "village"]
LEVELS: tuple[Level, ...] = ("county", "township", "village")
EdgeKind = Literal["government", "sector", "cadre_authority", "guides"]
EDGES: tuple[EdgeKind, ...] = ("government", "sector", "cadre_authority", "guides")
Conflict = Literal["none", "decision", "conduct", "report"]
EXTERNAL = "external"  # the code of the body outside the county, where a unit is asked for


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


@dataclass(frozen=True, kw_only=True)
class Dated:
    """Something that holds from the day `since` on, until the day before `until`; without a day, always."""

    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Unit(Dated, Named):
    """An office. `place` is the area of a township's or village's unit; `successor` takes over once it ended.

    `sign` is its own sign in the numbers of letters (机关代字), such as 青禾水. Nobody of the `police` is ever
    among those who visit somebody about a petition.
    """

    level: Level
    place: str | None = None
    phone: str = ""
    successor: str | None = None
    sign: str = ""
    police: bool = False


@dataclass(frozen=True)
class Edge(Dated):
    """`lower` stands under `upper` by `kind` (government, sector, cadre_authority, guides)."""

    kind: EdgeKind
    lower: str
    upper: str


@dataclass(frozen=True)
class External:
    """The body outside the county that takes what nobody inside may judge, and how residents reach it.

    With a `mail` address cases go there whole; without one residents are asked to turn to it themselves.
    """

    name_zh: str
    name_en: str
    contact: str
    mail: str = ""

    def name(self, language: str) -> str:
        """Give the name in `zh` or `en`."""
        return self.name_en if language == "en" else self.name_zh


@dataclass(frozen=True)
class Post(Named):
    """A post of a unit; roles decide which steps its holder may take."""

    unit: str
    roles: tuple[str, ...]
    superior: str | None = None


@dataclass(frozen=True)
class Rung(Named):
    """A rung of the ladder for a term that an office owes: told while `left` per cent remain, or `late` days after it.

    Or when it has been `paused` for so many days, in each pause anew; of those some tell the `resident`, and no role.
    It tells posts with one of `roles`, from `tells` upward where nobody there may or can be told. `public`: from now
    on the record shows the unit's broken term, without the case. `opens` names a case (mechanism.kind) to ask for.
    """

    basis: str
    left: int | None = None
    late: int | None = None
    paused: int | None = None
    tells: Literal["unit", "above", "joint_conference", "resident"] = "unit"
    roles: tuple[str, ...] = ("head", "leader")
    public: bool = False
    opens: str | None = None

    @property
    def told_when(self) -> Literal["open", "breached", "paused"]:
        """Give how a term stands that this rung is told of."""
        return "paused" if self.paused is not None else "breached" if self.late is not None else "open"

    @property
    def place(self) -> tuple[int, int]:
        """Give its place on the ladder: what is left goes down before what is late goes up; pauses come last."""
        number = next((one for one in (self.late, self.paused) if one is not None), -(self.left or 0))
        return (("open", "breached", "paused").index(self.told_when), number)


# Where a county file has no [[ladder]]: a reminder, word to the unit's head, and two that a pause may not be forgotten.
SHORT_LADDER = (
    Rung("remind", "临期提醒", "A quarter of the term is left", "本地惯例", left=25, roles=("officer", "registrar")),
    Rung("breach", "逾期告知", "The term was broken", "信访工作条例 39", late=0),
    Rung(
        "still", "暂停提醒", "The term has stood still for 15 days", "本地惯例", paused=15, tells="resident", roles=()
    ),
    Rung("still_long", "长期暂停告知", "The term has stood still for 30 days", "本地惯例", paused=30),
)


@dataclass(frozen=True)
class Category(Named):
    """What a case is about; `kinds` empty means every kind."""

    hint_zh: str = ""
    hint_en: str = ""


@dataclass(frozen=True)
class Route:
    """Which unit is responsible; `unit`, or the unit of the place's `level`. What it leaves open fits everything.

    Of the routes that fit, the most specific one wins, by this order: one that names the conflict class, the urgency,
    the mechanism, the category; then the nearest place; then the lowest level. `co_handlers` work with the unit.
    """

    unit: str | None = None
    level: Level | None = None
    category: str | None = None
    place: str | None = None
    mechanism: str | None = None
    conflict: Conflict | None = None
    urgent: bool | None = None
    co_handlers: tuple[str, ...] = ()

    @property
    def conditions(self) -> tuple[Conflict | None, bool | None, str | None, str | None, str | None]:
        """Give what it asks of a case, in the order of precedence; two routes that ask the same may tie."""
        return (self.conflict, self.urgent, self.mechanism, self.category, self.place)

    @property
    def name(self) -> str:
        """Give the route's name, as it is stored with the case: what it asks, and whom it names."""
        urgency = {None: None, True: "urgent", False: "not-urgent"}[self.urgent]
        asked = (part for part in (self.conflict, urgency) if part)
        return "/".join((*asked, *(part or "*" for part in (self.mechanism, self.category, self.place)), self.names))

    @property
    def names(self) -> str:
        """Give whom it names: a unit's code, or a level."""
        return self.unit or self.level or ""
