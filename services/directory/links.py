"""One-time sign-in addresses: valid for a day, used once; whoever opens one sets the password and is signed in."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete

from services.directory.models import AccountRow, LinkRow
from services.directory.people import HASHER, add_person
from services.directory.signin import SignedIn, end_sessions, sign_in
from shared.errors import NotFound, Refusal
from shared.kit.action import action, query
from shared.kit.session import Session

LASTS = timedelta(hours=24)
SHORTEST_PASSWORD = 12


class UnknownLogin(Refusal):
    """A new link for somebody whom the directory doesn't have."""

    code = "unknown-login"
    status = 404
    message = "Nobody signs in as “%(login)s” yet."
    next_action = "Give an official name and at least one post, and the person is added."


class LinkOver(Refusal):
    """The address was used, replaced, or is older than a day."""

    code = "link-over"
    status = 404
    message = "This sign-in address was used already, or its 24 hours are over."
    next_action = "Ask whoever looks after accounts for a new one."


class ShortPassword(Refusal):
    """The password could be guessed."""

    code = "short-password"
    message = "A password has at least %(shortest)s characters."
    next_action = "Choose a longer one; four words in a row are easy to remember."


@action
def make_link(
    session: Session, login: str, display: str, posts: Sequence[str], *, email: str = "", now: datetime
) -> str:
    """Give the secret end of a one-time address for a person, who is added where unknown; an older address ends.

    Raises `UnknownLogin` where there is neither an account nor a name and a post to make one with.
    """
    if session.get(AccountRow, login) is None:
        if not (display and posts):
            raise UnknownLogin(login=login)
        add_person.within(session, display, login, posts, secrets.token_urlsafe(32), email=email, now=now)
    session.execute(delete(LinkRow).where(LinkRow.login == login))
    secret = secrets.token_urlsafe(32)
    session.add(LinkRow(id=_name(secret), login=login, until=now + LASTS))
    return secret


def _name(secret: str) -> str:
    """Give what is kept of a secret: whoever reads the row can't make the address from it."""
    return hashlib.sha256(secret.encode()).hexdigest()


@query
def login_of(session: Session, secret: str, *, now: datetime) -> str:
    """Give whose address this is, without using it up. Raises `LinkOver`."""
    return _row(session, secret, now).login


def _row(session: Session, secret: str, now: datetime, *, lock: bool = False) -> LinkRow:
    row = session.get(LinkRow, _name(secret), with_for_update=lock)
    if row is None or row.until <= now:
        raise LinkOver
    return row


@action
def use_link(session: Session, secret: str, password: str, *, now: datetime) -> SignedIn:
    """Set the password, end older sessions, sign in; the address is used up. Raises `LinkOver`, `ShortPassword`."""
    row = _row(session, secret, now, lock=True)
    if len(password) < SHORTEST_PASSWORD:
        raise ShortPassword(field="password", shortest=SHORTEST_PASSWORD)
    account = session.get(AccountRow, row.login)
    if account is None:
        raise NotFound
    account.password, account.changed_at = HASHER.hash(password), now
    session.delete(row)
    end_sessions(session, account.person, now)
    return sign_in.within(session, account.login, password, now=now)
