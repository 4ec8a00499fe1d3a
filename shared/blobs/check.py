"""What may be uploaded: found from the bytes, never from the name; pictures are made anew."""

import io
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import IO

import filetype

from shared.blobs.images import BrokenImage, TooManyPixels, remake
from shared.errors import Refusal

MB = 1024 * 1024
LARGEST = 20 * MB
LONGEST_NAME = 120
LARGEST_UNPACKED = 200 * MB
IMAGES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "png"}
OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
EXTENSIONS = {**IMAGES, **OFFICE, "application/pdf": "pdf", "text/plain": "txt"}
ACTIVE_PDF = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")


class TooLarge(Refusal):
    """The file is over the limit."""

    code = "file-too-large"
    status = 413
    message = "“%(name)s” is larger than %(most)s MB."
    next_action = "Send a smaller picture or split the document."


class WrongType(Refusal):
    """The file is not what may be sent, whatever it is called."""

    code = "file-type-refused"
    message = "“%(name)s” is not a picture, PDF, Word or Excel file or plain text."
    next_action = (
        "Save it as JPEG or PDF and choose it again. Photos in HEIC format: set the camera to “most compatible”."
    )


class EmptyFile(Refusal):
    """There is nothing in the file."""

    code = "file-empty"
    message = "“%(name)s” is empty."
    next_action = "Choose the file again."


class ActiveContent(Refusal):
    """The document could run something on a reader's machine."""

    code = "file-active-content"
    message = "“%(name)s” holds a program or another file inside."
    next_action = "Print it to PDF and send that."


REFUSED = (TooLarge, WrongType, EmptyFile, ActiveContent, TooManyPixels, BrokenImage)


@dataclass(frozen=True)
class Checked:
    """A file as it will be stored; `stripped` is a subset of gps, camera, metadata."""

    content: bytes
    type: str
    name: str
    stripped: tuple[str, ...] = ()


def check_upload(stream: IO[bytes], *, name: str, claimed_type: str) -> Checked:
    """Read at most the limit, find out what it is, and make it safe. Raises a `Refusal` that names the file."""
    shown = clean_name(name)
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise TooLarge(field="file", name=shown, most=LARGEST // MB)
    if not content:
        raise EmptyFile(field="file", name=shown)
    kind = _kind(content)
    if kind is None:
        raise WrongType(field="file", name=shown)
    if kind in IMAGES:
        remade = remake(content, shown)
        return Checked(remade.content, remade.type, _fitting(shown, remade.type), remade.stripped)
    if kind == "application/pdf" and any(mark in content for mark in ACTIVE_PDF):
        raise ActiveContent(field="file", name=shown)
    if kind in OFFICE:
        _check_office(content, shown)
    return Checked(content, kind, _fitting(shown, kind))


def _kind(content: bytes) -> str | None:
    found = filetype.guess_mime(content)
    if found in EXTENSIONS:
        return str(found)
    if found is None and _is_text(content):
        return "text/plain"
    return _office_kind(content) if found == "application/zip" else None


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in text)


def _office_kind(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    inside = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
    wanted = next((suffix for part, suffix in inside.items() if part in names), None)
    return next((kind for kind, suffix in OFFICE.items() if suffix == wanted), None)


def _check_office(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise WrongType(field="file", name=name) from error
    macros = any(
        "vbaproject" in entry.filename.lower() or "/embeddings/" in entry.filename.lower() for entry in entries
    )
    if macros or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise ActiveContent(field="file", name=name)


def clean_name(name: str) -> str:
    """Give a file's name without path, control characters or more than 120 characters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    return plain[-LONGEST_NAME:] or "file"


def _fitting(name: str, kind: str) -> str:
    stem, dot, _ = name.rpartition(".")
    return f"{(stem if dot else name)[: LONGEST_NAME - 5] or 'file'}.{EXTENSIONS[kind]}"
