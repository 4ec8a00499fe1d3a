"""Places where a deployment lives: one to lose, one to restore it to."""

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amqp.exceptions import NotFound
from kombu import Connection
from sqlalchemy import MetaData, create_engine, select
from world import World

from lianxin.backup.keys import key_file
from lianxin.home import Settings
from lianxin.loading import SERVICES


@dataclass
class Place:
    """A home, and in production the servers of a deployment."""

    home: Path
    servers: dict[str, str]
    make: Callable[..., World]

    @property
    def settings(self) -> Settings:
        """Give its settings."""
        return Settings(home=self.home, **self.servers)

    def world(self, **more: Any) -> World:
        """Start it, or go on with it."""
        return self.make(home=self.home, **self.servers, **more)

    def bring_keys_of(self, other: "Place") -> None:
        """Put the keys of another place here, as `keys load` does."""
        for service in SERVICES:
            target = key_file(self.home, service)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(key_file(other.home, service), target)

    def rows(self) -> dict[str, Any]:
        """Give every row of every table, but for what the relay still has to send."""
        return {name: table for service in SERVICES for name, table in self._rows_of(service)}

    def _rows_of(self, service: str) -> Iterable[tuple[str, Any]]:
        engine = create_engine(self.settings.database_url(service))
        known = MetaData(schema=None if self.settings.embedded else service)
        known.reflect(engine)
        with engine.connect() as connection:
            for table in known.sorted_tables:
                if table.name != "unsent":
                    yield f"{service}.{table.name}", sorted(map(repr, connection.execute(select(table))))
        engine.dispose()


def nobody(_done: int, _of: int) -> None:
    """Look at no progress."""


def empty_the_broker(place: Place) -> None:
    """Lose what the broker holds, as an empty volume does."""
    if "amqp" not in place.servers:
        return
    with Connection(place.servers["amqp"]) as connection:
        for name in SERVICES:
            with suppress(NotFound):
                connection.channel().queue_purge(f"q.{name}")
