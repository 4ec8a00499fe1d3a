"""Messages that can't be read, come twice, out of order, under another's name, or kill who reads them."""

import random
from urllib.parse import urlsplit

import pytest
from kombu import Connection
from stage import until
from town import message_of

from shared.bus.carrier import FACTS
from shared.facts.base import CONTENT_TYPE, Envelope
from shared.journal.replay import send_again
from shared.journal.tables import JournalRow

pytestmark = [pytest.mark.real, pytest.mark.check]

SUBJECTS = ("a", "b", "hard")
DELIVERY_LIMIT = 20
UNREADABLE = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"{", id="half a document"),
    pytest.param(b'{"specversion":"1.0"}', id="no fact"),
    pytest.param(b"\xff\xfe\x00", id="no text"),
    pytest.param(b"[" * 100_000, id="too deep"),
    pytest.param(b'{"seq": NaN}', id="no number"),
    pytest.param(b"x" * 20_000_000, id="oversized"),
]


@pytest.fixture
def stage(new_stage):
    made = new_stage("production")
    made.start()
    return made


@pytest.fixture
def channel(stage):
    with Connection(stage.amqp) as connection:
        yield connection.channel()


def publish(channel, body, *, key="intake.thing.happened.v1", content_type=CONTENT_TYPE, **properties):
    channel.basic_publish(channel.prepare_message(body, content_type=content_type, properties=properties), FACTS, key)


def dead(channel):
    return channel.queue_declare("q.dead", passive=True).message_count


def told(stage):
    """Give the facts about things that intake told."""
    with stage.views["intake"].reading() as session:
        rows = session.query(JournalRow.envelope).where(JournalRow.type.like("%thing%")).order_by(JournalRow.id)
        return [Envelope.from_bytes(envelope) for (envelope,) in rows]


def test_poison_blocks_nobody_and_is_all_kept(stage, channel):
    stage.tell(SUBJECTS, 30)
    for unreadable in UNREADABLE:
        publish(channel, unreadable.values[0])
        publish(channel, unreadable.values[0], content_type="application/x-python-serialize")
    stage.settle()
    assert stage.broken(*SUBJECTS) == []
    readers = 2  # ledger and archive follow intake
    until(lambda: dead(channel) >= readers * 2 * len(UNREADABLE), "the dead letters are kept")
    assert dead(channel) == readers * 2 * len(UNREADABLE)
    assert stage.processes.keys() == {"intake", "ledger", "archive"}


def test_doubled_and_shuffled_messages_have_no_effect_of_their_own(stage, channel):
    stage.tell(SUBJECTS, 30)
    until(stage.is_told, "all is told")
    again = told(stage) * 3
    random.Random(1).shuffle(again)  # noqa: S311 - mischief, not secrets
    for envelope in again:
        publish(channel, envelope.to_bytes())
    stage.settle()
    assert stage.broken(*SUBJECTS) == []


def test_a_forged_message_has_no_effect(stage, channel):
    stage.tell(["a"], 1)
    stage.settle()
    forged = message_of(told(stage)[0]).body.replace(b'"number":1', b'"number":2')
    publish(channel, forged, user_id=urlsplit(stage.amqp).username)
    until(lambda: dead(channel) == 2, "both readers refuse it")
    stage.tell(["b"], 1)
    stage.settle()
    assert stage.effects("ledger", "intake") == [("a", 1), ("b", 1)]


def test_a_reader_that_dies_each_time_loses_nothing_for_good(stage, channel):
    place = "inbox.after_receive_before_transaction"
    stage.kill("ledger")
    stage.tell(SUBJECTS, 10)
    until(stage.is_told, "all is told")
    for _ in range(DELIVERY_LIMIT + 1):
        stage.start("ledger", armed=place)
        stage.died("ledger", place)
    stage.start("ledger")
    until(lambda: dead(channel), "the broker gives up")
    replayed(stage)
    stage.settle()
    assert stage.broken(*SUBJECTS) == []


def replayed(stage):
    """Send again what intake and archive told, as `lianxin replay` does."""
    for name in ("intake", "archive"):
        with stage.views[name].transaction() as session:
            send_again(session)
