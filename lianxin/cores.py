"""Doors that only serve: a process for each core, and each stays on its own.

Python runs one thread of a process at a time. On a machine with free cores the threads of a busy door wake on another
core only to wait there for the lock; kept on one core the same door accepts half as many cases again.
"""

import os
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from shared.metrics import count_together, stop_counting_together

MOST = 4  # processes; on more cores each gets a share of them


def processes() -> int:
    """Give how many processes doors get here."""
    return min(len(os.sched_getaffinity(0)), MOST) if hasattr(os, "sched_getaffinity") else 1


def begin(_arbiter: Any) -> None:
    """Let the processes count together, before the first of them is there."""
    count_together(Path(mkdtemp(prefix="lianxin-counted-")))


def end(_arbiter: Any) -> None:
    """Forget what was counted, after the last of them."""
    stop_counting_together()


def choose(arbiter: Any, worker: Any) -> None:
    """Choose, before the fork, a place that no living process of this gunicorn has."""
    taken = {sibling.place for sibling in arbiter.WORKERS.values()}
    worker.place = min(set(range(arbiter.cfg.workers + len(taken))) - taken)


def stay(arbiter: Any, worker: Any) -> None:
    """Keep this process, from after the fork, on its share of the cores."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, cores[worker.place % arbiter.cfg.workers :: arbiter.cfg.workers])


HOOKS = {"on_starting": begin, "pre_fork": choose, "post_fork": stay, "on_exit": end}  # of gunicorn
