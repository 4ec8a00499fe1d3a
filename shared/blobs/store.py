"""Encrypted files behind a driver. The id is the hash of the cipher text: it tells nothing about the content."""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_ABYTES,
    crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
)

CHUNK = 64 * 1024
SEALED_CHUNK = CHUNK + crypto_secretstream_xchacha20poly1305_ABYTES
HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES


class BlobGone(Exception):  # noqa: N818 - a state
    """The file is not here any more."""


class BlobDamaged(Exception):  # noqa: N818 - a state
    """The file was changed, cut short, or the key is another's."""


@dataclass(frozen=True)
class BlobInfo:
    """A stored file: its id, the SHA-256 of its plain content (hex), and its plain size in bytes."""

    blob: str
    sha256: str
    size: int


class BlobStore(Protocol):
    """Where files lie."""

    def put(self, stream: IO[bytes], key: bytes) -> BlobInfo:
        """Store a file under a 32-byte key; it is on disk when this returns."""
        ...

    def open(self, blob: str, key: bytes) -> Iterator[bytes]:
        """Give the plain content in chunks. Raises `BlobGone`, or `BlobDamaged` (also half way through)."""
        ...

    def delete(self, blob: str) -> None:
        """Delete a file; one that is gone already is fine."""

    def sweep(self, known: Callable[[Sequence[str]], set[str]], older_than: datetime) -> int:
        """Delete old files that no row knows; gives how many."""
        ...


class FolderStore:
    """Files in a folder with two levels of fan-out, readable by their owner only."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, stream: IO[bytes], key: bytes) -> BlobInfo:
        """Write beside, sync, rename, sync the folder: never half a file under a name."""
        beside = self._root / f".{secrets.token_hex(12)}"
        plain, cipher, size = hashlib.sha256(), hashlib.sha256(), 0
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            for sealed, chunk in _sealed_chunks(stream, key):
                plain.update(chunk)
                cipher.update(sealed)
                size += len(chunk)
                target.write(sealed)
            target.flush()
            os.fsync(target.fileno())
        blob = cipher.hexdigest()
        path = self._path(blob)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside.rename(path)
        for folder in (path.parent, path.parent.parent, self._root):
            _sync(folder)
        return BlobInfo(blob, plain.hexdigest(), size)

    def open(self, blob: str, key: bytes) -> Iterator[bytes]:
        """Give the plain content in chunks."""
        try:
            source = self._path(blob).open("rb")
        except FileNotFoundError as missing:
            raise BlobGone(blob) from missing
        return _plain_chunks(source, key)

    def delete(self, blob: str) -> None:
        """Delete a file."""
        self._path(blob).unlink(missing_ok=True)

    def sweep(self, known: Callable[[Sequence[str]], set[str]], older_than: datetime) -> int:
        """Delete old files that no row knows, and what a crash left beside."""
        found = [
            path for path in self._root.rglob("*") if path.is_file() and path.stat().st_mtime < older_than.timestamp()
        ]
        keep = known([path.name for path in found if not path.name.startswith(".")])
        gone = [path for path in found if path.name not in keep]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def _path(self, blob: str) -> Path:
        if not (len(blob) == 64 and all(c in "0123456789abcdef" for c in blob)):  # noqa: PLR2004 - SHA-256 in hex
            raise BlobGone(blob)
        return self._root / blob[:2] / blob[2:4] / blob


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sealed_chunks(stream: IO[bytes], key: bytes) -> Iterator[tuple[bytes, bytes]]:
    state = crypto_secretstream_xchacha20poly1305_state()
    yield crypto_secretstream_xchacha20poly1305_init_push(state, key), b""
    chunk = stream.read(CHUNK)
    while True:
        following = stream.read(CHUNK)
        tag = (
            crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
            if following
            else crypto_secretstream_xchacha20poly1305_TAG_FINAL
        )
        yield crypto_secretstream_xchacha20poly1305_push(state, chunk, None, tag), chunk
        if not following:
            return
        chunk = following


def _plain_chunks(source: IO[bytes], key: bytes) -> Iterator[bytes]:
    with source:
        state = crypto_secretstream_xchacha20poly1305_state()
        tag = None
        try:
            crypto_secretstream_xchacha20poly1305_init_pull(state, source.read(HEADER), key)
            while sealed := source.read(SEALED_CHUNK):
                chunk, tag = crypto_secretstream_xchacha20poly1305_pull(state, sealed)
                yield chunk
        except (RuntimeError, ValueError) as error:
            raise BlobDamaged from error
        if tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL:
            raise BlobDamaged
