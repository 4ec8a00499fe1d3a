"""Publishing with confirms: a pika SelectConnection in a thread of its own, because its loop must never wait for ours.

The relay hands messages over and asks later which are safe; both cross by `add_callback_threadsafe` and a lock.
"""

import random
import threading
from collections.abc import Callable, Sequence
from itertools import takewhile
from time import monotonic
from typing import Any

import pika
from pika.exceptions import AMQPError
from structlog import get_logger

from shared.bus.carrier import FACTS, KEYS, PUBLIC, CarrierDown, Message
from shared.bus.gathering import GatheringConnection
from shared.bus.topology import UNROUTED
from shared.metrics import BLOCKED, NACKS

CONNECT_TIMEOUT = 3.0  # seconds
RETRY_AFTER = 1.0
CONFIRM_TIMEOUT = 30.0  # a broker may lose a confirm; the relay's rows are sent again
REFUSED_TIMEOUT = 60.0  # a channel goes on refusing after its queue's limit was lifted: a new one asks anew
BLOCKED_TIMEOUT = 300.0  # a broker in alarm gets this long before the connection is given up

WORTH_FETCHING = 200  # confirmations; fewer are fetched when the last one is there

log = get_logger()


class RabbitPublisher:
    """Publishes for one service."""

    def __init__(self, url: str, wake: Callable[[], None], *, user: str | None) -> None:
        self._wake = wake
        self._parameters = pika.URLParameters(url)
        self._parameters.heartbeat = 20
        self._parameters.socket_timeout = self._parameters.stack_timeout = CONNECT_TIMEOUT
        self._parameters.blocked_connection_timeout = BLOCKED_TIMEOUT
        self._user = user
        self._link: Link | None = None
        self._lost = False
        self._next_try = 0.0

    def send(self, messages: Sequence[Message]) -> None:
        """Hand messages over in order. Raises `CarrierDown` where there is no broker."""
        link = self._up()
        if link.blocked:
            link.count_blocked()
            raise CarrierDown("the broker takes nothing in: memory or disk alarm")
        link.publish([(message, self._properties(message)) for message in messages])

    def _properties(self, message: Message) -> pika.BasicProperties:
        return pika.BasicProperties(
            content_type=message.content_type, delivery_mode=2, message_id=message.id, user_id=self._user
        )

    def _up(self) -> "Link":
        if self._link is not None:
            if self._link.open:
                return self._link
            # The caller has to hear of what was lost first, or it would send what is newer before what is older.
            raise CarrierDown("connection lost")
        if monotonic() < self._next_try:
            raise CarrierDown("waiting before the next attempt")
        # Not all at the same moment, when a broker comes back that many services have lost.
        self._next_try = monotonic() + RETRY_AFTER * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, not secrets
        link = Link(self._parameters, self._wake, declares=self._user is None)
        if not link.wait_until_open(CONNECT_TIMEOUT):
            link.close()
            raise CarrierDown("no connection")
        self._link = link
        return link

    def _drop(self) -> None:
        """Forget a broken link: what it had not confirmed will never be."""
        if self._link is not None:
            self._link.close()
            self._link, self._lost = None, True

    def confirmed(self) -> list[str]:
        """Give what became safe since the last call."""
        return self._link.take_safe() if self._link is not None else []

    def refused(self) -> list[str]:
        """Give what the broker refused since the last call."""
        return self._link.take_refused() if self._link is not None else []

    def lost(self) -> bool:
        """Tell, once, that unconfirmed messages have to be sent again: the link broke, or is given up."""
        if self._link is not None and (not self._link.open or self._link.silent or self._link.refuses):
            self._drop()
        lost, self._lost = self._lost, False
        return lost

    def close(self) -> None:
        """Let go of the broker."""
        if self._link is not None:
            self._link.close()
            self._link = None


