"""No barred person gets a byte: people, cases and conflicts by chance, through every door that staff have.

The marks of a case are words in its title and text, its reference and its id. What a barred person is answered holds
none of them, and is byte for byte what it was before the case came: so counts, pages and cursors don't tell either.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, false
from world import World, full_county, make_world

from services.notification.models import MessageRow
from services.routing.models import CaseRow
from shared.access import cases
from shared.access.rule import OPEN, rule_of
from shared.access.tables import CaseAccessRow, PersonRow, PostRow
from shared.web.app import make_app

pytestmark = pytest.mark.slow

MARKS = count(1)
POSTS = ("water-officer", "water-head", "county-officer", "county-head", "county-auditor")
CHANGES = re.compile(r'csrf[^>]*|nonce-[^\'"]+|nonce="[^"]+"|[0-9a-f]{16}')  # and the number of a refusal
BODIES: dict[str, dict[str, object]] = {"archive": {}, "recuse": {"reason": "x"}, "<step>": {"inputs": {}}}
TELLING = ("ETag", "Last-Modified", "Link", "Location", "Content-Type", "Content-Disposition", "X-Total-Count")
SOUGHT = [("GET", f"/desk?{asked}") for asked in ("q=<reference>", "phase=triage", "mechanism=petitions", "due=late")]
MESSAGES_OF_ALL = "/oversight/queues"  # how many messages of all services lie in line: of every case, and of none


@dataclass(frozen=True)
class Reader:
    """Somebody who signed in: the cookie for pages, the token for programs."""

    post: str
    cookie: str
    token: str


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[World]:
    """Give a county in which petitions may be of any class of conflict; nothing runs by itself."""
    made = make_world(tmp_path_factory.mktemp("no-byte"), county=full_county(duties=()))
    declared = made.deployment.mechanisms
    petition = declared["petitions"].kinds["petition"]
    kinds = {name: replace(petition, conflict=name) for name in ("none", "decision", "conduct", "report")}
    declared["petitions"] = replace(declared["petitions"], kinds={**declared["petitions"].kinds, **kinds})
    for post in POSTS:
        made.token(post)
    made.submit("petitions", "none", category="water", contact={"name": "陈某"})
    made.doors = [*doors(made), *SOUGHT]
    made.readers = [_reader(made, post) for post in POSTS]
    yield made
    made.loop.close()


def _reader(world: World, post: str) -> Reader:
    world.client.delete_cookie("lx_staff")
    world.sign_in(post)
    cookie = world.client.get_cookie("lx_staff")
    assert cookie is not None
    return Reader(post, cookie.value, world.token(post))


def doors(world: World) -> Iterator[tuple[str, str]]:
    """Give (method, address) of every door that asks for staff, in every service."""
    for running in world.deployment.services.values():
        app = make_app(running)
        for url in app.url_map.iter_rules():
            methods = {"GET", "POST"} if "<reference>" in url.rule else {"GET"}
            if OPEN.isdisjoint(rule_of(app, url.endpoint) or OPEN) and not url.rule.startswith(MESSAGES_OF_ALL):
                yield from ((method, url.rule) for method in sorted(methods & (url.methods or set())))


def everything(world: World, reader: Reader, paths: list[tuple[str, str]], case: dict[str, Any]) -> dict[str, bytes]:
    """Give what a reader is answered at each door, where the case is named in the address and where it is not."""
    found = {}
    for method, rule in paths:
        path = re.sub(r"<(?:\w+:)?reference>", case["reference"], rule)
        path = re.sub(r"<(?:\w+:)?step>", "accept", path)
        path = re.sub(r"<(?:\w+:)?blob>", case.get("blob", "0" * 64), path)
        path = re.sub(r"<[^>]+>", "x", path)
        program = path.startswith("/api/")
        world.client.delete_cookie("lx_staff")
        if not program:
            world.client.set_cookie("lx_staff", reader.cookie)
        headers = {"Authorization": f"Bearer {reader.token}"} if program else {}
        body = {"json": BODIES[rule.rpartition("/")[2]]} if program and method == "POST" else {}
        answer = world.client.open(path, method=method, headers=headers, **body)
        said = "".join(f"{name}: {answer.headers.get(name)}\n" for name in TELLING) + answer.data.decode(
            errors="replace"
        )
        answer.close()  # a file that is sent stays open until then
        found[f"{method} {rule}"] = b"%d %s" % (answer.status_code, CHANGES.sub("", said).encode())
    return found


def names_of(world: World, reader: Reader) -> set[str]:
    """Give what a bar may call a reader: the person, the post, the unit."""
    with world.service("routing").reading() as session:
        person = next(row.id for row in session.query(PersonRow) if reader.post in row.posts)
        return {person, reader.post, session.get_one(PostRow, reader.post).unit}


def barred(world: World, case_id: str, reader: Reader) -> bool:
    """Tell from the rows whether a reader is barred, not by the guard that is under test."""
    with world.service("routing").reading() as session:
        rows = session.query(CaseAccessRow.code).filter_by(case=case_id, what="barred")
        return not names_of(world, reader).isdisjoint(code for (code,) in rows)


def leaks(world: World, conflict: str, posts: list[str], units: list[str], category: str | None) -> list[str]:
    """Let a case come about these posts and units; name every door through which a barred person learns of it."""
    paths, mark = world.doors, f"海棠{next(MARKS)}号"
    nobody = {"reference": "QH-0000-0000-0"}
    before = {reader.post: everything(world, reader, paths, nobody) for reader in world.readers}
    about = {"posts": posts, "units": units}
    case = world.submit(
        "petitions", conflict, title=f"{mark}的路", text=f"{mark}巷里的事", about=about, category=category
    )
    with world.service("routing").reading() as session:
        case_id = session.query(CaseRow.id).filter_by(reference=case["reference"]).scalar()
    found = []
    for reader in world.readers:
        if not barred(world, case_id, reader):
            continue
        after = everything(world, reader, paths, case)
        marks = (mark.encode(), case["reference"].encode(), case_id.encode())
        for door, answer in after.items():
            asked = nobody["reference"].encode() if "<reference>" in door else case["reference"].encode()
            said = answer.replace(case["reference"].encode(), asked)
            if any(mark in said for mark in marks):
                found.append(f"{reader.post}: {door} shows it")
            if said != before[reader.post][door]:
                found.append(f"{reader.post}: {door} has changed")
        found += [f"{reader.post}: a message"] * messages(world, case_id, reader)
    return found


def messages(world: World, case_id: str, reader: Reader) -> int:
    """Count the messages about a case to a reader."""
    with world.service("notification").reading() as session:
        rows = session.query(MessageRow).filter_by(case=case_id, to="staff")
        return sum(row.person in names_of(world, reader) for row in rows)


SOME = {"max_size": 2, "unique": True}
ABOUT = {
    "conflict": st.sampled_from(["decision", "conduct", "report"]),
    "posts": st.lists(st.sampled_from(POSTS), **SOME),
    "units": st.lists(st.sampled_from(["water-bureau", "county-government"]), **SOME),
    "category": st.sampled_from(["water", "housing", None]),
}
FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=6, deadline=None, phases=[Phase.generate], suppress_health_check=FIXTURES)
@given(**ABOUT)
def test_no_barred_person_gets_a_byte(world, conflict, posts, units, category):
    assume(posts or units)
    assert leaks(world, conflict, posts, units, category) == []


def nobody_is_barred(_staff: Any, _case: Any) -> ColumnElement[bool]:
    return false()


def test_the_property_fails_where_bars_are_forgotten(world, monkeypatch):
    monkeypatch.setattr(cases, "_barred", nobody_is_barred)
    found = leaks(world, "decision", ["water-head"], [], "water")
    assert {line.split(": ")[1] for line in found} >= {
        "GET /desk shows it",
        "GET /desk?q=<reference> shows it",
        "GET /desk?phase=triage shows it",
        "GET /api/v1/desk/cases shows it",
        "GET /api/v1/desk/cases/<reference> has changed",
        "GET /api/v1/desk/today has changed",
        "GET /desk/messages shows it",
        "GET /api/v1/oversight/figures has changed",
    }
