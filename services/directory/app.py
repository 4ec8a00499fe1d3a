"""Directory, wired."""

from pathlib import Path

from services.directory import api, pages, people, seed, signin
from services.directory.models import Base
from shared.kit.service import Service

service = Service(
    name="directory",
    tables=Base.metadata,
    rooms=(seed, people, signin),
    mounts=("/staff", "/api/v1/units", "/api/v1/staff"),
    doors=(pages.door,),
    api=(api.units,),
    follows=("intake", "routing", "notification", "disclosure", "supervision"),
    folder=Path(__file__).parent,
    at_start=(seed.seed,),
)
