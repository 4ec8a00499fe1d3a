"""A complaint about somebody leaves no public trace: neither itself, nor what grew from it, in any list."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from world import START

from services.disclosure.known import keep_out_at_start
from services.disclosure.models import CaseRow as Known
from services.disclosure.models import LateRow, ListedRow
from services.routing.models import CaseRow
from shared.facts.base import Envelope
from shared.facts.deadline import RungReached
from shared.ids import CaseId
from shared.journal.tables import JournalRow
from shared.workflow.case import Case
from shared.workflow.common import OBJECTION, may_object_to_publication
from tests.disclosure.test_about_somebody import answered
from tests.life.test_review import CONTACT, ask, decide, three_levels
from tests.visitor import Visitor

ABOUT = {"about": {"posts": ["water-officer"]}}
NAMED = {"unit": "county-government", "ground": "long", "found": "两年未决，涉及三个单位。"}
REVIEWED = [
    pytest.param("conduct", {"about": {"posts": ["liuhe-officer"]}}, "water", True, id="about somebody"),
    pytest.param("petition", {}, "liuhe", False, id="a decision"),
]
HANDLED_BY = datetime(2027, 1, 1, 16, 0, tzinfo=UTC)  # of a petition accepted on 2 November
KINDS = [
    pytest.param("conduct", ABOUT, True, id="about somebody"),
    pytest.param("petition", {}, False, id="a decision"),
]


def accepted(world, kind, more):
    """Give a petition that the county's own office accepted, and its id."""
    case = world.submit("petitions", kind, addressed_to="county-government", **more)
    world.step(case, "accept", "county-officer")
    return case, found(world, CaseRow.reference == case["reference"])[0].id


def found(world, *which):
    with world.service("routing").reading() as session:
        return session.scalars(select(CaseRow).where(*which)).all()


def rungs(world, cases):
    """Give of which of these cases routing said that a public rung was reached."""
    with world.service("routing").reading() as session:
        told = session.scalars(select(JournalRow.envelope).where(JournalRow.type == RungReached.wire_type()))
        facts = [Envelope.from_bytes(one) for one in told]
    return {one.subject.rpartition("/")[2] for one in facts if one.data.get("public")} & set(cases)


def charges(world):
    """Give the kinds on the public list, as everybody reads them."""
    return [line["kind"] for line in world.ask("GET", "/api/v1/public/charges").get_json()["items"]]


def kept_of(world, table, cases):
    """Give of which of these cases disclosure keeps a line of a list."""
    with world.service("disclosure").reading() as session:
        return {row.case for row in session.scalars(select(table))} & set(cases)


@pytest.mark.parametrize(("kind", "more", "kept_out"), KINDS)
def test_a_late_case_and_its_charge_are_listed_unless_it_is_about_somebody(embedded_world, kind, more, kept_out):
    world = embedded_world
    case, root = accepted(world, kind, more)
    world.step(case, "put in charge", "county-head", **NAMED)
    (charge,) = found(world, CaseRow.root == root)
    world.step({"reference": charge.reference}, "take charge", "county-head")
    assert charges(world) == ([] if kept_out else ["charge"])
    world.clock.set_to(HANDLED_BY + timedelta(days=4))  # no answer has come
    world.settle()
    assert rungs(world, [root]) == {root}
    assert kept_of(world, LateRow, [root]) == (set() if kept_out else {root})
    assert kept_of(world, ListedRow, [charge.id]) == (set() if kept_out else {charge.id})


@pytest.mark.parametrize(("kind", "more", "unit", "kept_out"), REVIEWED)
def test_a_late_review_is_listed_unless_its_case_is_about_somebody(new_world, kind, more, unit, kept_out):
    world = new_world(county=three_levels())
    case = answered(world, kind, unit, to="liuhe-government", **more)
    ask(world, case, "ask for review")
    (review,) = found(world, CaseRow.relation == "review")
    world.clock.set_to(world.clock.now() + timedelta(days=40))  # nobody decides
    world.settle()
    assert rungs(world, [review.id]) == {review.id}
    assert kept_of(world, LateRow, [review.id]) == (set() if kept_out else {review.id})


OBJECT = "object to publication"


@pytest.mark.parametrize(("kind", "more", "kept_out"), KINDS)
def test_nobody_is_offered_to_object_where_nothing_is_published(embedded_world, kind, more, kept_out):
    world, offered = embedded_world, not kept_out
    case, _ = accepted(world, kind, {**more, "contact": CONTACT})
    world.step(case, "hear", "county-officer", day="2026-11-02", way="phone", summary="已听取。")
    decide(world, case, "county", "explained")
    seen = world.follow(case)
    assert (OBJECT in [one["step"] for one in seen["offers"]]) == offered
    assert (OBJECTION in [one["rule"] for one in seen["promises"]]) == offered  # and no term runs in which they could
    visitor = Visitor(world)
    visitor.post("/case", reference=case["reference"], receipt=case["receipt"])
    address = f"/case/{case['reference']}"
    form = f"{address}/do/{OBJECT.replace(' ', '-')}"
    assert (form in world.client.get(address).text) == offered
    assert (world.client.get(form).status_code == 200) == offered
    assert (world.ask_step(case, OBJECT, why="请不要公开。").status_code == 202) == offered


def test_a_term_of_an_earlier_release_offers_no_objection_either():
    case = Case(CaseId("c" * 32), "QH", "petitions", "conduct", START, running=(OBJECTION,), never_public=True)
    assert not may_object_to_publication(case)
    assert may_object_to_publication(replace(case, never_public=False))


def test_what_is_called_so_of_late_leaves_the_lists_with_all_that_grew_from_it(embedded_world):
    world = embedded_world
    roots, grown = [], []
    for kind, more in (("conduct", ABOUT), ("petition", {})):
        case, root = accepted(world, kind, more)
        world.step(case, "put in charge", "county-head", **NAMED)
        (charge,) = found(world, CaseRow.root == root)
        world.step({"reference": charge.reference}, "take charge", "county-head")
        roots.append(root)
        grown.append(charge.id)
    with world.service("disclosure").transaction(world.clock.now()) as session:  # as if nothing had called it so
        session.execute(update(Known).values(never_public=False))
        (line,) = session.scalars(select(ListedRow)).all()
        wrong = {name: getattr(line, name) for name in ("mechanism", "kind", "unit", "since", "category", "township")}
        session.add(ListedRow(**wrong, case=grown[0], ended_on=None, outcome=None))
        session.flush()
        keep_out_at_start(session, now=session.now)
        kept = set(session.scalars(select(Known.id).where(Known.never_public)))
    assert kept == {roots[0], grown[0]}
    assert kept_of(world, ListedRow, grown) == {grown[1]}
