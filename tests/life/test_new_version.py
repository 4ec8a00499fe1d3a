"""A mechanism's new version: cases of the old one go on under it, once, with all that was said and promised."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select
from world import World, full_county

from lianxin import loading
from services.intake.erase import erase
from services.intake.models import CaseRow as Sent
from services.routing import carry as room
from services.routing.models import CaseRow, StepRow
from shared.errors import StartError
from shared.journal.tables import CaseKeyRow, JournalRow

sys.path.append(str(Path(__file__).parents[1] / "fixtures"))

from hedges import ADDED, hedges
from hedges import upgrade as hedges_upgrade

LOAD = loading.load_mechanism
OFFICER = "water-officer"
DETAILS = {"stands": "【村东头的树篱】", "height": 3}
WHERE = DETAILS["stands"] + ADDED
COUNTY = full_county(mechanisms=("hedges",), duties=(), registers={})


def starts(make, monkeypatch):
    """Start a county with a version of the mechanism: the first time, or again after an upgrade."""
    worlds = []

    def begin(version: int, **changes: Any) -> World:
        made = hedges(version, **changes)
        monkeypatch.setattr(loading, "load_mechanism", lambda name, _=None: made if name == "hedges" else LOAD(name))
        if worlds:
            worlds[-1].loop.close()
        world = make(county=COUNTY, **({"start": worlds[-1].clock.now()} if worlds else {}))
        world.tokens.update(worlds[-1].tokens if worlds else {})
        worlds.append(world)
        return world

    return begin


@pytest.fixture
def start(world_of, monkeypatch):
    return starts(world_of, monkeypatch)


@pytest.fixture
def embedded(new_world, monkeypatch):
    return starts(new_world, monkeypatch)


def send(world):
    return world.submit("hedges", "hedge", category="water", details=DETAILS)


def rows(world, service="routing", table=CaseRow):
    with world.service(service).reading() as session:
        return session.scalars(select(table)).all()


def details_at_intake(world):
    with world.service("intake").reading() as session:
        return json.loads(session.reveal(session.scalars(select(Sent)).one().details))


def carried(world):
    with world.service("routing").reading() as session:
        return session.scalars(select(JournalRow).where(JournalRow.type.contains("case.carried"))).all()


def promised(world, case):
    return [(one["due"], one["status"]) for one in world.follow(case)["promises"]]


def found(world, words):
    answer = world.ask("GET", f"/api/v1/desk/cases?q={quote(words)}", post=OFFICER)
    return [one["reference"] for one in answer.get_json()["items"]]


def test_an_open_case_of_the_first_version_goes_on_under_the_second(start):
    world = start(1)
    case = send(world)
    world.step(case, "take up", OFFICER)
    world.step(case, "ask", OFFICER, question="是谁种的？")
    (before,) = rows(world)
    world.pass_days(3)
    due = promised(world, case)

    world = start(2)
    world.settle()
    shown = world.desk(case, OFFICER)
    assert (shown["state"], shown["details"]) == ("waiting", {"where": WHERE, "height": 3})
    assert details_at_intake(world) == shown["details"]
    assert found(world, "原表登记") == [case["reference"]]
    followed = world.follow(case)
    assert (followed["phase"], promised(world, case)) == ("waiting", due) == ("waiting", [("2026-12-02", "paused")])
    assert [one["step"] for one in followed["offers"]] == ["answer", "leave", "add"]
    assert world.ask_step(case, "answer", answer="祖父种的。").status_code == 202
    assert promised(world, case) == [("2026-12-05", "open")]
    items = world.ask("GET", "/api/v1/desk/cases", post=OFFICER).get_json()["items"]
    assert [one["state"] for one in items] == ["looked at"]
    assert rows(world)[0].revision == before.revision + 2
    world.sign_in(OFFICER)
    assert WHERE in world.client.get(f"/desk/cases/{case['reference']}").text
    world.step(case, "serve", OFFICER, done="已修剪。")
    assert (world.follow(case)["outcome"], promised(world, case)) == ("made", [("2026-12-05", "met")])


def test_a_term_that_runs_goes_on_and_is_broken_on_its_day(start):
    world = start(1)
    case = send(world)
    world.step(case, "take up", OFFICER)
    world = start(2)
    assert promised(world, case) == [("2026-12-02", "open")]
    world.pass_days(31)
    assert promised(world, case) == [("2026-12-02", "breached")]


def test_whoever_changes_his_mind_comes_back_to_where_the_case_stood_under_its_new_name(embedded):
    world = embedded(1)
    case = send(world)
    world.step(case, "take up", OFFICER)
    world.step(case, "ask", OFFICER, question="是谁种的？")
    world.ask_step(case, "leave")
    world = embedded(2)
    assert world.ask_step(case, "stay").status_code == 202
    assert world.desk(case, OFFICER)["state"] == "waiting"
    assert promised(world, case) == [("2026-12-02", "paused")]


def test_all_are_carried_once_in_batches_however_often_the_county_starts(start, monkeypatch):
    monkeypatch.setattr(room, "AT_ONCE", 2)
    world = start(1)
    cases = [send(world) for _ in range(5)]
    world.step(cases[0], "take up", OFFICER)
    world.ask_step(cases[0], "leave")
    world.step(cases[0], "gone", OFFICER)
    start(2)
    again = start(2)
    assert len(carried(again)) == 5
    assert {(one.mechanism_version, one.state) for one in rows(again)} == {(2, "arrived"), (2, "ended")}
    assert {one.mechanism_version for one in rows(again, "intake", Sent)} == {2}
    assert {one.state for one in rows(again, table=StepRow)} == {"looked at", "leaving", "ended"}


def test_a_start_that_was_cut_off_is_gone_on_with(start, monkeypatch):
    monkeypatch.setattr(room, "AT_ONCE", 2)
    world = start(1)
    for _ in range(5):
        send(world)
    batches = iter(range(2))
    carry_some = room._carry_some
    monkeypatch.setattr(room, "_carry_some", lambda *given: carry_some(*given) if next(batches, None) != 1 else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        start(2)
    monkeypatch.undo()
    world = start(2)
    assert (len(carried(world)), {one.mechanism_version for one in rows(world)}) == (5, {2})


@pytest.mark.real
def test_two_processes_that_start_at_once_carry_each_case_once(new_world, addresses, monkeypatch):
    """Both have found the same cases before either writes: who comes second waits for the rows, and finds them done."""
    world = starts(partial(new_world, **addresses), monkeypatch)(1)
    for _ in range(5):
        send(world)
    running = world.service("routing")
    running.here.mechanisms["hedges"] = hedges(2)
    together, some = Barrier(2), room._some

    def found(session, after) -> Any:
        rows = some(session, after)
        if rows and not after:
            together.wait(60)
        return rows

    monkeypatch.setattr(room, "_some", found)
    monkeypatch.setattr(room, "AT_ONCE", 2)
    with ThreadPoolExecutor(2) as processes:
        problems = list(processes.map(lambda _: room.carry_before_start(running, lambda *_: None), range(2)))
    assert problems == [[], []]
    assert len(carried(world)) == 5
    assert {one.mechanism_version for one in rows(world)} == {2}


def test_a_submission_that_was_on_its_way_is_carried_when_it_comes(embedded):
    world = embedded(1)
    world.loop.down.add("routing")
    case = send(world)
    world = embedded(2)
    shown = world.desk(case, OFFICER)
    assert (shown["state"], shown["details"]["where"]) == ("arrived", WHERE)
    assert details_at_intake(world) == shown["details"]
    assert [one.mechanism_version for one in (*rows(world), *rows(world, "intake", Sent))] == [2, 2]
    assert len(carried(world)) == 1


def asks_nothing_more(version, state, details):
    """Carry whoever waits for an answer to where the hedge is looked at."""
    after, given = hedges_upgrade(version, state, details)
    return "looked at" if after == "waiting" else after, given


def test_a_state_that_no_longer_stands_still_lets_the_term_run_on(embedded):
    world = embedded(1)
    case = send(world)
    world.step(case, "take up", OFFICER)
    world.step(case, "ask", OFFICER, question="是谁种的？")
    world.pass_days(3)
    world = embedded(2, upgrade=asks_nothing_more)
    assert promised(world, case) == [("2026-12-05", "open")]


def raises(version, state, details):
    return state, {"where": details["【不在】"]}


REFUSED = {
    "raises": (
        raises,
        r"hedges: A case of hedges, version 1, .* `upgrade` raised KeyError \(test_new_version.py, line",
    ),
    "unknown state": (
        lambda _, state, said: ("gone", {}),
        "state arrived became gone, which is none of its states",
    ),
    "unknown detail": (lambda _, state, said: (state, said), "the details of hedge have stands, which it does not ask"),
    "closes": (lambda _, state, said: ("ended", {}), "its phase is triage, and ended would close or reopen it"),
    "no answer": (lambda _, state, said: None, "`upgrade` raised TypeError"),
}


@pytest.mark.parametrize(("upgrade", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_carried_stops_the_start_and_changes_nothing(embedded, upgrade, said):
    world = embedded(1)
    case = send(world)
    with pytest.raises(StartError, match=said) as stopped:
        embedded(2, upgrade=upgrade)
    assert "(1 cases) Mend `upgrade`" in str(stopped.value)
    assert "不在" not in str(stopped.value)
    world = embedded(1)
    assert [one.mechanism_version for one in rows(world)] == [1]
    world.step(case, "take up", OFFICER)


def test_a_case_of_a_newer_version_stops_the_start(embedded):
    world = embedded(2)
    world.submit("hedges", "hedge", category="water", details={"where": "村东头"})
    with pytest.raises(StartError, match=r"version 2, .* version 1: it is newer; install that version"):
        embedded(1)


def test_an_erased_case_is_carried_without_its_words(embedded):
    world = embedded(1)
    send(world)
    with world.service("intake").inside():
        erase(rows(world)[0].id, "retention", now=world.clock.now())
    world.settle()
    world = embedded(2)
    assert [(one.mechanism_version, one.state) for one in rows(world)] == [(2, "arrived")]
    assert [one.details.token for one in rows(world)] == [one.details.token for one in rows(world, "intake", Sent)]


def test_a_case_whose_key_is_lost_is_carried_when_it_has_come_again(embedded):
    world = embedded(1)
    case = send(world)
    with world.service("routing").transaction() as session:
        (key,) = session.scalars(select(CaseKeyRow)).all()
        kept = CaseKeyRow(case=key.case, wrapped=key.wrapped)
        session.delete(key)
    world = embedded(2)
    assert [one.mechanism_version for one in rows(world)] == [1]
    with world.service("routing").transaction() as session:
        session.add(kept)
    world.pass_days(0.1)
    assert world.desk(case, OFFICER)["details"]["where"] == WHERE
