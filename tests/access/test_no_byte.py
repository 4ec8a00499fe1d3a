"""No barred person gets a byte: people, cases and conflicts by chance, through every door that staff have.

The marks of a case are words in its title and text, its reference and its id. What a barred person is answered holds
none of them, and is byte for byte what it was before the case came: so counts, pages and cursors don't tell either.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import true, update
from world import World, full_county, make_world

from services.notification.models import MessageRow
from services.routing.competence import conflict as conflict_room
from services.routing.models import CaseRow
from services.routing.search.index import index_later
from services.supervision import watchdog
from services.supervision.models import TermRow
from services.supervision.sample import look
from shared.access.rule import OPEN, rule_of
from shared.access.tables import CaseAccessRow, PersonRow, PostRow
from shared.journal.tables import TimerRow, WaitingRow
from shared.web.app import make_app
from tests.access.chart import chart, must_be_barred
from tests.access.forgotten import forget_bars

pytestmark = pytest.mark.slow

MARKS = count(1)
NOBODY = {"reference": "QH-0000-0000-0"}
DRAFT = {
    "outcome": "explained",
    "facts": "已核实。",
    "opinion": "依法解释。",
    "legal_basis": "条例",
    "summary": "已答复",
}
WAY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("accept", "officer", {}),
    ("hear", "officer", {"day": "2026-11-02", "way": "phone", "summary": "已听取。"}),
    ("draft", "officer", DRAFT),
    ("read", "reader", {}),
    ("sign", "head", {}),
    ("serve", "officer", {"method": "electronic", "proof": "本人签收", "received_on": "2026-11-02"}),
)
DESKS = chart().of(["water-bureau", "housing-bureau", "petition-office", "county-government", "county-discipline"])
POSTS = ("water-officer", "water-head", "county-officer", "county-head", "county-auditor")
CHANGES = re.compile(r'csrf[^>]*|nonce-[^\'"]+|nonce="[^"]+"|[0-9a-f]{16}')  # and the number of a refusal
BODIES: dict[str, dict[str, object]] = {"archive": {}, "recuse": {"reason": "x"}, "<step>": {"inputs": {}}}
TELLING = ("ETag", "Last-Modified", "Link", "Location", "Content-Type", "Content-Disposition", "X-Total-Count")
# Words that every case of these tests says, and one in the desk's API too: what is found tells as much as a list.
SAID = ("q=<reference>", "q=巷里的事", "q=的路 海棠")
SOUGHT = [
    *(("GET", f"/desk?{asked}") for asked in (*SAID, "phase=triage", "mechanism=petitions", "due=late")),
    *(("GET", f"/api/v1/desk/cases?{asked}") for asked in SAID),
]
# How many messages of all services lie in line: of every case, and of none. On pages they are drawn among the rest; in
# the API these fields alone are left out, and the moments and terms beside them are not.
MESSAGES_OF_ALL = "/oversight/queues"
COUNTS = ("light", "reason", "meaning", "ready", "unacked", "came_per_minute", "went_per_minute", "oldest_seconds")
COUNTS += ("empty_in_seconds", "unsent", "waiting", "parked", "depths")


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
    for post in {*POSTS, *DESKS}:
        made.token(post)
    made.submit("petitions", "none", category="water", contact={"name": "陈某"})
    made.doors = [*doors(made), *SOUGHT]
    made.readers = [_reader(made, post) for post in POSTS]
    # It looks once a minute of real time: from its second look on it says up to when routing is heard.
    look.run(made.deployment.services["supervision"], made.clock.now())
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
            drawn = url.rule.startswith(MESSAGES_OF_ALL)
            if OPEN.isdisjoint(rule_of(app, url.endpoint) or OPEN) and not drawn:
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
        text = answer.data.decode(errors="replace")
        if path.startswith(f"/api/v1{MESSAGES_OF_ALL}"):
            text = without_counts(text)
        said = "".join(f"{name}: {answer.headers.get(name)}\n" for name in TELLING) + text
        answer.close()  # a file that is sent stays open until then
        found[f"{method} {rule}"] = b"%d %s" % (answer.status_code, CHANGES.sub("", said).encode())
    return found


def without_counts(text: str) -> str:
    """Give an answer about queues without the counts of messages."""
    said = json.loads(text)
    for queue in said.get("items", [said]):
        for name in COUNTS:
            queue.pop(name, None)
    return json.dumps(said, ensure_ascii=False)


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


def leaks(
    world: World, conflict: str, posts: list[str], units: list[str], category: str | None = None, steps: int = 0
) -> list[str]:
    """Let a case come about these posts and units, and live for some steps.

    Names every door through which somebody who must be barred learns of it, and everybody who is barred and need not
    be, or is not and must be.
    """
    paths, mark = world.doors, f"海棠{next(MARKS)}号"
    must_not = must_be_barred(conflict, posts, units)
    kept_out = [reader for reader in world.readers if reader.post in must_not]
    rest(world)  # what an earlier example left undone changes answers too
    before = {reader.post: everything(world, reader, paths, NOBODY) for reader in kept_out}
    about = {"posts": posts, "units": units}
    case = world.submit(
        "petitions",
        conflict,
        title=f"{mark}的路",
        text=f"{mark}巷里的事",
        about=about,
        category=category,
        contact={"phone": "13800000000", "electronic": True},
    )
    be_found(world)
    with world.service("routing").reading() as session:
        case["id"] = session.query(CaseRow.id).filter_by(reference=case["reference"]).scalar()
    marks = [text.encode() for text in (mark, case["reference"], case["id"])]
    by_rows = {reader.post for reader in world.readers if barred(world, case["id"], reader)}
    wrong = by_rows ^ {reader.post for reader in kept_out}
    found = [f"{post}: {'is barred' if post in by_rows else 'is not barred'}" for post in sorted(wrong)]
    for stage in stages(world, case, steps):
        for reader in kept_out:
            seen = traces(before[reader.post], everything(world, reader, paths, case), case, marks)
            found += [f"{reader.post}: {line}: {stage}" for line in seen]
            found += [f"{reader.post}: a message: {stage}"] * messages(world, case["id"], reader)
    return found


def be_found(world: World) -> None:
    """Let a search find a case whose key came after it, without the minute that this takes."""
    with world.service("routing").transaction() as session:
        session.query(TimerRow).filter_by(name=index_later.name).update({"due_at": world.clock.now()})
    rest(world)


def rest(world: World) -> None:
    """Let what waits for a fact that came after it be tried again now, and not in some seconds: no clock moves."""
    world.settle()
    for running in world.deployment.services.values():
        with running.transaction(world.clock.now()) as session:
            session.query(WaitingRow).filter(WaitingRow.next_at.is_not(None)).update({"next_at": world.clock.now()})
    world.settle()


def traces(
    before: dict[str, bytes], after: dict[str, bytes], case: dict[str, Any], marks: list[bytes]
) -> Iterator[str]:
    """Name the doors that show a mark of the case, or answer otherwise than before it came."""
    for door, answer in after.items():
        asked = (NOBODY["reference"] if "<reference>" in door else case["reference"]).encode()
        said = answer.replace(case["reference"].encode(), asked)
        if any(mark in said for mark in marks):
            yield f"{door} shows it"
        if said != before[door]:
            yield f"{door} has changed"


def stages(world: World, case: dict[str, Any], steps: int) -> Iterator[str]:
    """Give the moment after it came, and, once it has lived for so many steps, the last that was taken."""
    yield "sent in"
    taken = [step for step, role, inputs in WAY[:steps] if take(world, case, step, role, inputs)]
    yield from taken[-1:]
    let_terms_pass(world, case)
    yield "late without a word"


def let_terms_pass(world: World, case: dict[str, Any]) -> None:
    """Let supervision's terms of a case lie in the past though routing said nothing of it."""
    with world.service("supervision").transaction(world.clock.now()) as session:
        past = {"due_at": world.clock.now() - timedelta(hours=next(MARKS))}
        session.execute(update(TermRow).where(TermRow.case == case["id"], TermRow.status == "open").values(past))


