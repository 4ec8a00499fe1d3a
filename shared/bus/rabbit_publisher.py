"""Publishing with confirms: the relay hands messages over and asks later which are safe.

The link to the broker has a thread of its own; it is given up where it broke, says nothing or refuses for too long.
"""

import random
from collections.abc import Callable, Sequence
from time import monotonic

import pika

from shared.bus.carrier import CarrierDown, Message
from shared.bus.rabbit_link import CONNECT_TIMEOUT, Link

RETRY_AFTER = 1.0  # seconds
BLOCKED_TIMEOUT = 300.0  # a broker in alarm gets this long before the connection is given up


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
        link.publish(messages)

    def _up(self) -> Link:
        if self._link is not None:
            if self._link.open:
                return self._link
            # The caller has to hear of what was lost first, or it would send what is newer before what is older.
            raise CarrierDown("connection lost")
        if monotonic() < self._next_try:
            raise CarrierDown("waiting before the next attempt")
        # Not all at the same moment, when a broker comes back that many services have lost.
        self._next_try = monotonic() + RETRY_AFTER * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, not secrets
        link = Link(self._parameters, self._wake, user=self._user)
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