class Link:
    """One connection and channel in confirm mode, driven by its own thread."""

    def __init__(self, parameters: pika.URLParameters, wake: Callable[[], None], *, declares: bool) -> None:
        self._wake = wake
        self.blocked = False
        self._blocked_at = 0.0
        self._heard = monotonic()  # when something was confirmed, or first became due
        self._declares = declares
        self._opened, self._over = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._safe: list[str] = []
        self._refused: list[str] = []
        self._refuses_since: float | None = None
        self._unsafe: dict[int, str] = {}
        self._next_tag = 1
        self._channel: Any = None
        self._connection = GatheringConnection(
            parameters,
            on_open_callback=self._on_open,
            on_open_error_callback=self._on_end,
            on_close_callback=self._on_end,
        )
        self._connection.add_on_connection_blocked_callback(self._on_blocked)
        self._connection.add_on_connection_unblocked_callback(self._on_unblocked)
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    @property
    def open(self) -> bool:
        """Tell whether messages can be published."""
        return self._opened.is_set() and not self._over.is_set()

    @property
    def silent(self) -> bool:
        """Tell whether the broker owes a confirm for too long, though it takes messages in."""
        with self._lock:
            return bool(self._unsafe) and not self.blocked and monotonic() - self._heard > CONFIRM_TIMEOUT

    @property
    def refuses(self) -> bool:
        """Tell whether the broker has refused everything for too long."""
        since = self._refuses_since
        return since is not None and monotonic() - since > REFUSED_TIMEOUT

    def wait_until_open(self, seconds: float) -> bool:
        """Wait for the channel; gives whether it came."""
        until = monotonic() + seconds
        while monotonic() < until and not self._over.is_set():
            if self._opened.wait(0.02):
                return True
        return self.open

    def _run(self) -> None:
        try:
            self._connection.ioloop.start()
        except (AMQPError, OSError) as error:
            log.warning("publisher-ended", error=type(error).__name__)
        finally:
            self._over.set()

    def _on_open(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._on_channel_end)
        channel.confirm_delivery(self._on_confirm, callback=lambda _frame: self._declare(channel))

    def _declare(self, channel: Any) -> None:
        """Declare the exchanges that are published to, so that a first start needs no order; or see that they exist.

        A user of the service's own name may declare nothing.
        """
        if not self._declares:
            channel.exchange_declare(FACTS, passive=True)
            channel.exchange_declare(KEYS, passive=True, callback=lambda _frame: self._opened.set())
            return
        arguments = {"alternate-exchange": UNROUTED}
        channel.exchange_declare(UNROUTED, "fanout", durable=True)
        channel.exchange_declare(FACTS, "topic", durable=True, arguments=arguments)
        channel.exchange_declare(PUBLIC, "topic", durable=True)
        channel.exchange_declare(KEYS, "direct", durable=True, callback=lambda _frame: self._opened.set())

    def _on_channel_end(self, _channel: Any, _reason: Any) -> None:
        self._over.set()
        if self._connection.is_open:
            self._connection.close()

    def _on_end(self, _what: Any, _reason: Any = None) -> None:
        self._over.set()
        self._wake()
        # pika closes its socket in a later turn of the loop; stopped at once, it would leak.
        self._connection.ioloop.call_later(0.02, self._connection.ioloop.stop)

    def _on_blocked(self, _connection: Any, _frame: Any) -> None:
        self.blocked, self._blocked_at = True, monotonic()
        log.warning("publishing-blocked", reason="memory or disk alarm of the broker")

    def _on_unblocked(self, _connection: Any, _frame: Any) -> None:
        self.count_blocked()
        self._heard, self.blocked = monotonic(), False

    def count_blocked(self) -> None:
        """Count how long the broker has taken nothing in since this was last counted."""
        with self._lock:
            now = monotonic()
            BLOCKED.inc(now - self._blocked_at)
            self._blocked_at = now

    def _on_confirm(self, frame: Any) -> None:
        method = frame.method
        with self._lock:
            self._heard = monotonic()
            tags = (
                list(takewhile(lambda tag: tag <= method.delivery_tag, self._unsafe))  # they stand in their order
                if method.multiple
                else [method.delivery_tag]
            )
            done = [self._unsafe.pop(tag) for tag in tags if tag in self._unsafe]
            if isinstance(method, pika.spec.Basic.Ack):
                self._safe += done
                self._refuses_since = None
            else:
                self._refused += done
                self._refuses_since = self._refuses_since or monotonic()
                NACKS.inc(len(done))
            fetch = not self._unsafe or len(self._safe) >= WORTH_FETCHING
        if fetch:
            self._wake()

    def publish(self, messages: Sequence[tuple[Message, pika.BasicProperties]]) -> None:
        """Hand over to the loop; the order is kept."""
        self._connection.ioloop.add_callback_threadsafe(lambda: self._publish(messages))

    def _publish(self, messages: Sequence[tuple[Message, pika.BasicProperties]]) -> None:
        with self._lock:
            if not self._unsafe:
                self._heard = monotonic()
            for tag, (message, _) in enumerate(messages, self._next_tag):
                self._unsafe[tag] = message.id
            self._next_tag += len(messages)
        try:
            with self._connection.gathering():
                for message, properties in messages:
                    self._channel.basic_publish(message.exchange, message.key, message.body, properties)
        except AMQPError:
            self._over.set()

    def _close(self) -> None:
        if self._connection.is_open:
            self._connection.close()
        elif not self._connection.is_closing:
            self._connection.ioloop.stop()

    def take_safe(self) -> list[str]:
        """Give and forget what was confirmed."""
        with self._lock:
            safe, self._safe = self._safe, []
            return safe

    def take_refused(self) -> list[str]:
        """Give and forget what was refused."""
        with self._lock:
            refused, self._refused = self._refused, []
            return refused

    def close(self) -> None:
        """End the loop and its thread."""
        self._over.set()
        # Always: where a publication broke, the loop still runs. On a loop that has ended the call does nothing.
        self._connection.ioloop.add_callback_threadsafe(self._close)
        self._thread.join(CONNECT_TIMEOUT)
        if not self._thread.is_alive():
            self._connection.ioloop.close()
