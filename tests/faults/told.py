"""What processes note in files that outlive them, and what the teller's notes say."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker import Counts, Thing, count

TOLD = "told.log"


def note(path: Path, *lines: tuple[Any, ...]) -> None:
    """Append lines in one write, so that a process that dies leaves whole ones."""
    if lines:
        with path.open("ab", buffering=0) as log_:
            log_.write("".join(" ".join(map(str, line)) + "\n" for line in lines).encode())


def read(path: Path) -> list[list[str]]:
    """Give the words of each line that was noted."""
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


@dataclass(frozen=True)
class Told:
    """What the teller noted: tried, committed, of unknown outcome because it died; and which requests are done."""

    tried: frozenset[Thing]
    committed: frozenset[Thing]
    unknown: frozenset[Thing]
    done: tuple[str, ...] = ()

    @classmethod
    def of(cls, lines: list[list[str]]) -> "Told":
        """Read the teller's notes."""
        by_mark: dict[str, set[Thing]] = {"?": set(), "+": set(), "-": set(), "=": set()}
        for mark, subject, number in lines:
            by_mark[mark].add((subject, int(number)))
        tried, committed = by_mark["?"], by_mark["+"]
        done = tuple(f"{subjects} {last}" for subjects, last in by_mark["="])
        return cls(frozenset(tried), frozenset(committed), frozenset(tried - committed - by_mark["-"]), done)

    def compare(self, things: list[Thing]) -> Counts:
        """Count what came of these subjects' things among all that was found."""
        about = {subject for subject, _ in self.tried}
        found = [thing for thing in things if thing[0] in about]
        return count(self.tried, self.committed, found, unknown=self.unknown)

    def about(self, subjects: set[str]) -> "Told":
        """Give what concerns some subjects."""
        parts = (self.tried, self.committed, self.unknown)
        return Told(*(frozenset(one for one in part if one[0] in subjects) for part in parts))
