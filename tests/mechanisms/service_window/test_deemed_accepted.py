"""Article 32: everything missing is told once within five working days, or the application counts as accepted."""

from datetime import timedelta
from typing import Never

from tests.mechanisms.service_window.makers import OVER, apply, terms

DEEMED = "deemed accepted"
MISSING = {"notice": "1. 产权证明\n2. 四邻意见"}
SECOND = timedelta(seconds=1)


def taken(world, case):
    return [one["step"] for one in world.desk(case, "housing-officer")["steps"]]


def test_untold_in_time_it_counts_as_accepted_from_the_day_of_receipt(world):
    case = apply(world)
    world.loop.advance_to(OVER - SECOND)
    assert (world.follow(case)["phase"], taken(world, case)) == ("triage", [])

    world.loop.advance_to(OVER)
    found = terms(world, case)
    assert taken(world, case) == [DEEMED]
    assert found["licence.missing_papers"]["status"] == "met_late"
    assert (found["licence.decide"]["due"], found["licence.decide"]["status"]) == ("2026-11-30", "open")
    assert world.follow(case)["phase"] == "handling"

    world.loop.advance_to(OVER + timedelta(days=3))
    assert taken(world, case) == [DEEMED]
    assert world.try_step(case, "ask for papers", "housing-officer", **MISSING).status_code == 409


def test_a_term_that_was_met_is_followed_by_nothing(world):
    case = apply(world)
    world.loop.advance_to(OVER - SECOND)
    world.step(case, "ask for papers", "housing-officer", **MISSING)
    world.loop.advance_to(OVER + timedelta(days=3))
    assert terms(world, case)["licence.missing_papers"]["status"] == "met"
    assert taken(world, case) == ["ask for papers"]
    assert world.follow(case)["phase"] == "waiting"


def test_whoever_asks_after_an_outage_finds_it_accepted(world):
    """The step comes before the timer: it is refused, and what it found out is done by the timer, once."""
    case = apply(world)
    world.loop.advance_to(OVER - SECOND)
    world.clock.set_to(OVER)
    assert world.try_step(case, "ask for papers", "housing-officer", **MISSING).status_code == 409
    world.settle()
    assert taken(world, case) == [DEEMED]


def test_after_a_restart_it_counts_as_accepted_once(new_world, tmp_path):
    world = new_world(home=tmp_path / "home")
    world.settle()
    case = apply(world)
    world.loop.close()
    later = new_world(home=tmp_path / "home", start=OVER + timedelta(days=30))
    later.settle()
    assert taken(later, case) == [DEEMED]
    assert terms(later, case)["licence.decide"]["due"] == "2026-11-30"
    assert terms(later, case)["licence.decide"]["status"] == "breached"


def test_a_step_that_fails_takes_the_breach_back_with_it(embedded_world, monkeypatch):
    world, case = embedded_world, apply(embedded_world)

    def fails(*_: object) -> Never:
        raise RuntimeError("planted")

    with monkeypatch.context() as planted:
        planted.setattr("services.routing.by_the_clock.take_for_platform", fails)
        world.loop.advance_to(OVER)
        assert (taken(world, case), terms(world, case)["licence.missing_papers"]["status"]) == ([], "open")
    world.pass_days(1)
    assert taken(world, case) == [DEEMED]


def test_all_that_is_missing_is_asked_for_once(world):
    case = apply(world)
    world.step(case, "ask for papers", "housing-officer", **MISSING)
    letter = next(one["letter"] for one in world.follow(case)["timeline"] if one["letter"])
    assert all(paper in letter["text"] for paper in MISSING["notice"].splitlines())
    assert world.ask_step(case, "supply", supplied="都补齐了。").status_code == 202

    again = world.try_step(case, "ask for papers", "housing-officer", **MISSING)
    assert (again.status_code, again.get_json()["code"]) == (409, "guard-not-met")
    assert "只能一次告知" in again.get_json()["title"]
    world.step(case, "accept", "housing-officer")
    assert terms(world, case)["licence.decide"]["due"] == "2026-11-30"


def test_an_earlier_first_receipt_counts(embedded_world):
    """Taken in at a town's window on Wednesday, first received on Monday: the terms run from Monday."""
    world = embedded_world
    world.pass_days(2)
    body = {"mechanism": "service_window", "kind": "application", "title": "施工许可", "text": "自建房。"}
    body |= {"category": "housing", "details": {"item": "施工许可", "who": "self"}, "contact": {"name": "周某"}}
    how = {"channel": "window", "received_on": "2026-11-02", "read_back": True}
    answer = world.ask("POST", "/api/v1/counter/cases", {**body, "taking": how}, post="shiqiao-officer")
    assert answer.status_code == 201, answer.get_json()
    world.settle()
    world.loop.advance_to(OVER)
    assert taken(world, answer.get_json()) == [DEEMED]
    assert terms(world, answer.get_json())["licence.decide"]["due"] == "2026-11-30"
