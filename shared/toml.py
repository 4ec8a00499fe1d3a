"""Reading a TOML file that a person wrote, perhaps on Windows, perhaps wrongly."""

import tomllib
from pathlib import Path
from typing import Any

from shared.errors import StartError


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """Give the document; a byte order mark is passed over. Raises `StartError`, which says `what` it ought to be."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise StartError(f"{path}: can't be read ({error.strerror}); give the path of {what}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StartError(f"{path.name}: not TOML in UTF-8: {error}") from error
    except RecursionError as error:
        raise StartError(f"{path.name}: brackets in brackets without an end; this is not {what}") from error
