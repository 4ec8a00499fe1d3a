"""The page of a campaign: a row for each run, written anew while it runs.

Whatever ends a run, its row says how far it came. The next one goes on after the last number that was done.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NUMBERS = 2  # the cell that says "0 to 999"


@dataclass
class Page:
    """A file with a table at its end: what stands in it now stays, and `keep` writes the row of this run anew below."""

    path: Path
    head: str

    def __post_init__(self) -> None:
        """Read what earlier runs left."""
        self._before = self.path.read_text(encoding="utf-8") if self.path.exists() else self.head

    def begun(self, first: int) -> int:
        """Give the number after the last one that was done; `first` where none was."""
        row = self._before.splitlines()[-1]
        return int(row.split("|")[NUMBERS].rpartition(" to ")[2]) + 1 if " to " in row and row[0] == "|" else first

    def keep(self, first: int, last: int, cells: Iterable[object]) -> None:
        """Write how far this run is, whole or not at all."""
        row = " | ".join(map(str, (f"{datetime.now(UTC):%Y-%m-%d}", f"{first} to {last}", *cells)))
        half = self.path.with_suffix(".half")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        half.write_text(f"{self._before}| {row} |\n", encoding="utf-8")
        half.replace(self.path)
