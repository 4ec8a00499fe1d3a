"""What a carrier does, and the words for it. Two implementations, one contract suite."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

FACTS = "lianxin.facts"
KEYS = "lianxin.keys"
PUBLIC = "lianxin.public"  # for outsiders; disclosure alone writes it
KEY_CONTENT_TYPE = "application/vnd.lianxin.case-key"


class Message(NamedTuple):
    """Bytes to carry. `id` comes back when they are safe at every receiver."""

    id: str
    exchange: str
    key: str
    body: bytes
    content_type: str


class Delivery(NamedTuple):
    """Bytes that arrived; `handle` is the carrier's own. `user` is who published, where the broker vouches for it."""

    body: bytes
    content_type: str
    redelivered: bool
    user: str | None
    handle: Any


@dataclass(frozen=True)
class Queue:
    """What waits for one service: messages ready and handed out, receivers, totals since the broker began.

    None stands for what can't be known now.
    """

    ready: int | None = None
    unacked: int | None = None
    consumers: int | None = None
    arrived: int | None = None
    left: int | None = None


class Publisher(Protocol):
    """Sends for one service; used by its relay's thread only."""

    def send(self, messages: Sequence[Message]) -> None:
        """Hand messages over in order; returns before they are safe. Raises `CarrierDown` where there is no broker."""

    def confirmed(self) -> list[str]:
        """Give the ids that became safe since the last call, in no order."""
        ...

    def refused(self) -> list[str]:
        """Give the ids that the broker refused since the last call, a queue being full: send them again, later."""
        ...

    def lost(self) -> bool:
        """Tell, once, that what is unconfirmed will never be: send it again."""
        ...

    def close(self) -> None:
        """Let go of the broker."""


class Consumer(Protocol):
    """Receives for one service; used by its inbox's thread only.

    `keeps` tells whether the carrier holds what nobody fetches for any time, over every restart.
    """

    keeps: bool

    def receive(self, limit: int) -> list[Delivery]:
        """Give what is there, at most `limit`, without waiting long. Raises `CarrierDown`."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait until something arrived, at most so long; False at once where the carrier calls `wake` instead."""
        ...

    def done(self, deliveries: Sequence[Delivery]) -> None:
        """Let the carrier forget these: their rows are committed."""

    def reject(self, delivery: Delivery) -> None:
        """Send what can't be decoded to the dead letters."""

    def close(self) -> None:
        """Let go of the broker; what is unacknowledged comes again, to who receives next: this one or another."""


class Carrier(Protocol):
    """Connects services."""

    def publisher(self, service: str, wake: Callable[[], None]) -> Publisher:
        """Give the publisher of a service; `wake` is called when there are confirmations to fetch."""
        ...

    def consumer(self, service: str, follows: Sequence[str], wake: Callable[[], None]) -> Consumer:
        """Give the consumer of a service; `wake` is called when something may have arrived."""
        ...

    def bind(self, follows: Mapping[str, Sequence[str]]) -> None:
        """Let what is told from now on reach these services, by the sources each follows, though none receives yet.

        Raises `CarrierDown`.
        """

    def trouble(self, service: str) -> str | None:
        """Say in a sentence why a service receives nothing now; None where all is well."""
        ...

    def queue(self, service: str) -> Queue:
        """Give what waits for a service, as far as this process knows."""
        ...


class CarrierDown(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The broker can't be reached now; rows wait."""
