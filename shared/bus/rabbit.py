"""RabbitMQ: pika publishes with confirms, kombu consumes. The broker only carries; rows promise.

A lost connection is a state, not an error: `CarrierDown` says so, rows wait, and the next call tries again.
"""

import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from amqp.exceptions import AccessRefused, NotFound
from kombu import Connection
from kombu import Consumer as KombuConsumer
from kombu.exceptions import OperationalError

from shared.bus import topology
from shared.bus.carrier import CarrierDown, Consumer, Delivery, Publisher, Queue
from shared.bus.rabbit_publisher import RabbitPublisher

PREFETCH = 200
HEARTBEAT = 20  # seconds
CONNECT_TIMEOUT = 2  # seconds
BATCH_WAIT = 0.02  # seconds; a batch is what arrives within it
ANSWER_TIMEOUT = 15  # seconds for a broker's answer to a declaration or an acknowledgement
READ_AHEAD = 65_536  # bytes
RETRY_AFTER = 1.0  # seconds between two attempts to reach a broker


class RabbitCarrier:
    """Connects services over one broker; publishers and consumers each have a connection of their own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._user = urlsplit(url).username or ""
        self._consumers: dict[str, RabbitConsumer] = {}

    def publisher(self, service: str, wake: Callable[[], None]) -> Publisher:
        """Give the publisher of a service; with a user of its own name the broker vouches for it."""
        return RabbitPublisher(self._url, wake, user=service if self._user == service else None)

    def bind(self, follows: Mapping[str, Sequence[str]]) -> None:
        """Declare every queue, where the user may; else it was done by `lianxin topology`. Raises `CarrierDown`."""
        if self._user not in follows:
            declare_all(self._url, follows)

    def trouble(self, service: str) -> str | None:
        """Say why a service receives nothing now, or None."""
        consumer = self._consumers.get(service)
        return consumer.trouble if consumer is not None else None

    def queue(self, service: str) -> Queue:
        """Give nothing: the broker's own figures are asked of its management interface."""
        return Queue()

    def consumer(self, service: str, follows: Sequence[str], wake: Callable[[], None]) -> Consumer:
        """Give the consumer of a service. Its queue is bound at once where the broker is there."""
        consumer = RabbitConsumer(self._url, service, follows, declares=self._user != service)
        self._consumers[service] = consumer
        return consumer


def declare_all(url: str, follows: Mapping[str, Sequence[str]]) -> None:
    """Declare and bind every service's queue, before the first of them starts. Raises `CarrierDown`."""
    with Connection(url, connect_timeout=CONNECT_TIMEOUT) as connection:
        try:
            connection.ensure_connection(max_retries=0)
            channel = connection.channel()
            topology.declare(channel)
            for service, sources in follows.items():
                topology.bind(channel, service, sources)
        except (OperationalError, *connection.connection_errors, *connection.channel_errors) as error:
            raise CarrierDown(_trouble(error)) from error


class ReadAhead:
    """Reads from a socket what is there, and gives it out in the sizes that it is asked for."""

    def __init__(self, receive: Callable[[int], bytes]) -> None:
        self._receive = receive
        self._here = BytesIO()

    def __call__(self, size: int) -> bytes:
        """Give at least one byte and at most `size`; nothing where the other side hung up."""
        given = self._here.read(size)
        if not given:
            self._here = BytesIO(self._receive(READ_AHEAD))
            given = self._here.read(size)
        return given


