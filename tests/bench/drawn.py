"""How long a letter takes to become a PDF: a batch as routing's worker hands it over, in the process that draws."""

import time
from collections.abc import Callable

from services.routing.paper.mark import fingerprint, new_token
from services.routing.paper.pdf import draw, missing
from services.routing.paper.printing import BATCH
from services.routing.paper.sheet import Sheet, page

ROUNDS = 3
BODY = "经现场查看，屋顶防水层老化，反映属实；本月内由物业维修完毕，维修后由本单位复核。\n"


def measure(show: Callable[[str], None]) -> list[float]:
    """Give the seconds for a letter in each round; none where this machine can't draw."""
    show("letters as PDF")
    return [] if missing() else [_round() for _ in range(ROUNDS)]


def _round() -> float:
    pages = [page(_sheet(number)) for number in range(BATCH)]
    began = time.perf_counter()
    if None in draw(pages):
        raise SystemExit("a letter was not drawn")
    return (time.perf_counter() - began) / BATCH


def _sheet(number: int) -> Sheet:
    token, name = new_token(), f"青禾建复〔2026〕{number}号"
    text = (
        f"县住房和城乡建设局\n信访事项处理意见书\n{name}\n\n信访人：\n\n{BODY * 6}\n县住房和城乡建设局\n2026年11月2日"
    )
    address = f"https://lianxin.example/verify/{token}"
    return Sheet("青禾县住房和城乡建设局", name, text, "", (), "", token, fingerprint(token, text), address)
