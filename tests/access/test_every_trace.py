"""What a case leaves in its life: a photo, letters, messages, lists, a parked fact. Whom it bars finds none of it.

The life is lived once, with everybody at work; then who is barred asks at every door of staff with the real names of
all that is there: reference, file, fact. Answers are held against those about a case that does not exist.
"""

import io
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from world import full_county, make_world

from lianxin import operations
from services.notification.models import MessageRow
from services.routing.models import CaseRow
from shared.bus.apply import waiting_row
from shared.facts.base import Envelope
from shared.ids import new_fact_id
from shared.journal.tables import WaitingRow
from tests.access.forgotten import forget_bars
from tests.access.test_no_byte import Reader, doors, everything

pytestmark = pytest.mark.slow

MARK = "海棠一号"
WAY = (
    ("accept", "water-officer", {}),
    ("hear", "water-officer", {"day": "2026-11-02", "way": "phone", "summary": f"{MARK}停水。"}),
    (
        "draft",
        "water-officer",
        {"outcome": "explained", "facts": MARK, "opinion": MARK, "legal_basis": "条例", "summary": f"{MARK}已答复"},
    ),
    ("read", "water-reader", {}),
    ("sign", "county-head", {}),  # who fills in for the head
    ("serve", "water-officer", {"method": "electronic", "proof": "本人签收", "received_on": "2026-11-02"}),
)
BARRED = "water-head"
NOBODY = {"reference": "QH-0000-0000-0", "blob": "0" * 64}


def photo():
    target = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(target, "JPEG")
    target.seek(0)
    return target


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = make_world(tmp_path_factory.mktemp("every-trace"), county=full_county(duties=()))
    for post in (BARRED, "county-head", "county-auditor", "county-operator", *(post for _, post, _ in WAY)):
        made.token(post)
    yield made
    made.loop.close()


def reader(world, post):
    world.client.delete_cookie("lx_staff")
    world.sign_in(post)
    return Reader(post, world.client.get_cookie("lx_staff").value, world.token(post))


@pytest.fixture(scope="module")
def life(world):
    """Give what the barred one was answered before, and the case after its whole life."""
    who, paths = reader(world, BARRED), list(doors(world))
    before = everything(world, who, paths, NOBODY)
    stored = world.client.post("/api/v1/cases/uploads", data={"file": (photo(), f"{MARK}.jpg")}).get_json()["id"]
    receipt = world.submit(
        "petitions",
        "petition",
        title=f"{MARK}停水",
        text=f"{MARK}三天没有水",
        category="water",
        about={"posts": [BARRED]},
        contact={"name": "陈某", "email": "resident@example.test", "electronic": True},
        attachments=[stored],
    )
    for step, post, inputs in WAY:
        world.step(receipt, step, post, **inputs)
    with world.service("routing").reading() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == receipt["reference"])).one()
        return {"who": who, "paths": paths, "before": before, **receipt, "id": row.id, "blob": row.files[0]["blob"]}


def traces(world, life):
    """Name every door through which the barred one finds the case, and every message to him about it."""
    after = everything(world, life["who"], life["paths"], life)
    marks = [mark.encode() for mark in (MARK, life["reference"], life["id"], life["blob"])]
    for door, answer in after.items():
        asked = answer.replace(life["reference"].encode(), NOBODY["reference"].encode())
        asked = asked.replace(life["blob"].encode(), NOBODY["blob"].encode())
        if asked != life["before"][door]:
            yield f"{door} has changed"
        if any(mark in (asked if "<reference>" in door else answer) for mark in marks):
            yield f"{door} shows it"
    outbox = Path(world.service("notification").here.settings["outbox"])
    for mail in outbox.rglob("*"):
        text = mail.read_text(encoding="utf-8") if mail.is_file() else ""
        if f"{BARRED}@example.test" in text and life["reference"] in text:
            yield f"mail {mail.name}"


def test_the_officer_at_work_finds_all_of_it_so_there_is_something_to_find(world, life):
    path = f"/api/v1/desk/cases/{life['reference']}"
    shown = world.ask("GET", path, post="water-officer")
    assert (shown.status_code, MARK in shown.text, bool(shown.headers["ETag"])) == (200, True, True)
    file = world.ask("GET", f"{path}/files/{life['blob']}", post="water-officer")
    assert (file.status_code, file.mimetype) == (200, "image/jpeg")
    with world.service("notification").reading() as session:
        assert session.query(MessageRow).filter_by(case=life["id"], to="staff").count() > 0
    assert any(MARK in line["letter"]["text"] for line in world.follow(life)["timeline"] if line["letter"])


def test_whom_it_bars_finds_no_trace_of_it(world, life):
    assert list(traces(world, life)) == []


def test_no_scope_of_a_token_opens_it(world, life):
    for path in ("", f"/files/{life['blob']}"):
        answer = world.ask("GET", f"/api/v1/desk/cases/{life['reference']}{path}", post=BARRED)
        assert (answer.status_code, life["id"] in answer.text) == (404, False)
    for step, _, inputs in WAY:
        assert world.try_step(life, step, BARRED, **inputs).status_code == 404
    condition = {"If-None-Match": '"1"'}
    answer = world.ask("GET", f"/api/v1/desk/cases/{life['reference']}", post=BARRED, **condition)
    assert (answer.status_code, answer.headers.get("ETag")) == (404, None)


def test_the_test_sees_bars_that_are_forgotten(world, life, monkeypatch):
    forget_bars(monkeypatch)
    found = set(traces(world, life))
    assert found >= {"GET /desk/cases/<reference> has changed", "GET /desk/cases/<reference>/files/<blob> has changed"}


@pytest.fixture
def parked_fact(world, life):
    """Park a fact about the case of a barred leader, and one about a case that was never routed."""
    about = world.submit(
        "petitions", "petition", category="housing", addressed_to="housing-bureau", about={"posts": ["county-head"]}
    )
    now = world.clock.now()
    with world.service("routing").transaction() as session:
        case = session.scalars(select(CaseRow.id).where(CaseRow.reference == about["reference"])).one()
        made = {}
        for subject in (case, "c" * 32):
            fact = Envelope(
                new_fact_id(now),
                "/counties/qinghe/services/intake",
                "org.lianxin.case.step_asked.v1",
                subject,
                now,
                9,
                {},
            )
            session.add(waiting_row(fact, status="parked", tries=5, since=now, next_at=now, error="NotYet"))
            made[subject] = fact.id
    yield case, made
    with world.service("routing").transaction() as session:
        for fact in made.values():
            session.delete(session.get_one(WaitingRow, fact))


def subjects_seen(world, post, case):
    reader(world, post)
    page = world.client.get("/oversight/queues/routing/parked").text
    return {subject for subject in (case, "c" * 32) if subject in page}


def test_a_parked_fact_of_a_case_is_shown_to_no_leader_whom_the_case_bars(world, parked_fact):
    case, _ = parked_fact
    assert subjects_seen(world, "county-head", case) == set()
    assert subjects_seen(world, "county-auditor", case) == {case}, "before a case is routed nobody knows whom it bars"
    assert subjects_seen(world, "county-operator", case) == {case, "c" * 32}


def test_the_test_of_parked_facts_sees_a_list_without_bars(world, parked_fact, monkeypatch):
    case, _ = parked_fact
    monkeypatch.setattr(operations, "may_know", lambda *_: WaitingRow.id != "")
    assert subjects_seen(world, "county-head", case) == {case, "c" * 32}
