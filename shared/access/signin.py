"""Reading a sign-in: a signed cookie of 15 minutes, or a personal token; checked at every door."""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain

from flask import Request
from nacl.signing import VerifyKey
from sqlalchemy import Select, exists, or_, select

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
# The key that checks sign-ins, and when directory last said that everything was told.
DIRECTORY = (
    select(PeerRow.signing, ConfirmedRow.at)
    .outerjoin(ConfirmedRow, ConfirmedRow.source == PeerRow.service)
    .where(PeerRow.service == "directory")
)


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
    directory = session.execute(DIRECTORY).one_or_none()
    signing = directory.signing if directory else ""
    content = verify(VerifyKey(base64.b64decode(signing)), token, now) if signing else None
    if content is None or ("scopes" in content) is not program:
        return None
    person, held = _acting(session, content["person"], content["session"])
    if person is None:
        return None
    if directory is None or directory.at is None or now - directory.at > FRESH_FOR:
        raise DirectoryStale
    scopes = frozenset(content["scopes"]) if program else None
    return _member(person, _posts(session, held), content["session"], scopes)


def _acting(session: Session, person: str, name: str) -> tuple[PersonRow | None, set[str]]:
    """Give who signed in, unless that is over, and the posts of his own and of those for whom he stands in today."""
    revoked = exists().where(RevokedRow.session == name)
    who = or_(PersonRow.id == person, PersonRow.id.in_(_away(session, person)))
    rows = session.scalars(select(PersonRow).where(who, PersonRow.active, ~revoked)).all()
    return next((row for row in rows if row.id == person), None), {post for row in rows for post in row.posts}


def _member(person: PersonRow, posts: Sequence[PostRow], name: str, scopes: frozenset[str] | None) -> StaffMember:
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
    away = select(PersonRow.posts).where(PersonRow.id.in_(_away(session, person.id)), PersonRow.active)
    return _posts(session, {*person.posts, *chain.from_iterable(session.scalars(away))})


def _posts(session: Session, held: set[str]) -> Sequence[PostRow]:
    return session.scalars(select(PostRow).where(PostRow.code.in_(held), PostRow.active)).all()


def _away(session: Session, person: str) -> Select[str]:
    """Give the people for whom somebody stands in today."""
    return select(AbsenceRow.person).where(AbsenceRow.stand_in == person, AbsenceRow.in_force(local_day(session.now)))
