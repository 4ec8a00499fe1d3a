"""A service's figures at one moment: what its rows say about its facts, and what the carrier holds for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.bus.carrier import Queue

WAITING = ("held", "not_yet", "retry", "parked")
HALVES = ("relay", "consumer")


@dataclass(frozen=True)
class Rows:
    """Numbers of rows at one moment; ages in seconds, 0 where there is none.

    `told` counts every numbered fact; `waiting` and `oldest_waiting` name each of WAITING; `paused` names the HALVES of
    the worker that a person stopped.
    """

    told: int
    unsent: int
    oldest_unsent: float
    waiting: Mapping[str, int]
    oldest_waiting: Mapping[str, float]
    paused: tuple[str, ...]


@dataclass(frozen=True)
class Gauge:
    """A figure of a service's own, for /metrics; no ids, no names, nothing of a case."""

    name: str
    means: str
    value: float


@dataclass(frozen=True)
class Figures:
    """One service; `rows` is None where it gave no answer."""

    service: str
    queue: Queue
    rows: Rows | None
