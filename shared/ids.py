"""Identifiers: facts are uuid7 (ordered by time), cases are 128 random bits and tell nothing."""

import secrets
from datetime import datetime
from typing import NewType

import uuid_utils

CaseId = NewType("CaseId", str)
FactId = NewType("FactId", str)


def new_fact_id(now: datetime) -> FactId:
    """Make a uuid7 whose time part is `now`, so that a virtual clock orders ids as well."""
    stamp = int(now.timestamp())
    return FactId(str(uuid_utils.uuid7(stamp, now.microsecond * 1_000)))


def new_case_id() -> CaseId:
    """Make a case id: 32 hex digits, random, not guessable, telling nothing of time or count."""
    return CaseId(secrets.token_hex(16))
