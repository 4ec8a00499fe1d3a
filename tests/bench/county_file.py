"""A made county as the file that a deployment reads."""

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from shared.county.file import load_county
from shared.county.model import County, Demo


def write(county: County, path: Path) -> County:
    """Write a county without what names units of the shipped one (duties, demo, registers); gives it as it is read."""
    bare = replace(county, duties=(), demo=Demo(), registers={}, ladder=())
    said = {key: value for key, value in asdict(bare).items() if value not in (None, (), {}, "")}
    path.write_text("".join(f"{key} = {_toml(value)}\n" for key, value in said.items()), encoding="utf-8")
    return load_county(path)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        kept = (f"{key} = {_toml(one)}" for key, one in value.items() if one is not None)
        return "{" + ", ".join(kept) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
