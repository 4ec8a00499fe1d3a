"""What the bus promises, the same on memory + SQLite and on RabbitMQ + PostgreSQL."""

import random

import pytest
from tiny import ThingLookedAt, not_yet, outage, refusal
from town import message_of

from shared.journal.replay import send_again
from shared.journal.tables import JournalRow, UnsentRow, WaitingRow
from shared.journal.tell import tell


def things(subject, last):
    return [(subject, number) for number in range(1, last + 1)]


def only(subject, effects):
    return [number for name, number in effects if name == subject]


def test_what_is_told_reaches_every_follower_once_and_in_order(town):
    town.tell("a", 1, 2, 3)
    town.tell("b", 1, 2)
    town.settle()
    assert only("a", town.effects("ledger")) == only("a", town.effects("archive")) == [1, 2, 3]
    assert sorted(town.effects("archive", "ledger")) == [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2)]
    assert not town.rows("intake", UnsentRow)


def test_what_is_rolled_back_was_never_told(town):
    with pytest.raises(RuntimeError):
        tell_and_fail(town)
    town.settle()
    assert not town.rows("intake", JournalRow, JournalRow.subject == "a")
    assert not town.effects("ledger")


def tell_and_fail(town):
    with town.services["intake"].transaction() as session:
        tell(session, ThingLookedAt(subject="a"))
        raise outage()


@pytest.mark.parametrize("apart", [False, True], ids=["same-batch", "later-batch"])
def test_a_fact_that_comes_twice_has_its_effect_once(town, apart):
    town.tell("a", 1, 2)
    twice = [message_of(envelope) for envelope in town.envelopes()] * 2
    if apart:
        town.settle()
    town.post(twice)
    town.settle()
    assert town.effects("ledger") == things("a", 2)
    assert town.effects("archive", "ledger") == things("a", 2)


def test_order_holds_when_messages_come_shuffled(town):
    for number in range(1, 9):
        town.tell("a", number)
        town.tell("b", number)
    shuffled = [message_of(envelope) for envelope in town.envelopes()]
    random.Random(7).shuffle(shuffled)  # noqa: S311 - mischief, not secrets
    town.post(shuffled)
    town.settle()
    for name in ("ledger", "archive"):
        assert only("a", town.effects(name)) == only("b", town.effects(name)) == list(range(1, 9))
    assert not town.waiting("ledger")


def test_what_is_early_is_held_as_a_row_until_the_gap_fills(new_town):
    town = new_town("intake", "ledger")
    town.stop("intake")
    town.tell("a", 1, 2, 3, 4)
    first, second, *early = [message_of(envelope) for envelope in town.envelopes()]
    town.post(early)
    town.until(lambda: town.waiting("ledger")["held"] == 2)
    town.post([second])
    town.until(lambda: town.waiting("ledger")["held"] == 3)
    assert town.effects("ledger") == []
    town.post([first])
    town.until(lambda: not town.waiting("ledger"))
    assert town.effects("ledger") == things("a", 4)


def test_a_failing_handler_backs_off_is_parked_and_only_its_own_subject_waits(town):
    town.mood("ledger").fails("a", 2, outage())
    town.tell("a", 1, 2, 3)
    town.tell("b", 1, 2)
    town.settle()
    tries = []
    for seconds in (0.5, 0.6, 5, 30, 120):
        tries.append(next(row.tries for row in town.rows("ledger", WaitingRow, WaitingRow.status != "held")))
        town.pass_time(seconds)
    assert tries == [1, 1, 2, 3, 4]  # after half a second nothing was tried again
    assert town.waiting("ledger") == {"parked": 1, "held": 1}
    assert only("a", town.effects("ledger")) == [1]
    assert only("b", town.effects("ledger")) == [1, 2]
    assert only("a", town.effects("archive")) == [1, 2, 3]


def test_what_heals_in_time_runs_and_what_waited_behind_it_follows(town):
    town.mood("ledger").fails("a", 1, outage(), times=3)
    town.tell("a", 1, 2, 3)
    town.settle()
    for seconds in (1, 5, 30):
        town.pass_time(seconds)
    assert town.effects("ledger") == things("a", 3)
    assert not town.waiting("ledger")


