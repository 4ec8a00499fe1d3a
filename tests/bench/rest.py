"""What `lianxin run` takes at rest, embedded, with the demo county; and how soon a second start shows a page."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from servers import Stand, executable, free_port

STARTS = 3
AT_REST = 5.0  # seconds without a request before the memory is read
LOADING = 240.0  # seconds the demo may take to load


def measure(stand: Stand, show: Callable[[str], None]) -> dict[str, Any]:
    """Load the demo county once, then start again and again; gives memory in MB and seconds to the first page."""
    show("at rest: loading the demo county")
    loaded, _ = _start(stand, "--demo", patience=LOADING)
    memory = {"after loading": _memory(loaded.pid)}
    stand.stop(loaded)
    seconds = []
    for turn in range(STARTS):
        show(f"at rest: start {turn + 1} of {STARTS}")
        again, took = _start(stand, "--demo")
        seconds.append(took)
        memory["after a start with data"] = _memory(again.pid)
        stand.stop(again)
    return {"memory": memory, "seconds": seconds}


def _start(stand: Stand, *words: str, patience: float = 60.0) -> tuple[Any, float]:
    port, began = free_port(), time.monotonic()
    command = [executable(), "run", *words, "--port", str(port)]
    process = stand.start(command, stand.settings("embedded"), "embedded")
    stand.ready(process, port, "/", "embedded", patience)
    return process, time.monotonic() - began


def _memory(pid: int) -> float:
    """Give the proportional set size of a process and all below it, in MB, after a rest."""
    time.sleep(AT_REST)
    return sum(_pss(one) for one in _family(pid)) / 1024


def _family(pid: int) -> list[int]:
    below = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [pid, *(one for child in below for one in _family(child))]


def _pss(pid: int) -> int:
    """Give kB: shared pages count in equal parts for those who share them; the whole resident set where unknown."""
    for name, field in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        path = Path(f"/proc/{pid}/{name}")
        if path.exists():
            return next(int(line.split()[1]) for line in path.read_text().splitlines() if line.startswith(field))
    raise SystemExit("this system does not say how much memory a process has (no /proc)")
