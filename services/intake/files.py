"""Uploads: checked, stored encrypted and synced before the row commits; adopted by the case that names them."""

import base64
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO

from sqlalchemy import delete, select

from services.intake.models import CaseRow, UploadRow
from services.intake.timeline import facts_of
from shared.access.actor import ReceiptHolder
from shared.blobs.check import check_upload
from shared.crypto.case_key import KeyGone
from shared.crypto.private import Private
from shared.errors import NotFound, Refusal
from shared.facts.case import LetterPrinted
from shared.facts.values import File
from shared.kit.action import action, every, query
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
def upload(session: Session, stream: IO[bytes], name: str, claimed: str, *, now: datetime) -> Uploaded:
    """Check and store a file; it waits a day for its case. Raises a refusal that says what is wrong with it."""
    checked = check_upload(stream, name=name, claimed_type=claimed)
    key = secrets.token_bytes(32)
    blob = session.here.blobs.put(
        BytesIO(checked.content) if isinstance(checked.content, bytes) else checked.content, key
    )
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


@dataclass(frozen=True)
class Opened:
    """A file of a case, being read."""

    type: str
    name: str
    chunks: Iterator[bytes]


@query
def open_file(session: Session, who: ReceiptHolder, blob: str) -> Opened:
    """Open a file of a case for a party who may see it. Raises `NotFound`."""
    row = session.get(UploadRow, blob)
    if row is None:
        return _of_a_letter(session, who.case, blob)
    if row.case != who.case or not may_see(row, who):
        raise NotFound
    keyring = session.here.keyring
    key = keyring.unwrap(row.key, blob.encode())
    return Opened(row.type, keyring.unwrap(row.name, blob.encode()).decode(), session.here.blobs.open(blob, key))


def _of_a_letter(session: Session, case: str, blob: str) -> Opened:
    """Open what routing printed of a letter of the case; the fact that told it has the key, under the case's own."""
    told = (fact for _, fact in facts_of(session, session.get_one(CaseRow, case)) if isinstance(fact, LetterPrinted))
    found = [(one, fact.file_keys) for fact in told for one in fact.files if one.blob == blob]
    found = [(file, sealed) for file, sealed in found if file.seen == "parties"]
    if not found:
        raise NotFound
    file, sealed = found[-1]
    try:
        opens = json.loads(session.reveal(sealed))[blob]
    except KeyGone as gone:
        raise NotFound from gone
    return Opened(file.type, opens["name"], session.here.blobs.open(blob, base64.b64decode(opens["key"])))


def may_see(row: UploadRow, who: ReceiptHolder) -> bool:
    """Tell whether a party may see a file: never another one's own."""
    return row.own in (None, who.role)


@dataclass(frozen=True)
class Adopted:
    """What the facts say of a case's files: what they are, and (private) the keys and names that open them."""

    files: tuple[File, ...] = ()
    keys: Private[str] | None = None


def adopt(session: Session, case: str, blobs: Iterable[str], own: str | None = None) -> Adopted:
    """Give uploads to a case; each belongs to one case only. `own`: of several parties only this one may see them."""
    wanted = list(dict.fromkeys(blobs))
    if not wanted:
        return Adopted()
    if len(wanted) > MOST_FILES:
        raise TooManyFiles(field="attachments", most=MOST_FILES)
    rows = {
        row.blob: row
        for row in session.scalars(
            select(UploadRow).where(UploadRow.blob.in_(wanted), UploadRow.case.is_(None)).with_for_update()
        )
    }
    for number, blob in enumerate(wanted):
        if blob not in rows:
            raise UnknownUpload(field=f"attachments.{number}")
    for row in rows.values():
        row.case, row.own = case, own
    seen = "self" if own else "parties"
    mine = [rows[blob] for blob in wanted]
    stored = tuple(File(blob=row.blob, sha256=row.sha256, type=row.type, size=row.size, seen=seen) for row in mine)
    return Adopted(stored, Private(json.dumps({row.blob: _opens(session, row) for row in mine})) if mine else None)


def _opens(session: Session, row: UploadRow) -> dict[str, str]:
    unwrap, context = session.here.keyring.unwrap, row.blob.encode()
    return {"key": base64.b64encode(unwrap(row.key, context)).decode(), "name": unwrap(row.name, context).decode()}


@every(timedelta(hours=1), name="intake-sweep-uploads")
def sweep_uploads(session: Session, subject: str, *, now: datetime) -> None:
    """Delete uploads that no case adopted within a day."""
    old = session.scalars(
        select(UploadRow.blob)
        .where(UploadRow.case.is_(None), UploadRow.uploaded_at < now - KEPT_WITHOUT_CASE)
        .limit(200)
    ).all()
    session.execute(delete(UploadRow).where(UploadRow.blob.in_(old)))
    for blob in old:
        session.here.blobs.delete(blob)
