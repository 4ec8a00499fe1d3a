"""The facts of a case, in order of life. Owners and reach: see the catalogue (`docs/facts.md`, made from this file).

`PrivateText` fields are plain in the hand of whoever tells, and sealed in every journal, message and projection.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from shared.facts.base import Fact, Reach
from shared.facts.values import File, Offer, PrivateText, Promise


@dataclass(frozen=True, kw_only=True)
class CaseRequested(Fact):
    """A step, rule or duty asks intake to open a linked case. Its terms run from `since`; from its receipt without.

    With a `parent` it is that case's child: its title and, where their mechanisms name the same party, contact and
    receipt are the parent's. `text` is sealed under the parent's key. `about_units` are those whose work it is about.
    """

    name: ClassVar[str] = "case.requested"

    mechanism: str
    kind: str
    title: str
    category: str | None = None
    place: str | None = None
    unit: str | None = None
    root: str | None = None
    relation: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    since: datetime | None = None
    parent: str | None = None
    text: PrivateText | None = None
    about_units: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseSubmitted(Fact):
    """The case is on disk and its receipt is given. Exactly once for every case.

    `file_keys` is JSON: blob to {key, name}; whoever holds the case key can open the files, and nobody after erasure.
    `doubts` names the checks at the door that failed to answer: a person decides where such a case goes. `taken_by` is
    the post that took it in at the counter, `taken` (JSON) what it noted: read back, who helped, the postmark.
    """

    name: ClassVar[str] = "case.submitted"
    owner: ClassVar[str] = "intake"

    reference: str
    mechanism: str
    mechanism_version: int
    kind: str
    received_at: datetime
    channel: str
    identity: str
    category: str | None
    place: str | None
    addressed_to: str | None
    about_units: tuple[str, ...] = ()
    about_posts: tuple[str, ...] = ()
    title: PrivateText
    text: PrivateText
    about: PrivateText | None = None
    contact: PrivateText | None = None
    details: PrivateText | None = None
    language: str = "zh"
    files: tuple[File, ...] = ()
    file_keys: PrivateText | None = None
    promises: tuple[Promise, ...] = ()
    unit: str | None = None
    root: str | None = None
    relation: str | None = None
    parent: str | None = None
    doubts: tuple[str, ...] = ()
    urgent: bool = False
    taken_by: str | None = None
    taken: PrivateText | None = None


@dataclass(frozen=True, kw_only=True)
class HandedOut(Fact):
    """The whole case left for the office's mailbox, in `parts` mails: from here on it is handled outside Lianxin.

    Told only where the deployment has no desk.
    """

    name: ClassVar[str] = "case.handed_out"
    owner: ClassVar[str] = "intake"

    parts: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AccessChanged(Fact):
    """Who may see the case from now on. Told before any staff member may see it; exclusions only ever add."""

    name: ClassVar[str] = "case.access_changed"
    owner: ClassVar[str] = "routing"

    units: tuple[str, ...]
    posts: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    conflict: str


@dataclass(frozen=True, kw_only=True)
class CaseRouted(Fact):
    """Exactly once: a unit became responsible. `because` is the explanation, as sentences (msgids).

    `unit` leads, `co_handlers` read along; `external` is the body outside the county, and the case is closed here.
    """

    name: ClassVar[str] = "case.routed"
    owner: ClassVar[str] = "routing"

    reference: str
    unit: str
    state: str
    phase: str
    rule: str
    because: tuple[str, ...]
    offers: tuple[Offer, ...]
    at: datetime
    co_handlers: tuple[str, ...] = ()
    level: str | None = None


@dataclass(frozen=True, kw_only=True)
class StepAsked(Fact):
    """A receipt holder asks for an offered step: answer, withdraw, consent, object.

    `to` is the number of the proposal that he saw, where the step replies to one.
    """

    name: ClassVar[str] = "case.step_asked"
    owner: ClassVar[str] = "intake"

    step: str
    role: str
    asked_at: datetime
    to: int = 0
    inputs: PrivateText | None = None
    files: tuple[File, ...] = ()
    file_keys: PrivateText | None = None


@dataclass(frozen=True, kw_only=True)
class CaseStepped(Fact):
    """The case moved by a step. `shown` is what parties may read (JSON), `public` what the record may print (JSON).

    `ground`: out of a closed list of events, where the step reports the case upward as urgent. `turns_to`: another
    unit that is to take the next step while the case stays where it is. `reports_to`: the unit that assigned the case
    with a date, where this step reports back to it. `waits_for`: parties whose word is still missing; until they gave
    it, nothing moves. `copied_to`: the level above, which is told of this step by itself. `names`: the post that was
    chosen to take the next step.
    """

    name: ClassVar[str] = "case.stepped"
    owner: ClassVar[str] = "routing"

    step: str
    by: str
    unit: str
    state_from: str
    state: str
    phase: str
    at: datetime
    outcome: str | None = None
    letter: str | None = None
    basis: str | None = None
    publishes: str | None = None
    ground: str | None = None
    turns_to: str | None = None
    reports_to: str | None = None
    copied_to: str | None = None
    waits_for: tuple[str, ...] = ()
    names: str | None = None
    shown: PrivateText | None = None
    public: PrivateText | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OffersChanged(Fact):
    """What can be done in a case changed without a step: an entry that can be chosen was opened or closed."""

    name: ClassVar[str] = "case.offers_changed"
    owner: ClassVar[str] = "routing"

    offers: tuple[Offer, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseCarried(Fact):
    """The case of an earlier version of its mechanism stands as the installed one has it: nobody did anything.

    Told once for each case and upgrade. `details` are JSON as the installed version reads them; without, they stay.
    """

    name: ClassVar[str] = "case.carried"
    owner: ClassVar[str] = "routing"

    mechanism_version_from: int
    mechanism_version: int
    state_from: str
    state: str
    phase: str
    at: datetime
    details: PrivateText | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StepRefused(Fact):
    """A step that was asked is not possible: no longer offered, no right, or a guard said no (`code`).

    `fields` are those of its form whose answer can't be taken any more.
    """

    name: ClassVar[str] = "case.step_refused"
    owner: ClassVar[str] = "routing"

    step: str
    role: str
    code: str
    fields: tuple[str, ...] = ()
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseServed(Fact):
    """A letter reached its reader; a resident's own terms run from `received_on`."""

    name: ClassVar[str] = "case.served"
    owner: ClassVar[str] = "routing"

    letter: str
    method: str
    received_on: date
    at: datetime


