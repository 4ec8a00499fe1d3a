"""What the log says: the story's id on every line, fields that are allowed, and no word that somebody wrote."""

import json
import sys
from io import StringIO

import pytest
from structlog import get_logger
from tiny import ThingEntered

from shared import log

embedded = pytest.mark.parametrize("new_town", [pytest.param("memory", marks=pytest.mark.quick)], indirect=True)
STORY = "a-story-of-a-test"
SECRET = "我家住在河边"


@pytest.fixture
def lines(monkeypatch):
    """Give the log's lines so far."""
    out = StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    log.configure()
    log.begin(None)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    monkeypatch.undo()
    log.configure(json=False)


@embedded
def test_a_story_goes_through_facts_and_lines_of_every_service(town, lines):
    town.mood("archive").fails("a", 1, RuntimeError(SECRET))
    with log.story(STORY):
        town.tell("a", 1)
    town.tell("b", 1)
    town.settle()
    entered = {envelope.subject: envelope.correlation for envelope in town.envelopes("ledger", ThingEntered)}
    assert entered == {"a": STORY, "b": None}
    waits = [line for line in lines() if line["event"] == "fact-waits"]
    assert [(line["correlation"], line["error"]) for line in waits] == [(STORY, "RuntimeError")]
    assert SECRET not in json.dumps(lines(), ensure_ascii=False)


@pytest.mark.quick
def test_a_field_that_is_not_allowed_is_dropped(lines):
    get_logger().info("something", service="intake", phone="13800000000", text=SECRET)
    assert [set(line) for line in lines()] == [{"event", "service", "level", "timestamp"}]


def fail_in_three_ways():
    """Raise an error with a cause, of several lines, as a database's are."""
    try:
        {}[SECRET]
    except KeyError as cause:
        raise ValueError(f"the row\n[parameters: {SECRET}]\n{SECRET}") from cause


@pytest.mark.quick
def test_an_exceptions_words_and_its_causes_words_are_cut(lines):
    try:
        fail_in_three_ways()
    except ValueError:
        get_logger().exception("failed")
    (line,) = lines()
    assert SECRET not in json.dumps(line, ensure_ascii=False)
    assert line["exception"].endswith("ValueError")
    assert "KeyError" in line["exception"]
    assert "fail_in_three_ways" in line["exception"]
