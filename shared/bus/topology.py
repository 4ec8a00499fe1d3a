"""The broker's exchanges and queues: declared alike by every service, so that none depends on who starts first."""

from typing import Any

from kombu import Exchange, Queue

from shared.bus.carrier import FACTS, KEYS

UNROUTED = "lianxin.unrouted"
DEAD = "lianxin.dead"
DELIVERY_LIMIT = 20

unrouted = Exchange(UNROUTED, "fanout", durable=True)
dead = Exchange(DEAD, "fanout", durable=True)
facts = Exchange(FACTS, "topic", durable=True, arguments={"alternate-exchange": UNROUTED})
keys = Exchange(KEYS, "direct", durable=True)

# What no queue is bound for, and what could not be decoded: kept for a person, never read by a program.
shelves = (
    Queue("q.unrouted", unrouted, durable=True, queue_arguments={"x-queue-type": "quorum"}),
    Queue("q.dead", dead, durable=True, queue_arguments={"x-queue-type": "quorum"}),
)


def queue_of(service: str) -> Queue:
    """Give a service's queue: quorum, safe dead-lettering, no endless redelivery."""
    return Queue(
        f"q.{service}",
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def declare(channel: Any) -> None:
    """Declare exchanges and shelves; what is there already stays."""
    for exchange in (unrouted, dead, facts, keys):
        exchange(channel).declare()
    for shelf in shelves:
        shelf(channel).declare()
