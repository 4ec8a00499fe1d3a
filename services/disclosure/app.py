"""Disclosure, wired."""

from pathlib import Path

from services.disclosure import api, counted, known, late, listed, pages, publish, visited
from services.disclosure.models import Base
from shared.kit.service import Service

service = Service(
    name="disclosure",
    tables=Base.metadata,
    rooms=(publish, late, listed, visited, counted),
    mounts=("/public", "/api/v1/public", "/api/v1/events"),
    doors=(pages.public,),
    api=(api.public, api.events),
    at_start=(known.keep_out_at_start,),
    follows=("intake", "routing", "directory"),
    folder=Path(__file__).parent,
)
