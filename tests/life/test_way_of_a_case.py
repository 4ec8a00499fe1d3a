"""The way of a case can be read in one sitting: few files stand behind its facts, and the tour names them."""

import re
import shutil
import sys
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

import pytest
from world import make_world

from shared.journal.tell import tell

pytestmark = [pytest.mark.quick, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
MOST = 10
MOST_HOPS = 4  # files from a POST to its decision, models and `shared/` aside
MAIN_LINE = {"case.submitted", "case.routed", "case.stepped", "case.closed", "outcome.published"}
TOLD = re.compile(r"`((?:services|mechanisms|shared)/[^`*]+\.py)`")


def ours(filename):
    """Give a file's path where it is ours to read on the way of a case, else None."""
    path = Path(filename)
    if not path.is_relative_to(ROOT) or path.name == "models.py":
        return None
    inside = path.relative_to(ROOT)
    return str(inside) if inside.parts[0] in {"services", "mechanisms"} else None


@contextmanager
def watched():
    """Collect, by fact, the files on the stack whenever one is told."""
    behind = defaultdict(set)

    def look(frame, event, _arg) -> None:
        if event != "call" or frame.f_code is not tell.__code__:
            return
        names = {fact.name for fact in frame.f_locals["facts"]}
        stack = set()
        while frame is not None:
            stack.add(ours(frame.f_code.co_filename))
            frame = frame.f_back
        for name in names:
            behind[name] |= stack - {None}

    sys.setprofile(look)
    try:
        yield behind
    finally:
        sys.setprofile(None)


def travel(world):
    """Let a suggestion travel from its POST to the public page."""
    receipt = world.submit(category="water")
    world.step(receipt, "accept", "water-officer")
    world.step(receipt, "draft", "water-officer", outcome="not_adopted", reasons="暂无条件。", summary="暂不采纳。")
    world.step(receipt, "read", "water-reader")
    world.step(receipt, "sign", "water-head")
    world.step(receipt, "serve", "water-officer", method="hand", proof="本人签收", received_on="2026-11-02")
    world.pass_days(8)


@pytest.fixture(scope="module")
def behind(seeded_home, tmp_path_factory):
    """Give the files that stood behind each fact of one case."""
    home = tmp_path_factory.mktemp("way") / "home"
    shutil.copytree(seeded_home, home)
    world = make_world(home)
    with watched() as found:
        travel(world)
    world.loop.close()
    return found


def test_few_files_stand_behind_the_facts_of_a_case(behind):
    assert behind.keys() >= MAIN_LINE
    files = set().union(*(behind[name] for name in MAIN_LINE))
    assert len(files) <= MOST, sorted(files)
    assert behind["case.submitted"] == {"services/intake/api.py", "services/intake/submit.py"}
    assert len(behind["case.stepped"]) <= MOST_HOPS, behind["case.stepped"]


def test_the_tour_leads_past_every_file_that_tells_the_main_line(behind):
    tour = set(TOLD.findall((ROOT / "docs" / "tour.md").read_text(encoding="utf-8")))
    files = set().union(*(behind[name] for name in MAIN_LINE))
    assert files <= tour, sorted(files - tour)
    assert all((ROOT / path).is_file() for path in tour)
