"""Whom a case must bar, by LAW F: read from the county file as a person reads it. Shares no line with the engine."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "deploy" / "counties" / "full.toml"


@dataclass(frozen=True)
class Chart:
    """Posts by code, and which unit stands above which."""

    posts: dict[str, dict[str, Any]]
    above: dict[str, str]

    def of(self, units: Iterable[str], role: str = "") -> list[str]:
        """Give the posts of units, all or those with a role."""
        wanted = set(units)
        return [code for code, one in self.posts.items() if one["unit"] in wanted and role in ("", *one["roles"])]

    def superior(self, post: str) -> str | None:
        """Give whom the file names, else the unit's head, else (of a head) the head of the unit above."""
        own = self.posts[post]
        if "superior" in own:
            return str(own["superior"])
        unit = self.above.get(own["unit"], "") if "head" in own["roles"] else own["unit"]
        return next(iter(self.of([unit], "head")), None)

    def line(self, post: str) -> Iterator[str]:
        """Climb from superior to superior, to the top."""
        while (upper := self.superior(post)) is not None:
            yield upper
            post = upper


@cache
def chart() -> Chart:
    """Give the shipped county's."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    above = {edge["lower"]: edge["upper"] for edge in read["edges"] if edge["kind"] == "government"}
    return Chart({post["code"]: post for post in read["posts"]}, above)


def must_be_barred(conflict: str, posts: Iterable[str], units: Iterable[str]) -> set[str]:
    """Give the posts that a case of this class about these posts and units bars, where nobody is kin or stands in."""
    drawn, named = chart(), set(posts)
    theirs = {drawn.posts[post]["unit"] for post in named}
    if conflict == "decision":  # whoever decided or signed; the unit itself has to answer
        return named
    if conflict == "conduct":  # the person and the direct superior; of a unit where nobody is named, everybody
        anybody = drawn.of(set(units) - theirs)
        return {*named, *anybody, *filter(None, map(drawn.superior, named))}
    inside = set(drawn.of(theirs | set(units)))  # the person, the unit, the line
    return inside.union(*(drawn.line(post) for post in named or inside))
