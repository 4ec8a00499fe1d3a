"""PDF from a letter's page, where the machine has what that takes; elsewhere the page is the letter, and prints itself.

WeasyPrint draws with Pango from the operating system, and needs a font that has Chinese characters.
"""

import base64
import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from ctypes.util import find_library
from functools import cache

# What brings each part, as Debian calls it. Without the last library a page takes 13 seconds instead of a fifth of one.
PACKAGES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
FONTS = "fonts-wqy-microhei"
LONGEST = 30  # seconds for a page, on a machine that has much else to do
VARIANT = "pdf/ua-1"  # tagged, so that a screen reader finds its way


@cache
def missing() -> tuple[str, ...]:
    """Name the packages without which no PDF is made here; none where it can be."""
    gone = tuple(package for library, package in PACKAGES.items() if find_library(library) is None)
    return gone if _has_chinese() else (*gone, FONTS)


def how_printed() -> str:
    """Say what becomes of letters on this machine, and what would bring the PDF where it lacks."""
    if not missing():
        return "printed as PDF"
    return f"printed as pages only; for PDF: sudo apt-get install -y {' '.join(missing())}, and start Lianxin anew"


def _has_chinese() -> bool:
    """Ask fontconfig for a font that has the characters of simplified Chinese."""
    name = find_library("fontconfig")
    if name is None:
        return False
    asked = ctypes.CDLL(name)
    asked.FcNameParse.restype = asked.FcObjectSetCreate.restype = asked.FcFontList.restype = ctypes.c_void_p
    pattern = ctypes.c_void_p(asked.FcNameParse(b":lang=zh-cn"))
    found = asked.FcFontList(None, pattern, ctypes.c_void_p(asked.FcObjectSetCreate()))
    return bool(found) and ctypes.cast(found, ctypes.POINTER(ctypes.c_int))[0] > 0


def draw(pages: Sequence[str]) -> list[bytes | None]:
    """Draw pages, each a PDF, None where one can't be drawn.

    In a process of their own, which gives way to all others: a letter takes 0.6 s and 60 MB, and nobody waits for it.
    """
    command = [sys.executable, "-m", "services.routing.paper.pdf"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module; what it draws comes by its standard input
            command, input=json.dumps(pages).encode(), capture_output=True, timeout=LONGEST * len(pages), check=True
        )
    except subprocess.SubprocessError:
        return [None] * len(pages)
    return [base64.b64decode(one) if one else None for one in json.loads(done.stdout)]


def _drawn(page: str) -> str | None:
    """Draw one page. What it names outside itself is not fetched."""
    from weasyprint import HTML  # noqa: PLC0415 - not there on every machine
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 - same

    try:
        with_data_only = URLFetcher(allowed_protocols=("data",))
        drawn = HTML(string=page, url_fetcher=with_data_only).write_pdf(pdf_variant=VARIANT)
    except Exception:  # noqa: BLE001 - whatever it is, the other pages are drawn
        return None
    return base64.b64encode(drawn).decode()


if __name__ == "__main__":
    os.nice(10)
    sys.stdout.write(json.dumps([_drawn(page) for page in json.load(sys.stdin)]))
