"""Disclosure, wired."""

from pathlib import Path

from services.disclosure import api, late, listed, pages, publish, visited
from services.disclosure.models import Base
from shared.kit.service import Service

service = Service(
    name="disclosure",
    tables=Base.metadata,
    rooms=(publish, late, listed, visited),
    mounts=("/public", "/api/v1/public", "/api/v1/events"),
    doors=(pages.public,),
    api=(api.public, api.events),
    follows=("intake", "routing", "directory"),
    folder=Path(__file__).parent,
)
