"""Uploads: checked, stored encrypted and synced before the row commits; adopted by the case that names them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import BinaryIO

from sqlalchemy import delete, select

from services.intake.models import UploadRow
from shared.blobs.check import check_upload
from shared.errors import Refusal
from shared.facts.case import File
from shared.kit.action import action, every
from shared.kit.session import Session

MOST_FILES = 10
KEPT_WITHOUT_CASE = timedelta(days=1)


class UnknownUpload(Refusal):
    """The id names no upload that is still free."""

    code = "unknown-upload"
    message = "One of the files is no longer here."
    next_action = "Upload the file again."


class TooManyFiles(Refusal):
    """More files than a case may carry."""

    code = "too-many-files"
    message = "A case can carry at most %(most)s files."
    next_action = "Remove some of the files."


@dataclass(frozen=True)
class Uploaded:
    """A stored upload; `stripped` names what was taken out of it, such as `gps`."""

    blob: str
    type: str
    size: int
    name: str
    stripped: tuple[str, ...]


@action
def upload(session: Session, stream: BinaryIO, name: str, claimed: str, *, now: datetime) -> Uploaded:
    """Check and store a file; it waits a day for its case. Raises a refusal that says what is wrong with it."""
    checked = check_upload(stream, name=name, claimed_type=claimed)
    key = secrets.token_bytes(32)
    blob = session.here.blobs.put(BytesIO(checked.content) if isinstance(checked.content, bytes) else checked.content, key)
    keyring = session.here.keyring
    session.add(
        UploadRow(
            blob=blob.blob,
            key=keyring.wrap(key, blob.blob.encode()),
            sha256=blob.sha256,
            type=checked.type,
            size=blob.size,
            name=keyring.wrap(checked.name.encode(), blob.blob.encode()),
            stripped=list(checked.stripped),
            uploaded_at=now,
        )
    )
    return Uploaded(blob.blob, checked.type, blob.size, checked.name, tuple(checked.stripped))


def adopt(session: Session, case: str, blobs: Iterable[str]) -> tuple[File, ...]:
    """Give uploads to a case; each belongs to one case only."""
    wanted = list(dict.fromkeys(blobs))
    if len(wanted) > MOST_FILES:
        raise TooManyFiles(field="attachments", most=MOST_FILES)
    rows = {
        row.blob: row
        for row in session.scalars(
            select(UploadRow).where(UploadRow.blob.in_(wanted), UploadRow.case.is_(None)).with_for_update()
        )
    }
    if len(rows) != len(wanted):
        raise UnknownUpload(field="attachments")
    for row in rows.values():
        row.case = case
    return tuple(
        File(blob=row.blob, sha256=row.sha256, type=row.type, size=row.size, seen="parties")
        for row in (rows[blob] for blob in wanted)
    )


@every(timedelta(hours=1), name="intake-sweep-uploads")
def sweep_uploads(session: Session, subject: str, *, now: datetime) -> None:
    """Delete uploads that no case adopted within a day."""
    old = session.scalars(
        select(UploadRow.blob).where(UploadRow.case.is_(None), UploadRow.uploaded_at < now - KEPT_WITHOUT_CASE).limit(200)
    ).all()
    session.execute(delete(UploadRow).where(UploadRow.blob.in_(old)))
    for blob in old:
        session.here.blobs.delete(blob)
