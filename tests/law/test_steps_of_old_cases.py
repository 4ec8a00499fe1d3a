"""The law changes while a case is open: the case goes on by the law it began under, a new one by the new."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from lianxin import deployment
from services.routing import clocks
from services.routing.models import CaseRow
from shared.law.packs import Rules, load_rules
from shared.workflow.declare import Deadline
from tests.law.own import a_pack, own_county

pytestmark = pytest.mark.slow


@pytest.fixture
def changing_law(monkeypatch):
    rules = load_rules()
    old = replace(rules["info.answer"], effective_to=date(2026, 11, 30))
    new = replace(old, quantity=10, pack="information@2026-12-01", effective_from=date(2026, 12, 1), effective_to=None)
    others = [rule for rule in rules.versions if rule.id != old.id]
    monkeypatch.setattr(deployment, "rules_of", lambda _: Rules([*others, old, new]))


def term_begun_now(world, receipt):
    with world.service("routing").transaction() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == receipt["reference"])).one()
        clocks.start(session, row, [Deadline("info.answer")], session.now)
    world.settle()
    return next(one for one in world.follow(receipt)["promises"] if one["rule"] == "info.answer")


@pytest.mark.usefixtures("changing_law")
def test_a_step_of_an_old_case_counts_by_the_old_law(new_world):
    world = new_world(start=datetime(2026, 11, 25, 1, 0, tzinfo=UTC))
    before = world.submit()
    world.pass_days(8)
    after = world.submit()

    assert "20个工作日" in term_begun_now(world, before)["steps"][0]["text"]
    assert "10个工作日" in term_begun_now(world, after)["steps"][0]["text"]


SHORTER = {"id": "petition.extend", "law": "信访工作条例", "article": "34", "quantity": 20}
FROM_DECEMBER = """
replaces = "petition@2022-05-01"
effective_from = 2026-12-01
extends = "petition.handle"
approver = "head"
excludes = ["question"]
pause_basis = "practice"
publish = true
"""


def test_a_term_is_prolonged_by_the_law_its_case_began_under_whatever_pack_that_stands_in(new_world, tmp_path):
    county = own_county(tmp_path / "own", a_pack(**SHORTER, more=FROM_DECEMBER), confirmed='"petition.extend", ')
    world = new_world(start=datetime(2026, 11, 25, 1, 0, tzinfo=UTC), county=county)
    before = world.submit("petitions", "petition", category="housing")
    world.pass_days(8)
    after = world.submit("petitions", "petition", category="housing")

    counted = []
    for receipt in (before, after):
        world.step(receipt, "accept", "housing-officer")
        world.step(receipt, "extend", "housing-head", reasons="需要专业机构鉴定。")
        (term,) = (one for one in world.follow(receipt)["promises"] if one["rule"] == "petition.extend")
        counted.append(term["steps"][0]["text"].partition("延长")[2])
    assert counted == ["30日（自然日）", "20日（自然日）"]
