"""Staff: added by name and posts, given a one-time password, linked to posts."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from argon2 import PasswordHasher
from sqlalchemy import select

from services.directory.models import AccountRow
from shared.access import projection
from shared.access.tables import PersonRow, PostRow
from shared.errors import Refusal
from shared.facts.directory import PersonChanged
from shared.journal.tell import tell
from shared.kit.action import action
from shared.kit.session import Session

HASHER = PasswordHasher()
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class LoginTaken(Refusal):
    """The sign-in name belongs to somebody already."""

    code = "login-taken"
    status = 409
    message = "“%(login)s” is already somebody's sign-in name."
    next_action = "Choose another one."


class UnknownPost(Refusal):
    """A post that the directory doesn't have."""

    code = "unknown-post"
    message = "There is no post “%(post)s”."
    next_action = "Name one of the county file's posts."


def new_password() -> str:
    """Make a password of four groups that can be read aloud: about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


@action
def add_person(
    session: Session,
    display: str,
    login: str,
    posts: Sequence[str],
    password: str,
    *,
    email: str = "",
    demo: bool = False,
    now: datetime,
) -> str:
    """Add a staff member who holds these posts; gives the opaque id. Raises `LoginTaken` or `UnknownPost`."""
    if session.get(AccountRow, login) is not None:
        raise LoginTaken(field="login", login=login)
    known = set(session.scalars(select(PostRow.code).where(PostRow.code.in_(posts))))
    for post in posts:
        if post not in known:
            raise UnknownPost(field="posts", post=post)
    person = secrets.token_hex(8)
    fact = PersonChanged(subject=person, display=display, posts=tuple(posts), email=email, demo=demo)
    projection.keep_person.run(session, fact, now=now)
    session.add(AccountRow(login=login, person=person, password=HASHER.hash(password), demo=demo, changed_at=now))
    tell(session, fact)
    return person


@action
def remove_demo_people(session: Session, *, now: datetime) -> int:
    """Take every demo person out of service; gives how many."""
    people = session.scalars(select(PersonRow).where(PersonRow.demo, PersonRow.active)).all()
    for person in people:
        person.active = False
        tell(
            session,
            PersonChanged(subject=person.id, display=person.display, posts=(), email="", active=False, demo=True),
        )
    for account in session.scalars(select(AccountRow).where(AccountRow.demo)):
        session.delete(account)
    return len(people)
