"""The watchdog over routing's timers: it barks where terms pass without a word, and at nothing else. Both carriers."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from threading import Event
from typing import Never

import pytest
from conftest import BOTH_WAYS
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, func, select, text
from world import full_county

from lianxin.figures import Look
from services.supervision.conditions import changes
from services.supervision.models import HeardRow, SampleRow, TermRow
from services.supervision.sample import look
from services.supervision.watchdog import GRACE, watch
from shared.bus.parked import drop, parked
from shared.errors import Refusal
from shared.facts.deadline import DeadlineBreached
from shared.journal.replay import send_again
from shared.kit.pause import pause, resume
from shared.kit.timers import Timers

pytestmark = pytest.mark.slow
both_ways = pytest.mark.parametrize("servers", BOTH_WAYS, indirect=True)
MINUTE = timedelta(minutes=1)
SILENT = "Terms past their day of which it says nothing"
INSIDE = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def stop_timers(monkeypatch):
    """Plant the bug: routing's timers never fire, over restarts too; gives what mends it."""

    def plant() -> Callable[[], None]:
        right = Timers.step
        monkeypatch.setattr(
            Timers, "step", lambda self, now: 0 if self._running.name == "routing" else right(self, now)
        )
        return lambda: monkeypatch.setattr(Timers, "step", right)

    return plant


@pytest.fixture
def county(new_world, servers):
    """Give a county with a petition whose first term ends in five minutes."""
    world = new_world(**servers)
    world.submit("petitions", "petition", category="housing")
    with world.service("supervision").reading() as session:
        first = session.scalar(select(func.min(TermRow.due_at)).where(TermRow.status == "open"))
    world.loop.advance_to(first - 5 * MINUTE)
    return world


def drained(world):
    """Wait until the broker's own figures say what is so: nothing waits, and everybody is there. At most a minute."""
    for _ in range(600):
        found = world.deployment.look.queues()
        both = [found[name] for name in ("routing", "supervision") if name in found]
        if [(one.ready, one.unacked, bool(one.consumers)) for one in both] == [(0, 0, True)] * 2:
            return
        Event().wait(0.1)
    raise AssertionError("it did not come so far")


def minutes_pass(world, count):
    """Let minutes go by, each with supervision's look at its end; gives what the watchdog says then."""
    for _ in range(count):
        world.loop.advance_to(world.clock.now() + MINUTE)
        drained(world)
        look.run(world.service("supervision"), world.clock.now())
    world.settle()
    return seen(world)


def seen(world):
    with world.service("supervision").inside():
        return watch(now=world.clock.now())


def light(world):
    with world.service("supervision").inside():
        return changes("routing")[0].light


def figures(world):
    page = world.client.get("/metrics", environ_overrides=INSIDE).text
    samples = chain.from_iterable(family.samples for family in text_string_to_metric_families(page))
    return {one.name: one.value for one in samples if one.name.startswith("lianxin_terms_")}


@both_ways
def test_timers_that_never_fire_are_noticed_and_told_until_they_run(county, stop_timers, told):
    mend = stop_timers()
    assert minutes_pass(county, 6).unanswered == 0, "routing has a minute"
    found = minutes_pass(county, 1)
    assert (found.overdue, found.unanswered) == (1, 1)
    assert found.oldest == county.clock.now() - 2 * MINUTE
    assert [one for one in told(county, "supervision", "service.degraded") if SILENT in one["reason"]] == [
        {"light": "red", "reason": f"{SILENT}: 1."}
    ]
    measured = figures(county)
    assert (measured["lianxin_terms_overdue"], measured["lianxin_terms_unanswered"]) == (1, 1)
    assert measured["lianxin_terms_oldest_overdue_seconds"] == 2 * MINUTE.total_seconds()
    assert measured["lianxin_terms_unheard_seconds"] < MINUTE.total_seconds()

    mend()
    assert minutes_pass(county, 1).overdue == 0
    assert light(county) == "green"
    assert figures(county)["lianxin_terms_unanswered"] == 0


