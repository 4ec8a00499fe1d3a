"""A new mechanism, written as a distribution of its own that passes the check and carries a case."""

import keyword
import re
import sys
from pathlib import Path

from shared.errors import Refusal

NAME = re.compile(r"[a-z][a-z0-9_]{2,30}")
TEMPLATES = Path(__file__).parent / "new_mechanism"
OURS = frozenset({"lianxin", "shared", "services", "mechanisms", "tests"})


class BadName(Refusal):
    """The name can't be a package's, or a package that is needed has it already."""

    code = "bad-mechanism-name"
    message = "“%(name)s” can't be a mechanism's name."
    next_action = "Use 3 to 31 lower-case letters, digits and underscores, such as noise_reports; no name of Python's."


class AlreadyThere(Refusal):
    """Nothing is overwritten."""

    code = "already-there"
    status = 409
    message = "%(path)s exists already."
    next_action = "Choose another name or another folder."


def scaffold(name: str, into: Path) -> list[Path]:
    """Write `into/name/`: package, letter, Chinese words, a test, pyproject with the entry point. Gives the files.

    Raises `BadName` or `AlreadyThere`; then nothing is written.
    """
    if not NAME.fullmatch(name) or _taken(name):
        raise BadName(name=name)
    root = into / name
    if root.exists():
        raise AlreadyThere(path=str(root))
    return [_write(source, root, name) for source in sorted(TEMPLATES.rglob("*.tmpl"))]


def _taken(name: str) -> bool:
    return keyword.iskeyword(name) or name in sys.stdlib_module_names or name in OURS


def _write(source: Path, root: Path, name: str) -> Path:
    target = root / source.relative_to(TEMPLATES).as_posix().removesuffix(".tmpl").replace("NAME", name)
    target.parent.mkdir(parents=True, exist_ok=True)
    title = name.replace("_", " ").strip().capitalize()
    text = source.read_text(encoding="utf-8").replace("@name@", name).replace("@title@", title)
    target.write_text(text, encoding="utf-8")
    return target
