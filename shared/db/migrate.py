"""Migrations: the kit's branch and the service's own, for SQLite and PostgreSQL alike."""

import warnings
from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from shared.db.engine import Database

HERE = Path(__file__).parent
KIT = HERE / "kit_versions"


def config(folder: Path, metadata: list[MetaData], connection: Connection | None = None) -> Config:
    """Make alembic's configuration for a service whose folder holds `migrations/versions`."""
    made = Config()
    made.set_main_option("script_location", str(HERE / "alembic"))
    made.set_main_option("version_locations", f"{KIT}\n{folder / 'migrations' / 'versions'}")
    made.set_main_option("path_separator", "newline")
    made.attributes.update(connection=connection, metadata=metadata)
    return made


def migrate(database: Database, folder: Path, metadata: list[MetaData]) -> bool:
    """Bring a service's database to the newest revision; gives whether anything was to be done."""
    _make_schema(database)
    if is_newest(database, folder):
        return False
    with database.writing() as connection:
        command.upgrade(config(folder, metadata, connection), "heads")
    return True


def is_newest(database: Database, folder: Path) -> bool:
    """Tell whether a service's database is at the newest revision."""
    with database.reading() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == _newest(folder)


@cache
def _newest(folder: Path) -> frozenset[str]:
    """Read the newest revisions of the kit's branch and the service's own."""
    return frozenset(ScriptDirectory.from_config(config(folder, [])).get_heads())


def _make_schema(database: Database) -> None:
    if database.schema is not None:
        with database.writing() as connection:
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{database.schema}"'))


def differences(database: Database, metadata: list[MetaData]) -> list[object]:
    """Give what the models say and the migrated database doesn't; empty when they agree.

    Of an index over an expression SQLite can't say what it has: it is passed over there, without alembic's warning.
    """
    with database.reading() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "autogenerate skipping .* expression-based index", UserWarning)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))  # type: ignore[arg-type]  # alembic takes a list as well
