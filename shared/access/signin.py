"""Reading a sign-in: a signed cookie of 15 minutes, or a personal token; checked at every door."""

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from flask import Request
from nacl.signing import VerifyKey
from sqlalchemy import select

from shared.access.actor import StaffMember
from shared.access.tables import AbsenceRow, ConfirmedRow, PersonRow, PostRow, RevokedRow
from shared.crypto.signed import verify
from shared.errors import Refusal
from shared.journal.tables import PeerRow
from shared.kit.action import query
from shared.kit.session import Session
from shared.law.local import local_day

COOKIE = "lx_staff"
FRESH_FOR = timedelta(minutes=10)


class DirectoryStale(Refusal):
    """Nobody knows whether rights have changed."""

    code = "directory-stale"
    status = 503
    message = "Rights can't be checked at the moment: the directory has been silent for more than ten minutes."
    next_action = "Try again in a few minutes; if it lasts, tell the IT department to look at the directory service."
    retry_after = 60


def from_program(request: Request) -> bool:
    """Tell whether a program asks: it sends a token and no cookie, a browser the reverse."""
    return request.path.startswith("/api/")


def token_of(request: Request) -> str | None:
    """Give the bearer token of a program, or the sign-in cookie of a browser."""
    if not from_program(request):
        return request.cookies.get(COOKIE)
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else None


@query
def who_is(session: Session, token: str, *, program: bool, now: datetime) -> StaffMember | None:
    """Give the staff member a token stands for, with the posts held now; None where it is over, revoked or forged.

    A program's token opens no page and a browser's cookie no API door: a token could else be used to make one with
    more scopes.
    """
    peer = session.get(PeerRow, "directory")
    content = verify(VerifyKey(base64.b64decode(peer.signing)), token, now) if peer and peer.signing else None
    if content is None or ("scopes" in content) is not program:
        return None
    if session.get(RevokedRow, content["session"]) is not None:
        return None
    person = session.get(PersonRow, content["person"])
    if person is None or not person.active:
        return None
    _be_fresh(session, now)
    return _member(session, person, content["session"], frozenset(content["scopes"]) if program else None)


def _be_fresh(session: Session, now: datetime) -> None:
    confirmed = session.get(ConfirmedRow, "directory")
    if confirmed is None or now - confirmed.at > FRESH_FOR:
        raise DirectoryStale


def _member(session: Session, person: PersonRow, name: str, scopes: frozenset[str] | None) -> StaffMember:
    posts = posts_of(session, person)
    return StaffMember(
        person=person.id,
        session=name,
        display=person.display,
        posts=tuple(post.code for post in posts),
        units=tuple(sorted({post.unit for post in posts})),
        roles=frozenset(role for post in posts for role in post.roles),
        scopes=scopes,
    )


def posts_of(session: Session, person: PersonRow) -> Sequence[PostRow]:
    """Give the posts in which somebody acts today: those held, and those of whom he stands in for."""
    held = {*person.posts, *_stood_in_for(session, person)}
    return session.scalars(select(PostRow).where(PostRow.code.in_(held), PostRow.active)).all()


def _stood_in_for(session: Session, person: PersonRow) -> Iterator[str]:
    """Give the posts of those for whom somebody stands in today."""
    today = AbsenceRow.in_force(local_day(session.now))
    away = select(AbsenceRow.person).where(AbsenceRow.stand_in == person.id, today)
    for posts in session.scalars(select(PersonRow.posts).where(PersonRow.id.in_(away), PersonRow.active)):
        yield from posts