def test_a_second_copy_neither_counts_a_try_nor_runs_what_is_parked(town):
    town.mood("ledger").fails("a", 1, refusal(), times=2)
    town.mood("ledger").fails("b", 1, outage(), times=2)
    town.tell("a", 1)
    town.tell("b", 1)
    town.settle()
    town.post(message_of(envelope) for envelope in town.envelopes())
    town.tell("c", 1)
    town.until(lambda: ("c", 1) in town.effects("ledger"))
    assert {row.subject: (row.status, row.tries) for row in town.rows("ledger", WaitingRow)} == {
        "a": ("parked", 1),
        "b": ("retry", 1),
    }


def test_a_refusal_is_a_task_for_a_person_at_once(town):
    town.mood("ledger").fails("a", 1, refusal())
    town.tell("a", 1)
    town.settle()
    assert town.waiting("ledger") == {"parked": 1}
    assert town.rows("ledger", WaitingRow)[0].error == "Refusal"


def test_not_yet_counts_no_try_and_runs_after_the_cases_next_fact(town):
    town.mood("archive").fails("a", 1, not_yet(), times=1)
    town.tell("a", 1)
    town.until(lambda: town.waiting("archive")["not_yet"], "intake", "archive")
    assert town.rows("archive", WaitingRow)[0].tries == 0
    town.settle()  # ledger's fact about the case is the next one
    assert town.effects("archive") == things("a", 1)
    assert not town.waiting("archive")


def test_not_yet_is_parked_after_ten_minutes(town):
    town.mood("ledger").fails("a", 1, not_yet())
    town.tell("a", 1)
    town.settle()
    town.pass_time(9 * 60)
    assert town.waiting("ledger") == {"not_yet": 1}
    town.pass_time(60)
    assert town.waiting("ledger") == {"parked": 1}


def test_a_batch_with_one_bad_fact_is_done_again_one_by_one(town):
    town.mood("ledger").fails("bad", 1, outage())
    for name in ("a", "b", "bad", "c"):
        town.tell(name, 1)
    town.settle()
    assert sorted(town.effects("ledger")) == [("a", 1), ("b", 1), ("c", 1)]
    assert town.waiting("ledger") == {"retry": 1}
    assert sorted(town.effects("archive", "ledger")) == [("a", 1), ("b", 1), ("c", 1)]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"body": b"\xff\x00 no json"}, id="undecodable"),
        pytest.param({"content_type": "text/plain"}, id="wrong-content-type"),
        pytest.param({"body": b"{}"}, id="no-fact"),
    ],
)
def test_what_cant_be_read_goes_to_the_dead_letters_and_the_others_arrive(town, dead_letters, changes):
    town.tell("a", 1, 2)
    good, other = (message_of(envelope) for envelope in town.envelopes())
    bad = message_of(town.envelopes()[0], id="bad", **changes)
    town.post([bad, good, other])
    town.settle()
    buried = town.until(dead_letters)
    assert set(buried) == {bad.body}
    assert town.effects("ledger") == town.effects("archive") == things("a", 2)


def test_attributes_that_no_row_could_hold_are_no_fact(town, dead_letters):
    town.tell("a", 1)
    envelope = town.envelopes()[0]
    long = message_of(envelope, id="long", body=envelope.to_bytes().replace(b'"a"', b'"' + b"a" * 500 + b'"'))
    town.post([long])
    town.settle()
    assert set(town.until(dead_letters)) == {long.body}
    assert town.effects("ledger") == things("a", 1)


def test_leaves_are_numbered_densely_with_what_never_leaves(town):
    before = len(town.leaves("intake"))
    for number in range(1, 4):
        town.tell("a", number)
        with town.services["intake"].transaction() as session:
            tell(session, ThingLookedAt(subject="a"))
    town.settle()
    leaves = town.leaves("intake")
    assert leaves == list(range(1, before + 7))
    assert len(leaves) == len(town.rows("intake", JournalRow))
    assert town.effects("ledger") == things("a", 3)


def test_a_follower_that_comes_later_is_told_everything_and_the_others_nothing_twice(new_town):
    town = new_town("intake", "ledger")
    town.tell("a", 1, 2)
    town.settle()
    town.tell("a", 3)
    town.start("archive")
    for name in ("intake", "ledger"):
        with town.services[name].transaction() as session:
            send_again(session)
    town.settle()
    assert town.effects("archive") == town.effects("archive", "ledger") == town.effects("ledger") == things("a", 3)
    assert town.leaves("intake") == list(range(1, len(town.rows("intake", JournalRow)) + 1))
