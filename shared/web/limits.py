"""Limits on what can be tried: counted in a short transaction of its own, under an hourly keyed hash.

Only failures count, so a shared address (a village's one router, a county hall) is never shut out by success.
"""

from datetime import datetime, timedelta

from flask import request
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from shared.errors import Refusal
from shared.journal.tables import CounterRow
from shared.kit.action import here_now

HOUR = timedelta(hours=1)


class TooOften(Refusal):
    """The limit of this hour is reached."""

    code = "too-often"
    status = 429
    message = "That was tried too often from your connection in this hour."
    next_action = "Wait until the next hour, or ask at the office's window."

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.retry_after = wait


def _key(purpose: str, now: datetime) -> bytes:
    hour = now.strftime("%Y%m%d%H")
    return here_now.get().here.keyring.digest("limit", purpose, request.remote_addr or "", hour)


def refuse_above(purpose: str, most: int, *, now: datetime) -> None:
    """Raise `TooOften` where the address failed `most` times in this hour."""
    with here_now.get().reading(now) as session:
        row = session.get(CounterRow, _key(purpose, now))
    if row is not None and row.count >= most:
        raise TooOften(int(HOUR.total_seconds()) - now.minute * 60 - now.second)


def count_failure(purpose: str, *, now: datetime) -> None:
    """Count one failure of the address."""
    with here_now.get().transaction(now) as session:
        make = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
        statement = make(CounterRow).values(key=_key(purpose, now), count=1, expires_at=now + HOUR)
        session.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"count": CounterRow.count + 1}))
