"""A mechanism: one folder, mostly declaration. Everything the platform draws comes from here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from shared.county.structure import Conflict
from shared.workflow.case import Case
from shared.workflow.declare import STAY, Deadline, Step, Workflow
from shared.workflow.guide import Guide, Guided
from shared.workflow.schema import SEEN_BY, Choice, Schema

# The roles that a post may bear in a workflow, and those of them that take in what residents say or send.
POST_ROLES = frozenset({"officer", "reader", "head", "registrar", "callback", "auditor", "leader", "clerk", "mediator"})
COUNTER_ROLES = frozenset({"clerk", "registrar"})
# Who opens a case, beside a post with a role.
OPENED_OTHERWISE = frozenset({"resident", "step", "rung", "duty", "court"})

Record = Literal["case", "publication", "register"]
Identity = Literal["verified", "claimed", "anonymous"]


# Outcomes that need no form of their own (LAW G); English msgids.
OUTCOMES: Mapping[str, str] = {
    "withdrawn": "Withdrawn",
    "not_accepted": "Not accepted",
    "diverted": "Belongs on another legal road",
    "no_longer_accepted": "No longer accepted",
    "referred_out": "Passed on to another body",
    "merged": "Joined with another case",
    "published": "Published",
    "not_owed": "Nothing owed",
    "settled": "Settled",
    "refused": "Refused",
    "kept": "Agreement kept",
    "not_kept": "Agreement not kept",
    "no_agreement": "No agreement",
    "not_mediated": "Not mediated",
    "not_come": "No answer came",
    "made": "Made",
    "not_made": "Not made",
    "called_off": "Called off by the petitioner",
}


@dataclass(frozen=True)
class Kind:
    """One sort of record. `conflict` says whom it bars (LAW F); `identity` which names are allowed.

    `relation` is how it stands to the case for which a rung of the ladder opens it.
    `hears`: what is said there is taken in at the counter as cases of their own, in this relation to it.
    `guide` asks a resident, who may skip it, whether this is the right road; whatever it says, the case may be sent.
    """

    details: type[Schema] | None = None
    title: str = ""
    hint: str = ""
    record: Record = "case"
    conflict: Conflict = "decision"
    identity: tuple[Identity, ...] = ("verified", "claimed", "anonymous")
    offered: bool = True
    guide: Guide | None = None
    relation: str = ""
    hears: str = ""

    @property
    def names_somebody(self) -> bool:
        """Tell whether it is about what somebody did: who opens it is asked whom, and that person never handles it."""
        return self.conflict in ("conduct", "report")


@dataclass(frozen=True)
class Letter:
    """A kind of letter: its sign in the number (复 in 青禾水复〔2026〕12号), its name, and what its reader may do.

    `remedy` is for a letter that starts no term of the resident; where one runs, the law's own sentence is taken.
    Name and remedy are English msgids.
    """

    sign: str = "函"
    title: str = "Letter"
    remedy: str = ""


@dataclass(frozen=True)
class Party:
    """A resident's role in the case; the first one holds the receipt that is given at the door.

    Any other one is invited by a step (`Step(invites=)`) and gets a receipt of his own for the code in its letter.
    """

    name: str
    title: str = ""


@dataclass(frozen=True)
class Register:
    """Declared entries that need uniqueness or capacity; stored by the service named `home`.

    `kept_by` are the roles of posts that enter and close entries at the desk, where routing is its home. `shows` are
    the fields by which people know an entry; without any, its key. A register whose `unique` is `post` holds posts of
    the county. With `display="queue"`, at home in intake, its entries are tickets: drawn, called and shown at
    `/window`; the county file names the queues (`queue`, `unit`, `sign`). With `display="catalogue"` its entries are
    what the county file says can be applied for: published at `/matters`, and a kind whose form asks the register's
    `unique` begins there; the entry's name answers the form's field `fills`. With `display="points"` they are places,
    published there too, at which a clerk of the entry's `unit` helps and takes in. `books`: residents book without a
    case.
    """

    name: str
    entry: type[Schema]
    home: str
    unique: str
    capacity: str | None = None
    title: str = ""
    kept_by: tuple[str, ...] = ("registrar", "head")
    display: Literal["list", "queue", "catalogue", "points"] = "list"
    shows: tuple[str, ...] = ()
    fills: str = ""
    books: bool = False

    @property
    def of_posts(self) -> bool:
        """Tell whether its entries are posts of the county."""
        return self.unique == "post"

    def in_words(self, entry: Mapping[str, Any]) -> str:
        """Give an entry as people know it."""
        return " · ".join(str(entry[name]) for name in self.shows or (self.unique,) if entry.get(name))


@dataclass(frozen=True)
class Duty:
    """Who owes what how often: routing's timer opens a case of `kind` for every due item."""

    holder: str
    period: str
    opens: str


@dataclass(frozen=True)
class Share:
    """An indicator: of the cases that ended, how many had the outcome `part` among those that had `whole`.

    `whole` may be `closed`: all of them. Without `kinds` cases of every kind are counted.
    """

    part: str
    whole: str
    kinds: tuple[str, ...] = ()


def share(part: str, whole: str, *kinds: str) -> Share:
    """Declare an indicator as a share."""
    return Share(part, whole, kinds)


