"""A resident's own term that lapsed while the timers stood still names the outage, as a breach does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shared.facts.base import Envelope
from shared.journal.tables import JournalRow
from tests.life.test_archive import OPINION

pytestmark = pytest.mark.slow


@pytest.fixture
def served(embedded_world):
    """Give a petition whose opinion was served today: the term to object to its publication runs."""
    world, day = embedded_world, "2026-11-02"
    case = world.submit("petitions", "petition", category="housing", contact={"name": "陈某"})
    world.step(case, "accept", "housing-officer")
    world.step(case, "hear", "housing-officer", day=day, way="phone", summary="已听取。")
    world.step(case, "draft", "housing-officer", **OPINION)
    world.step(case, "read", "housing-reader", remark="同意")
    world.step(case, "sign", "housing-head")
    world.step(case, "serve", "housing-officer", method="hand", proof="本人签收", received_on=day)
    return case


def lapsed(world):
    """Give the outages that the lapse of an objection's term named, from and until."""
    with world.service("routing").reading() as session:
        told = session.scalars(select(JournalRow.envelope).where(JournalRow.type.like("%.deadline.lapsed.%")))
        data = [Envelope.from_bytes(one).data for one in told]
    return [
        (one["stopped_since"], one["stopped_until"]) for one in data if one["rule"] == "petition.object_publication"
    ]


def test_a_lapse_that_is_noted_late_names_the_outage(embedded_world, served):
    world = embedded_world
    world.pass_days(1)
    since, until = world.clock.now(), world.clock.now() + timedelta(days=20)
    world.clock.set_to(until)
    world.settle()
    assert lapsed(world) == [(since.isoformat(), until.isoformat())]
    shown = world.desk(served, "housing-officer")["deadlines"]
    assert "登记较晚" in next(one["explanation"] for one in shown if one["rule"] == "petition.object_publication")


def test_a_lapse_in_time_names_none(embedded_world, served):
    embedded_world.pass_days(20)
    assert lapsed(embedded_world) == [(None, None)]
