"""The broker's exchanges, queues, bindings, users and rights, in one place; everything else is drawn from here.

A user of a service's own name may configure nothing: what it needs was made by `lianxin topology`, and the service only
looks whether it is there. Any other user (development, tests) declares what it misses.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kombu import Exchange, Queue

from shared.bus.carrier import FACTS, KEYS, PUBLIC

UNROUTED = "lianxin.unrouted"
DEAD = "lianxin.dead"
DELIVERY_LIMIT = 20
LONGEST_QUEUE = 1_000_000  # messages; beyond it the broker refuses and the relay's rows wait
LONGEST_SHELF = 100_000  # unrouted messages, of which the oldest go first: a journal has the facts, intake the keys
LOOKS_AT_A_SHELF = 1_000_000  # by people; RabbitMQ 4 throws away what was looked at and put back more than 20 times
KEY_SENDER = "intake"  # the only service that makes case keys
PUBLIC_SENDER = "disclosure"  # the only service that speaks to outsiders
STREAM = "s.public"
OUTSIDER = "subscriber-"  # before the name of a subscriber's user: nobody outside ever has the name of a service

Binding = tuple[str, str, str]  # exchange, queue, key

unrouted = Exchange(UNROUTED, "fanout", durable=True)
dead = Exchange(DEAD, "fanout", durable=True)
facts = Exchange(FACTS, "topic", durable=True, arguments={"alternate-exchange": UNROUTED})
# It has its alternate by a policy (definitions.py): an exchange that is there can't be declared with other arguments.
keys = Exchange(KEYS, "direct", durable=True)
public = Exchange(PUBLIC, "topic", durable=True)  # what nobody outside listens for is nobody's loss
exchanges: tuple[Any, ...] = (unrouted, dead, facts, keys, public)

# What no queue is bound for, and what could not be decoded: kept for a person, never read by a program.
# Their limits are policies (definitions.py): those reach a shelf that is there, whose arguments nobody can change.
shelves = (
    Queue("q.unrouted", unrouted, durable=True, queue_arguments={"x-queue-type": "quorum"}),
    Queue("q.dead", dead, durable=True, queue_arguments={"x-queue-type": "quorum"}),
)


def stream_of(days: int) -> Queue:
    """Give the stream from which a late subscriber reads the public facts of so many days."""
    arguments = {"x-queue-type": "stream", "x-max-age": f"{days}D"}
    return Queue(STREAM, public, routing_key="#", durable=True, queue_arguments=arguments)


def queue_of(service: str) -> Queue:
    """Give a service's queue: quorum, safe dead-lettering, no endless redelivery."""
    return Queue(
        f"q.{service}",
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def declare(channel: Any) -> None:
    """Declare exchanges and shelves; what is there already stays."""
    for exchange in exchanges:
        exchange(channel).declare()
    for shelf in shelves:
        shelf(channel).declare()


def bind(channel: Any, service: str, follows: Sequence[str]) -> Any:
    """Declare a service's queue and bind it to the sources it follows and to its own keys; gives the queue."""
    queue = queue_of(service)(channel)
    queue.declare()
    for source in follows:
        queue.bind_to(facts, routing_key=f"{source}.#")
    queue.bind_to(keys, routing_key=service)
    return queue


def look(channel: Any, queue: Queue) -> None:
    """See that what a service needs is there, declaring nothing. Raises the channel's `NotFound`."""
    for exchange in (facts, keys):
        exchange(channel).declare(passive=True)
    queue(channel).queue_declare(passive=True)


@dataclass(frozen=True)
class Rights:
    """What a user may do: patterns of names it may configure, write and read, and of keys it may write to facts.

    What it may write to the public exchange has any key.
    """

    configure: str = "^$"
    write: str = "^$"
    read: str = "^$"
    keys: str = "^$"


@dataclass(frozen=True)
class Topology:
    """Everything the broker holds for these services; `follows` names for each the sources it binds.

    With `stream_days` public facts are kept so long for late subscribers; those named here have users to read them.
    """

    follows: Mapping[str, Sequence[str]]
    stream_days: int = 0
    subscribers: Sequence[str] = ()

    @property
    def exchanges(self) -> tuple[Any, ...]:
        """Give every exchange."""
        return exchanges

    @property
    def kept(self) -> tuple[Queue, ...]:
        """Give what no service reads: the shelves, and the stream where there is one."""
        return (*shelves, *([stream_of(self.stream_days)] if self.stream_days else []))

    @property
    def queues(self) -> tuple[Any, ...]:
        """Give every queue: one for each service, and what no service reads."""
        return (*(queue_of(service) for service in self.follows), *self.kept)

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """Give (exchange, queue, key): whole sources, a service's own keys, and what no service reads."""
        sources = [(FACTS, f"q.{name}", f"{source}.#") for name, found in self.follows.items() for source in found]
        own_keys = [(KEYS, f"q.{name}", name) for name in self.follows]
        return (*sources, *own_keys, *((one.exchange.name, one.name, one.routing_key) for one in self.kept))

    @property
    def users(self) -> dict[str, Rights]:
        """Give every user's rights: services first; a subscriber reads the stream, and nothing else."""
        outsiders = {f"{OUTSIDER}{name}": Rights(read=f"^{re.escape(STREAM)}$") for name in self.subscribers}
        return {name: self.rights(name) for name in self.follows} | outsiders

    def rights(self, service: str) -> Rights:
        """Give a service's rights: configure nothing, write facts under its own name, read its own queue."""
        written = (FACTS, *([KEYS] if service == KEY_SENDER else []), *([PUBLIC] if service == PUBLIC_SENDER else []))
        return Rights(
            write=f"^({'|'.join(map(re.escape, written))})$",
            read=f"^{re.escape(f'q.{service}')}$",
            keys=rf"^{re.escape(service)}\.",
        )
