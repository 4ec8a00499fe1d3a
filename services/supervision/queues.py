"""Queues as the last hour's samples show them, judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select

from services.supervision.judge import Verdict, depth, drained_in, judge, rates, waiting_since
from services.supervision.models import SampleRow
from shared.errors import NotFound
from shared.kit.action import query
from shared.kit.session import Session

HOUR = timedelta(hours=1)
STALE = timedelta(minutes=3)


@dataclass(frozen=True)
class Queue:
    """One service's queue: the last sample, what it means, and how the last hour went; `depths` has one per sample."""

    service: str
    now: SampleRow
    verdict: Verdict
    depths: tuple[int | None, ...]
    waited: timedelta
    rates: tuple[float, float] | None
    drained_in: timedelta | None
    stale: bool


@query
def queues(session: Session, *, now: datetime) -> list[Queue]:
    """Give every service's queue in the order of a case's way; a service that was never seen is missing."""
    rows = session.scalars(select(SampleRow).where(SampleRow.at > now - HOUR).order_by(SampleRow.service, SampleRow.at))
    found = {name: _queue(name, list(hour), now) for name, hour in groupby(rows, lambda row: row.service)}
    return [found[name] for name in session.here.county.running if name in found]


@query
def queue(session: Session, service: str, *, now: datetime) -> Queue:
    """Give one service's queue. Raises `NotFound` for one that was not seen in this hour."""
    found = next((one for one in queues.within(session, now=now) if one.service == service), None)
    if found is None:
        raise NotFound
    return found


def _queue(service: str, hour: Sequence[SampleRow], now: datetime) -> Queue:
    return Queue(
        service=service,
        now=hour[-1],
        verdict=judge(service, hour),
        depths=tuple(depth(sample) for sample in hour),
        waited=waiting_since(hour),
        rates=rates(hour),
        drained_in=drained_in(hour),
        stale=now - hour[-1].at > STALE,
    )
