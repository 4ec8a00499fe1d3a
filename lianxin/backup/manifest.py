"""What a backup says of itself: release, county, moment, and for each service its revisions and its public key."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import cattrs

from shared.errors import StartError

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True)
class Part:
    """One service's rows: the revisions of its tables, and the public key (base64) of the keyring that sealed them."""

    revisions: tuple[str, ...]
    key: str


@dataclass(frozen=True)
class Manifest:
    """The head of a backup; `databases` is `sqlite` or `postgresql`, `made_at` the moment of the cut."""

    format: int
    release: str
    county: str
    made_at: str
    databases: str
    own_county_file: bool
    services: dict[str, Part]
    damaged: tuple[str, ...] = ()

    @property
    def moment(self) -> datetime:
        """Give the moment of the cut."""
        return datetime.fromisoformat(self.made_at)

    def write(self, folder: Path) -> None:
        """Write it into a backup's folder."""
        (folder / NAME).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read the head of a backup. Raises `StartError` where it is none, or one of a later form."""
    try:
        raw = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StartError(f"{folder} is no backup: it has no {NAME} that can be read") from error
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise StartError(f"{folder} has a form that this release does not read; restore it with the release it names")
    try:
        return cattrs.structure(raw, Manifest)
    except cattrs.BaseValidationError as error:
        raise StartError(f"{folder / NAME} is damaged; take another copy of this backup") from error
