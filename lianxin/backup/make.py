"""Making a backup: the cut first, attachments after it, so that no row of the cut names a file that was not copied."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from lianxin.backup.cut import cut
from lianxin.backup.manifest import FORMAT, NAME, Manifest, Part
from lianxin.backup.shelf import backups, sync
from lianxin.backup.sums import Report, read_sums, sum_of, write_sums
from lianxin.home import Settings
from shared.county.file import CALENDARS, SHIPPED, load_county
from shared.county.model import County
from shared.county.rules import rules_of
from shared.errors import StartError

ROWS = "rows"
BLOBS = "blobs"
COUNTY = "county.toml"


@dataclass(frozen=True)
class Made:
    """A backup that is on disk. `sha256` stands for all of it; `damaged` names attachments that were so before."""

    path: Path
    sha256: str
    services: tuple[str, ...]
    attachments: int
    damaged: tuple[str, ...]


def make_backup(settings: Settings, county_file: Path, folder: Path, now: datetime, report: Report) -> Made:
    """Write a backup into a folder of backups; what is half done there has a name that nobody takes for one.

    Attachments that the newest backup of the folder holds are linked, not copied. Raises `StartError`.
    """
    county = load_county(county_file)
    rules_of(county)  # a pack that can't be read would be missed at a restore
    name = f"lianxin-{county.slug}-{now:%Y%m%dT%H%M%SZ}"
    if (folder / name).exists():
        raise StartError(f"{folder / name} is there already; wait a second and try again")
    making = _begin(folder, name)
    try:
        return _fill(settings, county_file, county, making, folder / name, now, report)
    except BaseException:
        shutil.rmtree(making)
        raise


def _begin(folder: Path, name: str) -> Path:
    making = folder / f".{name}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        making.mkdir(mode=0o700)
    except OSError as error:
        raise StartError(f"{making}: {error.strerror}; name a folder in which user {os.getuid()} may write") from error
    return making


def _fill(
    settings: Settings, county_file: Path, county: County, making: Path, final: Path, now: datetime, report: Report
) -> Made:
    with cut(settings, county.running) as cuts:
        parts = {service: one.part() for service, one in cuts.items()}
        (making / ROWS).mkdir()
        for done, one in enumerate(cuts.values(), 1):
            one.save(making / ROWS)
            report(done, len(cuts) + 1)
    shutil.copyfile(county_file, making / COUNTY)
    packs = [_copy_pack(Path(one), county_file.parent, making) for one in county.packs]
    notices = _copy_notices((county_file.parent, settings.home), making / CALENDARS)
    sums = _copy_blobs(settings.home / BLOBS, making)
    damaged = tuple(name for name, digest in sums.items() if Path(name).name != digest)
    _manifest(county.slug, county_file, settings, now, parts, damaged).write(making)
    rows = [path for path in (making / ROWS).rglob("*") if path.is_file()]
    rest = [*rows, making / NAME, making / COUNTY, *packs, *notices]
    total = write_sums(making, sums | {str(path.relative_to(making)): sum_of(path) for path in rest})
    sync(making)
    making.rename(final)
    report(len(parts) + 1, len(parts) + 1)
    return Made(final, total, tuple(parts), len(sums), damaged)


def _manifest(
    slug: str, county_file: Path, settings: Settings, now: datetime, parts: dict[str, Part], damaged: tuple[str, ...]
) -> Manifest:
    return Manifest(
        format=FORMAT,
        release=version("lianxin"),
        county=slug,
        made_at=now.isoformat(),
        databases="sqlite" if settings.embedded else "postgresql",
        own_county_file=county_file.parent != SHIPPED,
        services=parts,
        damaged=damaged,
    )


def _copy_pack(pack: Path, beside: Path, making: Path) -> Path:
    """Copy a pack of the county's own to where its county file looks for it."""
    into = making / pack.relative_to(beside)
    into.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(shutil.copyfile(pack, into))


def _copy_notices(folders: Iterable[Path], into: Path) -> list[Path]:
    """Copy the notices of days off: without them a restored county would count its open deadlines otherwise."""
    found = {path.name: path for folder in folders for path in sorted((folder / CALENDARS).glob("*.toml"))}
    if found:
        into.mkdir(mode=0o700)
    return [Path(shutil.copyfile(path, into / name)) for name, path in found.items()]


def _copy_blobs(source: Path, making: Path) -> dict[str, str]:
    """Copy attachments, each named for its content; gives their sums. One that is erased meanwhile is left out."""
    earlier, known = _newest(making.parent)
    sums: dict[str, str] = {}
    for path in sorted(source.glob("??/??/*")):
        name = f"{BLOBS}/{path.relative_to(source)}"
        (making / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if known.get(name) == path.name and _linked(earlier / name, making / name):
            sums[name] = path.name
        else:
            with suppress(FileNotFoundError):
                shutil.copyfile(path, making / name)
                sums[name] = sum_of(making / name)
    return sums


def _newest(folder: Path) -> tuple[Path, dict[str, str]]:
    """Give the newest backup of a folder and its sums; none where it has none that can be read."""
    for one in backups(folder):
        with suppress(StartError):
            return one.path, read_sums(one.path)
    return folder, {}


def _linked(earlier: Path, target: Path) -> bool:
    """Link a file; not every file system can."""
    try:
        os.link(earlier, target)
    except OSError:
        return False
    return True
