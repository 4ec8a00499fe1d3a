"""Putting a backup's rows into empty databases, brought to this release's tables; all of it or nothing."""

import gzip
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg import sql
from sqlalchemy import Connection, text

from lianxin.backup.cut import SUFFIX
from lianxin.backup.manifest import Manifest
from lianxin.backup.shelf import sync
from lianxin.home import Settings
from lianxin.migrate import metadata_of
from shared.db.engine import Database
from shared.db.migrate import config, migrate
from shared.errors import StartError
from shared.kit.service import Service

Rows = Callable[[str], Connection]  # gives the connection on which a service's tables are found by their bare names
CHUNK = 256 * 1024


def refuse_later_revisions(manifest: Manifest, services: Sequence[Service]) -> None:
    """Raise `StartError` where this release does not know the tables of a backup."""
    for service in services:
        known = ScriptDirectory.from_config(config(service.folder, []))
        for revision in manifest.services[service.name].revisions:
            try:
                known.get_revision(revision)
            except CommandError as error:
                line = f"{service.name}: the backup was made by a later release ({manifest.release}); install that one"
                raise StartError(line) from error


def refuse_what_is_there(settings: Settings, services: Sequence[Service]) -> None:
    """Raise `StartError` where a database is not empty: a restore never mixes with or replaces what is there."""
    if settings.embedded:
        if (settings.home / "db").exists():
            raise StartError(f"{settings.home} holds databases already; restore into an empty --home")
        return
    database = Database(settings.database_url(""))
    with database.reading() as connection:
        full = set(connection.scalars(text("SELECT DISTINCT schemaname FROM pg_tables")))
    database.dispose()
    if found := [service.name for service in services if service.name in full]:
        raise StartError(f"the database holds tables of {', '.join(found)} already; restore into an empty one")


def load_rows(
    settings: Settings, folder: Path, manifest: Manifest, services: Sequence[Service], mend: Callable[[Rows], None]
) -> None:
    """Load every service's rows, let `mend` work on all of them, and only then let them be found."""
    if settings.embedded:
        _load_files(settings.home, folder, services, mend)
    else:
        _load_schemas(settings.database_url(""), folder, manifest, services, mend)


def _load_files(home: Path, folder: Path, services: Sequence[Service], mend: Callable[[Rows], None]) -> None:
    making = home / "db.restoring"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True, mode=0o700)
    databases: dict[str, Database] = {}
    for service in services:
        path = making / f"{service.name}.sqlite"
        shutil.copyfile(folder / path.name, path)
        databases[service.name] = Database(f"sqlite:///{path}")
        migrate(databases[service.name], service.folder, metadata_of(service))
    with ExitStack() as stack:
        open_now = {name: stack.enter_context(database.writing()) for name, database in databases.items()}
        mend(open_now.__getitem__)
    for database in databases.values():
        database.dispose()
    sync(making)
    making.rename(home / "db")


def _load_schemas(
    url: str, folder: Path, manifest: Manifest, services: Sequence[Service], mend: Callable[[Rows], None]
) -> None:
    """Do all of it in one transaction: a restore that is cut off leaves an empty database."""
    database = Database(url)
    with database.writing() as connection:

        def at(name: str) -> Connection:
            connection.execute(text(f'SET LOCAL search_path TO "{name}"'))
            return connection

        for service in services:
            connection.execute(text(f'CREATE SCHEMA "{service.name}"'))
            steps = config(service.folder, metadata_of(service), at(service.name))
            for revision in manifest.services[service.name].revisions:
                command.upgrade(steps, revision)
            _load_tables(connection, folder / service.name)
            command.upgrade(steps, "heads")
        mend(at)
    database.dispose()


def _load_tables(connection: Connection, folder: Path) -> None:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the address names the driver
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        table = sql.Identifier(path.name.removesuffix(SUFFIX))
        with gzip.open(path, "rb") as source:
            columns = sql.SQL(", ").join(map(sql.Identifier, source.readline().decode().strip().split(",")))
            raw.execute(sql.SQL("DELETE FROM {}").format(table))  # what a migration put there is in the backup too
            with (
                raw.cursor() as cursor,
                cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(table, columns)) as target,
            ):
                while chunk := source.read(CHUNK):
                    target.write(chunk)
