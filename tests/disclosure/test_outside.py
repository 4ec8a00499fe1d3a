"""What outsiders are told: by the list on every carrier, by the exchange and its stream on a real broker."""

import json
from datetime import date

import pytest
from kombu import Connection
from kombu import Queue as KombuQueue

from lianxin.loading import SERVICES
from shared.bus.carrier import PUBLIC
from shared.bus.topology import public, stream_of
from shared.facts.base import Envelope
from shared.facts.case import CaseErased
from shared.journal.tables import JournalRow
from shared.journal.tell import tell

AGREED = {"email": "resident@example.test", "electronic": True}
DECISION = {
    "outcome": "adopted",
    "reasons": "路灯月底前修好。",
    "by_when": "2027-03-31",
    "summary": "已安排修复该处路灯。",
}
NEWS = {"headline": "大洼村10月财务", "body": "收入 12 000 元，支出 9 800 元。"}


def answer(world):
    """Let a suggestion be answered and the time to object pass; gives its receipt."""
    receipt = world.submit(category="roads", place="qh-liuhe-shangliu", identity="anonymous", contact=AGREED)
    world.step(receipt, "accept", "transport-officer")
    world.step(receipt, "draft", "transport-officer", **DECISION)
    world.step(receipt, "read", "transport-reader")
    world.step(receipt, "sign", "transport-head")
    world.step(receipt, "serve", "transport-officer", method="electronic", proof="本人签收", received_on="2026-11-02")
    world.pass_days(8)
    return receipt


def publish_finances(world):
    listed = world.ask("GET", "/api/v1/desk/cases", post="dawa-officer").get_json()["items"]
    duty = next(item for item in listed if item["title"].startswith("大洼村财务公开"))
    world.step(duty, "prepare", "dawa-officer", **NEWS)
    world.step(duty, "check", "dawa-reader", remark="无涉密内容。")
    world.step(duty, "publish", "dawa-head")


def events(world, cursor="", limit=50):
    answer = world.ask("GET", f"/api/v1/events?limit={limit}&cursor={cursor}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()["items"], answer.get_json()["next"]


def test_an_outcome_and_an_edition_are_told_without_what_set_them_off(world_of):
    world = world_of()
    receipt = answer(world)
    publish_finances(world)
    outcome, edition = events(world)[0]
    assert outcome["type"] == "org.lianxin.public.outcome.published.v1"
    assert (outcome["data"]["text"], outcome["data"]["township"]) == ("已安排修复该处路灯。", "qh-liuhe")
    assert outcome["data"]["closed_on"] == date(2026, 11, 2).isoformat()
    assert edition["type"] == "org.lianxin.public.publication.published.v1"
    assert (edition["data"]["title"], edition["data"]["edition"]) == ("大洼村10月财务", 1)
    for told in (outcome, edition):
        assert {"causationid", "correlationid", "traceparent"}.isdisjoint(told)
        assert receipt["reference"] not in json.dumps(told)
    inside = {row["id"] for row in journal(world)} - {outcome["id"], edition["id"]}
    assert not any(fact in json.dumps([outcome, edition]) for fact in inside)


def journal(world):
    with world.service("disclosure").reading() as session:
        return [{"id": row.id} for row in session.query(JournalRow)]


def test_the_list_goes_on_where_it_was_left(embedded_world):
    world = embedded_world
    nothing, start = events(world)
    assert nothing == []
    answer(world)
    publish_finances(world)
    first, cursor = events(world, start, limit=1)
    second, end = events(world, cursor, limit=1)
    assert [one[0]["type"].split(".")[3] for one in (first, second)] == ["outcome", "publication"]
    assert events(world, end) == ([], end)


@pytest.mark.quick
@pytest.mark.parametrize("cursor", ["nonsense", "WyItMSJd", "Wzdd", "WyI5OTk5OTk5OTk5OTk5Il0"])
def test_a_cursor_of_somebody_else_is_refused(embedded_world, cursor):
    refused = embedded_world.ask("GET", f"/api/v1/events?cursor={cursor}")
    assert (refused.status_code, refused.get_json()["code"]) == (400, "bad-cursor")


def test_what_is_withdrawn_is_told_too(embedded_world):
    world = embedded_world
    answer(world)
    (outcome,), cursor = events(world)
    with world.service("intake").transaction() as session:
        tell(session, CaseErased(subject=outcome["subject"], basis="demo", at=session.now))
    world.settle()
    (gone,), _ = events(world, cursor)
    assert (gone["type"], gone["subject"]) == ("org.lianxin.public.record.withdrawn.v1", outcome["subject"])


@pytest.mark.real
def test_a_subscriber_hears_its_township_and_a_late_one_reads_the_stream(new_world, amqp_url, postgres_url):
    with Connection(amqp_url) as connection:
        channel = connection.channel()
        for name in ("s.public", *(f"q.{service}" for service in SERVICES)):
            channel.queue_delete(name)
        public(channel).declare()
        subscriber = KombuQueue("", public, routing_key="outcome.#.qh-liuhe.*", exclusive=True, auto_delete=True)
        mine = subscriber(channel)
        mine.declare()
        stream_of(30)(channel).declare()
        world = new_world(amqp=amqp_url, database=postgres_url)
        answer(world)
        publish_finances(world)
        heard = received(connection, mine, 1)
        assert [one.delivery_info["routing_key"] for one in heard] == [
            "outcome.published.v1.suggestions.qinghe.qh-liuhe.-"
        ]
        assert [Envelope.from_bytes(one.body).type for one in heard] == ["org.lianxin.public.outcome.published.v1"]
        late = received(
            connection,
            KombuQueue("s.public", no_declare=True, consumer_arguments={"x-stream-offset": "first"})(channel),
            2,
        )
        assert {one.delivery_info["exchange"] for one in late} == {PUBLIC}
        assert [json.loads(one.body) for one in late] == events(world)[0]
        channel.queue_delete("s.public")


def received(connection, queue, count):
    """Wait for messages on a queue."""
    found = []
    with connection.Consumer([queue], on_message=found.append, accept=None, prefetch_count=10, auto_declare=False):
        while len(found) < count:
            connection.drain_events(timeout=60)
    for message in found:
        message.ack()
    return found
