"""What a person may do to the bus: pause and resume, try parked facts again or drop them, replay. All of it is told."""

import pytest
from sqlalchemy import select
from tiny import outage, refusal

from shared.bus.parked import NotParked, drop, parked, retry
from shared.facts.base import Envelope
from shared.facts.platform import JournalReplayed, ParkedDropped, ParkedRetried, ServicePaused, ServiceResumed
from shared.journal.replay import replay
from shared.journal.tables import AppliedRow, JournalRow, UnsentRow, WaitingRow
from shared.kit.pause import AlreadyPaused, NotPaused, pause, paused, resume

WHO = {"by": "operator", "reason": "a test"}


def things(subject, last):
    return [(subject, number) for number in range(1, last + 1)]


def told(town, name, *kinds):
    """Give what a service told of these kinds, with data, in order."""
    types = [kind.wire_type() for kind in kinds]
    rows = town.rows(name, JournalRow, JournalRow.type.in_(types))
    envelopes = [Envelope.from_bytes(row.envelope) for row in sorted(rows, key=lambda row: row.id)]
    return [(one.type.split(".", 2)[2], one.data["by"], one.data["reason"]) for one in envelopes]


def by_hand(town, name, do, *what, **more):
    with town.services[name].transaction(town.clock.now()) as session:
        return do(session, *what, **WHO, **more)


def test_a_paused_consumer_applies_nothing_over_a_restart_and_then_everything_in_order(town):
    by_hand(town, "ledger", pause, "consumer")
    town.tell("a", 1, 2)
    town.until(lambda: len(town.effects("archive")) == 2)
    town.stop("ledger")
    town.start("ledger")
    town.tell("a", 3)
    town.until(lambda: len(town.effects("archive")) == 3)
    assert town.effects("ledger") == []
    assert not town.rows("ledger", AppliedRow, AppliedRow.subject == "a")
    by_hand(town, "ledger", resume, "consumer")
    town.settle()
    assert town.effects("ledger") == town.effects("archive", "ledger") == things("a", 3)
    assert not town.waiting("ledger")
    assert told(town, "ledger", ServicePaused, ServiceResumed) == [
        ("service.paused.v1", "operator", "a test"),
        ("service.resumed.v1", "operator", "a test"),
    ]


def test_a_paused_consumer_keeps_nobody_elses_facts_waiting(town):
    by_hand(town, "ledger", pause, "consumer")
    for number in range(1, 31):
        town.tell("a", number)
        town.step()
    town.until(lambda: len(town.effects("archive")) == 30 and not town.rows("intake", UnsentRow))


def test_a_paused_relay_numbers_and_sends_nothing(town):
    by_hand(town, "intake", pause, "relay")
    town.tell("a", 1, 2)
    for _ in range(10):
        town.step()
    assert len(town.leaves("intake")) == len(town.rows("intake", JournalRow))
    assert len(town.rows("intake", UnsentRow)) == 2
    assert town.effects("ledger") == []
    by_hand(town, "intake", resume, "relay")
    town.settle()
    assert town.effects("ledger") == things("a", 2)


def test_who_paused_is_named_to_who_pauses_again(town):
    by_hand(town, "intake", pause, "relay")
    with pytest.raises(AlreadyPaused) as refused:
        by_hand(town, "intake", pause, "relay")
    assert refused.value.values["by"] == "operator"
    with town.services["intake"].reading() as session:
        assert [(row.what, row.reason) for row in paused(session)] == [("relay", "a test")]
    with pytest.raises(NotPaused):
        by_hand(town, "intake", resume, "consumer")


@pytest.fixture
def stuck(town):
    """Give a town in which the ledger has parked the second of five facts about `a`."""
    town.mood("ledger").fails("a", 2, refusal())
    town.tell("a", 1, 2, 3, 4, 5)
    town.settle()
    assert town.waiting("ledger") == {"parked": 1, "held": 3}
    return town


def parked_id(town):
    with town.services["ledger"].reading() as session:
        return parked(session, 10)[0].id


def test_a_parked_fact_that_is_tried_again_runs_and_what_waited_behind_it_follows_in_order(stuck):
    stuck.mood("ledger").heals()
    by_hand(stuck, "ledger", retry, parked_id(stuck))
    stuck.tell("a", 6)
    stuck.settle()
    assert stuck.effects("ledger") == stuck.effects("archive", "ledger") == things("a", 6)
    assert not stuck.waiting("ledger")
    assert told(stuck, "ledger", ParkedRetried) == [("parked.retried.v1", "operator", "a test")]


def test_a_parked_fact_that_fails_again_is_tried_as_often_as_a_new_one(stuck):
    stuck.mood("ledger").fails("a", 2, outage())
    by_hand(stuck, "ledger", retry, parked_id(stuck))
    stuck.settle()
    row = stuck.rows("ledger", WaitingRow, WaitingRow.status == "retry")[0]
    assert row.tries == 1
    assert stuck.effects("ledger") == things("a", 1)


def test_a_dropped_fact_has_no_effect_and_what_waited_behind_it_goes_on(stuck):
    by_hand(stuck, "ledger", drop, parked_id(stuck))
    stuck.tell("a", 6)
    stuck.settle()
    assert stuck.effects("ledger") == [("a", number) for number in (1, 3, 4, 5, 6)]
    assert not stuck.waiting("ledger")
    assert told(stuck, "ledger", ParkedDropped) == [("parked.dropped.v1", "operator", "a test")]


def test_a_dropped_fact_that_comes_again_is_skipped(stuck):
    by_hand(stuck, "ledger", drop, parked_id(stuck))
    stuck.settle()
    stuck.mood("ledger").heals()
    by_hand(stuck, "intake", replay)
    stuck.settle()
    assert ("a", 2) not in stuck.effects("ledger")


def test_what_is_not_parked_is_neither_tried_nor_dropped(stuck):
    held = stuck.rows("ledger", WaitingRow, WaitingRow.status == "held")[0].id
    for do in (retry, drop):
        with pytest.raises(NotParked):
            by_hand(stuck, "ledger", do, held)


def test_a_replay_from_a_moment_on_sends_only_what_was_told_since_and_nobody_has_it_twice(town):
    town.tell("a", 1, 2)
    town.settle()
    town.pass_time(3_600)
    town.pass_time(1)
    since = town.clock.now()
    town.tell("a", 3)
    town.settle()
    assert by_hand(town, "intake", replay, since=since) == 1
    with town.services["intake"].reading() as session:
        assert len(session.scalars(select(UnsentRow).where(UnsentRow.numbered)).all()) == 1
    town.settle()
    assert town.effects("ledger") == things("a", 3)
    assert told(town, "intake", JournalReplayed) == [("journal.replayed.v1", "operator", "a test")]
