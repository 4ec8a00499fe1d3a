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
from sqlalchemy.exc import IntegrityError

from shared.crypto.case_key import lock, unlock
from shared.errors import Refusal
from shared.failpoints import failpoint
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
    name = running.here.keyring.digest("reply", request.path, key, *who)
    body = hashlib.sha256(request.get_data()).digest()
    secret = bytes(blake2b(key.encode(), digest_size=32, person=b"reply", encoder=RawEncoder))

    def first() -> dict[str, Any]:
        with running.transaction(now) as session:
            reply = work(session)
            sealed = lock(secret, json.dumps(reply, default=str).encode(), name)
            session.write(ReplyRow, {"key": name, "body": body, "sealed": sealed, "expires_at": now + KEPT})
        failpoint("door.after_commit_before_answer")
        return reply

    try:
        return first()
    except (Refusal, IntegrityError):
        # A first request is the rule, so nothing is asked beforehand. A second one waits at the key until the first is
        # done, fails there or at what the first took, leaves nothing behind, and finds the reply.
        if (saved := _saved(name, secret, body, now)) is not None:
            return saved
        if not _forget_expired(name, now):
            raise
        return first()


def _forget_expired(name: bytes, now: datetime) -> bool:
    """Delete a reply whose day is over; gives whether one stood in the way."""
    with here_now.get().transaction(now) as session:
        gone = session.execute(
            delete(ReplyRow).where(ReplyRow.key == name, ReplyRow.expires_at <= now).returning(ReplyRow.key)
        )
        return gone.first() is not None


def _saved(name: bytes, secret: bytes, body: bytes, now: datetime) -> dict[str, Any] | None:
    with here_now.get().reading() as session:
        row = session.get(ReplyRow, name)
    if row is None or row.expires_at <= now:
        return None
    if row.body != body:
        raise KeyWithOtherBody
    return dict(json.loads(unlock(secret, row.sealed or b"", name)))
