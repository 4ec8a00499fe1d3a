"""Printing: each signed letter becomes a page and, where the machine can, a PDF. No step waits for it."""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from threading import Event
from weakref import WeakKeyDictionary

from sqlalchemy import select
from structlog import get_logger

from services.routing.case import object_or_nothing
from services.routing.models import CaseRow, LetterRow
from services.routing.paper.pdf import draw, missing
from services.routing.paper.sheet import Sheet, page
from shared.crypto.case_key import KeyGone
from shared.crypto.private import Private
from shared.facts.base import converter
from shared.facts.case import CaseErased, LetterPrinted
from shared.facts.values import File
from shared.journal.tell import tell
from shared.kit.action import on, sweep
from shared.kit.running import Running
from shared.kit.session import Here, Session

BATCH = 8
HTML, PDF = "text/html", "application/pdf"
LANGUAGE = "zh"
AGAIN = timedelta(hours=6)  # after which a letter without its PDF is tried anew: the packages may be there by then
UNNAMED = "http://127.0.0.1:8000"  # where a machine is reached that was told no address

Keys = dict[str, dict[str, str]]  # by blob: what opens it, and its name

log = get_logger()


@dataclass(frozen=True)
class Letter:
    """A letter that is being printed: its row as it was read, and its page; no page where the case was erased."""

    row: LetterRow
    page: str | None

    @property
    def had(self) -> set[str]:
        """Give the types of files that were printed of it before."""
        return {one["type"] for one in self.row.files}


Job = tuple[list[Letter], Future[list[bytes | None]]]
# By what is one for each running service. Drawing takes a process of its own, and the worker goes on meanwhile.
AT_WORK: WeakKeyDictionary[Event, Job] = WeakKeyDictionary()
PRINTER = ThreadPoolExecutor(1, "printer")


@sweep(name="routing-print-letters", every=timedelta(seconds=2))
def print_letters(running: Running, now: datetime) -> int:
    """Hand what is due to the printer, or take from it what is done. Gives how many letters are printed."""
    if not running.here.settings.get("prints"):
        return 0
    if running.wake not in AT_WORK:
        letters = _due(running, now)
        if not letters:
            return 0
        AT_WORK[running.wake] = (letters, PRINTER.submit(_draw, [one.page or "" for one in letters if _draws(one)]))
    letters, drawing = AT_WORK[running.wake]
    if not drawing.done():
        return 0
    del AT_WORK[running.wake]
    drawn = iter(drawing.result())
    for letter in letters:
        _finish(running, letter, next(drawn) if _draws(letter) else None, now)
    return len(letters)


def _due(running: Running, now: datetime) -> list[Letter]:
    """Give what is to be printed, the newest first: one just signed never waits behind old ones."""
    with running.reading(now) as session:
        due = select(LetterRow).where(LetterRow.print_at <= now).order_by(LetterRow.print_at.desc()).limit(BATCH)
        rows = session.scalars(due).all()
        sheets = [_sheet(session, row) for row in rows]
    return [Letter(row, page(sheet) if sheet else None) for row, sheet in zip(rows, sheets, strict=True)]


def _draws(letter: Letter) -> bool:
    return letter.page is not None and PDF not in letter.had and not missing()


def _draw(pages: Sequence[str]) -> list[bytes | None]:
    return draw(pages) if pages else []


def _finish(running: Running, letter: Letter, drawn: bytes | None, now: datetime) -> None:
    if _draws(letter) and drawn is None:
        log.error("letter-not-drawn", letter=letter.row.id)
    made = {} if HTML in letter.had or letter.page is None else {HTML: letter.page.encode()}
    files, keys = _store(running.here, letter.row, made | ({PDF: drawn} if drawn else {}))
    with running.transaction(now) as session:
        row = session.get_one(LetterRow, letter.row.id, with_for_update=True)
        if row.files == letter.row.files:  # else another worker was faster
            _mark(session, row, files, keys, gone=letter.page is None)


def address_of(here: Here, token: str) -> str:
    """Give the address at which everybody may verify a letter."""
    return f"{str(here.settings.get('address') or UNNAMED).rstrip('/')}/verify/{token}"


def _sheet(session: Session, row: LetterRow) -> Sheet | None:
    """Give all that is printed; None where the case was erased."""
    here, county = session.here, session.here.county
    try:
        text = session.reveal(row.text)
    except KeyGone:
        return None
    more = object_or_nothing(session, row.paper)
    return Sheet(
        head=county.name(LANGUAGE) + county.unit_name(row.unit, LANGUAGE).removeprefix(county.name(LANGUAGE)[-1]),
        number=row.number,
        text=text,
        remedy=more.get("remedy", ""),
        promises=more.get("promises", ()),
        courtesy=more.get("courtesy", ""),
        token=row.token or "",
        digest=row.fingerprint or "",
        address=address_of(here, row.token or ""),
    )


def _store(here: Here, row: LetterRow, made: Mapping[str, bytes]) -> tuple[list[File], Keys]:
    """Put files where files lie, each under a key of its own; they are on disk when this returns."""
    files, keys = list[File](), Keys()
    for kind, content in made.items():
        key = secrets.token_bytes(32)
        stored = here.blobs.put(BytesIO(content), key)
        files.append(File(blob=stored.blob, sha256=stored.sha256, type=kind, size=stored.size, seen="parties"))
        ending = "pdf" if kind == PDF else "html"
        keys[stored.blob] = {"key": base64.b64encode(key).decode(), "name": f"{row.number}.{ending}"}
    return files, keys


def _mark(session: Session, row: LetterRow, new: Sequence[File], keys: Keys, *, gone: bool) -> None:
    """Note what was printed and tell it; what still lacks its PDF is tried again."""
    mechanism = session.here.mechanisms.get(session.get_one(CaseRow, row.case).mechanism)
    invites = mechanism is not None and row.letter in mechanism.invitations
    seen = "handler" if invites else "parties"  # the code is for one person only
    files = [*row.files, *converter().unstructure([replace(one, seen=seen) for one in new])]
    row.print_at = None if gone or any(one["type"] == PDF for one in files) else session.now + AGAIN
    if new:
        private = Private(json.dumps({**object_or_nothing(session, row.file_keys), **keys}, ensure_ascii=False))
        row.files, row.file_keys = files, session.seal(row.case, private)
        all_of_them = converter().structure(files, tuple[File, ...])
        tell(
            session,
            LetterPrinted(subject=row.case, letter=row.id, files=all_of_them, file_keys=private, at=session.now),
        )


@on(CaseErased, name="routing-forget-letters")
def forget(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Delete what was printed of an erased case; numbers and dates stay."""
    for row in session.scalars(select(LetterRow).where(LetterRow.case == fact.subject).with_for_update()).all():
        for one in row.files:
            session.here.blobs.delete(one["blob"])
        row.files, row.file_keys, row.print_at = [], None, None
