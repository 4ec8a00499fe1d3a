"""One connection to RabbitMQ that publishes with confirms, driven by a thread of its own.

Its loop never waits for ours: what is handed over and what became safe cross by `add_callback_threadsafe` and a lock.
"""

import threading
from collections.abc import Callable, Sequence
from itertools import takewhile
from time import monotonic
from typing import Any

import pika
from pika.exceptions import AMQPError
from structlog import get_logger

from shared.bus import topology
from shared.bus.carrier import FACTS, KEYS, Message
from shared.bus.gathering import GatheringConnection
from shared.metrics import BLOCKED, NACKS

CONNECT_TIMEOUT = 3.0  # seconds
CONFIRM_TIMEOUT = 30.0  # a broker may lose a confirm; the relay's rows are sent again
REFUSED_TIMEOUT = 60.0  # a channel goes on refusing after its queue's limit was lifted: a new one asks anew
WORTH_FETCHING = 500  # confirmations; fewer are fetched when the last one is there

log = get_logger()


class Link:
    """One connection and channel in confirm mode, driven by its own thread."""

    def __init__(self, parameters: pika.URLParameters, wake: Callable[[], None], *, user: str | None) -> None:
        self._wake = wake
        self._user = user
        self.blocked = False
        self._blocked_at = 0.0
        self._heard = monotonic()  # when something was confirmed, or first became due
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
        """Declare exchanges and shelves, so that a first start needs no order, and see that those written to are there.

        A user of the service's own name may declare nothing.
        """
        if self._user is None:
            for one in topology.exchanges:
                channel.exchange_declare(one.name, one.type, durable=True, arguments=one.arguments)
            shelves: tuple[Any, ...] = topology.shelves  # kombu's types know no arguments
            for shelf in shelves:
                channel.queue_declare(shelf.name, durable=True, arguments=shelf.queue_arguments)
                channel.queue_bind(shelf.name, shelf.exchange.name)
        channel.exchange_declare(FACTS, passive=True)
        channel.exchange_declare(KEYS, passive=True, callback=lambda _frame: self._opened.set())

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

    def publish(self, messages: Sequence[Message]) -> None:
        """Hand over to the loop; the order is kept."""
        self._connection.ioloop.add_callback_threadsafe(lambda: self._publish(messages))

    def _publish(self, messages: Sequence[Message]) -> None:
        with self._lock:
            if not self._unsafe:
                self._heard = monotonic()
            self._unsafe.update(enumerate((message.id for message in messages), self._next_tag))
            self._next_tag += len(messages)
        if self._channel.is_open:
            self._connection.publish(self._channel, messages, self._user)
        else:
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