@dataclass(frozen=True)
class Mechanism:
    """A civic mechanism. `version` goes up when running cases would read the declaration differently.

    `promises` are terms that receipt starts; `refuses` are guards at the door (closed: one that raises sends the
    case to a person); `bars` add to the conflict set (closed); `duties` names the county-file table of duties.
    `says` are the texts, English msgids, that its refusals and remarks give.

    `upgrade(version, state, details)` gives state and details as `version + 1` has them: a case, open or closed, is
    carried one version after another before routing starts; no state closes or reopens it. It is pure, is asked also
    for each state in which the case stood before, and gives back unchanged what it doesn't know. Steps stay as they
    were taken, so their names and fields are kept (`Schema.was`). Closed: where it raises, nothing is carried and the
    start stops; a case that comes in later waits for a person. Details that can't be opened (erased) are empty.
    """

    name: str
    version: int
    title: str
    kinds: Mapping[str, Kind | type[Schema]]
    workflow: Workflow
    hint: str = ""
    parties: tuple[Party, ...] = (Party("petitioner", "Petitioner"),)
    promises: tuple[Deadline, ...] = ()
    says: tuple[str, ...] = ()
    registers: tuple[Register, ...] = ()
    opened_by: tuple[str, ...] = ("resident",)
    refuses: tuple[Callable[[Case], str | None], ...] = ()
    bars: tuple[Callable[[Case], tuple[str, ...]], ...] = ()
    remarks: tuple[Callable[[Case], str | None], ...] = ()
    writes: Mapping[str, Letter] = field(default_factory=dict)
    public: tuple[str, ...] = ()
    indicators: tuple[Share, ...] = ()
    duties: bool = False
    retired: bool = False
    upgrade: Callable[[int, str, Mapping[str, Any]], tuple[str, Mapping[str, Any]]] | None = None
    folder: Path = field(default_factory=Path)

    def register(self, name: str) -> Register | None:
        """Give a register by name."""
        return next((one for one in self.registers if one.name == name), None)

    def kind(self, name: str) -> Kind | None:
        """Give a kind, its short form (a schema alone) made whole."""
        kind = self.kinds.get(name)
        return kind if isinstance(kind, Kind) or kind is None else Kind(details=kind)

    def kind_title(self, name: str) -> str:
        """Give a kind in words, an English msgid."""
        kind = self.kind(name)
        return kind.title if kind and kind.title else name

    def outcome_title(self, outcome: str) -> str:
        """Give an outcome in words, an English msgid: as the mechanism's own form says it, or the common one."""
        for step in self.workflow.steps:
            field = step.asks.asked().get("outcome") if step.asks else None
            if isinstance(field, Choice) and outcome in field.options:
                return field.options[outcome]
        return OUTCOMES.get(outcome, outcome.replace("_", " "))

    def in_words(self, step: Step, name: str, value: str) -> str:
        """Give what was chosen at a step in words, an English msgid."""
        field = step.asks.asked().get(name) if step.asks else None
        return field.options.get(value, value) if isinstance(field, Choice) else value

    def letter(self, name: str) -> Letter:
        """Give a kind of letter as it is declared, or a plain one."""
        return self.writes.get(name, Letter())

    @property
    def guides(self) -> dict[str, Guide]:
        """Give the guides of its kinds and steps by name."""
        kinds = [kind.guide for name in self.kinds if (kind := self.kind(name)) and kind.guide]
        forms = [step.asks for step in self.workflow.steps if step.asks]
        asked = [one.guide for form in forms for one in form.asked().values() if isinstance(one, Guided)]
        return {guide.name: guide for guide in (*kinds, *asked)}

    @property
    def letters(self) -> tuple[str, ...]:
        """Give the letters its steps write."""
        return tuple(dict.fromkeys(letter for step in self.workflow.steps for letter in step.letters))

    @property
    def deadlines(self) -> tuple[str, ...]:
        """Give the rules it promises by or starts."""
        terms = [*self.promises, *(term for step in self.workflow.steps for term in step.terms)]
        return tuple(dict.fromkeys(term.rule for term in terms))

    @property
    def resident_roles(self) -> tuple[str, ...]:
        """Give the roles that residents hold; every other role is a post's."""
        return tuple(party.name for party in self.parties)

    @property
    def of_several(self) -> bool:
        """Tell whether more than one party is in it: none of them reads what another one said for himself."""
        return len(self.parties) > 1

    @property
    def invitations(self) -> frozenset[str]:
        """Give the letters that hold a party's code: nobody reads them but whoever gets them."""
        return frozenset(letter for step in self.workflow.steps if step.invites for letter in step.letters)

    def shares(self, step: Step) -> bool:
        """Tell whether all parties may read something of what is said at a step."""
        fields = step.asks.asked().values() if step.asks else ()
        return not self.of_several or any(getattr(one, "seen", None) in SEEN_BY["parties"] for one in fields)

    def is_note(self, step: Step) -> bool:
        """Tell whether a step is a note of one's own, of which another party doesn't even learn that it was written."""
        return step.asks is not None and step.to == STAY and not self.shares(step)

    @property
    def first_roles(self) -> frozenset[str]:
        """Give the roles of posts in which somebody can take a new case up."""
        workflow = self.workflow
        return self.post_roles(step for step in workflow.from_state(workflow.start) if step.to != STAY)

    @property
    def in_person(self) -> bool:
        """Tell whether somebody takes its cases up in person, and goes on with them alone."""
        return any(step.only_by for step in self.workflow.steps)

    def post_roles(self, steps: Iterable[Step]) -> frozenset[str]:
        """Give the roles of posts, not of residents, that these steps need."""
        return frozenset(role for step in steps if not step.of_nobody for role in step.roles) - set(self.resident_roles)


def about_somebody(mechanisms: Mapping[str, Mechanism], mechanism: str, kind: str) -> bool:
    """Tell whether a sort of case is about what somebody did: nothing of it, or of what grows from it, is public."""
    found = mechanisms.get(mechanism)
    known = found.kind(kind) if found else None
    return known is not None and known.names_somebody
