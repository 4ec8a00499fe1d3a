"""Fixtures that every test may use: worlds on both carriers and databases, private servers for the real ones."""

import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from kombu import Connection
from sqlalchemy import create_engine, text
from sqlalchemy.util import LRUCache

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "deploy" / "dev")]

from dev_services import DevServices  # noqa: E402 - found through the line above
from world import World, full_county, make_world  # noqa: E402 - same

from lianxin.deployment import compose  # noqa: E402 - same
from lianxin.home import Settings  # noqa: E402 - same
from lianxin.loading import SERVICES  # noqa: E402 - same
from lianxin.migrate import migrate_all  # noqa: E402 - same
from shared import log  # noqa: E402 - same
from shared.db import engine  # noqa: E402 - same

log.configure(json=False)
settings.register_profile("untimed", deadline=None)  # how fast something is, `make bench` measures
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what breaks brokers run in one process: they share the name server of Erlang, and ports."""
    for item in items:
        if item.path.parent.name in {"faults", "bus"}:
            item.add_marker(pytest.mark.xdist_group("brokers"))


def share_compiled_statements() -> None:
    """Let every database of a kind in this process use one dialect and one cache: worlds are many, statements few."""
    made, cache = engine.create_engine, LRUCache[Any, Any](10_000)
    dialects: dict[str, Any] = {}

    def create(url: str, **settings: Any) -> Any:
        created = made(url, **settings)
        created.dialect = dialects.setdefault(created.dialect.name, created.dialect)
        created.update_execution_options(compiled_cache=cache)
        return created

    engine.create_engine = create


share_compiled_statements()


@pytest.fixture(scope="session")
def dev_services() -> Iterator[DevServices]:
    """Give a broker and a database server, started at first use and stopped at the end.

    Not in pytest's own folder: every other run of pytest closes that one to the servers' users again.
    """
    with TemporaryDirectory(prefix="lianxin-servers-", ignore_cleanup_errors=True) as folder:
        services = DevServices(Path(folder))
        yield services
        services.stop()


def empty_broker(url: str) -> str:
    """Forget what an earlier test left in the queues; gives the broker's address."""
    with Connection(url) as connection:
        channel = connection.channel()
        for name in (*SERVICES, "ledger", "archive", "unrouted", "dead"):
            channel.queue_delete(f"q.{name}")
    return url


@contextmanager
def new_database(server_url: str, *, like: str = "") -> Iterator[str]:
    """Make a database on a server, empty or like another one that nobody is connected to; dropped afterwards."""
    name, copied = f"test_{secrets.token_hex(6)}", f" TEMPLATE {like.rpartition('/')[2]}" if like else ""
    server = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}{copied}"))
    yield server_url.rpartition("/")[0] + f"/{name}"
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def amqp_url(dev_services: DevServices) -> str:
    """Give the broker's address, with no queue of an earlier test left."""
    return empty_broker(dev_services.amqp_url)


@pytest.fixture
def postgres_url(dev_services: DevServices) -> Iterator[str]:
    """Give an empty database, dropped afterwards."""
    with new_database(dev_services.postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def seeded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home of the full county, migrated and seeded once; worlds start from copies of it."""
    home = tmp_path_factory.mktemp("seeded") / "home"
    make_world(home).loop.close()
    return home


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of migrated and empty databases: the same for every county, so they are made once."""
    home = tmp_path_factory.mktemp("migrated")
    deployment = compose(full_county(), Settings(home=home))
    list(migrate_all(deployment))
    deployment.close()
    return home / "db"


@pytest.fixture(scope="session")
def seeded_on_servers(
    dev_services: DevServices, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """Give a home and a database of the full county, migrated and seeded once; copies take a second."""
    home = tmp_path_factory.mktemp("seeded") / "on-servers"
    with new_database(dev_services.postgres_url) as url:
        make_world(home, amqp=empty_broker(dev_services.amqp_url), database=url).loop.close()
        yield home, url


@pytest.fixture(scope="session")
def migrated_database(dev_services: DevServices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give a migrated and empty database: the same for every county."""
    with new_database(dev_services.postgres_url) as url:
        deployment = compose(full_county(), Settings(home=tmp_path_factory.mktemp("migrated"), database=url))
        list(migrate_all(deployment))
        deployment.close()
        yield url


@pytest.fixture
def new_world(tmp_path: Path, migrated: Path) -> Iterator[Callable[..., World]]:
    """Make worlds in one home folder; each is closed at the end."""
    made: list[World] = []

    def make(**changes: Any) -> World:
        home = changes.pop("home", tmp_path)
        if "database" not in changes and not (home / "db").exists():
            shutil.copytree(migrated, home / "db")
        world = make_world(home, **changes)
        made.append(world)
        return world

    yield make
    for world in made:
        world.loop.close()


@pytest.fixture
def embedded_world(new_world: Callable[..., World], seeded_home: Path, tmp_path: Path) -> World:
    """Give the full county on SQLite and a carrier that misbehaves."""
    shutil.copytree(seeded_home, tmp_path / "home")
    return new_world(home=tmp_path / "home")


BOTH_WAYS = [pytest.param("embedded", marks=pytest.mark.quick), pytest.param("production", marks=pytest.mark.real)]


@pytest.fixture
def world_on_servers(
    new_world: Callable[..., World],
    dev_services: DevServices,
    amqp_url: str,
    seeded_on_servers: tuple[Path, str],
    tmp_path: Path,
) -> Iterator[World]:
    """Give the full county on PostgreSQL and RabbitMQ."""
    home, seeded = seeded_on_servers
    shutil.copytree(home, tmp_path / "home")
    with new_database(dev_services.postgres_url, like=seeded) as url:
        yield new_world(home=tmp_path / "home", amqp=amqp_url, database=url)


@pytest.fixture(params=BOTH_WAYS)
def world(request: pytest.FixtureRequest) -> World:
    """Give the full county, once on SQLite and memory, once on PostgreSQL and RabbitMQ."""
    found: World = request.getfixturevalue("embedded_world" if request.param == "embedded" else "world_on_servers")
    return found


@pytest.fixture
def addresses(dev_services: DevServices, amqp_url: str, migrated_database: str) -> Iterator[dict[str, str]]:
    """Give the addresses of a real broker and a real, migrated database, as settings of a world."""
    with new_database(dev_services.postgres_url, like=migrated_database) as url:
        yield {"amqp": amqp_url, "database": url}


def real_servers(request: pytest.FixtureRequest) -> dict[str, str]:
    """Give `addresses` where a test asks for them only in one of its ways."""
    found: dict[str, str] = request.getfixturevalue("addresses")
    return found


@pytest.fixture(params=["embedded", BOTH_WAYS[1]])
def world_of(request: pytest.FixtureRequest, new_world: Callable[..., World]) -> Callable[..., World]:
    """Make worlds of other counties, once on SQLite and memory, once on PostgreSQL and RabbitMQ."""
    return partial(new_world, **({} if request.param == "embedded" else real_servers(request)))
