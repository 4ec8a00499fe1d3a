"""A step opens a child case: it has the parent's people and goes by its receipt, and its end may move the parent."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from world import full_county

from lianxin.loading import load_mechanism, load_mechanisms
from services.intake.erase import erase
from services.intake.models import CaseRow
from shared.errors import StartError
from shared.law.packs import load_rules
from shared.workflow.check import check
from shared.workflow.common import Referral
from shared.workflow.declare import STAY, Step, Workflow
from shared.workflow.schema import Schema, Text

CONTACT = {"name": "周某", "phone": "13800000000"}


class Reasons(Schema):
    """Why."""

    reasons = Text(seen="parties", required=True, max=500)


AGAIN = Step(
    "look again",
    "arrived",
    STAY,
    "petitioner",
    asks=Reasons,
    opens="suggestions.suggestion",
    relation="next",
    title="Ask a question",
)
FOLLOWS = Step("go on by itself", "arrived", "studied", "platform", follows=("next", "withdrawn"))


def grown(mechanism, *steps):
    """Give the mechanism with more steps."""
    workflow = mechanism.workflow
    return replace(mechanism, workflow=Workflow(workflow.states, (*workflow.steps, *steps)))


@pytest.fixture
def family(world, monkeypatch):
    """Give a world in which a suggestion opened another one: the receipt of the first, and one for the second."""
    mechanisms = world.deployment.mechanisms
    monkeypatch.setitem(mechanisms, "suggestions", grown(mechanisms["suggestions"], AGAIN, FOLLOWS))
    parent = world.submit(category="water", contact=CONTACT)
    assert world.ask_step(parent, "look again", reasons="还有一处。").status_code == 202
    (child,) = world.follow(parent)["relatives"]
    return world, parent, {"reference": child["reference"], "receipt": parent["receipt"]}


def test_a_child_has_the_people_of_its_parent_and_goes_by_its_receipt(family):
    world, parent, child = family
    seen, desk = world.follow(child), world.desk(child, "water-officer")
    assert (seen["title"], desk["contact"], desk["text"]) == ("村口的路灯坏了", CONTACT, "还有一处。")
    assert [one["reference"] for one in seen["relatives"]] == [parent["reference"]]
    assert [one["reference"] for one in desk["relatives"]] == [parent["reference"]]
    assert any(child["reference"] in line["text"] for line in world.follow(parent)["timeline"])
    stranger = world.submit(category="water")
    wrong = {**child, "receipt": stranger["receipt"]}
    answer = world.ask("GET", f"/api/v1/cases/{wrong['reference']}", Lianxin_Receipt=wrong["receipt"])
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")


def test_the_end_of_a_child_moves_its_parent_and_nobody_is_offered_that(family):
    world, parent, child = family
    assert "go on by itself" not in str(world.desk(parent, "water-officer")["offers"])
    assert world.try_step(parent, "go on by itself", "water-officer").status_code == 403
    world.ask_step(child, "withdraw")
    assert (world.follow(child)["phase"], world.follow(parent)["phase"]) == ("closed", "handling")


def test_who_has_no_party_in_the_child_learns_nothing_of_it(family, monkeypatch):
    world, parent, child = family
    mechanisms = world.deployment.mechanisms
    with world.service("intake").transaction() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == child["reference"])).one()
        row.mechanism = "inside"
    monkeypatch.setitem(mechanisms, "inside", replace(mechanisms["suggestions"], name="inside", parties=()))
    assert world.follow(parent)["relatives"] == []
    assert child["reference"] not in str(world.follow(parent)["timeline"])
    answer = world.ask("GET", f"/api/v1/cases/{child['reference']}", Lianxin_Receipt=child["receipt"])
    assert answer.status_code == 404


def test_an_erased_case_takes_its_children_along(family):
    world, parent, _ = family
    with world.service("intake").reading() as session:
        case = session.scalars(select(CaseRow.id).where(CaseRow.reference == parent["reference"])).one()
    with world.service("intake").inside():
        erase(case, "wish", now=world.clock.now())
    world.settle()
    with world.service("intake").reading() as session:
        rows = session.scalars(select(CaseRow).where(CaseRow.mechanism == "suggestions")).all()
        assert [row.erased_at is not None for row in rows] == [True, True]


@pytest.mark.quick
def test_a_step_that_opens_a_case_of_a_mechanism_left_out_is_left_out_too(monkeypatch):
    mechanism = load_mechanism("suggestions")
    elsewhere = replace(AGAIN, name="ask above", opens="nowhere.kind")
    monkeypatch.setattr("lianxin.loading.load_mechanism", lambda name, _: grown(mechanism, AGAIN, elsewhere))
    county = full_county(mechanisms=("suggestions",), duties=(), registers={})
    workflow = load_mechanisms(county, load_rules())["suggestions"].workflow
    assert workflow.step("look again")
    assert workflow.step("ask above") is None


@pytest.mark.quick
def test_a_kind_that_the_other_mechanism_lacks_stops_the_start(monkeypatch):
    mechanism = grown(load_mechanism("suggestions"), replace(AGAIN, opens="suggestions.nothing"))
    monkeypatch.setattr("lianxin.loading.load_mechanism", lambda name, _: mechanism)
    with pytest.raises(StartError, match=r"opens suggestions\.nothing, and suggestions has no such kind"):
        load_mechanisms(full_county(mechanisms=("suggestions",), duties=(), registers={}), load_rules())


@pytest.mark.quick
@pytest.mark.parametrize(
    ("step", "told"),
    [
        pytest.param({"opens": "suggestions", "relation": "next"}, "write mechanism.kind", id="no kind"),
        pytest.param({"opens": "suggestions.suggestion"}, "the child's relation", id="no relation"),
        pytest.param({"relation": "next"}, "has a relation but opens nothing", id="opens nothing"),
        pytest.param({"follows": ("next", "withdrawn")}, "let it be the platform's", id="people would take it"),
        pytest.param({"follows": ("next", "withdrawn"), "by": "platform", "asks": Referral}, "ask nothing", id="asks"),
        pytest.param({"replies": "nobody's offer"}, "which is no step; mend the name", id="replies to nothing"),
    ],
)
def test_what_is_wrong_with_a_child_is_said_at_start(step, told):
    wrong = Step(**{"name": "wrong", "origin": "arrived", "to": STAY, "by": "officer", **step})
    found = check(grown(load_mechanism("suggestions"), wrong), rules=load_rules(), folder=None)
    assert any(told in line for line in found), found
