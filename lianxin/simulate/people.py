"""Who works in the simulated county: somebody for every post, with a token, sometimes away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest.mock import patch

from argon2 import PasswordHasher
from sqlalchemy import select

from lianxin.simulate.town import Town
from services.directory import people
from services.directory.declared import be_away, be_back
from services.directory.people import add_person, new_password
from services.directory.signin import make_token
from shared.access.tables import CaseAccessRow
from shared.county.model import County
from shared.law.local import local_day

TOKEN_DAYS = 366
NEW_TOKEN_AFTER = timedelta(days=300)
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # nobody signs in with these passwords


@dataclass
class Person:
    """Somebody at work: the opaque id, sign-in name, posts, and the token of now with when it was made."""

    id: str
    login: str
    posts: tuple[str, ...]
    units: frozenset[str]
    roles: frozenset[str]
    token: str = ""
    made_at: datetime | None = None


@dataclass
class Staff:
    """All who work here. `away` holds who is away or gone, with the absence's id."""

    town: Town
    people: list[Person] = field(default_factory=list)
    away: dict[str, str] = field(default_factory=dict)

    def hire(self) -> None:
        """Let every post be held, by as few people as the county's demo has: the others hold one each."""
        directory, now = self.town.service("directory"), self.town.clock.now()
        known = self.town.county.post_by_code
        with directory.inside(), patch.object(people, "HASHER", QUICK):
            for posts in groups(self.town.county):
                login = posts[0]
                email = f"{login}@simulated.invalid"
                person = add_person(login, login, posts, new_password(), email=email, now=now)
                units = frozenset(known[post].unit for post in posts)
                roles = frozenset(role for post in posts for role in known[post].roles)
                self.people.append(Person(person, login, posts, units, roles))
        self.town.loop.settle()

    def headers(self, person: Person) -> Mapping[str, str]:
        """Give how a program of this person signs in; a token is made anew before it is over."""
        now = self.town.clock.now()
        if person.made_at is None or not timedelta(0) <= now - person.made_at < NEW_TOKEN_AFTER:
            with self.town.service("directory").inside():
                person.token, person.made_at = make_token(person.id, "work", TOKEN_DAYS, now=now), now
        return {"Authorization": f"Bearer {person.token}"}

    def at_work_on(self, case: str, units: frozenset[str]) -> list[Person]:
        """Give who may have work in a case: people of these units, or of posts that stand in; not who is away."""
        running = self.town.service("routing")
        with running.reading() as session:
            found = session.scalars(
                select(CaseAccessRow.code).where(CaseAccessRow.case == case, CaseAccessRow.what == "post")
            )
            posts = set(found)
        return [
            one
            for one in self.people
            if one.login not in self.away and (not units.isdisjoint(one.units) or not posts.isdisjoint(one.posts))
        ]

    def barred_from(self, case: str) -> list[Person]:
        """Give who is barred from a case by name, post or unit."""
        running = self.town.service("routing")
        with running.reading() as session:
            mine = CaseAccessRow.case == case, CaseAccessRow.what == "barred"
            codes = set(session.scalars(select(CaseAccessRow.code).where(*mine)))
        return [one for one in self.people if not codes.isdisjoint((one.id, *one.posts, *one.units))]

    def leave(self, post: str, until: datetime | None, stand_in: str | None) -> str | None:
        """Let who holds a post be away from today on; gives the sign-in name, None where that one is away already."""
        person = next((one for one in self.people if post in one.posts), None)
        if person is None or person.login in self.away:
            return None
        now = self.town.clock.now()
        today = local_day(now)
        last = max(local_day(until), today + timedelta(days=1)) if until else None
        other = stand_in if stand_in != person.login else None
        with self.town.service("directory").inside():
            self.away[person.login] = be_away(person.login, today, last, other, now=now)
        self.town.loop.settle()
        return person.login

    def come_back(self, login: str) -> None:
        """Let somebody be back today."""
        now = self.town.clock.now()
        with self.town.service("directory").inside():
            be_back(self.away.pop(login), local_day(now), now=now)
        self.town.loop.settle()


def groups(county: County) -> list[tuple[str, ...]]:
    """Give the posts that one person holds: as in the county's demo, and one person for each post that is left."""
    known = {post.code for post in county.posts}
    shared = [tuple(post for post in posts if post in known) for posts in county.demo.people]
    taken = {post for posts in shared for post in posts}
    return [posts for posts in (*shared, *((post.code,) for post in county.posts if post.code not in taken)) if posts]
