"""Routing, wired."""

from pathlib import Path

from services.routing import api, assign, case, clocks, duties, pages, recount, step
from services.routing.models import Base
from shared.kit.service import Service

service = Service(
    name="routing",
    tables=Base.metadata,
    rooms=(assign, step, clocks, duties),
    mounts=("/desk", "/api/v1/desk"),
    doors=(pages.desk,),
    api=(api.desk,),
    follows=("intake", "directory"),
    objects=(case.open_without_mechanism,),
    at_start=(recount.recount_at_start,),
    folder=Path(__file__).parent,
)
