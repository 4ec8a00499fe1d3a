"""The facts of the platform itself: messages, keys, health."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shared.facts.base import Fact, Reach


@dataclass(frozen=True, kw_only=True)
class ServiceKeyed(Fact):
    """A service has this public box key (base64); who holds a case key seals to it. `subject` is the service.

    `signing` (base64) checks what the service signs: directory's checks sign-ins.
    """

    name: ClassVar[str] = "service.keyed"

    public: str
    signing: str = ""


@dataclass(frozen=True, kw_only=True)
class KeyAsked(Fact):
    """A service lost or never got the case's key and asks intake to seal it again. `subject` is the case."""

    name: ClassVar[str] = "key.asked"

    receiver: str


@dataclass(frozen=True, kw_only=True)
class MessageSent(Fact):
    """A message left by a channel; `subject` is the case."""

    name: ClassVar[str] = "message.sent"
    owner: ClassVar[str] = "notification"

    template: str
    channel: str
    to: str
    attempt: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Fact):
    """A message could not be sent and will not be tried again; a person has to look."""

    name: ClassVar[str] = "message.failed"
    owner: ClassVar[str] = "notification"

    template: str
    channel: str
    to: str
    attempt: int
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageSuppressed(Fact):
    """No message was sent, and why: no address, declined, anonymous, or already told."""

    name: ClassVar[str] = "message.suppressed"
    owner: ClassVar[str] = "notification"

    template: str
    to: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class JournalSealed(Fact):
    """The leaves `first` to `last` were numbered, without a hole, in the service that is the `subject`.

    `hashes` (base64) are the RFC 6962 leaf hashes of the facts' bytes, in order of their numbers; at most 500.
    """

    name: ClassVar[str] = "journal.sealed"

    first: int
    last: int
    hashes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ServiceDegraded(Fact):
    """A service, the `subject`, does not do all that it should; `light` is amber or red, `reason` an English sentence.

    Told once for each change of the light, by supervision, which looks once a minute.
    """

    name: ClassVar[str] = "service.degraded"
    owner: ClassVar[str] = "supervision"

    light: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ServiceRecovered(Fact):
    """A service, the `subject`, does again all that it should."""

    name: ClassVar[str] = "service.recovered"
    owner: ClassVar[str] = "supervision"

    reason: str


@dataclass(frozen=True, kw_only=True)
class ServicePaused(Fact):
    """A person stopped this service's relay or consumer; `subject` is the service."""

    name: ClassVar[str] = "service.paused"
    reach: ClassVar[Reach] = Reach.JOURNAL

    what: str
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ServiceResumed(Fact):
    """A person let this service's relay or consumer go on."""

    name: ClassVar[str] = "service.resumed"
    reach: ClassVar[Reach] = Reach.JOURNAL

    what: str
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RoutesAdopted(Fact):
    """A person put other routes in force, having seen what they change; at the first start, routing the file's own.

    `subject` is the service, `digest` names the routes, `replaces` those before, `count` says how many there are.
    """

    name: ClassVar[str] = "routes.adopted"
    reach: ClassVar[Reach] = Reach.JOURNAL
    owner: ClassVar[str] = "routing"

    digest: str
    replaces: str | None
    count: int
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ParkedRetried(Fact):
    """A person had a parked fact tried again; `subject` is the fact's, `fact` its id."""

    name: ClassVar[str] = "parked.retried"
    reach: ClassVar[Reach] = Reach.JOURNAL

    fact: str
    source: str
    type: str
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ParkedDropped(Fact):
    """A person gave a parked fact up: it has no effect here, and what waited behind it went on."""

    name: ClassVar[str] = "parked.dropped"
    reach: ClassVar[Reach] = Reach.JOURNAL

    fact: str
    source: str
    type: str
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class JournalReplayed(Fact):
    """A person had this service's journal sent again, whole or from a moment on; `subject` is the service."""

    name: ClassVar[str] = "journal.replayed"
    reach: ClassVar[Reach] = Reach.JOURNAL

    count: int
    by: str
    reason: str
    since: datetime | None = None
