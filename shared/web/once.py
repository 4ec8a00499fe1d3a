"""Idempotency-Key: the same POST, sent twice, is done once and answered alike for 24 hours.

The saved reply is written in the action's own transaction and encrypted under a key derived from the client's key,
so that a stolen database gives no receipts away.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import request
from nacl.encoding import RawEncoder
from nacl.hash import blake2b
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from shared.crypto.case_key import lock, unlock
from shared.errors import Refusal
from shared.journal.tables import ReplyRow
from shared.kit.action import here_now
from shared.kit.session import Session

HEADER = "Idempotency-Key"
CREDENTIALS = ("Authorization", "Lianxin-Receipt")
KEPT = timedelta(hours=24)
LONGEST_KEY = 255


class KeyWithOtherBody(Refusal):
    """The same key was used for something else."""

    code = "idempotency-key-reused"
    status = 409
    message = "This Idempotency-Key was already used for another request."
    next_action = "Send a new key with a new request, or the same body to get the first reply again."


class BadKey(Refusal):
    """The key is not usable."""

    code = "idempotency-key-invalid"
    status = 400
    message = "An Idempotency-Key has 1 to 255 printable ASCII characters."
    next_action = "Send a random UUID."


def once(work: Callable[[Session], dict[str, Any]], *, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Do `work` in one transaction and give its JSON-ready reply; a repeated key gives the first reply again."""
    key = key if key is not None else request.headers.get(HEADER)
    running = here_now.get()
    if key is None:
        with running.transaction(now) as session:
            return work(session)
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise BadKey
    # A key belongs to who sent it: the same key under another token or receipt is another key.
    who = [request.headers.get(header, "") for header in CREDENTIALS]
    name, body = (
        running.here.keyring.digest("reply", request.path, key, *who),
        hashlib.sha256(request.get_data()).digest(),
    )
    secret = bytes(blake2b(key.encode(), digest_size=32, person=b"reply", encoder=RawEncoder))
    with running.transaction(now) as session:
        session.execute(delete(ReplyRow).where(ReplyRow.key == name, ReplyRow.expires_at <= now))
        if not _claim(session, name, body, now + KEPT):
            return _saved(session, name, body, secret)
        reply = work(session)
        row = session.get_one(ReplyRow, name)
        row.sealed = lock(secret, json.dumps(reply, default=str).encode(), name)
        return reply


def _claim(session: Session, name: bytes, body: bytes, until: datetime) -> bool:
    """Take the key, or wait until whoever has it is done; gives whether it is ours."""
    make = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    statement = make(ReplyRow).values(key=name, body=body, sealed=None, expires_at=until)
    return session.execute(statement.on_conflict_do_nothing().returning(ReplyRow.key)).first() is not None


def _saved(session: Session, name: bytes, body: bytes, secret: bytes) -> dict[str, Any]:
    row = session.get_one(ReplyRow, name)
    if row.body != body:
        raise KeyWithOtherBody
    return dict(json.loads(unlock(secret, row.sealed or b"", name)))
