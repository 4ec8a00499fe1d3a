"""What a process counts about itself, for `/metrics`: no ids, no names, nothing of a case.

A process that works counts in its own memory. Processes that only serve share a port, and whoever asks reaches one of
them: they count in files of one folder, so that any of them can tell it all (docs/decisions/0009).
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name

registry = CollectorRegistry()

REQUESTS = Histogram(
    "lianxin_request_seconds",
    "Time to answer a request, by the template of its address.",
    ("service", "method", "route", "status"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
    registry=registry,
)
BATCHES = Histogram(
    "lianxin_inbox_batch_facts",
    "Facts that were applied in one transaction.",
    ("service",),
    buckets=(1, 2, 5, 10, 20, 50),
    registry=registry,
)
LAG = Histogram(
    "lianxin_lag_seconds",
    "From a fact's telling until its effects are committed: the oldest new fact of each batch.",
    ("service",),
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0),
    registry=registry,
)
RETRIES = Counter(
    "lianxin_retries", "Tries of facts that failed and will be tried again.", ("service",), registry=registry
)
PARKED = Counter("lianxin_parked", "Facts that were laid aside for a person.", ("service",), registry=registry)
UNDECODABLE = Counter(
    "lianxin_undecodable",
    "Messages that could not be read and went to the dead letters.",
    ("service",),
    registry=registry,
)
NACKS = Counter("lianxin_nacks", "Messages that the broker refused.", registry=registry)
BLOCKED = Counter(
    "lianxin_blocked_seconds",
    "Time for which the broker, in a memory or disk alarm, took nothing in.",
    registry=registry,
)


def count_together(folder: Path) -> None:
    """Count in this folder from now on, together with every process that is forked later."""
    os.environ[FOLDER] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # the library looks at its start only, which is past


def stop_counting_together() -> None:
    """Remove the folder; the processes that counted in it have ended."""
    shutil.rmtree(os.environ.pop(FOLDER))


def counted() -> Iterator[Metric]:
    """Give what was counted, by this process or by all that count together."""
    yield from MultiProcessCollector(None).collect() if FOLDER in os.environ else registry.collect()
