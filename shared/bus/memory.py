"""The embedded carrier: kombu's in-memory transport, with confirmation when every receiver has committed.

kombu's memory transport keeps nothing over a crash and confirms nothing. So a message counts as safe only when
each bound service called `done`; until then its row stays unsent, and a restart sends it again.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from queue import Empty
from typing import Any

from kombu import Connection, Exchange, Queue
from kombu.transport import memory, virtual

from shared.bus.carrier import FACTS, KEYS, Consumer, Delivery, Message, Publisher
from shared.bus.carrier import Queue as QueueFigures

DEAD_KEPT = 1_000


class MemoryCarrier:
    """Carries inside one process. Every instance is a world of its own."""

    def __init__(self) -> None:
        # kombu keeps queues on the class: a class per carrier keeps two deployments of one process apart.
        channel = type("Channel", (memory.Channel,), {"queues": {}, "events": set(), "do_restore": False})
        transport = type("Transport", (memory.Transport,), {"Channel": channel, "global_state": virtual.BrokerState()})
        self._connection = Connection(transport=transport)
        self._facts = Exchange(FACTS, "topic")
        self._keys = Exchange(KEYS, "direct")
        self._lock = threading.RLock()
        self._receivers: dict[str, tuple[tuple[str, ...], Callable[[], None]]] = {}
        self._owed: dict[tuple[str, str], set[str]] = {}
        self._safe: dict[str, list[str]] = {}
        self._senders: dict[str, Callable[[], None]] = {}
        self._left: Counter[str] = Counter()
        self.dead: deque[Delivery] = deque(maxlen=DEAD_KEPT)
        self._channel = self._connection.channel()
        self._producer = self._connection.Producer(self._channel, auto_declare=False)
        for exchange in (self._facts, self._keys):
            exchange(self._channel).declare()

    def publisher(self, service: str, wake: Callable[[], None]) -> Publisher:
        """Give the publisher of a service."""
        self._safe[service], self._senders[service] = [], wake
        return MemoryPublisher(self, service)

    def bind(self, follows: Mapping[str, Sequence[str]]) -> None:
        """Make every queue; who receives from it later finds what was told before."""
        for service, sources in follows.items():
            self.consumer(service, sources, lambda: None)

    def consumer(self, service: str, follows: Sequence[str], wake: Callable[[], None]) -> Consumer:
        """Declare the service's queue with its bindings and give its consumer."""
        with self._lock:
            queue = Queue(f"q.{service}", channel=self._channel)
            queue.queue_declare()
            for source in follows:
                queue.bind_to(self._facts, routing_key=f"{source}.#")
            queue.bind_to(self._keys, routing_key=service)
            self._receivers[service] = (tuple(follows), wake)
            return MemoryConsumer(self, service, queue)

    def trouble(self, service: str) -> str | None:
        """Say nothing: memory is always there."""
        return None

    def queue(self, service: str) -> QueueFigures:
        """Count what a service has not committed yet."""
        if service not in self._receivers:
            return QueueFigures()
        with self._lock:
            owed = sum(service in receivers for receivers in self._owed.values())
            ready = min(owed, self._channel.queue_declare(f"q.{service}", passive=True).message_count)
            left = self._left[service]
            return QueueFigures(ready, owed - ready, consumers=1, arrived=left + owed, left=left)

    def _receivers_of(self, message: Message) -> set[str]:
        if message.exchange == KEYS:
            return {message.key} & self._receivers.keys()
        source = message.key.split(".", 1)[0]
        return {name for name, (follows, _) in self._receivers.items() if source in follows}

    def carry(self, service: str, messages: Sequence[Message]) -> None:
        """Put messages into the queues that are bound, and remember who still has to commit them."""
        woken: set[str] = set()
        with self._lock:
            for message in messages:
                receivers = self._receivers_of(message)
                if not receivers:
                    self._safe[service].append(message.id)
                    continue
                self._owed[service, message.id] = set(receivers)
                self._put(message.exchange, message.key, message.body, message.content_type, service, message.id)
                woken |= receivers
        for receiver in woken:
            self._receivers[receiver][1]()

    def settle(self, receiver: str, deliveries: Sequence[Delivery]) -> None:
        """Note that a receiver has committed; the last one makes a message safe."""
        with self._lock:
            for delivery in deliveries:
                delivery.handle.ack()
                owed_to, identity = delivery.user or "", delivery.handle.properties["message_id"]
                left = self._owed.get((owed_to, identity))
                if left is None:
                    continue
                left.discard(receiver)
                self._left[receiver] += 1
                if not left:
                    del self._owed[owed_to, identity]
                    self._safe[owed_to].append(identity)
                    self._senders[owed_to]()

    def bury(self, receiver: str, delivery: Delivery) -> None:
        """Keep what can't be decoded for a look; its sender has it whole in the journal, so nothing is owed."""
        self.dead.append(delivery)
        self.settle(receiver, [delivery])

    def give_back(self, queue: Any, deliveries: Sequence[Delivery]) -> None:
        """Put what was taken and not committed back into its own queue only; kombu's requeue routes to everybody."""
        with self._lock:
            for delivery in deliveries:
                delivery.handle.ack()
                identity = delivery.handle.properties["message_id"]
                self._put("", queue.name, delivery.body, delivery.content_type, delivery.user, identity, again=True)

    def _put(
        self, exchange: str, key: str, body: bytes, kind: str, user: str | None, identity: str, *, again: bool = False
    ) -> None:
        self._producer.publish(
            body,
            exchange=exchange,
            routing_key=key,
            content_type=kind,
            content_encoding="binary",
            message_id=identity,
            headers={"user": user, "again": again},
        )

    def take_safe(self, service: str) -> list[str]:
        """Give and forget the ids of a service's messages that became safe."""
        with self._lock:
            safe, self._safe[service] = self._safe[service], []
            return safe

    def fetch(self, queue: Any) -> Any:
        """Take one message off a queue, or None."""
        with self._lock:
            try:
                return queue.get(accept=None)
            except Empty:
                return None


