"""Engines with the settings our promises rest on: SQLite WAL, FULL, one writer; PostgreSQL as it stands."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from select import POLLIN, poll
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from shared.db import leaf_hash

# A line that goes dead without a word is given up after half a minute, in the middle of a statement too.
DEAD_LINES = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
# Our questions are small: to start another process for one, or to compile it, takes longer than its answer.
SMALL = "-cjit=off -cmax_parallel_workers_per_gather=0"


class Database:
    """A service's own database. `writing()` and `reading()` give a connection in a transaction."""

    def __init__(self, url: str, *, schema: str | None = None) -> None:
        self.url = url
        self.schema = schema
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgres(url, schema)
        # One writer per SQLite file inside the process: waiting in a queue is fair, SQLite's own busy handler isn't.
        self._writer: Any = threading.Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a write transaction; commits at the end, rolls back on any exception."""
        with self._writer, self.engine.connect() as connection:
            if self.is_sqlite:
                connection.info["write"] = True
            try:
                with connection.begin():
                    yield connection
            finally:
                connection.info.pop("write", None)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that changes nothing: SQLite forgets what is changed, PostgreSQL refuses it.

        Rolling back would make psycopg forget the statements that the server knows already, after every question.
        """
        if self.is_sqlite:
            with self.rehearsing() as connection:
                yield connection
        else:
            with self.engine.connect() as connection, connection.execution_options(postgresql_readonly=True).begin():
                yield connection

    @contextmanager
    def rehearsing(self) -> Iterator[Connection]:
        """Give a connection whose changes are made and not kept."""
        with self.engine.connect() as connection, connection.begin() as transaction:
            yield connection
            transaction.rollback()

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """Give a connection for one question: PostgreSQL answers it without a transaction, in one exchange of three."""
        with self.engine.connect() as connection:
            yield connection if self.is_sqlite else connection.execution_options(isolation_level="AUTOCOMMIT")

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, pool_size=20)

    @event.listens_for(engine, "connect")
    def _settings(raw: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        raw.isolation_level = None  # BEGIN is ours, or reads would never start a snapshot
        raw.create_function(leaf_hash.NAME, 1, leaf_hash.leaf_hash, deterministic=True)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "secure_delete=ON",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE takes the write lock first: a deferred writer could fail at its first write, half way through.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.info.get("write") else "BEGIN")

    return engine


def _postgres(url: str, schema: str | None) -> Engine:
    arguments = {**DEAD_LINES, "options": f"{SMALL} -csearch_path={schema}" if schema else SMALL}
    # The connection that was used last is used next: it knows the statements that are asked again and again.
    engine = create_engine(url, pool_size=10, max_overflow=20, pool_use_lifo=True, connect_args=arguments)

    @event.listens_for(engine, "checkout")
    def _still_there(raw: Any, _entry: ConnectionPoolEntry, _proxy: Any) -> None:
        # A server that hung up has said so: the socket of an idle connection has something to read. Asking the server
        # each time (pool_pre_ping) would say the same for one more round trip before every transaction.
        if raw.closed or has_said_something(raw.fileno()):
            raise DisconnectionError("the server closed this connection")

    return engine


def has_said_something(socket: int, within: float = 0) -> bool:
    """Tell whether there is something to read at a socket, a farewell included, or comes within so many seconds."""
    asked = poll()  # not select, which knows only the first 1,024 files of a process
    asked.register(socket, POLLIN)
    return bool(asked.poll(within * 1000))
