"""One consistent cut through the databases of all services: rows as they stood at one moment, while work goes on.

No fact is in a receiver's rows that its sender had not committed; what was on its way is told again at the restore.
"""

import gzip
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from lianxin.backup.manifest import Part
from lianxin.home import Settings
from shared.db.roles import KEPT_BY_MIGRATIONS
from shared.errors import StartError

PATIENCE = 30.0  # seconds for a writer of an embedded deployment to end its transaction
SUFFIX = ".csv.gz"


class Cut(Protocol):
    """One service's rows at the moment of the cut."""

    def part(self) -> Part:
        """Give what the manifest says of them."""
        ...

    def save(self, folder: Path) -> None:
        """Write them as files into a folder."""


@contextmanager
def cut(settings: Settings, services: Sequence[str]) -> Iterator[Mapping[str, Cut]]:
    """Give the rows of every service as of one moment. Raises `StartError` where a database is not there."""
    taken = _sqlite_cut(settings, services) if settings.embedded else _postgres_cut(settings, services)
    with taken as found:
        yield found


@contextmanager
def _sqlite_cut(settings: Settings, services: Sequence[str]) -> Iterator[Mapping[str, Cut]]:
    """Hold every file's writers for the instant in which all readers begin: SQLite has no snapshot of several files."""
    paths = {name: settings.home / "db" / f"{name}.sqlite" for name in services}
    if missing := [name for name, path in paths.items() if not path.exists()]:
        raise StartError(*(f"{name}: there is no database in {settings.home}; name its --home" for name in missing))
    with ExitStack() as stack:
        readers = {name: stack.enter_context(closing(_connect(path))) for name, path in paths.items()}
        with ExitStack() as held:
            for path in paths.values():
                held.enter_context(closing(_connect(path))).execute("BEGIN IMMEDIATE")
            for reader in readers.values():
                reader.execute("BEGIN")
                reader.execute("SELECT 1 FROM sqlite_master").fetchone()  # the first read fixes the snapshot
        yield {name: SqliteCut(name, reader) for name, reader in readers.items()}


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)


@dataclass(frozen=True)
class SqliteCut:
    """A file's snapshot, held by an open read transaction."""

    name: str
    reader: sqlite3.Connection

    def part(self) -> Part:
        """Give what the manifest says of it."""
        revisions = self.reader.execute("SELECT version_num FROM alembic_version ORDER BY 1").fetchall()
        key = self.reader.execute("SELECT public FROM peer WHERE service = ?", (self.name,)).fetchone()
        return _part(self.name, revisions, key)

    def save(self, folder: Path) -> None:
        """Copy the snapshot's pages."""
        with closing(sqlite3.connect(folder / f"{self.name}.sqlite")) as target:
            self.reader.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, without companions


@contextmanager
def _postgres_cut(settings: Settings, services: Sequence[str]) -> Iterator[Mapping[str, Cut]]:
    """Read everything in one transaction: its snapshot is one moment of all schemas."""
    address = make_url(settings.database_url("")).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        connection = psycopg.connect(address)
    except psycopg.OperationalError as error:
        raise StartError(f"the database can't be reached ({type(error).__name__}); is it running?") from error
    with connection:
        connection.isolation_level, connection.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        yield {name: PostgresCut(name, connection) for name in services}


@dataclass(frozen=True)
class PostgresCut:
    """A schema in the snapshot of the one transaction."""

    name: str
    connection: psycopg.Connection

    def part(self) -> Part:
        """Give what the manifest says of it."""
        schema = sql.Identifier(self.name)
        try:
            revisions = self._rows(sql.SQL("SELECT version_num FROM {}.alembic_version ORDER BY 1").format(schema))
            key = self._rows(sql.SQL("SELECT public FROM {}.peer WHERE service = %s").format(schema), self.name)
        except psycopg.errors.UndefinedTable as error:
            raise StartError(f"{self.name}: the database is not migrated; run lianxin migrate") from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise StartError(
                f"{self.name}: this role may not read it; a backup needs the owner of all schemas"
            ) from error
        return _part(self.name, revisions, key[0] if key else None)

    def save(self, folder: Path) -> None:
        """Write each table as CSV under its own name; the revisions stand in the manifest."""
        tables = self._rows(sql.SQL("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1"), self.name)
        (folder / self.name).mkdir()
        for (table,) in tables:
            if table not in KEPT_BY_MIGRATIONS:
                self._save_table(table, folder / self.name / f"{table}{SUFFIX}")

    def _save_table(self, table: str, path: Path) -> None:
        statement = sql.SQL("COPY {} TO STDOUT (FORMAT csv, HEADER)").format(sql.Identifier(self.name, table))
        with self.connection.cursor() as cursor, cursor.copy(statement) as chunks, gzip.open(path, "wb") as target:
            for chunk in chunks:
                target.write(chunk)

    def _rows(self, statement: sql.SQL | sql.Composed, *values: str) -> list[tuple[str, ...]]:
        return self.connection.execute(statement, values).fetchall()


def _part(name: str, revisions: Sequence[tuple[str, ...]], key: tuple[str, ...] | None) -> Part:
    if key is None:
        raise StartError(f"{name}: it has never been started, so there is nothing to keep; start it first")
    return Part(tuple(revision for (revision,) in revisions), key[0])
