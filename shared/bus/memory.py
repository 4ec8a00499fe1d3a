"""The embedded carrier: kombu's in-memory transport, with confirmation when every receiver has committed.

kombu's memory transport keeps nothing over a crash and confirms nothing. So a message counts as safe only when
each bound service called `done`; until then its row stays unsent, and a restart sends it again.
"""

import threading
from collections.abc import Callable, Sequence
from queue import Empty
from typing import Any

from kombu import Connection, Exchange, Queue
from kombu.transport import memory, virtual

from shared.bus.carrier import FACTS, KEYS, Consumer, Delivery, Message, Publisher


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
        self._channel = self._connection.channel()
        for exchange in (self._facts, self._keys):
            exchange(self._channel).declare()

    def publisher(self, service: str) -> Publisher:
        """Give the publisher of a service."""
        self._safe[service] = []
        return MemoryPublisher(self, service)

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

    def _receivers_of(self, message: Message) -> set[str]:
        if message.exchange == KEYS:
            return {message.key} & self._receivers.keys()
        source = message.key.split(".", 1)[0]
        return {name for name, (follows, _) in self._receivers.items() if source in follows}

    def carry(self, service: str, messages: Sequence[Message]) -> None:
        """Put messages into the queues that are bound, and remember who still has to commit them."""
        woken: set[str] = set()
        with self._lock:
            producer = self._connection.Producer(self._channel, auto_declare=False)
            for message in messages:
                receivers = self._receivers_of(message)
                if not receivers:
                    self._safe[service].append(message.id)
                    continue
                self._owed[service, message.id] = set(receivers)
                producer.publish(
                    message.body,
                    exchange=message.exchange,
                    routing_key=message.key,
                    content_type=message.content_type,
                    content_encoding="binary",
                    message_id=message.id,
                    headers={"user": service},
                )
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
                if not left:
                    del self._owed[owed_to, identity]
                    self._safe[owed_to].append(identity)

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

    def lost(self) -> bool:
        """Give False: memory loses nothing while the process lives."""
        return False

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryConsumer:
    """Receives in the same process."""

    def __init__(self, carrier: MemoryCarrier, service: str, queue: Any) -> None:
        self._carrier = carrier
        self._service = service
        self._queue = queue

    def receive(self, limit: int) -> list[Delivery]:
        """Take what is there, at most `limit`."""
        found: list[Delivery] = []
        while len(found) < limit and (message := self._carrier.fetch(self._queue)) is not None:
            body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
            found.append(Delivery(body, message.content_type, False, message.headers["user"], message))
        return found

    def done(self, deliveries: Sequence[Delivery]) -> None:
        """Tell the carrier that these are committed."""
        self._carrier.settle(self._service, deliveries)

    def reject(self, delivery: Delivery) -> None:
        """Count the message as handled: memory has no dead letters, the caller keeps the bytes in a row."""
        self._carrier.settle(self._service, [delivery])

    def close(self) -> None:
        """Nothing to let go of."""
