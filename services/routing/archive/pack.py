"""The ZIP itself: pages for people, JSON for programs, the files as they came, and a sum for every one of them."""

import base64
import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.routing.archive.contents import LANGUAGE, File, attachments, contents, printed
from services.routing.models import CaseRow
from shared.errors import Refusal
from shared.kit.session import Session
from shared.law.local import BEIJING
from shared.web.i18n import day_in_words, moment_in_words

Journals = Mapping[str, Iterable[bytes]]
UNSAFE = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')
LONGEST_NAME = 80


class NotClosedYet(Refusal):
    """An archive is made of what is over."""

    code = "case-not-closed"
    status = 409
    message = "The case is still open: its archive would not be whole."
    next_action = "Make the archive when the case is closed."


def pack(session: Session, row: CaseRow, target: IO[bytes], journals: Journals, names: Callable[[str], bool]) -> int:
    """Write the archive of a closed case; gives how many files are in it. Raises `NotClosedYet`, `BlobGone`."""
    if row.phase != "closed":
        raise NotClosedYet
    said, sums = contents(session, row, names), dict[str, str]()
    day = row.changed_at.astimezone(BEIJING)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        said["files"] = [
            _file(session, archive, sums, number, one, day) for number, one in enumerate(attachments(session, row), 1)
        ]
        for number, (letter, files) in enumerate(zip(said["letters"], printed(session, row), strict=True), 1):
            letter["path"] = f"letters/{number:02}.txt"
            _add(archive, sums, letter["path"], [_both(letter).encode()], day)
            letter["printed"] = list(_printed(session, archive, sums, f"letters/{number:02}", files, day))
        said["journals"] = dict(_journals(archive, sums, journals, day))
        whole = json.dumps(said, ensure_ascii=False, indent=2, default=str)
        _add(archive, sums, "case.json", [whole.encode()], day)
        _add(archive, sums, "index.html", [_page().render(case=said, sums=dict(sums)).encode()], day)
        listed = "".join(f"{digest}  {path}\n" for path, digest in sums.items())
        _add(archive, {}, "SHA256SUMS", [listed.encode()], day)
    return len(sums) + 1


def _file(
    session: Session, archive: zipfile.ZipFile, sums: dict[str, str], number: int, one: File, day: datetime
) -> dict[str, Any]:
    path = f"files/{number:02}-{UNSAFE.sub('_', one.name)[-LONGEST_NAME:]}"
    said = {"name": one.name, "type": one.type, "size": one.size, "path": path}
    if one.key is None:  # erased: its key is gone, and so is what it said
        return said | {"path": None}
    _add(archive, sums, path, session.here.blobs.open(one.blob, base64.b64decode(one.key)), day)
    return said | {"sha256": sums[path]}


def _both(letter: Mapping[str, str]) -> str:
    return "\n\n".join(filter(None, (letter["text"], letter["courtesy"])))


def _printed(
    session: Session, archive: zipfile.ZipFile, sums: dict[str, str], path: str, files: Iterable[File], day: datetime
) -> Iterator[str]:
    """Add what was printed of a letter, under the letter's own number; gives the paths."""
    for one in files:
        if one.key is not None:
            named = f"{path}{Path(one.name).suffix}"
            _add(archive, sums, named, session.here.blobs.open(one.blob, base64.b64decode(one.key)), day)
            yield named


def _journals(
    archive: zipfile.ZipFile, sums: dict[str, str], journals: Journals, day: datetime
) -> Iterator[tuple[str, int]]:
    for service, told in journals.items():
        lines = list(told)
        _add(archive, sums, f"journal/{service}.jsonl", (line + b"\n" for line in lines), day)
        yield service, len(lines)


def _add(archive: zipfile.ZipFile, sums: dict[str, str], path: str, chunks: Iterable[bytes], day: datetime) -> None:
    """Add a file under the day the case closed: the same case gives the same bytes."""
    entry, digest = zipfile.ZipInfo(path, day.timetuple()[:6]), hashlib.sha256()
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    with archive.open(entry, "w", force_zip64=True) as target:
        for chunk in chunks:
            digest.update(chunk)
            target.write(chunk)
    sums[path] = digest.hexdigest()


@lru_cache
def _page() -> Template:
    folder = Path(__file__).parent
    made = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    made.filters["moment"] = lambda said: moment_in_words(LANGUAGE, datetime.fromisoformat(said))
    made.filters["day"] = lambda said: day_in_words(LANGUAGE, said)
    return made.get_template("index.html")
