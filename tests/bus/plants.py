"""Bugs to plant, so that the checker is seen to find them: each takes away one thing that a promise rests on."""

import os
from typing import Any

from town import message_of

from shared.bus import topology
from shared.bus.apply import Gate
from shared.bus.inbox import Inbox
from shared.bus.rabbit import RabbitCarrier
from shared.journal import tell
from shared.journal.relay import Relay


def ack_before_commit(monkeypatch: Any) -> None:
    """Acknowledge first, then do the work."""
    plain = Inbox._take

    def take(inbox: Any, arrived: Any, now: Any) -> None:
        inbox._consumer.done([item.delivery for item in arrived])
        plain(inbox, arrived, now)

    monkeypatch.setattr(Inbox, "_take", take)


def publish_before_commit(monkeypatch: Any) -> None:
    """Send a fact when it is written down, whatever becomes of its transaction."""
    plain, publishers = tell._envelope, {}

    def envelope(session: Any, *args: Any) -> Any:
        made, service = plain(session, *args), session.here.service
        if service not in publishers:
            publishers[service] = RabbitCarrier(os.environ["LIANXIN_AMQP"]).publisher(service, lambda: None)
        publishers[service].send([message_of(made)])
        return made

    monkeypatch.setattr(tell, "_envelope", envelope)


def cursor_relay(monkeypatch: Any) -> None:
    """Send what has a higher id than what was sent last: an id is made before its commit."""
    plain, reached = Relay._unsent, {}

    def unsent(relay: Any, *args: Any) -> list[Any]:
        found = [one for one in plain(relay, *args) if one.id > reached.get(relay._running.name, "")]
        reached[relay._running.name] = max([one.id for one in found], default=reached.get(relay._running.name, ""))
        return found

    monkeypatch.setattr(Relay, "_unsent", unsent)


def no_rule_of_order(monkeypatch: Any) -> None:
    """Apply everything as it comes."""

    def pass_all(gate: Any, facts: Any) -> None:
        for fact in facts:
            gate.run(fact)
        gate.write()

    monkeypatch.setattr(Gate, "pass_all", pass_all)


def no_mark(monkeypatch: Any) -> None:
    """Neither look at marks nor write them."""
    plain = Gate.run

    def run(gate: Any, fact: Any) -> None:
        gate._marks.clear()
        plain(gate, fact)
        gate._new_marks.clear()

    monkeypatch.setattr(Gate, "run", run)


def no_unique_mark(monkeypatch: Any) -> None:
    """Where nothing stands between a second copy and its effect.

    The rule of order has to go too. How far a pair came is written in the transaction of the mark and the effect, so
    no crash parts the three, and to one worker a second copy is old before its mark is looked at. Marks alone matter
    where two workers apply the same fact at the same time: `test_marks.py` plants `no_mark` there, by itself.
    """
    no_rule_of_order(monkeypatch)
    no_mark(monkeypatch)


def at_most_once_dead_lettering(monkeypatch: Any) -> None:
    """Let the broker forget a dead letter that it can't deliver."""
    plain = topology.queue_of

    def queue_of(service: str) -> Any:
        queue = plain(service)
        del queue.queue_arguments["x-dead-letter-strategy"]
        return queue

    monkeypatch.setattr(topology, "queue_of", queue_of)