def take(world: World, case: dict[str, Any], step: str, role: str, inputs: dict[str, Any]) -> bool:
    """Take a step as the first who may, whoever that is; tell whether there was anybody."""
    able = (post for post in DESKS if role in chart().posts[post]["roles"])
    done = any(world.try_step(case, step, post, **inputs).status_code == 200 for post in able)
    world.settle()
    return done


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
    "steps": st.sampled_from([0, 0, 1, 3, 6]),
}
FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def draws(examples: int) -> settings:
    return settings(
        max_examples=examples, deadline=None, phases=[Phase.generate], suppress_health_check=FIXTURES, database=None
    )


@draws(6)
@given(**ABOUT)
def test_no_barred_person_gets_a_byte(world, conflict, posts, units, category, steps):
    assume(must_be_barred(conflict, posts, units) & set(POSTS))
    assert leaks(world, conflict, posts, units, category, steps) == []


@pytest.mark.check
@pytest.mark.timeout(900)
@draws(30)
@given(**ABOUT)
def test_nobody_of_many_does(world, conflict, posts, units, category, steps):
    assume(must_be_barred(conflict, posts, units) & set(POSTS))
    assert leaks(world, conflict, posts, units, category, steps) == []


@pytest.mark.parametrize(
    ("conflict", "posts", "units", "barred_posts"),
    [
        pytest.param("decision", ["water-head"], [], {"water-head"}, id="who signed, nobody else"),
        pytest.param("decision", [], ["water-bureau"], set(), id="the unit itself answers"),
        pytest.param("conduct", ["water-officer"], [], {"water-officer", "water-head"}, id="and the direct superior"),
        pytest.param("conduct", ["water-head"], [], {"water-head", "county-head"}, id="a head's is one unit up"),
        pytest.param(
            "conduct", [], ["water-bureau"], {"water-officer", "water-reader", "water-head"}, id="of a unit, everybody"
        ),
        pytest.param(
            "report",
            ["water-officer"],
            [],
            {"water-officer", "water-reader", "water-head", "county-head"},
            id="the whole unit, and the line to the top",
        ),
    ],
)
def test_a_person_reads_the_law_so(conflict, posts, units, barred_posts):
    assert must_be_barred(conflict, posts, units) == barred_posts