class RabbitConsumer:
    """Receives for one service; owned by one thread."""

    keeps = True

    def __init__(self, url: str, service: str, follows: Sequence[str], *, declares: bool = True) -> None:
        self._url, self._service, self._follows = url, service, tuple(follows)
        self._vouched = urlsplit(url).username == service  # every service has a user of its own
        self._declares = declares
        self.trouble: str | None = "not connected to the broker yet"
        self._connection: Connection | None = None
        self._consumer: KombuConsumer | None = None
        self._arrived: deque[Any] = deque()
        self._open: dict[int, Any] = {}  # delivery tag to message: given out on this connection, in order
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
            raise CarrierDown(type(error).__name__) from error
        return [self._delivery(self._arrived.popleft()) for _ in range(min(limit, len(self._arrived)))]

    def wait(self, seconds: float) -> bool:
        """Wait at the connection, where an arrival ends the wait at once; False while there is no broker."""
        if self._connection is None:
            return False
        try:
            if not self._arrived:
                self._connection.drain_events(timeout=seconds)
        except TimeoutError:
            pass  # nothing came, which is an answer
        except self._errors() as error:
            self._lose(error)
            return False
        return True

    def _errors(self) -> tuple[type[Exception], ...]:
        connection = self._connection
        return (*connection.connection_errors, *connection.channel_errors) if connection else (OSError,)

    def _connect(self) -> None:
        if self._connection is not None:
            return
        if monotonic() < self._next_try:
            raise CarrierDown("waiting before the next attempt")
        self._next_try = monotonic() + RETRY_AFTER * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, not secrets
        connection = Connection(self._url, connect_timeout=CONNECT_TIMEOUT, heartbeat=HEARTBEAT)
        try:
            connection.ensure_connection(max_retries=0)  # `connect` would sleep 2 seconds and try once more
            transport = connection.connection.transport
            # Heartbeats are looked at between reads: without this, one read of a broker that hangs would never end.
            transport.sock.settimeout(ANSWER_TIMEOUT)
            # py-amqp asks the system nine times for one message, each time for a few bytes.
            transport._quick_recv = ReadAhead(transport._quick_recv)  # noqa: SLF001 - it has no setting for it
            channel = connection.channel()
            channel.basic_qos(0, PREFETCH, False)
            queue = self._bind(channel) if self._declares else self._look(channel)
            self._consumer = KombuConsumer(
                channel, [queue], on_message=self._arrived.append, accept=None, auto_declare=False
            )
            self._consumer.consume()
        except (OperationalError, *connection.connection_errors, *connection.channel_errors) as error:
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
        return topology.bind(channel, self._service, self._follows)

    def _lose(self, error: Exception) -> None:
        """Forget the connection; what was not acknowledged comes again on the next one."""
        connection, self._connection, self._consumer = self._connection, None, None
        self._arrived.clear()
        self._open.clear()
        if connection is not None:
            connection.collect()
        self.trouble = _trouble(error)

    def _delivery(self, message: Any) -> Delivery:
        self._open[message.delivery_tag] = message
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        user = message.properties.get("user_id") or ("" if self._vouched else None)
        return Delivery(body, message.content_type, bool(message.delivery_info["redelivered"]), user, message)

    def done(self, deliveries: Sequence[Delivery]) -> None:
        """Acknowledge; where the connection was lost meanwhile they come again, and their marks skip them."""
        mine = {delivery.handle.delivery_tag for delivery in deliveries if self._is_open(delivery)}
        through = 0
        for tag in self._open:
            if tag not in mine:
                break
            through = tag
        late = [self._open[tag] for tag in sorted(mine) if tag > through]
        with self._losing():
            if through:
                self._open[through].ack(multiple=True)
            for message in late:  # something before these is still in the caller's hands
                message.ack()
        self._open = {tag: message for tag, message in self._open.items() if tag not in mine}

    def _is_open(self, delivery: Delivery) -> bool:
        """Tell whether it came on the connection of now, and is not acknowledged."""
        return self._open.get(delivery.handle.delivery_tag) is delivery.handle

    @contextmanager
    def _losing(self) -> Iterator[None]:
        """Take a connection that breaks here as lost; nothing is owed, for everything comes again."""
        try:
            yield
        except self._errors() as error:
            self._lose(error)

    def reject(self, delivery: Delivery) -> None:
        """Send it to the dead letters."""
        if self._is_open(delivery):
            with self._losing():
                del self._open[delivery.handle.delivery_tag]
                delivery.handle.reject()

    def close(self) -> None:
        """Let go; what is unacknowledged comes again."""
        if self._connection is not None:
            with suppress(*self._errors()):
                self._connection.release()
            self._connection = None
        self._arrived.clear()
        self._open.clear()


def _trouble(error: Exception) -> str:
    """Say what keeps a service from its queue, and what mends it."""
    if isinstance(error, NotFound):
        return "its queue or exchange is not there: run lianxin topology apply"
    if isinstance(error, AccessRefused):
        return "the broker refused user, password or right: run lianxin topology apply"
    return f"the broker can't be reached ({type(error).__name__})"
