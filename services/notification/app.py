"""Notification, wired."""

from pathlib import Path

from services.notification import pages, parties, send, tell
from services.notification.models import Base
from shared.kit.service import Service

service = Service(
    name="notification",
    tables=Base.metadata,
    rooms=(tell, parties, send),
    mounts=("/desk/messages",),
    doors=(pages.messages,),
    follows=("intake", "routing", "supervision", "directory"),
    folder=Path(__file__).parent,
)
