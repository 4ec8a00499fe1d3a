"""The carrier of the simulator: from a seed it delivers late, twice and out of order, as a broker may."""

import random
from collections.abc import Callable, Mapping, Sequence

from shared.bus.carrier import Consumer, Delivery, Publisher, Queue
from shared.bus.memory import MemoryCarrier


class SeededCarrier:
    """Wraps the memory carrier; the same seed makes the same mischief."""

    def __init__(self, seed: int) -> None:
        self._memory = MemoryCarrier()
        self._random = random.Random(seed)  # noqa: S311 - mischief, not secrets

    def publisher(self, service: str, wake: Callable[[], None]) -> Publisher:
        """Give a plain publisher."""
        return self._memory.publisher(service, wake)

    def consumer(self, service: str, follows: Sequence[str], wake: Callable[[], None]) -> Consumer:
        """Give a consumer that misbehaves."""
        return SeededConsumer(self._memory.consumer(service, follows, wake), self._random)

    def bind(self, follows: Mapping[str, Sequence[str]]) -> None:
        """Pass on."""
        self._memory.bind(follows)

    def trouble(self, service: str) -> str | None:
        """Pass on."""
        return self._memory.trouble(service)

    def queue(self, service: str) -> Queue:
        """Pass on."""
        return self._memory.queue(service)


class SeededConsumer:
    """Shuffles, holds back and repeats deliveries; loses none."""

    keeps = False

    def __init__(self, plain: Consumer, chance: random.Random) -> None:
        self._plain = plain
        self._chance = chance
        self._kept_back: list[Delivery] = []

    def receive(self, limit: int) -> list[Delivery]:
        """Give some of what is there, in any order, some of it twice."""
        found = self._kept_back + self._plain.receive(limit)
        self._chance.shuffle(found)
        cut = self._chance.randint(0, len(found)) if len(found) > 1 else len(found)
        given, self._kept_back = found[:cut], found[cut:]
        if not given and found:
            given, self._kept_back = found[:1], found[1:]
        return given + [delivery for delivery in given if self._chance.random() < 0.1]  # noqa: PLR2004

    def wait(self, seconds: float) -> bool:
        """Pass on."""
        return self._plain.wait(seconds)

    def done(self, deliveries: Sequence[Delivery]) -> None:
        """Pass on, each once."""
        self._plain.done(list({id(delivery): delivery for delivery in deliveries}.values()))

    def reject(self, delivery: Delivery) -> None:
        """Pass on."""
        self._plain.reject(delivery)

    def close(self) -> None:
        """Pass on."""
        self._plain.close()
