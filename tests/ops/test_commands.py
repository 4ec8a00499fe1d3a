"""`lianxin queues`, `parked`, `pause`, `resume` and `replay` beside a county that works, on both carriers; as JSON."""

from datetime import UTC, datetime

import pytest
from conftest import BOTH_WAYS

pytestmark = pytest.mark.slow
both_ways = pytest.mark.parametrize("servers", BOTH_WAYS, indirect=True)
CASE = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了"}
WHO = ("--by", "王运维", "--reason", "the rule was mended")


@pytest.fixture
def stuck(world_now, refuse):
    """Give a county in which routing has laid a case aside, and what mends it."""
    mend = refuse(world_now.service("routing"))
    receipt = world_now.submit()
    return world_now, receipt, mend


def settle(world):
    """Let what the commands left behind run: their moments are the machine's."""
    world.clock.advance_to(datetime.now(UTC))
    world.settle()


def queue(lianxin, service):
    return next(one for one in lianxin("queues", "ls")["items"] if one["queue"] == service)


@both_ways
def test_a_queue_at_rest_is_listed_with_its_rows(world_now, lianxin, servers):
    world_now.submit()
    world_now.settle()  # so that the relays hear what is safe by now
    routing = queue(lianxin, "routing")
    assert routing["rows"]["told"] > 0
    assert routing["rows"]["unsent"] == 0
    assert set(routing["rows"]["waiting"].values()) == {0}
    names = [one["queue"] for one in lianxin("queues", "ls")["items"]]
    assert names[:2] == ["intake", "routing"]
    assert ("dead" in names) == bool(servers)  # the shelves are the broker's


@both_ways
def test_a_parked_fact_is_listed_shown_and_tried_again(stuck, lianxin, told):
    world, receipt, mend = stuck
    assert queue(lianxin, "routing")["rows"]["waiting"]["parked"] == 1
    (found,) = lianxin("parked", "ls")["items"]
    assert (found["service"], found["type"], found["error"]) == ("routing", "case.submitted.v1", "Refusal")
    (shown,) = lianxin("parked", "show", found["fact"])["items"]
    assert "坏了" not in str(shown)
    assert shown["behind"] == 0

    mend()
    lianxin("parked", "retry", found["fact"], *WHO, "--dry-run")
    assert lianxin("parked", "ls")["items"] == [found]
    lianxin("parked", "retry", found["fact"], *WHO)
    settle(world)
    assert lianxin("parked", "ls")["items"] == []
    assert world.follow(receipt)["unit"] is not None
    assert [(one["by"], one["reason"]) for one in told(world, "routing", "parked.retried")] == [(WHO[1], WHO[3])]


def test_everything_that_is_parked_is_tried_again_at_once(stuck, lianxin):
    world, receipt, mend = stuck
    other = world.submit()
    mend()
    assert len(lianxin("parked", "retry", "--all", "--service", "routing", *WHO)["items"]) == 2
    settle(world)
    assert {world.follow(one)["unit"] is None for one in (receipt, other)} == {False}


def test_a_fact_that_is_given_up_has_no_effect(stuck, lianxin, told):
    world, receipt, mend = stuck
    (found,) = lianxin("parked", "ls", "routing")["items"]
    mend()
    lianxin("parked", "drop", found["fact"], *WHO)
    settle(world)
    assert lianxin("parked", "ls")["items"] == []
    assert world.follow(receipt)["unit"] is None
    assert told(world, "routing", "parked.dropped")[0]["fact"] == found["fact"]


def test_a_fact_that_is_not_parked_is_said_with_what_to_do(world_now, lianxin):
    assert "List what is parked" in lianxin("parked", "retry", "no-such-fact", *WHO, fails=1)
    assert "List what is parked" in lianxin("parked", "show", "no-such-fact", fails=1)
    assert "or say --all" in lianxin("parked", "retry", *WHO, fails=2)


@both_ways
def test_a_service_is_paused_and_goes_on_where_it_stopped(world_now, lianxin, told):
    lianxin("pause", "routing", *WHO, "--dry-run")
    lianxin("pause", "routing", *WHO)
    receipt = dict(world_now.ask("POST", "/api/v1/cases", CASE).get_json())
    for worker in world_now.loop._workers * 20:  # the world would wait for ever for who stands still
        worker.step(world_now.clock.now())
    assert world_now.follow(receipt)["unit"] is None
    (pause,) = lianxin("queues", "show", "routing")["pauses"]
    assert (pause["half"], pause["by"], pause["reason"]) == ("consumer", WHO[1], WHO[3])
    assert "Agree with who paused it" in lianxin("pause", "routing", *WHO, fails=1)

    lianxin("resume", "routing", *WHO)
    settle(world_now)
    assert world_now.follow(receipt)["unit"] is not None
    assert len(told(world_now, "routing", "service.paused")) == 1
    assert len(told(world_now, "routing", "service.resumed")) == 1


def test_a_journal_is_sent_again_and_changes_nothing(world_now, lianxin, told):
    receipt = world_now.submit()
    before = world_now.events(receipt)
    would = lianxin("replay", "intake", *WHO, "--dry-run")["count"]
    assert lianxin("replay", "intake", *WHO)["count"] == would > 0
    settle(world_now)
    assert world_now.events(receipt) == before
    assert told(world_now, "intake", "journal.replayed")[0]["count"] == would


def test_an_unknown_service_is_named_with_those_that_run(world_now, lianxin):
    assert "intake, routing" in lianxin("pause", "router", *WHO, fails=2)
