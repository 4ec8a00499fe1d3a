"""RabbitMQ: pika publishes with confirms, kombu consumes. The broker only carries; rows promise.

A lost connection is a state, not an error: `CarrierDown` says so, rows wait, and the next call tries again.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from amqp.exceptions import AccessRefused, NotFound
from kombu import Connection
from kombu import Consumer as KombuConsumer

from shared.bus import topology
from shared.bus.carrier import CarrierDown, Consumer, Delivery, Publisher
from shared.bus.rabbit_publisher import RabbitPublisher

PREFETCH = 200
HEARTBEAT = 20  # seconds
CONNECT_TIMEOUT = 2  # seconds
BATCH_WAIT = 0.02  # seconds; a batch is what arrives within it
RETRY_AFTER = 1.0  # seconds between two attempts to reach a broker


class RabbitCarrier:
    """Connects services over one broker; publishers and consumers each have a connection of their own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._user = urlsplit(url).username or ""
        self._consumers: dict[str, RabbitConsumer] = {}

    def publisher(self, service: str) -> Publisher:
        """Give the publisher of a service; with a user of its own name the broker vouches for it."""
        return RabbitPublisher(self._url, user=service if self._user == service else None)

    def trouble(self, service: str) -> str | None:
        """Say why a service receives nothing now, or None."""
        consumer = self._consumers.get(service)
        return consumer.trouble if consumer is not None else None

    def consumer(self, service: str, follows: Sequence[str], wake: Callable[[], None]) -> Consumer:
        """Give the consumer of a service. Its queue is bound at once where the broker is there."""
        consumer = RabbitConsumer(self._url, service, follows, declares=self._user != service)
        self._consumers[service] = consumer
        return consumer


def declare_all(url: str, follows: Mapping[str, Sequence[str]]) -> None:
    """Declare and bind every service's queue, before the first of them starts. Raises `CarrierDown`."""
    for service, sources in follows.items():
        consumer = RabbitConsumer(url, service, sources)
        consumer.receive(0)
        consumer.close()


class RabbitConsumer:
    """Receives for one service; owned by one thread."""

    def __init__(self, url: str, service: str, follows: Sequence[str], *, declares: bool = True) -> None:
        self._url, self._service, self._follows = url, service, tuple(follows)
        self._declares = declares
        self.trouble: str | None = "not connected to the broker yet"
        self._connection: Connection | None = None
        self._consumer: KombuConsumer | None = None
        self._arrived: deque[Any] = deque()
        self._next_try = 0.0
        # Bound before anybody publishes: what is sent past a queue that isn't there ends on the shelf of the unrouted.
        with suppress(CarrierDown):
            self._connect()

    def receive(self, limit: int) -> list[Delivery]:
        """Give what arrives within a moment, at most `limit`. Raises `CarrierDown`."""
        self._connect()
        until = monotonic() + BATCH_WAIT
        try:
            while len(self._arrived) < limit and (left := until - monotonic()) > 0:
                try:
                    self._connection.drain_events(timeout=left)  # type: ignore[union-attr]  # _connect made it
                except TimeoutError:
                    break
            self._connection.heartbeat_check()  # type: ignore[union-attr]  # same
        except self._errors() as error:
            self._lose(error)
        return [self._delivery(self._arrived.popleft()) for _ in range(min(limit, len(self._arrived)))]

    def _errors(self) -> tuple[type[Exception], ...]:
        connection = self._connection
        return (*connection.connection_errors, *connection.channel_errors) if connection else (OSError,)

    def _connect(self) -> None:
        if self._connection is not None:
            return
        if monotonic() < self._next_try:
            raise CarrierDown("waiting before the next attempt")
        self._next_try = monotonic() + RETRY_AFTER
        connection = Connection(self._url, connect_timeout=CONNECT_TIMEOUT, heartbeat=HEARTBEAT)
        try:
            connection.connect()
            channel = connection.channel()
            channel.basic_qos(0, PREFETCH, False)
            queue = self._bind(channel) if self._declares else self._look(channel)
            self._consumer = KombuConsumer(
                channel, [queue], on_message=self._arrived.append, accept=None, auto_declare=False
            )
            self._consumer.consume()
        except (*connection.connection_errors, *connection.channel_errors) as error:
            connection.release()
            self.trouble = _trouble(error)
            raise CarrierDown(self.trouble) from error
        self._connection, self.trouble = connection, None

    def _look(self, channel: Any) -> Any:
        """See that the queue is there: a user of the service's own name may declare nothing."""
        queue = topology.queue_of(self._service)(channel)
        topology.look(channel, queue)
        return queue

    def _bind(self, channel: Any) -> Any:
        topology.declare(channel)
        queue = topology.queue_of(self._service)(channel)
        queue.declare()
        for source in self._follows:
            queue.bind_to(topology.facts, routing_key=f"{source}.#")
        queue.bind_to(topology.keys, routing_key=self._service)
        return queue

    def _lose(self, error: Exception) -> None:
        """Forget the connection; what was not acknowledged comes again on the next one."""
        connection, self._connection, self._consumer = self._connection, None, None
        self._arrived.clear()
        if connection is not None:
            connection.collect()
        self.trouble = _trouble(error)
        raise CarrierDown(self.trouble) from error

    def _delivery(self, message: Any) -> Delivery:
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        user = message.properties.get("user_id")
        return Delivery(body, message.content_type, bool(message.delivery_info["redelivered"]), user, message)

    def done(self, deliveries: Sequence[Delivery]) -> None:
        """Acknowledge; where the connection was lost meanwhile they come again, and their marks skip them."""
        try:
            for delivery in deliveries:
                if not delivery.handle.acknowledged:
                    delivery.handle.ack()
        except self._errors() as error:
            self._lose(error)

    def reject(self, delivery: Delivery) -> None:
        """Send it to the dead letters."""
        try:
            delivery.handle.reject()
        except self._errors() as error:
            self._lose(error)

    def close(self) -> None:
        """Let go; what is unacknowledged comes again."""
        if self._connection is not None:
            self._connection.release()
            self._connection = None


def _trouble(error: Exception) -> str:
    """Say what keeps a service from its queue, and what mends it."""
    if isinstance(error, NotFound):
        return "its queue or exchange is not there: run lianxin topology apply"
    if isinstance(error, AccessRefused):
        return "the broker refused user, password or right: run lianxin topology apply"
    return f"the broker can't be reached ({type(error).__name__})"
