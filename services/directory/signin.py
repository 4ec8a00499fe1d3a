"""Signing in: a session in a row, and a signed cookie of fifteen minutes that every service can check by itself."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select, update

from services.directory.models import AccountRow, SessionRow, TokenRow
from services.directory.people import HASHER
from shared.access.actor import SCOPES
from shared.access.tables import PersonRow, RevokedRow
from shared.crypto.signed import sign
from shared.errors import NotFound, Refusal
from shared.facts.directory import SessionsRevoked, StaffSignedIn
from shared.journal.tell import tell
from shared.kit.action import action, query
from shared.kit.session import Session

COOKIE_LASTS = timedelta(minutes=15)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
LONGEST_TOKEN = timedelta(days=366)
# Checked where the name is unknown, so that a wrong name takes as long as a wrong password.
NOBODY = HASHER.hash(secrets.token_hex(8))


class WrongSignIn(Refusal):
    """Name or password is wrong; which, nobody learns."""

    code = "wrong-sign-in"
    status = 401
    message = "Name or password is not right."
    next_action = "Try again; whoever looks after accounts in your office can give you a new password."


class SessionOver(Refusal):
    """The session ended: 30 minutes without use, 12 hours at most, or signed out."""

    code = "session-over"
    status = 401
    message = "Your sign-in has ended."
    next_action = "Sign in again."


@dataclass(frozen=True)
class SignedIn:
    """A session and the cookie that proves it for a while."""

    session: str
    cookie: str


@action
def sign_in(session: Session, login: str, password: str, *, now: datetime) -> SignedIn:
    """Begin a session under a new id. Raises `WrongSignIn`."""
    # PostgreSQL takes no NUL in a text, not even to find nothing.
    account = session.get(AccountRow, login.strip().lower()) if login.isprintable() else None
    try:
        HASHER.verify(account.password if account else NOBODY, password)
    except VerifyMismatchError as mismatch:
        raise WrongSignIn from mismatch
    person = session.get(PersonRow, account.person) if account else None
    if person is None or not person.active:
        raise WrongSignIn
    name = secrets.token_urlsafe(24)
    session.add(SessionRow(id=name, person=person.id, started_at=now, seen_at=now))
    tell(session, StaffSignedIn(subject=person.id, posts=tuple(person.posts), at=now))
    return SignedIn(name, _cookie(session, person.id, name, now))


def _cookie(session: Session, person: str, name: str, now: datetime) -> str:
    return sign(session.here.keyring.signing, {"person": person, "session": name}, now + COOKIE_LASTS)


@action
def renew(session: Session, name: str, *, now: datetime) -> str:
    """Give a fresh cookie for a session that goes on. Raises `SessionOver`."""
    row = session.get(SessionRow, name)
    if row is None or row.ended_at or now - row.seen_at > IDLE or now - row.started_at > LONGEST:
        raise SessionOver
    row.seen_at = now
    return _cookie(session, row.person, name, now)


@action
def sign_out(session: Session, name: str, *, now: datetime) -> None:
    """End a session everywhere within seconds."""
    session.execute(update(SessionRow).where(SessionRow.id == name).values(ended_at=now))
    _revoke(session, (name,), now)


def end_sessions(session: Session, person: str, now: datetime) -> None:
    """End every session of a person: the password was set anew."""
    going_on = SessionRow.person == person, SessionRow.ended_at.is_(None)
    names = session.scalars(select(SessionRow.id).where(*going_on)).all()
    session.execute(update(SessionRow).where(*going_on).values(ended_at=now))
    if names:
        _revoke(session, names, now)


def _revoke(session: Session, names: Sequence[str], now: datetime) -> None:
    for name in names:
        session.merge(RevokedRow(session=name, at=now))
    tell(session, SessionsRevoked(subject="directory", sessions=tuple(names), at=now))


@action
def make_token(
    session: Session, person: str, title: str, days: int, *, scopes: Sequence[str] = tuple(SCOPES), now: datetime
) -> str:
    """Make a personal token of these scopes; it is shown this once."""
    until = now + min(timedelta(days=days), LONGEST_TOKEN)
    name = secrets.token_urlsafe(24)
    session.add(TokenRow(id=name, person=person, title=title, scopes=list(scopes), made_at=now, until=until))
    return sign(session.here.keyring.signing, {"person": person, "session": name, "scopes": list(scopes)}, until)


@query
def tokens_of(session: Session, person: str, *, now: datetime) -> list[dict[str, Any]]:
    """List a person's tokens that are still good."""
    rows = session.scalars(
        select(TokenRow)
        .where(TokenRow.person == person, TokenRow.revoked_at.is_(None), TokenRow.until > now)
        .order_by(TokenRow.made_at)
    )
    return [
        {"id": row.id, "title": row.title, "scopes": row.scopes, "made_at": row.made_at, "until": row.until}
        for row in rows
    ]


@action
def revoke_token(session: Session, person: str, name: str, *, now: datetime) -> None:
    """End one of a person's own tokens. Raises `NotFound`."""
    row = session.get(TokenRow, name)
    if row is None or row.person != person:
        raise NotFound
    row.revoked_at = now
    _revoke(session, (name,), now)
