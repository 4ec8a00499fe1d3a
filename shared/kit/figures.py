"""What a service's rows say about its facts: how many wait, since when, and what stands still."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.bus.carrier import Queue
from shared.ids import moment_of
from shared.journal.tables import LeafRow, UnsentRow, WaitingRow

WAITING = ("held", "not_yet", "retry", "parked")


@dataclass(frozen=True)
class Rows:
    """Numbers of rows at one moment; ages in seconds, 0 where there is none. `told` counts every numbered fact."""

    told: int
    unsent: int
    oldest_unsent: float
    waiting: Mapping[str, int]
    oldest_waiting: Mapping[str, float]


@dataclass(frozen=True)
class Figures:
    """One service at one moment: what the carrier holds for it, and its rows; None where it gave no answer."""

    service: str
    queue: Queue
    rows: Rows | None


def rows_of(session: Session, now: datetime) -> Rows:
    """Count what waits; `waiting` and `oldest_waiting` name each of WAITING."""
    unsent, first = session.execute(select(func.count(), func.min(UnsentRow.id)).where(UnsentRow.send)).one()
    found = {
        status: (count, since)
        for status, count, since in session.execute(
            select(WaitingRow.status, func.count(), func.min(WaitingRow.since)).group_by(WaitingRow.status)
        )
    }
    return Rows(
        told=session.scalar(select(func.max(LeafRow.number))) or 0,
        unsent=unsent,
        oldest_unsent=_age(moment_of(first), now) if first else 0.0,
        waiting={status: found[status][0] if status in found else 0 for status in WAITING},
        oldest_waiting={status: _age(found[status][1], now) if status in found else 0.0 for status in WAITING},
    )


def _age(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
