"""The lock by which one process at a time works for a service, and the calls of the others to it.

On PostgreSQL it is a session's advisory lock, on a connection of its own: it ends with that connection, however that
ends. Calls (NOTIFY) come over the same connection, so who hears none any more has also lost the lock, and notices.
An embedded home is held by its process alone, as a whole: its lock is always free and hears nobody.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from shared.db.engine import Database, has_said_something

# Either side of a line that went dead without a word gives it up by itself, and we before the server: whoever takes
# over then never meets somebody who still works.
OURS: Mapping[str, Any] = {"connect_timeout": 10, "keepalives_idle": 3, "keepalives_interval": 2, "keepalives_count": 2}
SERVERS = "-c tcp_keepalives_idle=6 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"


class LockLost(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The database can't be reached: the lock, if it was held, is gone."""


class Lock(Protocol):
    """A service's lock; used by one thread. Everything raises `LockLost`."""

    def take(self) -> bool:
        """Try to take the lock; gives whether it is held now."""
        ...

    def listen(self, seconds: float) -> bool:
        """Wait for a call while the lock is held, at most so long; gives whether one came."""
        ...

    def call(self) -> None:
        """Call who holds the lock: there is something to send."""

    def close(self) -> None:
        """Let go of the lock."""


def lock_of(database: Database) -> Lock:
    """Give the lock of a service's database."""
    return HomeLock() if database.is_sqlite else PostgresLock(database)


class HomeLock:
    """The lock of a database that is a file of a held home."""

    def __init__(self) -> None:
        self._nobody = threading.Event()

    def take(self) -> bool:
        """Give True."""
        return True

    def listen(self, seconds: float) -> bool:
        """Wait; nobody calls."""
        return self._nobody.wait(seconds)

    def call(self) -> None:
        """Nobody else is there."""

    def close(self) -> None:
        """Nothing to let go of."""


class PostgresLock:
    """An advisory lock named for the schema, and a channel of the same name."""

    def __init__(self, database: Database) -> None:
        url = database.engine.url.set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._name = f"lianxin.{database.schema}"
        self._connection: Any = None

    def take(self) -> bool:
        """Try to take the lock, and from then on hear the calls."""
        (taken,) = self._run("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", self._name).fetchone()
        if taken:
            self._run(f'LISTEN "{self._name}"')
        return bool(taken)

    def listen(self, seconds: float) -> bool:
        """Wait at the connection's socket: psycopg itself would look up ten times a second."""
        with _losing():
            connection = self._open()
            return _called(connection) or (has_said_something(connection.fileno(), seconds) and _called(connection))

    def call(self) -> None:
        """Call over a connection in no transaction: a NOTIFY inside one would make every commit wait for the others."""
        self._run("SELECT pg_notify(%s, '')", self._name)

    def close(self) -> None:
        """Close the connection; the server lets go of the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, statement: str, *values: str) -> Any:
        with _losing():
            return self._open().execute(statement, values)

    def _open(self) -> Any:
        if self._connection is None:
            import psycopg  # noqa: PLC0415 - the embedded mode needs no client of PostgreSQL

            self._connection = psycopg.connect(self._address, autocommit=True, options=SERVERS, **OURS)
        return self._connection


def _called(connection: Any) -> bool:
    """Tell whether a call has arrived."""
    return bool(list(connection.notifies(timeout=0, stop_after=1)))


@contextmanager
def _losing() -> Iterator[None]:
    """Take a failure of the connection as the loss of the lock."""
    from psycopg import OperationalError  # noqa: PLC0415 - the embedded mode needs no client of PostgreSQL

    try:
        yield
    except OperationalError as error:
        raise LockLost(type(error).__name__) from error