def test_the_property_fails_where_bars_are_forgotten(world, monkeypatch):
    forget_bars(monkeypatch)
    found = leaks(world, "decision", ["water-head"], [], "water", steps=3)
    assert {line.partition(": ")[2] for line in found} >= {
        "GET /desk shows it: sent in",
        "GET /desk?q=<reference> shows it: sent in",
        "GET /desk?q=巷里的事 shows it: sent in",
        "GET /api/v1/desk/cases?q=巷里的事 shows it: sent in",
        "GET /desk?phase=triage shows it: sent in",
        "GET /api/v1/desk/cases shows it: sent in",
        "GET /api/v1/desk/cases/<reference> has changed: sent in",
        "GET /api/v1/desk/today has changed: sent in",
        "GET /desk/messages shows it: sent in",
        "GET /api/v1/oversight/figures has changed: sent in",
        "GET /desk shows it: draft",
    }


def test_the_property_fails_where_a_moment_of_terms_is_of_every_case(world, monkeypatch):
    monkeypatch.setattr(watchdog, "may_know", lambda *_: true())
    found = leaks(world, "report", ["water-officer"], [], "water")
    assert found == ["county-head: GET /api/v1/oversight/queues has changed: late without a word"]


FORGOTTEN = [
    pytest.param("superior", lambda *_: None, "conduct", "water-head: is not barred", id="the superior"),
    pytest.param("line_above", lambda *_: iter(()), "report", "county-head: is not barred", id="the line"),
]


@pytest.mark.parametrize(("name", "plant", "kind", "said"), FORGOTTEN)
def test_the_property_fails_where_the_engine_forgets_somebody(world, monkeypatch, name, plant, kind, said):
    monkeypatch.setattr(conflict_room, name, plant)
    assert [line for line in leaks(world, kind, ["water-officer"], []) if "barred" in line] == [said]


def test_the_property_fails_where_the_engine_lets_in_the_unit_of_whom_nobody_named(world, monkeypatch):
    monkeypatch.setattr(conflict_room, "_unnamed", lambda *_: iter(()))
    found = leaks(world, "conduct", [], ["water-bureau"])
    assert {"water-officer: is not barred", "water-head: is not barred"} <= set(found)


def test_the_property_fails_where_the_engine_bars_somebody_else(world, monkeypatch):
    other = world.service("routing").here.county.post_by_code["county-officer"]
    monkeypatch.setattr(conflict_room, "superior", lambda *_: other)
    found = [line for line in leaks(world, "conduct", ["water-officer"], []) if "barred" in line]
    assert found == ["county-officer: is barred", "water-head: is not barred"]
