"""Identifiers: facts are uuid7 (ordered by time), cases are 128 random bits and tell nothing."""

import secrets
import threading
import uuid
from datetime import UTC, datetime
from typing import NewType

CaseId = NewType("CaseId", str)
FactId = NewType("FactId", str)

COUNTER_BITS = 26
RANDOM_BITS = 48

_lock = threading.Lock()
_last: list[int] = [0, 0]


def new_fact_id(now: datetime) -> FactId:
    """Make a uuid7 whose time part is `now`; facts of one millisecond are ordered as this process told them.

    Written here because no library takes both the moment and a counter, and a virtual clock tells a whole life of
    a case in one millisecond (RFC 9562, 6.2, method 1: a counter of 26 bits behind the milliseconds).
    """
    moment = int(now.timestamp() * 1_000)
    with _lock:
        counter = _last[1] + 1 if moment == _last[0] else 0
        _last[:] = moment, counter
    return _fact_id(moment, (counter << RANDOM_BITS) | secrets.randbits(RANDOM_BITS))


def first_fact_id(moment: datetime) -> FactId:
    """Give the smallest id that a fact told at this moment or later can have."""
    return _fact_id(int(moment.timestamp() * 1_000), 0)


def _fact_id(milliseconds: int, tail: int) -> FactId:
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    return FactId(str(uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)))


def moment_of(fact: str) -> datetime:
    """Give the moment a fact's id was made from, to the millisecond."""
    return datetime.fromtimestamp((uuid.UUID(fact).int >> 80) / 1_000, UTC)


def new_case_id() -> CaseId:
    """Make a case id: 32 hex digits, random, not guessable, telling nothing of time or count."""
    return CaseId(secrets.token_hex(16))
