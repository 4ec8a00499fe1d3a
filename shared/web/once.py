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
from sqlalchemy.exc import IntegrityError

from shared.crypto.case_key import lock, unlock
from shared.errors import Refusal
from shared.journal.tables import ReplyRow
from shared.kit.action import here_now
from shared.kit.session import Session

HEADER = "Idempotency-Key"
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
    name, body = running.here.keyring.digest("reply", request.path, key), hashlib.sha256(request.get_data()).digest()
    secret = hashlib.blake2b(key.encode(), digest_size=32, person=b"reply").digest()
    try:
        with running.transaction(now) as session:
            reply = work(session)
            sealed = lock(secret, json.dumps(reply, default=str).encode(), name)
            session.write(ReplyRow, {"key": name, "body": body, "sealed": sealed, "expires_at": now + KEPT})
        return reply  # noqa: TRY300 - what is raised at the commit counts as well
    except (Refusal, IntegrityError):
        # A first request is the rule, so nothing is asked beforehand. A second one waits at the key until the first is
        # done, fails there or at what the first took, leaves nothing behind, and finds the reply.
        if (saved := _saved(name, secret, body)) is None:
            raise
        return saved


def _saved(name: bytes, secret: bytes, body: bytes) -> dict[str, Any] | None:
    with here_now.get().reading() as session:
        row = session.get(ReplyRow, name)
    if row is None:
        return None
    if row.body != body:
        raise KeyWithOtherBody
    return dict(json.loads(unlock(secret, row.sealed or b"", name)))