@dataclass(frozen=True, kw_only=True)
class LetterPrinted(Fact):
    """A letter's files are made: a page that prints itself, and a PDF where the machine can make one.

    `letter` is its id in the step that wrote it; told anew, later files take the place of earlier ones.
    """

    name: ClassVar[str] = "case.letter_printed"
    owner: ClassVar[str] = "routing"

    letter: str
    files: tuple[File, ...]
    file_keys: PrivateText
    at: datetime


@dataclass(frozen=True, kw_only=True)
class HandedOver(Fact):
    """Another unit is responsible now; every clock goes on. `hands` counts how often a step gave it away."""

    name: ClassVar[str] = "case.handed_over"
    owner: ClassVar[str] = "routing"

    unit_from: str
    unit: str
    reason: PrivateText | None = None
    offers: tuple[Offer, ...] = ()
    hands: int = 0
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseClosed(Fact):
    """The case ended with an outcome."""

    name: ClassVar[str] = "case.closed"
    owner: ClassVar[str] = "routing"

    outcome: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class JoinedTold(Fact):
    """The earlier case with which this one was joined came further.

    `stage` is answered, published, carried_out or unanswered. `text` is what the public record may print of it (JSON);
    nothing says which case it is, or whose.
    """

    name: ClassVar[str] = "case.joined_told"
    owner: ClassVar[str] = "routing"

    stage: str
    unit: str
    outcome: str | None = None
    text: PrivateText | None = None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TextReturned(Fact):
    """What a resident wrote in `case` is word for word what a case said that was answered and closed, `earlier`.

    Compared are digests that only routing can make. Told once for each new case, of the last one that was closed. The
    subject is a new one each time: whoever is given the journal of either case does not learn of the other.
    """

    name: ClassVar[str] = "case.text_returned"
    owner: ClassVar[str] = "routing"

    case: str
    earlier: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseErased(Fact):
    """Retention or the right of erasure: every service deletes the case's key and purges its projection."""

    name: ClassVar[str] = "case.erased"
    owner: ClassVar[str] = "intake"
    reach: ClassVar[Reach] = Reach.PUBLIC

    basis: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseExported(Fact):
    """Somebody took the case's archive file: a person's id at the desk, or a name given by hand with the reason."""

    name: ClassVar[str] = "case.exported"
    owner: ClassVar[str] = "routing"
    reach: ClassVar[Reach] = Reach.JOURNAL

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseOpenedByStaff(Fact):
    """A staff member read a case outside the work list; shown to the resident as unit and date."""

    name: ClassVar[str] = "case.opened_by_staff"
    reach: ClassVar[Reach] = Reach.JOURNAL

    post: str
    reason: str
    at: datetime