class MemoryPublisher:
    """Sends into the same process."""

    def __init__(self, carrier: MemoryCarrier, service: str) -> None:
        self._carrier = carrier
        self._service = service

    def send(self, messages: Sequence[Message]) -> None:
        """Put messages into the bound queues."""
        self._carrier.carry(self._service, messages)

    def confirmed(self) -> list[str]:
        """Give what every receiver has committed."""
        return self._carrier.take_safe(self._service)

    def refused(self) -> list[str]:
        """Give nothing: memory takes everything in."""
        return []

    def lost(self) -> bool:
        """Give False: memory loses nothing while the process lives."""
        return False

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryConsumer:
    """Receives in the same process."""

    keeps = False

    def __init__(self, carrier: MemoryCarrier, service: str, queue: Any) -> None:
        self._carrier = carrier
        self._service = service
        self._queue = queue
        self._unsettled: dict[int, Delivery] = {}

    def receive(self, limit: int) -> list[Delivery]:
        """Take what is there, at most `limit`."""
        found: list[Delivery] = []
        while len(found) < limit and (message := self._carrier.fetch(self._queue)) is not None:
            body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
            again, user = message.headers["again"], message.headers["user"]
            found.append(Delivery(body, message.content_type, again, user, message))
        self._unsettled.update({id(delivery): delivery for delivery in found})
        return found

    def wait(self, seconds: float) -> bool:
        """Give False: who puts a message into a queue wakes its receiver."""
        return False

    def done(self, deliveries: Sequence[Delivery]) -> None:
        """Tell the carrier that these are committed."""
        known = [delivery for delivery in deliveries if self._unsettled.pop(id(delivery), None) is not None]
        self._carrier.settle(self._service, known)

    def reject(self, delivery: Delivery) -> None:
        """Send it to the dead letters."""
        if self._unsettled.pop(id(delivery), None) is not None:
            self._carrier.bury(self._service, delivery)

    def close(self) -> None:
        """Give back what was taken and never committed."""
        self._carrier.give_back(self._queue, list(self._unsettled.values()))
        self._unsettled.clear()
