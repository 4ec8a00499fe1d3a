"""A county of somebody's own: its file and its packs in one folder, read as a start reads them."""

from pathlib import Path

from shared.county.file import load_county, shipped
from shared.county.model import County
from shared.county.rules import rules_of
from shared.law.packs import Rules

HEAD = """
law = "{law}"
version = "2026-11-01"
effective_from = 2026-11-01
confidence = "{confidence}"
note = "县里自定。"
"""
RULE = """
[[rules]]
id = "{id}"
article = "{article}"
title = "A local term"
title_zh = "本县期限"
quantity = {quantity}
unit = "{unit}"
{more}
"""
NAME = "law/our-city@2026-11-01.toml"
HANDLE = {"id": "petition.handle", "unit": "calendar_day", "law": "信访工作条例", "article": "34"}
STRICTER = HANDLE | {"quantity": 45, "more": 'replaces = "petition@2022-05-01"\npublish = true'}


def a_pack(*, law: str = "", confidence: str = "K", **rule: object) -> str:
    """Write a pack of one rule."""
    fixed = {"id": "our.reply", "article": "", "quantity": 20, "unit": "calendar_day", "more": ""}
    return HEAD.format(law=law, confidence=confidence) + RULE.format(**{**fixed, **rule})


def write_county(folder: Path, *packs: str, rolls: str = "", confirmed: str = "", name: str = NAME) -> Path:
    """Write the full county with packs of its own and choices of `roll`; gives its file."""
    folder.mkdir(exist_ok=True)
    names = [name, *(f"law/more{number}.toml" for number in range(1, len(packs)))][: len(packs)]
    for one, text in zip(names, packs, strict=True):
        (folder / one).parent.mkdir(parents=True, exist_ok=True)
        (folder / one).write_text(text, encoding="utf-8")
    text = shipped("full").read_text(encoding="utf-8")
    text = text.replace("confirmed_rules = [", f"packs = {names}\nconfirmed_rules = [{confirmed}", 1)
    file = folder / "county.toml"
    file.write_text(text + (f"\n[rolls]\n{rolls}\n" if rolls else ""), encoding="utf-8")
    return file


def own_county(folder: Path, *packs: str, **more: str) -> County:
    """Give that county, loaded."""
    return load_county(write_county(folder, *packs, **more))


def own_rules(folder: Path, *packs: str, **more: str) -> Rules:
    """Give the rules that hold in it."""
    return rules_of(own_county(folder, *packs, **more))