@both_ways
def test_timers_that_run_raise_no_alarm_whatever_becomes_of_a_term(new_world, servers, told):
    # With duties' terms too where that is quick; on real servers they would be most of the months' work.
    world = new_world(county=full_county(**({"duties": ()} if servers else {})), **servers)
    longer, waiting, gone, served, _forgotten = cases = [
        world.submit("petitions", "petition", category="housing") for _ in range(5)
    ]
    for case in cases:
        world.step(case, "accept", "housing-officer")
    world.step(longer, "extend", "housing-head", reasons="需要专业机构鉴定。")
    world.step(waiting, "ask", "housing-officer", question="漏水从哪天开始？")
    assert world.ask_step(gone, "withdraw", why="").status_code == 202
    serve(world, served)
    for days in (8, 53, 40, 60):
        world.pass_days(days)
        assert minutes_pass(world, 3).overdue == 0
        if days == 8:
            world.step(gone, "confirm withdrawal", "housing-reader", heard="确认撤回。")
    world.ask_step(waiting, "answer", answer="上个月。")
    world.pass_days(70)
    assert minutes_pass(world, 3).overdue == 0
    assert SILENT not in str(told(world, "supervision", "service.degraded"))
    with world.service("supervision").reading() as session:
        rows = session.execute(select(TermRow.status, TermRow.rule)).all()
    assert {status for status, _ in rows} >= {"breached", "extended", "met", "void"}
    rules = world.service("supervision").here.rules
    assert not [rule for _, rule in rows if rules[rule].right], "a resident's own terms are nobody's failure"


def serve(world, case):
    """Answer a petition in time: its resident's own terms begin, and lapse later."""
    day = "2026-11-02"
    world.step(case, "hear", "housing-officer", day=day, way="phone", summary="已听取。")
    opinion = {"outcome": "explained", "facts": "已核实。", "opinion": "依法解释。", "legal_basis": "条例"}
    world.step(case, "draft", "housing-officer", **opinion, summary="已解释。")
    world.step(case, "read", "housing-reader", remark="同意")
    world.step(case, "sign", "housing-head")
    world.step(case, "serve", "housing-officer", method="hand", proof="本人签收", received_on=day)


@pytest.mark.parametrize(("service", "half"), [("routing", "relay"), ("supervision", "consumer")])
def test_a_word_that_is_on_its_way_is_counted_apart(county, told, service, half):
    with county.service(service).transaction(county.clock.now()) as session:
        pause(session, half, by="王运维", reason="试验")
    found = minutes_pass(county, 12)
    assert (found.overdue, found.unanswered) == (1, 0)
    if service == "routing":
        assert found.heard <= found.oldest + GRACE, "what routing told after that is not here"
    assert SILENT not in str(told(county, "supervision", "service.degraded"))
    with county.service(service).transaction(county.clock.now()) as session:
        resume(session, half, by="王运维", reason="试验完毕")
    county.settle()
    assert minutes_pass(county, 2).overdue == 0


def test_a_word_that_is_parked_here_is_no_silence_of_routing(embedded_world, county, monkeypatch):
    handlers = county.service("supervision").service.handlers
    kind = DeadlineBreached.wire_type()

    def no(*_, **__) -> None:
        raise Refusal

    monkeypatch.setitem(handlers, kind, [replace(one, run=no) for one in handlers[kind]])
    found = minutes_pass(county, 8)
    assert (found.overdue, found.unanswered) == (1, 0)
    assert found.heard > county.clock.now() - MINUTE, "of every other case all is known"
    with county.service("supervision").transaction(county.clock.now()) as session:
        drop(session, parked(session, 1)[0].id, by="王运维", reason="试验")
    assert minutes_pass(county, 3).unanswered == 0, "nor is one that a person gave up here"


def test_what_a_replay_brings_is_owed_a_word_only_when_the_replay_is_over(embedded_world, county):
    minutes_pass(county, 8)
    past = county.clock.now() - timedelta(days=60)
    with county.service("supervision").transaction(county.clock.now()) as session:
        term = session.scalars(select(TermRow).where(TermRow.status == "breached")).first()
        term.status, term.due_at, term.known_at = "open", past, county.clock.now()  # as a replay leaves it half way
    assert seen(county).unanswered == 0
    assert minutes_pass(county, 3).unanswered == 1, "nothing is on its way any more, and still no word"


def test_while_routing_sends_again_it_is_heard_until_that_began(embedded_world, county):
    minutes_pass(county, 1)
    with county.service("routing").transaction(county.clock.now()) as session:
        pause(session, "relay", by="王运维", reason="试验")
        send_again(session)
    began = county.clock.now()
    assert minutes_pass(county, 5).heard <= began


