"""Checksums of a folder, in the file that `sha256sum --check` reads."""

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from shared.errors import StartError

SUMS = "SHA256SUMS"
LINE = re.compile(r"([0-9a-f]{64})  (.+)")

Report = Callable[[int, int], None]


def sum_of(path: Path) -> str:
    """Give a file's SHA-256 in hex."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def write_sums(folder: Path, sums: Mapping[str, str]) -> str:
    """Write the sums of a folder's files; gives the sum of that file itself, which stands for all of them."""
    lines = (f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
    return sum_of(folder / SUMS)


def read_sums(folder: Path) -> dict[str, str]:
    """Read the sums of a folder. Raises `StartError` where it holds none that can be read."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"{folder} is no backup: it has no {SUMS} that can be read") from error
    found = [LINE.fullmatch(line) for line in lines]
    if not lines or None in found:
        raise StartError(f"{folder / SUMS} is damaged; take another copy of this backup")
    return {match[2]: match[1] for match in found if match}


def refuse_damage(folder: Path, report: Report) -> dict[str, str]:
    """Compare every file with its sum. Raises `StartError` that names each one missing, changed or not expected."""
    sums = read_sums(folder)
    problems = [f"{name} is not part of the backup" for name in sorted(_files(folder) - set(sums))]
    for done, (name, digest) in enumerate(sums.items(), 1):
        path = folder / name
        if not path.is_file() or path.is_symlink():
            problems.append(f"{name} is missing")
        elif sum_of(path) != digest:
            problems.append(f"{name} was changed or cut short")
        report(done, len(sums))
    if problems:
        raise StartError(f"{folder} is damaged; take another copy of this backup", *problems)
    return sums


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()} - {SUMS}
