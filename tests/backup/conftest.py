"""A deployment and an empty place of the same kind, on both databases; a small backup to spoil."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from places import Place, nobody
from sqlalchemy import create_engine, text
from world import World

from lianxin.backup.make import make_backup
from lianxin.home import Settings
from shared.county.file import shipped

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.real)])
def places(
    request: pytest.FixtureRequest, tmp_path: Path, new_world: Callable[..., World]
) -> Iterator[tuple[Place, Place]]:
    """Give a place with a deployment's home, and an empty one."""
    if request.param == "embedded":
        home = shutil.copytree(request.getfixturevalue("seeded_home"), tmp_path / "home")
        yield Place(home, {}, new_world), Place(tmp_path / "other", {}, new_world)
        return
    amqp, database = request.getfixturevalue("amqp_url"), request.getfixturevalue("postgres_url")
    name = f"other_{secrets.token_hex(6)}"
    server = create_engine(database, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    other = f"{database.rpartition('/')[0]}/{name}"
    yield (
        Place(tmp_path / "home", {"amqp": amqp, "database": database}, new_world),
        Place(tmp_path / "other", {"amqp": amqp, "database": other}, new_world),
    )
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
def small_backup(tmp_path_factory: pytest.TempPathFactory, seeded_home: Path) -> Path:
    """Give a backup of a home in which nothing happened yet; it is not to be changed."""
    folder = tmp_path_factory.mktemp("backups")
    return make_backup(Settings(home=seeded_home), shipped("full"), folder, NOW, nobody).path
