"""Bringing every database of a deployment to the newest revision."""

from collections.abc import Iterator, Mapping

from sqlalchemy import MetaData

from lianxin.deployment import Deployment
from shared.access import tables  # noqa: F401 - the kit's tables about people and rights register themselves
from shared.db.migrate import is_newest, migrate
from shared.db.roles import close_to_others, make_role
from shared.errors import StartError
from shared.journal.tables import KitBase
from shared.kit.running import Running
from shared.kit.service import Service


def migrate_all(deployment: Deployment) -> Iterator[tuple[str, bool]]:
    """Migrate one service after the other; gives its name and whether anything was to be done."""
    for name, running in deployment.services.items():
        yield name, migrate_one(running)


def migrate_one(running: Running) -> bool:
    """Migrate one service's database."""
    return migrate(running.database, running.service.folder, metadata_of(running.service))


def make_roles(deployment: Deployment, verifiers: Mapping[str, str]) -> None:
    """Give each service its own role in its own schema; `verifiers` holds what the database keeps of each password."""
    for name, running in deployment.services.items():
        close_to_others(running.database)
        make_role(running.database, name, verifiers[name])


def refuse_unmigrated(deployment: Deployment) -> None:
    """Stop a start on a database that isn't at the newest revision. Raises `StartError`."""
    old = [
        name for name, running in deployment.services.items() if not is_newest(running.database, running.service.folder)
    ]
    if old:
        raise StartError(*(f"{name}: the database is not migrated; run lianxin migrate" for name in old))


def metadata_of(service: Service) -> list[MetaData]:
    """Give the kit's tables and the service's own."""
    return [KitBase.metadata, service.tables]
