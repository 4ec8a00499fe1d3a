"""Bringing every database of a deployment to the newest revision."""

from collections.abc import Iterator

from sqlalchemy import MetaData

from lianxin.deployment import Deployment
from shared.access import tables  # noqa: F401 - the kit's tables about people and rights register themselves
from shared.db.migrate import migrate
from shared.journal.tables import KitBase
from shared.kit.running import Running


def migrate_all(deployment: Deployment) -> Iterator[tuple[str, bool]]:
    """Migrate one service after the other; gives its name and whether anything was to be done."""
    for name, running in deployment.services.items():
        yield name, migrate_one(running)


def migrate_one(running: Running) -> bool:
    """Migrate one service's database."""
    return migrate(running.database, running.service.folder, metadata_of(running))


def metadata_of(running: Running) -> list[MetaData]:
    """Give the kit's tables and the service's own."""
    return [KitBase.metadata, running.service.tables]
