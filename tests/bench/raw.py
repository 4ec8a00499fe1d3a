"""The measures for relay and consumer alone: pika and psycopg, nothing else, on the desk's own queue.

    raw.py publish COUNT    teller's envelopes from memory, pipelined: a window of confirms, as the relay has one
    raw.py consume COUNT    a row for each, a hundred in one transaction, and one acknowledgement after its commit

No journal, no marks, no order. The publisher prints when it began and when all was confirmed.
"""

import json
import os
import sys
import time
from itertools import takewhile
from typing import Any

import pika
import psycopg
from pika.adapters.select_connection import SelectConnection
from pika.spec import Basic

AMQP, DATABASE = os.environ["BENCH_AMQP"], os.environ["BENCH_DATABASE"]
WINDOW = 2_000
PREFETCH = 400
PATIENCE = 100  # seconds
BATCH = 100
EFFECT = "INSERT INTO effect (subject, number, note) VALUES (%s, %s, %s)"
KEY = "teller.bench.happened.v1"
PROPERTIES = pika.BasicProperties(content_type="application/cloudevents+json", delivery_mode=2)


class Publisher:
    """Keeps a window of unconfirmed messages until all are confirmed."""

    def __init__(self, bodies: list[bytes]) -> None:
        self._bodies, self._sent = bodies, 0
        self._open: dict[int, None] = {}  # tags that wait for their confirm: quorum queues confirm in no order
        self.began = time.time()  # the way to the broker counts, as it does for the relay
        self.connection = SelectConnection(pika.URLParameters(AMQP), on_open_callback=self._on_open)

    def _on_open(self, connection: Any) -> None:
        self._channel = connection.channel(on_open_callback=lambda _: self._begin())

    def _begin(self) -> None:
        self._channel.confirm_delivery(self._on_confirm)
        self._fill()

    def _fill(self) -> None:
        while self._sent < len(self._bodies) and len(self._open) < WINDOW:
            self._channel.basic_publish("lianxin.facts", KEY, self._bodies[self._sent], PROPERTIES)
            self._sent += 1
            self._open[self._sent] = None

    def _on_confirm(self, frame: Any) -> None:
        if isinstance(frame.method, Basic.Nack):
            raise SystemExit("the broker refused an event: nothing was measured")
        tag = frame.method.delivery_tag
        for one in list(takewhile(lambda sent: sent <= tag, self._open)) if frame.method.multiple else [tag]:
            del self._open[one]
        if len(self._open) < WINDOW // 2:
            self._fill()
        if not self._open:
            self.ended = time.time()
            self.connection.ioloop.stop()


class Consumer:
    """Enters what arrives until it has all."""

    def __init__(self, count: int) -> None:
        self._left, self._batch = count, []
        self._database = psycopg.connect(DATABASE)
        self.connection = SelectConnection(
            pika.URLParameters(AMQP), on_open_callback=self._on_open, on_close_callback=self._on_close
        )
        self.connection.ioloop.call_later(PATIENCE, self._give_up)

    def _on_open(self, connection: Any) -> None:
        self._channel = connection.channel(on_open_callback=lambda _: self._begin())

    def _on_close(self, _connection: Any, reason: Exception) -> None:
        raise SystemExit(f"the broker closed the connection with {self._left} events to come: {reason}")

    def _give_up(self) -> None:
        raise SystemExit(f"{self._left} events did not come in {PATIENCE} s")

    def _begin(self) -> None:
        self._channel.basic_qos(prefetch_count=PREFETCH)
        self._channel.basic_consume("q.desk", self._on_message)

    def _on_message(self, _channel: Any, method: Any, _properties: Any, body: bytes) -> None:
        if method.routing_key != KEY:
            return  # a seal that teller told since; the next acknowledgement takes it along
        fact = json.loads(body)
        self._batch.append((fact["subject"], fact["data"]["number"], fact["data"]["note"]))
        self._left -= 1
        if len(self._batch) == BATCH or not self._left:
            self._enter(method.delivery_tag)

    def _enter(self, tag: int) -> None:
        self._database.cursor().executemany(
            "INSERT INTO effect (subject, number, note) VALUES (%s, %s, %s)", self._batch
        )
        self._database.commit()
        self._channel.basic_ack(tag, multiple=True)
        self._batch.clear()
        if not self._left:
            self._channel.close()
            self.connection.ioloop.call_later(0.2, self.connection.ioloop.stop)


def publish(count: int) -> None:
    """Publish the newest envelopes."""
    with psycopg.connect(DATABASE) as connection:
        question = "SELECT envelope FROM teller.journal WHERE type LIKE '%%.bench.%%' ORDER BY id DESC LIMIT %s"
        bodies = [row[0] for row in connection.execute(question, [count])]
    publisher = Publisher(bodies)
    publisher.connection.ioloop.start()
    print(json.dumps({"began": publisher.began, "ended": publisher.ended}), flush=True)


def consume(count: int) -> None:
    """Enter what is in the queue."""
    Consumer(count).connection.ioloop.start()


if __name__ == "__main__":
    {"publish": publish, "consume": consume}[sys.argv[1]](int(sys.argv[2]))
