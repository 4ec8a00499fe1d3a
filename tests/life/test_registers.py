"""Registers whose home is routing: seeded by the county file, entered and closed at the desk, each entry once."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from world import full_county

from lianxin import loading
from services.routing.models import EntryRow
from shared.errors import StartError
from shared.facts.base import Envelope
from shared.journal.tables import JournalRow

sys.path.append(str(Path(__file__).parents[1] / "fixtures"))

import neighbours

LOAD = loading.load_mechanism
NAME = "neighbours.helpers"
PAGE = f"/desk/registers/{NAME}"
SEED = ({"name": "陈调解", "phone": "13800000000"},)
pytestmark = pytest.mark.quick


def load(name, installed=None):
    return neighbours.mechanism if name == "neighbours" else LOAD(name, installed)


@pytest.fixture
def make(new_world, monkeypatch):
    monkeypatch.setattr(loading, "load_mechanism", load)

    def make(seed: Any = SEED) -> Any:
        county = full_county(mechanisms=("neighbours",), duties=(), registers={NAME: seed})
        world = new_world(county=county)
        world.settle()
        return world

    return make


def entries(world):
    with world.service("routing").reading() as session:
        rows = session.scalars(select(EntryRow).where(EntryRow.register == NAME).order_by(EntryRow.key))
        return [(row.key, row.active) for row in rows]


def told(world):
    with world.service("routing").reading() as session:
        raw = session.scalars(select(JournalRow.envelope).order_by(JournalRow.id))
        facts = [one for one in map(Envelope.from_bytes, raw) if one.type.endswith("register.changed.v1")]
    return [(one.subject, one.data["active"]) for one in facts]


def post(world, path, form=PAGE, **values):
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', world.client.get(form).text)
    return world.client.post(path, data={"csrf_token": csrf[1], **values})


def test_the_county_file_seeds_it_once_and_what_was_closed_stays_closed(make):
    world = make()
    assert entries(world) == [("陈调解", True)]
    world.sign_in("water-head")
    assert post(world, f"{PAGE}/close", key="陈调解").status_code == 303
    world.loop.close()
    again = make()
    assert entries(again) == [("陈调解", False)]
    assert told(again) == [(f"{NAME}/陈调解", True), (f"{NAME}/陈调解", False)]


def test_whoever_keeps_it_enters_closes_and_opens_again(make):
    world = make()
    world.sign_in("water-head")
    assert "陈调解" in world.client.get(PAGE).text
    assert post(world, PAGE, name="李调解", phone="139").status_code == 303
    twice = post(world, PAGE, name="李调解")
    assert twice.status_code == 409
    assert "李调解" in twice.text
    assert post(world, PAGE, phone="139").status_code == 422
    assert post(world, PAGE, name="长" * 65).status_code == 422
    assert post(world, f"{PAGE}/close", key="李调解").status_code == 303
    assert post(world, f"{PAGE}/close", key="李调解").status_code == 404
    assert post(world, PAGE, name="李调解").status_code == 303
    assert entries(world) == [("李调解", True), ("陈调解", True)]
    assert [active for _, active in told(world)] == [True, True, False, True]


def test_nobody_else_sees_it_or_changes_it(make):
    world = make()
    world.sign_in("water-officer")
    assert NAME not in world.client.get("/desk/registers").text
    assert "/desk/registers" not in world.client.get("/desk").text
    assert world.client.get(PAGE).status_code == 404
    case = world.submit("neighbours", "quarrel", category="water")
    form = f"/desk/cases/{case['reference']}/recuse"
    assert post(world, PAGE, form, name="李调解").status_code == 404
    assert post(world, f"{PAGE}/close", form, key="陈调解").status_code == 404
    assert entries(world) == [("陈调解", True)]


def test_a_seed_that_lacks_a_field_stops_the_start(make):
    with pytest.raises(StartError, match=r"registers\.neighbours\.helpers: name: .*mend the county file"):
        make(({"phone": "139"},))
