"""Demo people: one for each group of posts in the county file, with a random password each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lianxin.deployment import Deployment
from services.directory.models import AccountRow
from services.directory.people import add_person, new_password
from shared.access.actor import StaffMember
from shared.access.tables import PersonRow, PostRow


@dataclass(frozen=True)
class SignIn:
    """A demo sign-in, as it is printed once and kept in the home."""

    login: str
    password: str
    display: str
    posts: tuple[str, ...]


def add_demo_people(deployment: Deployment, now: datetime) -> list[SignIn]:
    """Add the county's demo people who are not there yet; gives those that were made."""
    running, county = deployment.services["directory"], deployment.county
    with running.reading(now) as session:
        known = set(session.scalars(select(AccountRow.login)))
    names = {post.code: post.name_zh for post in county.posts}
    made = []
    with running.inside():
        for posts in county.demo.people:
            sign_in = SignIn(posts[0], new_password(), f"演示·{names[posts[0]]}", posts)
            if sign_in.login not in known:
                email = f"{sign_in.login}@demo.invalid"
                add_person(sign_in.display, sign_in.login, posts, sign_in.password, email=email, demo=True, now=now)
                made.append(sign_in)
    return made


def demo_staff(deployment: Deployment) -> dict[str, StaffMember]:
    """Give the demo people by post, as the desk's doors would see them."""
    with deployment.services["directory"].reading() as session:
        people = session.scalars(select(PersonRow).where(PersonRow.demo, PersonRow.active)).all()
        posts = {post.code: post for post in session.scalars(select(PostRow))}
    found = {}
    for person in people:
        held = [posts[code] for code in person.posts]
        member = StaffMember(
            person=person.id,
            session="demo",
            display=person.display,
            posts=tuple(person.posts),
            units=tuple(sorted({post.unit for post in held})),
            roles=frozenset(role for post in held for role in post.roles),
        )
        found.update(dict.fromkeys(person.posts, member))
    return found
