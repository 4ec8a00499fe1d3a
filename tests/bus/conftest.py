"""The town on both carriers and both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection
from town import Town

from shared.bus.memory import MemoryCarrier
from shared.bus.rabbit import RabbitCarrier


@pytest.fixture(
    params=[pytest.param("memory", marks=pytest.mark.quick), pytest.param("rabbit", marks=pytest.mark.real)]
)
def new_town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Town]]:
    """Make a town whose services are started by name."""
    towns: list[Town] = []

    def make(*names: str) -> Town:
        town = Town(tmp_path, **_means(request))
        towns.append(town)
        town.start(*names)
        town.settle()
        return town

    yield make
    for town in towns:
        town.close()


def _means(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param == "memory":
        return {"carrier": MemoryCarrier()}
    url = request.getfixturevalue("amqp_url")
    with Connection(url) as connection:
        for name in ("ledger", "archive"):
            connection.channel().queue_delete(f"q.{name}")
    return {"carrier": RabbitCarrier(url), "database": request.getfixturevalue("postgres_url"), "real": True}


@pytest.fixture
def town(new_town: Callable[..., Town]) -> Town:
    """Give intake, ledger and archive at work."""
    return new_town("intake", "ledger", "archive")


@pytest.fixture
def dead_letters(request: pytest.FixtureRequest, town: Town) -> Callable[[], list[bytes]]:
    """Give the bodies of what never became a row."""
    if not town.real:
        return lambda: [delivery.body for delivery in town.carrier.dead]

    def read() -> list[bytes]:
        with Connection(request.getfixturevalue("amqp_url")) as connection:
            channel, found = connection.channel(), []
            while (message := channel.basic_get("q.dead", no_ack=True)) is not None:
                found.append(message.body if isinstance(message.body, bytes) else message.body.encode())
            return found

    return read
