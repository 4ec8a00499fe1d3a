"""The simulator's carrier: delivers late, twice and out of order, and is down when the weather says so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.bus.carrier import CarrierDown, Consumer, Delivery, Message, Publisher, Queue
from shared.bus.seeded import SeededCarrier


@dataclass
class Broker:
    """Whether there is one. It outlives every restart of the services."""

    down: bool = False


@dataclass(frozen=True)
class StormyCarrier:
    """Wraps the carrier that misbehaves from a seed; while the broker is down, nothing is sent and nothing comes."""

    broker: Broker
    inner: SeededCarrier
    _made: list[Callable[[], None]] = field(default_factory=list)

    def publisher(self, service: str, wake: Callable[[], None]) -> Publisher:
        """Give a publisher that may find nobody."""
        self._made.append(wake)
        return StormyPublisher(self.inner.publisher(service, wake), self.broker)

    def consumer(self, service: str, follows: Sequence[str], wake: Callable[[], None]) -> Consumer:
        """Give a consumer that may find nobody."""
        self._made.append(wake)
        return StormyConsumer(self.inner.consumer(service, follows, wake), self.broker)

    def wake_all(self) -> None:
        """Call everybody: the broker is back."""
        for wake in self._made:
            wake()

    def bind(self, follows: Mapping[str, Sequence[str]]) -> None:
        """Pass on."""
        self.inner.bind(follows)

    def trouble(self, service: str) -> str | None:
        """Say that there is no broker."""
        return "the broker is down" if self.broker.down else self.inner.trouble(service)

    def queue(self, service: str) -> Queue:
        """Pass on."""
        return self.inner.queue(service)


@dataclass(frozen=True)
class StormyPublisher:
    """Raises `CarrierDown` while there is no broker."""

    inner: Publisher
    broker: Broker

    def send(self, messages: Sequence[Message]) -> None:
        """Send, or say that there is nobody."""
        if self.broker.down:
            raise CarrierDown("no broker")
        self.inner.send(messages)

    def confirmed(self) -> list[str]:
        """Give nothing while there is no broker."""
        return [] if self.broker.down else self.inner.confirmed()

    def refused(self) -> list[str]:
        """Pass on."""
        return self.inner.refused()

    def lost(self) -> bool:
        """Pass on."""
        return self.inner.lost()

    def close(self) -> None:
        """Pass on."""
        self.inner.close()


@dataclass
class StormyConsumer:
    """Raises `CarrierDown` while there is no broker; what is committed meanwhile is acknowledged to memory."""

    inner: Consumer
    broker: Broker
    keeps: bool = False

    def receive(self, limit: int) -> list[Delivery]:
        """Receive, or say that there is nobody."""
        if self.broker.down:
            raise CarrierDown("no broker")
        return self.inner.receive(limit)

    def wait(self, seconds: float) -> bool:
        """Pass on."""
        return self.inner.wait(seconds)

    def done(self, deliveries: Sequence[Delivery]) -> None:
        """Pass on."""
        self.inner.done(deliveries)

    def reject(self, delivery: Delivery) -> None:
        """Pass on."""
        self.inner.reject(delivery)

    def close(self) -> None:
        """Pass on."""
        self.inner.close()
