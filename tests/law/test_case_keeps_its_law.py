"""The law changes while a case is open: a home is stopped, upgraded, started again, and the case keeps its law."""

import shutil
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from world import World

from services.routing.models import CaseRow, DeadlineRow
from shared.law import packs

pytestmark = pytest.mark.slow

BEFORE, AFTER = datetime(2026, 11, 25, 1, 0, tzinfo=UTC), datetime(2026, 12, 3, 1, 0, tzinfo=UTC)
OLD, NEW = "petition@2022-05-01", "petition@2026-12-01"
MEASURES = {"petition.handle": (60, 45), "petition.extend": (30, 20)}
WHY = {"reasons": "需要专业机构鉴定。"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give a folder of packs in place of the shipped ones, which are in it."""
    made = shutil.copytree(packs.PACKS, tmp_path / "packs")
    monkeypatch.setattr(packs, "PACKS", made)
    packs.load_rules.cache_clear()
    yield made
    packs.load_rules.cache_clear()


def bring(folder):
    """Bring the version of December beside the one of 2022, which ends the day before."""
    text = (folder / f"{OLD}.toml").read_text(encoding="utf-8")
    assert text.count("2022-05-01") == 2  # the version, and its first day
    ended = text.replace("effective_from = 2022-05-01", "effective_from = 2022-05-01\neffective_to = 2026-11-30")
    newer = text.replace("2022-05-01", "2026-12-01")
    for rule, (before, now) in MEASURES.items():
        head, mark, rest = newer.partition(f'id = "{rule}"')
        newer = head + mark + rest.replace(f"quantity = {before}", f"quantity = {now}", 1)
    (folder / f"{OLD}.toml").write_text(ended, encoding="utf-8")
    (folder / f"{NEW}.toml").write_text(newer, encoding="utf-8")
    packs.load_rules.cache_clear()


def take_away(folder):
    """Let the old version's file be gone."""
    (folder / f"{OLD}.toml").unlink()
    packs.load_rules.cache_clear()


@pytest.fixture
def home(folder, new_world, tmp_path):
    """Start the same home, again and again: whoever has a token keeps it."""
    running = []

    def begin(at) -> World:
        tokens = {}
        if running:
            tokens = running[-1].tokens
            running.pop().loop.close()
        world = new_world(home=tmp_path / "home", start=at)
        world.tokens = tokens
        running.append(world)
        return world

    (tmp_path / "home").mkdir()
    return begin


def accepted(world):
    receipt = world.submit("petitions", "petition", category="housing")
    world.step(receipt, "accept", "housing-officer")
    return receipt


def promised(world, receipt, rule="petition.handle"):
    """Give what the resident reads of a term: the day, and how it was counted."""
    one = next(one for one in world.follow(receipt)["promises"] if one["rule"] == rule)
    return one["due"], one["steps"]


def pack_of(world, receipt, rule="petition.handle"):
    """Give the pack by which a term runs."""
    with world.service("routing").reading() as session:
        same = select(DeadlineRow).join(CaseRow, CaseRow.id == DeadlineRow.case)
        here = same.where(CaseRow.reference == receipt["reference"], DeadlineRow.rule == rule)
        return session.scalars(here).one().term["pack"]


def test_a_case_that_runs_through_an_upgrade_keeps_its_law_and_a_new_one_begins_under_the_new(home, folder):
    world = home(BEFORE)
    before = accepted(world)
    told = promised(world, before)
    bring(folder)
    world = home(AFTER)
    after = accepted(world)

    assert told[0] == "2027-01-24"
    assert promised(world, before) == told
    assert "60日" in str(told[1])
    assert promised(world, after)[0] == "2027-01-17"
    assert "45日" in str(promised(world, after)[1])
    assert (pack_of(world, before), pack_of(world, after)) == (OLD, NEW)

    for case in (before, after):
        world.step(case, "extend", "housing-head", **WHY)
    assert promised(world, before, "petition.extend")[0] == "2027-02-23"  # 30 days more
    assert promised(world, after, "petition.extend")[0] == "2027-02-06"  # 20 days more
    assert [pack_of(world, one, "petition.extend") for one in (before, after)] == [OLD, NEW]


def test_what_an_old_case_is_promised_after_the_upgrade_is_of_the_old_law_too(home, folder):
    """Its law is that of the day on which it began, not of the day of the step."""
    before = home(BEFORE).submit("petitions", "petition", category="housing")
    bring(folder)
    world = home(AFTER)
    world.step(before, "accept", "housing-officer")
    assert promised(world, before)[0] == "2027-02-01"  # 60 days from 3 December on
    assert pack_of(world, before) == OLD


def test_a_case_outlives_the_file_of_its_law(home, folder):
    """Where the old version's file is gone the term stands as it was counted; what is new goes by the newest."""
    world = home(BEFORE)
    before = accepted(world)
    told = promised(world, before)
    bring(folder)
    take_away(folder)
    world = home(AFTER)

    assert promised(world, before) == told
    assert pack_of(world, before) == OLD
    world.step(before, "ask", "housing-officer", question="请补充照片。")
    world.pass_days(4)
    world.ask_step(before, "answer", answer="已补充。")
    assert promised(world, before)[0] == "2027-01-29"  # a pause of five days, 60 counted as before
    world.step(before, "extend", "housing-head", **WHY)
    assert pack_of(world, before, "petition.extend") == NEW
