"""What a person at a terminal reads of queues and parked facts, and how fast `queues watch` says that they go."""

import json
import time

import pytest

from lianxin.cli.queues import looks

SLOW = 60  # seconds for a broker on a busy machine to count
HEAD = ["queue", "ready", "unacked", "consumers", "unsent", "oldest", "held", "retry", "parked", "paused"]
NOTHING = ["-", "-", "-", "0", "-", "0", "0", "0", "-"]


@pytest.fixture
def stuck(world_now, refuse):
    """Give a county in which routing has laid a case aside."""
    refuse(world_now.service("routing"))
    world_now.submit()
    return world_now


def cells(text):
    return [line.split() for line in text.splitlines()]


def words(text):
    """Give what stands behind each name."""
    return {line.split()[0]: line.partition(" ")[2].strip() for line in text.splitlines()}


def test_queues_are_a_table(stuck, said):
    said("pause", "routing", "--by", "王运维", "--reason", "the rule is being mended")
    shown = said("queues", "ls")
    head, intake, routing, *others = cells(shown)
    assert head == HEAD
    assert intake == ["intake", *NOTHING]
    assert routing == ["routing", "-", "-", "-", "0", "-", "0", "0", "1", "consumer"]
    assert [line[1:] for line in others] == [NOTHING] * 4
    column = shown.index("parked")
    assert [line[column : column + 2].strip() for line in shown.splitlines()[1:]] == list("010000"), (
        "they stand in line"
    )


def test_one_queue_is_a_list(stuck, said):
    said("pause", "routing", "--by", "王运维", "--reason", "the rule is being mended")
    shown = words(said("queues", "show", "routing"))
    assert [shown[name] for name in ("queue", "ready", "unacked", "consumers")] == ["routing", "-", "-", "-"]
    assert json.loads(shown["rows"])["waiting"]["parked"] == 1
    (pause,) = json.loads(shown["pauses"])
    assert (pause["half"], pause["by"], pause["reason"]) == ("consumer", "王运维", "the rule is being mended")
    assert "王运维" in shown["pauses"]


def test_watching_is_the_table_again_with_speeds(stuck, said):
    lines = cells(said("queues", "watch", "--every", "0.2", "--times", "2"))
    assert [line for line in lines if line[0] == "queue"] == [[*HEAD, "in/s", "out/s"]] * 2
    assert [line[8:] for line in lines if line[0] == "routing"] == [["1", "-", "-", "-"]] * 2


def test_parked_facts_are_a_list_and_each_of_them_another(stuck, said):
    (line,) = cells(said("parked", "ls"))
    fact, service, kind, _since, error = line
    assert (service, kind, error) == ("routing", "case.submitted.v1", "Refusal")
    shown = words(said("parked", "show", fact))
    assert [shown[name] for name in ("fact", "service", "source", "type")] == [fact, "routing", "intake", kind]
    assert [shown[name] for name in ("seq", "tries", "error", "behind")] == ["1", "1", "Refusal", "0"]
    assert json.loads(shown["data"])["kind"] == "suggestion"
    assert "坏了" not in shown["data"]
    assert said("parked", "drop", fact, "--reason", "sent by a test") == "✓: 1 facts\n"
    assert said("parked", "ls") == "✓ nothing is parked\n"


class Slow:
    """A clock by which a machine sleeps three times as long as it was asked to; `meanwhile` happens."""

    def __init__(self, meanwhile):
        self.now, self._meanwhile = 1_000.0, meanwhile

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += 3 * seconds
        self._meanwhile()


@pytest.mark.quick
def test_speeds_are_those_of_the_time_that_passed(world_now, monkeypatch):
    monkeypatch.setattr("lianxin.cli.queues.time", Slow(world_now.submit))
    (first, unknown), (second, speeds) = looks(world_now.deployment.look, every=2.0, times=2)
    assert unknown == {}
    (before,), (now,) = ([one for one in found if one["queue"] == "routing"] for found in (first, second))
    came, went = now["arrived"] - before["arrived"], now["left"] - before["left"]
    assert came > 0 < went
    assert speeds["routing"] == (came / 6, went / 6)


@pytest.mark.parametrize("servers", [pytest.param("production", marks=pytest.mark.real)], indirect=True)
def test_a_broker_that_is_watched_says_how_fast_it_goes(world_now, lianxin, said, monkeypatch, servers):
    """The second look is seconds after the first, not the fifth of one that was asked for."""
    passed = []

    def arrived() -> int:
        (found,) = (one["arrived"] for one in lianxin("queues", "ls")["items"] if one["queue"] == "routing")
        return found or 0

    def until_more_arrive(_seconds: float = 0) -> None:
        begun, known = time.monotonic(), arrived()
        world_now.submit()
        while arrived() <= known:  # a broker counts when it has time
            assert time.monotonic() - begun < SLOW
        passed.append(time.monotonic() - begun)

    until_more_arrive()
    monkeypatch.setattr("lianxin.cli.queues.time.sleep", until_more_arrive)
    begun = time.monotonic()
    lines = said("queues", "watch", "--every", "0.2", "--times", "2", "--json").splitlines()
    whole = time.monotonic() - begun
    first, second = (one for line in lines for one in json.loads(line)["items"] if one["queue"] == "routing")
    assert first["rates"] is None
    came = second["arrived"] - first["arrived"]
    assert came / whole <= second["rates"][0] <= came / passed[-1]
