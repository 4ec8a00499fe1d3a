"""RabbitMQ: pika publishes with confirms and consumes, kombu declares. The broker only carries; rows promise."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from shared.bus import topology
from shared.bus.carrier import CarrierDown, Consumer, Publisher, Queue
from shared.bus.rabbit_consumer import UNREACHABLE, RabbitConsumer, declaring_on, trouble_of
from shared.bus.rabbit_publisher import RabbitPublisher


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
    try:
        with declaring_on(url) as channel:
            topology.declare(channel)
            for service, sources in follows.items():
                topology.bind(channel, service, sources)
    except UNREACHABLE as error:
        raise CarrierDown(trouble_of(error)) from error
