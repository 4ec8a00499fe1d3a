"""The page of a letter, A4, as an organ's letter looks. Whole in one file: it opens, prints and becomes a PDF alike."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.routing.paper.mark import grouped, shown

HEADING = re.compile(r"[一二三四五六七八九十]+、")
HEAD_LINES = 6  # unit, title, number, nothing, addressee, nothing
SIGNED_LINES = 2  # unit and day


@dataclass(frozen=True)
class Sheet:
    """A letter and what is printed around it; `address` is where its QR code leads."""

    head: str
    number: str
    text: str
    remedy: str
    promises: Sequence[str]
    courtesy: str
    token: str
    digest: str
    address: str


def page(sheet: Sheet) -> str:
    """Give the letter as one HTML file that needs nothing beside it."""
    lines = sheet.text.strip().splitlines()
    known = len(lines) > HEAD_LINES + SIGNED_LINES and lines[2] == sheet.number  # else it is printed as it stands
    return _template().render(
        sheet=sheet,
        title=lines[1] if known else "",
        to=lines[4] if known else "",
        body=list(_body(lines[HEAD_LINES:-SIGNED_LINES] if known else lines, sheet)),
        signed=lines[-SIGNED_LINES:] if known else (),
        courtesy=[line for line in sheet.courtesy.splitlines() if line],
        qr=qr(sheet.address),
        code=grouped(sheet.token),
        digest=shown(sheet.digest),
    )


def _body(lines: Collection[str], sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Give each line with its look: a heading, the remedy in its box, a date explained, or plain text."""
    remedies = set(sheet.remedy.splitlines())
    for line in filter(None, lines):
        if line in remedies:
            yield "remedy", line
        elif line in sheet.promises:
            yield "term", line
        else:
            yield "heading" if HEADING.match(line) else "plain", line


def qr(address: str) -> str:
    """Give the QR code of an address as a drawing inside the page."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff"))


@lru_cache
def _template() -> Template:
    folder = Path(__file__).parent
    made = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    return made.get_template("letter.html")
