"""A folder of backups: newest first, and those that are too old to keep."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from lianxin.backup.manifest import NAME, Manifest, read_manifest

KEPT = timedelta(days=35)  # an erased case's key is in backups for so long: docs/promises.md says it


@dataclass(frozen=True)
class Kept:
    """A backup in its place."""

    path: Path
    manifest: Manifest


def backups(folder: Path) -> list[Kept]:
    """Give the backups of a folder, newest first; one that is being made is none yet."""
    found = [Kept(path.parent, read_manifest(path.parent)) for path in folder.glob(f"[!.]*/{NAME}")]
    return sorted(found, key=lambda one: one.manifest.moment, reverse=True)


def prune(folder: Path, now: datetime, *, older_than: timedelta = KEPT, dry_run: bool = False) -> Iterator[Path]:
    """Delete backups that are older than this, and what a crash left of one so old; gives each one's path."""
    oldest = now - older_than
    old = [one.path for one in backups(folder) if one.manifest.moment < oldest]
    left = [path for path in folder.glob(".lianxin-*") if path.stat().st_mtime < oldest.timestamp()]
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
