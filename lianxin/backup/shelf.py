"""A folder of backups: newest first, and those that are too old to keep."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from lianxin.backup.manifest import Manifest, read_manifest
from shared.errors import StartError

KEPT = timedelta(days=35)  # an erased case's key is in backups for so long: docs/promises.md says it


@dataclass(frozen=True)
class Kept:
    """A backup in its place."""

    path: Path
    manifest: Manifest


def backups(folder: Path) -> list[Kept]:
    """Give the backups of a folder, newest first; one that is being made, or can't be read any more, is none."""
    found = [kept for path in folder.glob("lianxin-*/") if (kept := _kept(path))]
    return sorted(found, key=lambda one: one.manifest.moment, reverse=True)


def unreadable(folder: Path) -> list[Path]:
    """Give what looks like a backup and can't be read, or was never finished."""
    return sorted(path for path in (*folder.glob("lianxin-*/"), *folder.glob(".lianxin-*/")) if not _kept(path))


def _kept(path: Path) -> Kept | None:
    if path.name.startswith("."):
        return None
    try:
        return Kept(path, read_manifest(path))
    except StartError:
        return None


def prune(folder: Path, now: datetime, *, older_than: timedelta = KEPT, dry_run: bool = False) -> Iterator[Path]:
    """Delete backups that are older than this, and what is unreadable and so old; gives each one's path."""
    oldest = now - older_than
    old = [one.path for one in backups(folder) if one.manifest.moment < oldest]
    left = [path for path in unreadable(folder) if path.stat().st_mtime < oldest.timestamp()]
    for path in (*old, *left):
        if not dry_run:
            shutil.rmtree(path)
        yield path


def sync(folder: Path) -> None:
    """See that a folder's files are on disk, and so are the folders that name them."""
    for path in (folder, *folder.rglob("*")):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
