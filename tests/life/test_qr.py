"""The QR codes of letters and receipts, read by another implementation than the one that drew them."""

import re
from urllib.parse import unquote

import pytest
import zxingcpp

from services.intake.qr import picture
from services.routing.paper.sheet import qr

pytestmark = pytest.mark.check

SIDE = re.compile(r"M0 0h(\d+)v\d+h-\d+z")  # the white ground, with its margin, in modules
DARK = re.compile(r"class='qrline' stroke='#000' d='([^']+)'")
PART = re.compile(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?")
SCALE = 4  # pixels of a module


def pixels(drawing: str) -> memoryview:
    """Give the drawing of a data URI as grey pixels, row by row: its strokes run to the right, one module high."""
    svg = unquote(drawing)
    side, rows = int(SIDE.search(svg)[1]), []
    dark, x, y = set(), 0.0, 0.0
    for command, first, second in PART.findall(DARK.search(svg)[1]):
        if command == "h":
            dark |= {(int(x) + step, int(y)) for step in range(int(first))}
            x += int(first)
        else:
            start = (x, y) if command == "m" else (0.0, 0.0)
            x, y = start[0] + float(first), start[1] + float(second)
    for row in range(side):
        line = b"".join((b"\x00" if (column, row) in dark else b"\xff") * SCALE for column in range(side))
        rows += [line] * SCALE
    return memoryview(b"".join(rows)).cast("B", (side * SCALE, side * SCALE))


def read(drawing: str) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(pixels(drawing))]


@pytest.mark.parametrize("drawn", [qr, picture])
@pytest.mark.parametrize(
    "address",
    [
        "http://lianxin.test/verify/4fz1C2m-Xw_9",
        "https://qinghe.example:8443/cases/QH-7K4M-9T2P-C",
        "https://连心.example/verify/x",
    ],
)
def test_a_telephone_reads_the_address_that_was_drawn(drawn, address):
    assert read(drawn(address)) == [address]


def test_a_drawing_of_another_address_is_told_apart():
    assert read(qr("http://lianxin.test/verify/a")) != read(qr("http://lianxin.test/verify/b"))
