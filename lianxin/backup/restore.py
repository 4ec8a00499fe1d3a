"""Restoring: everything is checked before anything is written, and rows become visible last of all."""

import shutil
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from lianxin.backup.again import tell_again
from lianxin.backup.keys import key_file, public_of
from lianxin.backup.load import Rows, load_rows, refuse_later_revisions, refuse_what_is_there
from lianxin.backup.make import BLOBS, COUNTY, ROWS
from lianxin.backup.manifest import Manifest, read_manifest
from lianxin.backup.sums import Report, refuse_damage
from lianxin.home import Settings
from lianxin.loading import load_services
from shared.bus.management import Management
from shared.county.file import CALENDARS, load_county
from shared.county.model import County
from shared.errors import StartError
from shared.kit.service import Service


@dataclass(frozen=True)
class Restored:
    """What was restored; `told_again` counts the facts that were on their way."""

    manifest: Manifest
    attachments: int
    told_again: int


def restore(settings: Settings, backup: Path, county: County | None, report: Report) -> Restored:
    """Put a backup into an empty deployment, whose county is the backup's own where none is named.

    Raises `StartError` before anything is written where the backup is damaged, from a later release, of another county
    or kind of database, where the target is not empty, or its keys are not those of the backup.
    """
    manifest = read_manifest(backup)
    sums = refuse_damage(backup, report)
    services = _services(manifest, county or load_county(backup / COUNTY))
    _refuse_other_databases(settings, manifest)
    refuse_later_revisions(manifest, services)
    refuse_what_is_there(settings, services)
    _refuse_other_keys(settings, manifest)
    _refuse_a_full_broker(settings)
    blobs = {Path(name).relative_to(BLOBS) for name in sums if name.startswith(f"{BLOBS}/")}
    _copy_blobs(backup / BLOBS, settings.home / BLOBS, blobs)
    told: list[int] = []

    def mend(rows: Rows) -> None:
        told.append(tell_again(rows, services, manifest.county))

    load_rows(settings, backup / ROWS, manifest, services, mend)
    if settings.embedded and manifest.own_county_file:
        _copy_county(backup, settings.home)
    if settings.embedded and (backup / CALENDARS).exists():
        shutil.copytree(backup / CALENDARS, settings.home / CALENDARS, dirs_exist_ok=True)
    return Restored(manifest, len(blobs), sum(told))


def _services(manifest: Manifest, county: County) -> list[Service]:
    if county.slug != manifest.county:
        raise StartError(f"the backup is of the county {manifest.county}, not of {county.slug}; name its county file")
    if missing := sorted(set(manifest.services) - set(county.running)):
        raise StartError(f"the county file leaves out {', '.join(missing)}, which the backup holds; add it")
    return load_services(manifest.services)


def _refuse_other_databases(settings: Settings, manifest: Manifest) -> None:
    here = "sqlite" if settings.embedded else "postgresql"
    if manifest.databases != here:
        raise StartError(f"the backup holds {manifest.databases} databases, and this deployment uses {here}")


def _refuse_other_keys(settings: Settings, manifest: Manifest) -> None:
    """Compare the keys of an embedded home; composed services look at theirs at their start."""
    if not settings.embedded:
        return
    here = {name: public_of(key_file(settings.home, name)) for name in manifest.services}
    if missing := sorted(name for name, public in here.items() if public is None):
        line = f"the keys of {', '.join(missing)} are not in {settings.home}; load them first: lianxin keys load FILE"
        raise StartError(line)
    if other := sorted(name for name, part in manifest.services.items() if here[name] != part.key):
        raise StartError(f"the keys of {', '.join(other)} are not those of this backup; load the file saved with it")


def _refuse_a_full_broker(settings: Settings) -> None:
    """Old messages would tell of what the restored rows do not know."""
    waiting = Management(settings.broker).messages() if settings.broker else 0
    if waiting:
        raise StartError(f"the broker still holds {waiting} messages; give it an empty volume, then restore")


def _copy_county(backup: Path, home: Path) -> None:
    """Copy the county file, and the packs of its own to where it looks for them."""
    for one in (backup / COUNTY, *(Path(pack) for pack in load_county(backup / COUNTY).packs)):
        into = home / one.relative_to(backup)
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(one, into)


def _copy_blobs(source: Path, target: Path, blobs: AbstractSet[Path]) -> None:
    """Copy attachments; those of a restore that was cut off stay. Raises `StartError` where others are there."""
    there = {path.relative_to(target) for path in target.glob("??/??/*")}
    if there - blobs:
        raise StartError(f"{target} holds attachments that are not in the backup; restore into an empty one")
    for path in sorted(blobs):
        (target / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(source / path, target / path)