def test_figures_of_one_sort_that_fail_take_no_others_along(county, monkeypatch):
    supervision = county.service("supervision").service

    def broken(session) -> Never:
        raise ValueError

    before = figures(county)
    monkeypatch.setitem(vars(supervision), "gauges", (broken, *supervision.gauges))
    assert figures(county).keys() == before.keys() != set()


def test_an_outage_covers_its_terms_for_a_minute_after_its_end(county, stop_timers):
    minutes_pass(county, 1)
    stop_timers()
    county.loop.advance_to(
        county.clock.now() + 60 * MINUTE
    )  # nobody looks: whatever stopped us may have stopped routing
    assert minutes_pass(county, 1).overdue == 1
    assert seen(county).unanswered == 0
    assert minutes_pass(county, 2).unanswered == 1


@both_ways
def test_a_restart_keeps_what_was_known(county, servers, new_world, stop_timers, monkeypatch):
    stop_timers()
    before = minutes_pass(county, 6)
    with county.service("supervision").reading() as session:
        known = session.get_one(HeardRow, "routing").until
    county.loop.close()
    with monkeypatch.context() as broker:
        broker.setattr(Look, "queues", lambda _: {})  # it can't be asked: nothing new is known
        again = new_world(start=county.clock.now() + MINUTE, **servers)
        assert (seen(again).heard, seen(again).unanswered) == (known, 0)
    assert known == before.heard
    drained(again)
    look.run(again.service("supervision"), again.clock.now())
    assert seen(again).unanswered == 1


def test_the_page_and_the_door_for_programs_show_both_numbers(county, stop_timers):
    stop_timers()
    minutes_pass(county, 7)
    county.sign_in("county-operator")
    page = re.sub(r"<[^>]+>|\s", "", county.client.get("/oversight/queues").text)
    assert "办理部分未作任何说明1说明可能仍在途中0" in page
    assert "期限已过而没有任何说明：1个。" in page
    answer = county.ask("GET", "/api/v1/oversight/queues", post="county-operator").get_json()["terms"]
    assert (answer["overdue"], answer["unanswered"]) == (1, 1)


def test_figures_of_who_does_not_look_any_more_grow_old(county):
    minutes_pass(county, 1)
    county.loop.advance_to(county.clock.now() + 20 * MINUTE)
    assert figures(county)["lianxin_terms_unheard_seconds"] > 20 * MINUTE.total_seconds()
    with county.service("supervision").transaction(county.clock.now()) as session:
        session.delete(session.get_one(HeardRow, "routing"))
    assert figures(county)["lianxin_terms_unheard_seconds"] == float("inf")


def test_samples_that_the_clock_took_back_are_not_the_newest(county):
    minutes_pass(county, 1)
    with county.service("supervision").transaction(county.clock.now()) as session:
        ahead = county.clock.now() + 30 * MINUTE
        session.add(SampleRow(service="routing", at=ahead, answers=False))
    minutes_pass(county, 1)
    with county.service("supervision").reading() as session:
        assert session.get_one(HeardRow, "routing").at_work_since is not None


MANY = """INSERT INTO supervision.terms (instance, "case", rule, due, due_at, status)
    SELECT 'x' || n, 'c' || n, 'petition.handle', '2026-01-01', timestamptz '2026-01-01' + n * interval '1 minute',
    CASE WHEN n %% 50 = 0 THEN 'open' ELSE 'met' END FROM generate_series(1, 100000) AS n"""


@pytest.mark.real
@pytest.mark.parametrize("servers", [BOTH_WAYS[1]], indirect=True)
def test_the_question_is_answered_by_an_index(new_world, servers):
    world = new_world(**servers)
    supervision, asked = world.service("supervision"), []
    with supervision.transaction(world.clock.now()) as session:
        session.connection().exec_driver_sql(MANY)
    with supervision.rehearsing() as session:
        session.execute(text("ANALYZE supervision.terms"))
        event.listen(session.connection(), "before_cursor_execute", lambda *given: asked.append(given[2:4]))
        watch.within(session, now=world.clock.now())
        statement, values = next(one for one in asked if "terms" in one[0])
        assert reads_all(session, statement, values) is False
        session.execute(text("DROP INDEX supervision.ix_terms_late"))
        assert reads_all(session, statement, values) is True, "that is seen where there is no index"


def reads_all(session, statement, values):
    plan = session.connection().exec_driver_sql(f"EXPLAIN {statement}", values).scalars().all()
    return "Seq Scan on terms" in "\n".join(plan)
