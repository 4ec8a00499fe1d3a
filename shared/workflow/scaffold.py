"""A new mechanism, written as a distribution of its own that passes the check and carries a case."""

import re
from pathlib import Path

from shared.errors import Refusal

NAME = re.compile(r"[a-z][a-z0-9_]{2,30}")
TEMPLATES = Path(__file__).parent / "new_mechanism"


class BadName(Refusal):
    """The name can't be a package's."""

    code = "bad-mechanism-name"
    message = "“%(name)s” can't be a mechanism's name."
    next_action = "Use 3 to 31 lower-case letters, digits and underscores, such as noise_reports."


class AlreadyThere(Refusal):
    """Nothing is overwritten."""

    code = "already-there"
    status = 409
    message = "%(path)s exists already."
    next_action = "Choose another name or another folder."


def scaffold(name: str, into: Path) -> list[Path]:
    """Write `into/name/`: package, letter, Chinese words, a test, pyproject with the entry point. Gives the files."""
    if not NAME.fullmatch(name):
        raise BadName(name=name)
    root = into / name
    if root.exists():
        raise AlreadyThere(path=str(root))
    title = name.replace("_", " ").capitalize()
    written = []
    for source in sorted(path for path in TEMPLATES.rglob("*.tmpl")):
        target = root / str(source.relative_to(TEMPLATES)).removesuffix(".tmpl").replace("NAME", name)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8").replace("@name@", name).replace("@title@", title)
        target.write_text(text, encoding="utf-8")
        written.append(target)
    return written
