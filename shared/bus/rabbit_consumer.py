"""Receiving from RabbitMQ: pika reads in the inbox's own thread, for a third of what py-amqp takes; kombu declares.

A lost connection is a state, not an error: `CarrierDown` says so, rows wait, and the next call tries again.
"""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pika
from amqp import exceptions as declaring
from kombu import Connection
from kombu.exceptions import OperationalError
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError, ChannelClosedByBroker, ConsumerCancelled

from shared.bus import topology
from shared.bus.carrier import CarrierDown, Delivery

PREFETCH = 800  # twice the largest batch: the next one comes in while one is taken
HEARTBEAT = 20  # seconds
CONNECT_TIMEOUT = 2  # seconds
BATCH_WAIT = 0.02  # seconds; a batch is what arrives within it
RETRY_AFTER = 1.0  # seconds between two attempts to reach a broker
ANSWER_TIMEOUT = 15  # seconds for a broker's answer to a declaration
LOST = (AMQPError, OSError)
UNREACHABLE = (OperationalError, declaring.AMQPError, *LOST)
REFUSED, MISSING = 403, 404  # as the broker numbers its reasons

Arrival = tuple[Any, pika.BasicProperties, bytes]


class RabbitConsumer:
    """Receives for one service; owned by one thread."""

    keeps = True

    def __init__(self, url: str, service: str, follows: Sequence[str], *, declares: bool = True) -> None:
        self._url, self._service, self._follows = url, service, tuple(follows)
        self._vouched = urlsplit(url).username == service  # every service has a user of its own
        self._declares = declares
        self._parameters = pika.URLParameters(url)
        self._parameters.heartbeat = HEARTBEAT
        self._parameters.socket_timeout = self._parameters.stack_timeout = CONNECT_TIMEOUT
        self.trouble: str | None = "not connected to the broker yet"
        self._channel: BlockingChannel | None = None
        self._arrived: deque[Arrival] = deque()
        self._open: dict[int, Any] = {}  # delivery tag to its frame: given out on this connection, in order
        self._next_try = 0.0
        # Bound before anybody publishes: what is sent past a queue that isn't there ends on the shelf of the unrouted.
        with suppress(CarrierDown):
            self._connect()

    def receive(self, limit: int) -> list[Delivery]:
        """Give what arrives within a moment of the first, at most `limit`; where nothing is there, nothing, at once.

        Who has nothing to do waits in `wait`. Raises `CarrierDown`.
        """
        channel = self._connect()
        self._read(channel, 0)
        until = monotonic() + BATCH_WAIT
        while 0 < len(self._arrived) < limit and (left := until - monotonic()) > 0:
            self._read(channel, left)
        return [self._delivery(*self._arrived.popleft()) for _ in range(min(limit, len(self._arrived)))]

    def wait(self, seconds: float) -> bool:
        """Wait at the connection, where an arrival ends the wait at once; False while there is no broker."""
        if self._channel is None:
            return False
        try:
            if not self._arrived:
                self._read(self._channel, seconds)
        except CarrierDown:
            return False
        return True

    def _read(self, channel: BlockingChannel, seconds: float) -> None:
        """Take in what is there, or wait for it so long, and keep the connection alive. Raises `CarrierDown`."""
        with self._losing() as broken:
            channel.connection.process_data_events(time_limit=seconds)
            if not (channel.is_open and channel.consumer_tags):  # by the broker: pika notes it and raises nothing
                raise ConsumerCancelled
        if broken:
            raise CarrierDown(type(broken[0]).__name__) from broken[0]

    def _connect(self) -> BlockingChannel:
        if self._channel is not None:
            return self._channel
        if monotonic() < self._next_try:
            raise CarrierDown("waiting before the next attempt")
        self._next_try = monotonic() + RETRY_AFTER * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, not secrets
        try:
            self._prepare()
            self._channel = self._consume()
        except UNREACHABLE as error:
            self.trouble = trouble_of(error)
            raise CarrierDown(self.trouble) from error
        self.trouble = None
        return self._channel

    def _prepare(self) -> None:
        """Declare and bind the queue; a user of the service's own name may declare nothing, and only looks."""
        with declaring_on(self._url) as channel:
            if self._declares:
                topology.declare(channel)
                topology.bind(channel, self._service, self._follows)
            else:
                topology.look(channel, topology.queue_of(self._service)(channel))

    def _consume(self) -> BlockingChannel:
        connection = pika.BlockingConnection(self._parameters)
        try:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=PREFETCH)
            channel.basic_consume(topology.queue_of(self._service).name, self._on_message)
        except LOST:
            _close(connection)
            raise
        return channel

    def _on_message(self, _channel: Any, frame: Any, properties: pika.BasicProperties, body: bytes) -> None:
        self._arrived.append((frame, properties, body))

    def _lose(self, error: Exception) -> None:
        """Forget the connection; what was not acknowledged comes again on the next one."""
        self.trouble = trouble_of(error)
        self.close()

    def _delivery(self, frame: Any, properties: pika.BasicProperties, body: bytes) -> Delivery:
        self._open[frame.delivery_tag] = frame
        user = properties.user_id or ("" if self._vouched else None)
        return Delivery(body, properties.content_type or "", frame.redelivered, user, frame)

    def done(self, deliveries: Sequence[Delivery]) -> None:
        """Acknowledge; where the connection was lost meanwhile they come again, and their marks skip them."""
        mine = {delivery.handle.delivery_tag for delivery in deliveries if self._is_open(delivery)}
        through = 0
        for tag in self._open:
            if tag not in mine:
                break
            through = tag
        late = sorted(tag for tag in mine if tag > through)  # something before these is still in the caller's hands
        with self._losing():
            if through:
                self._channel.basic_ack(through, multiple=True)  # type: ignore[union-attr]  # what is open came on it
            for tag in late:
                self._channel.basic_ack(tag)  # type: ignore[union-attr]  # same
        self._open = {tag: frame for tag, frame in self._open.items() if tag not in mine}

    def _is_open(self, delivery: Delivery) -> bool:
        """Tell whether it came on the connection of now, and is not acknowledged."""
        return self._open.get(delivery.handle.delivery_tag) is delivery.handle

    @contextmanager
    def _losing(self) -> Iterator[list[Exception]]:
        """Take a connection that breaks here as lost, and give the error; all of it comes again."""
        broken: list[Exception] = []
        try:
            yield broken
        except LOST as error:
            broken.append(error)
            self._lose(error)

    def reject(self, delivery: Delivery) -> None:
        """Send it to the dead letters."""
        if self._is_open(delivery):
            with self._losing():
                del self._open[delivery.handle.delivery_tag]
                self._channel.basic_reject(delivery.handle.delivery_tag, requeue=False)  # type: ignore[union-attr]  # same

    def close(self) -> None:
        """Let go; what is unacknowledged comes again, to who receives next."""
        channel, self._channel = self._channel, None
        self._arrived.clear()
        self._open.clear()
        if channel is not None:
            _close(channel.connection)


def _close(connection: pika.BlockingConnection) -> None:
    with suppress(*LOST):
        connection.close()


@contextmanager
def declaring_on(url: str) -> Iterator[Any]:
    """Give a channel to declare on. Raises one of `UNREACHABLE`."""
    with Connection(url, connect_timeout=CONNECT_TIMEOUT) as connection:
        connection.ensure_connection(max_retries=0)  # `connect` would sleep 2 seconds and try once more
        connection.connection.transport.sock.settimeout(ANSWER_TIMEOUT)  # or one that hangs would be waited for
        yield connection.channel()


def trouble_of(error: Exception) -> str:
    """Say what keeps a service from its queue, and what mends it."""
    reason = error.reply_code if isinstance(error, ChannelClosedByBroker) else None
    if isinstance(error, declaring.NotFound) or reason == MISSING:
        return "its queue or exchange is not there: run lianxin topology apply"
    if isinstance(error, declaring.AccessRefused) or reason == REFUSED:
        return "the broker refused user, password or right: run lianxin topology apply"
    return f"the broker can't be reached ({type(error).__name__})"
