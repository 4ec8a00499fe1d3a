"""Drafts: what somebody is writing, kept for 24 hours under a key that only the browser's cookie holds."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nacl.exceptions import CryptoError
from sqlalchemy import delete

from services.intake.models import DraftRow
from shared.crypto.case_key import lock, new_case_key, unlock
from shared.kit.action import action, every, query
from shared.kit.session import Session

KEPT = timedelta(hours=24)
NAME_SIZE = 16


@dataclass
class Draft:
    """A submission in the making: which kind, the answers so far, the uploaded files; at the end its receipt."""

    mechanism: str
    kind: str
    answers: dict[str, Any] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    receipt: dict[str, Any] | None = None


def new_cookie() -> str:
    """Make what the browser keeps: the draft's name and its key."""
    return base64.urlsafe_b64encode(secrets.token_bytes(NAME_SIZE) + new_case_key()).decode()


def _open(cookie: str) -> tuple[bytes, bytes] | None:
    try:
        raw = base64.urlsafe_b64decode(cookie)
    except ValueError:
        return None
    return (hashlib.sha256(raw[:NAME_SIZE]).digest(), raw[NAME_SIZE:]) if len(raw) == NAME_SIZE + 32 else None


@action
def keep(session: Session, cookie: str, draft: Draft, *, now: datetime) -> None:
    """Keep a draft for 24 hours from now."""
    opened = _open(cookie)
    if opened is None:
        raise ValueError("not a draft's cookie")
    name, key = opened
    sealed = lock(key, json.dumps(vars(draft), ensure_ascii=False).encode(), name)
    session.merge(DraftRow(id=name, sealed=sealed, expires_at=now + KEPT))


@query
def load(session: Session, cookie: str, *, now: datetime) -> Draft | None:
    """Give a draft; None where there is none, or its time is over."""
    opened = _open(cookie)
    row = session.get(DraftRow, opened[0]) if opened else None
    if opened is None or row is None or row.expires_at <= now:
        return None
    try:
        return Draft(**json.loads(unlock(opened[1], row.sealed, opened[0])))
    except CryptoError:
        return None


@action
def drop(session: Session, cookie: str) -> None:
    """Forget a draft at once."""
    if (opened := _open(cookie)) is not None:
        session.execute(delete(DraftRow).where(DraftRow.id == opened[0]))


@every(timedelta(hours=1), name="intake-sweep-drafts")
def sweep_drafts(session: Session, subject: str, *, now: datetime) -> None:
    """Delete drafts whose time is over."""
    session.execute(delete(DraftRow).where(DraftRow.expires_at <= now))
