"""A county chooses whether a last day off rolls on: told as its own choice, and for terms that begin from then on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from world import World

from services.routing import clocks
from services.routing.models import CaseRow, DeadlineRow
from shared.calendar.national import NATION, national
from shared.calendar.workdays import WorkCalendar
from shared.errors import StartError
from shared.kit.session import Session
from shared.law.explain import explain
from shared.law.own import with_rolls
from shared.law.packs import Rules, load_rules
from shared.law.term import Term, extended, recomputed, start_term
from shared.workflow.declare import Deadline
from tests.law.makers import morning
from tests.law.own import STRICTER, a_pack, own_county, own_rules

ROLLS = '"petition.handle" = "next_working_day"'
BY_CHOICE_EN = (
    "Written opinion: 60 calendar days from the day after 2 Aug 2026; the last day, 1 Oct 2026, is a day off, so the "
    "next working day counts; ends 8 Oct 2026. "
    "Basis: 信访工作条例, article 34 (that a last day off rolls on is this county's choice)."
)
BY_CHOICE_ZH = (
    "作出书面处理意见：自2026年8月2日的次日起60日（自然日），最后一日2026年10月1日放假休息，顺延，至2026年10月8日届满。"
    "依据：《信访工作条例》第34条（最后一日遇放假休息顺延，由本县选定）。"
)


@pytest.mark.parametrize(("language", "sentence"), [("en", BY_CHOICE_EN), ("zh", BY_CHOICE_ZH)])
def test_a_date_says_that_the_county_chose(tmp_path: Path, language: str, sentence: str) -> None:
    rules = own_rules(tmp_path, rolls=ROLLS)
    term = start_term(rules["petition.handle"], morning("2026-08-02"), national(NATION))

    assert explain(term, rules, language) == sentence
    assert explain(Term.from_dict(term.to_dict()), rules, language) == sentence


def test_not_to_roll_can_be_a_choice_as_well(tmp_path: Path, calendar: WorkCalendar) -> None:
    rolling = a_pack(more='roll = "next_working_day"')
    kept = own_rules(tmp_path, rolling)
    chosen = own_rules(tmp_path, rolling, rolls='"our.reply" = "none"')

    dues = [str(start_term(one["our.reply"], morning("2026-09-11"), calendar).due) for one in (kept, chosen)]
    assert dues == ["2026-10-08", "2026-10-01"]
    term = start_term(chosen["our.reply"], morning("2026-09-11"), calendar)
    assert "由本县选定" in explain(term, chosen, "zh")
    assert "does not roll on is this county's choice" in explain(term, chosen, "en")


def test_every_version_that_can_roll_does(tmp_path: Path) -> None:
    rules = own_rules(tmp_path, a_pack(**STRICTER), rolls=ROLLS)

    versions = [one for one in rules.versions if one.id == "petition.handle"]
    assert [(one.quantity, one.roll, one.roll_chosen) for one in versions] == [
        (60, "next_working_day", True),
        (45, "next_working_day", True),
    ]
    assert {one.roll for one in rules.versions if one.id != "petition.handle"} == {"none"}


WRONG = [
    ('"petition.handel" = "none"', 'rolls."petition.handel": no pack has this rule; `lianxin law rules` lists'),
    ('"info.answer" = "next_working_day"', 'rolls."info.answer": a term in units of working_day has nothing to roll'),
    ('"hotline.life" = "none"', 'rolls."hotline.life": a term in units of hour has nothing to roll'),
    ('"petition.handle" = "monday"', 'rolls."petition.handle": there is no roll monday; choose none or next_working'),
    ('"petition.handle" = true', 'rolls."petition.handle": there is no roll True; choose none or next_working_day'),
    ('"petition.handle" = ["none"]', "there is no roll ['none']; choose none or next_working_day"),
    ('petition.handle = "none"', 'rolls."petition": put the whole name of the rule in quotes'),
    ('"petition.assigned" = "none"', 'rolls."petition.assigned": its day is set by a person each time'),
]


@pytest.mark.parametrize(("rolls", "sentence"), WRONG)
def test_a_wrong_choice_stops_the_start(tmp_path: Path, rolls: str, sentence: str) -> None:
    with pytest.raises(StartError) as stopped:
        own_rules(tmp_path, rolls=rolls)

    (line,) = stopped.value.lines
    assert sentence in line


def test_a_term_that_runs_keeps_the_reading_it_began_under(rules: Rules, calendar: WorkCalendar) -> None:
    chosen = with_rolls(rules, {"petition.handle": "next_working_day"})
    before, after = (start_term(one["petition.handle"], morning("2026-08-02"), calendar) for one in (rules, chosen))

    assert (str(before.due), str(after.due)) == ("2026-10-01", "2026-10-08")
    assert recomputed(before, chosen["petition.handle"], calendar) == before
    assert recomputed(after, rules["petition.handle"], calendar) == after


def terms(world: World, receipt: dict[str, Any], rule: str) -> list[str]:
    return [one["due"] for one in world.follow(receipt)["promises"] if one["rule"] == rule]


def case_of(session: Session, receipt: dict[str, Any]) -> CaseRow:
    return session.scalars(select(CaseRow).where(CaseRow.reference == receipt["reference"])).one()


def with_term(world: World, receipt: dict[str, Any]) -> None:
    """Start a term of sixty days in the case, as its acceptance would."""
    with world.service("routing").transaction() as session:
        row = case_of(session, receipt)
        clocks.start(session, row, [Deadline("petition.handle")], session.now)
    world.settle()


LATE = ("oversight", "public")


def titles_of_late(world: World, place: str, rule: str) -> set[str]:
    """Give what supervision or the public list calls a late term of a rule."""
    post = "county-auditor" if place == "oversight" else ""
    listed = world.ask("GET", f"/api/v1/{place}/late?lang=zh", post=post).get_json()["items"]
    return {one["title"] for one in listed if one["rule"] == rule}


@pytest.fixture
def chosen_later(new_world: Callable[..., World], tmp_path: Path) -> tuple[World, dict[str, Any]]:
    """Give a county that chose after a case's sixty days had begun, and the case; the readings end apart."""
    home, summer = tmp_path / "home", datetime(2026, 8, 2, 1, tzinfo=UTC)
    before = new_world(home=home, start=summer)
    receipt = before.submit()
    with_term(before, receipt)
    before.loop.close()
    return new_world(home=home, start=summer, county=own_county(tmp_path / "own", rolls=ROLLS)), receipt


@pytest.mark.slow
def test_a_case_that_runs_keeps_its_date_through_the_choice_and_a_new_one_rolls(
    chosen_later: tuple[World, dict[str, Any]],
) -> None:
    world, old = chosen_later
    new = world.submit()
    with_term(world, new)

    assert terms(world, old, "petition.handle") == ["2026-10-01"]
    assert terms(world, new, "petition.handle") == ["2026-10-08"]
    world.pass_days(1)
    with world.service("routing").transaction() as session:
        for one in (old, new):
            row = case_of(session, one)
            clocks.pause(session, row, "question")
    world.settle()
    with world.service("routing").transaction() as session:
        for one in (old, new):
            clocks.resume(session, case_of(session, one))
    world.settle()
    # One day was left out: the term that began before still ends on a day off, the other one still rolls.
    assert terms(world, old, "petition.handle") == ["2026-10-02"]
    assert terms(world, new, "petition.handle") == ["2026-10-08"]


@pytest.mark.slow
def test_a_longer_term_that_is_counted_again_keeps_its_reading(new_world: Callable[..., World], tmp_path: Path) -> None:
    rolls = '"petition.extend" = "next_working_day"'
    world = new_world(start=datetime(2026, 7, 3, 1, tzinfo=UTC), county=own_county(tmp_path / "own", rolls=rolls))
    receipt = world.submit()
    with world.service("routing").transaction() as session:
        row = case_of(session, receipt)
        first = start_term(session.here.rules["petition.handle"], session.now, national(NATION))
        plain = with_rolls(session.here.rules, {"petition.extend": "none"})["petition.extend"]
        clocks.begin(session, row, "first", first, lapses=False)
        session.get_one(DeadlineRow, "first").status = "extended"
        clocks.begin(session, row, "longer", extended(first, plain, national(NATION)), lapses=False)
    world.pass_days(1)
    with world.service("routing").transaction() as session:
        row = case_of(session, receipt)
        assert str(session.get_one(DeadlineRow, "longer").due) == "2026-10-01"
        clocks.pause(session, row, "question")
        clocks.resume(session, row)
        session.flush()
        assert str(session.get_one(DeadlineRow, "longer").due) == "2026-10-02"


@pytest.mark.slow
def test_own_rules_reach_every_service_the_receipt_and_the_calculator(
    new_world: Callable[..., World], tmp_path: Path
) -> None:
    reply = {"id": "suggestion.reply", "law": "信访工作条例", "article": "29", "quantity": 10, "unit": "calendar_day"}
    more = 'replaces = "local@2026-11-01"\nexcludes = ["question"]\npublish = true\neffective_from = 2026-11-02'
    county = own_county(
        tmp_path / "own",
        a_pack(**reply, more=more),
        a_pack(),
        rolls='"suggestion.reply" = "next_working_day"',
        confirmed='"our.reply", ',
    )
    world = new_world(county=county)
    receipt = world.submit()  # on 2 November
    world.settle()

    (promise,) = (one for one in receipt["promises"] if one["rule"] == "suggestion.reply")
    assert promise["due"] == "2026-11-12"
    assert "由本县选定" in promise["explanation"]
    (clock,) = (
        one for one in world.desk(receipt, "petition-officer")["deadlines"] if one["rule"] == "suggestion.reply"
    )
    assert (clock["title"], clock["due"]) == ("本县期限", "2026-11-12")
    world.pass_days(15)  # late, and public
    assert [titles_of_late(world, place, "suggestion.reply") for place in LATE] == [{"本县期限"}] * 2
    page = world.client.get("/deadlines", query_string={"rule": "our.reply", "from": "2026-11-02", "lang": "en"}).text
    assert "20 calendar days" in page
    assert "本县期限" in world.client.get("/deadlines?lang=zh").text


@pytest.mark.slow
def test_a_pack_that_running_terms_need_is_not_taken_away(new_world: Callable[..., World], tmp_path: Path) -> None:
    home = tmp_path / "home"
    county = own_county(tmp_path / "own", a_pack(id="our.handle", unit="calendar_day"))
    world = new_world(home=home, county=county)
    receipt = world.submit()
    with world.service("routing").transaction() as session:
        row = case_of(session, receipt)
        clocks.start(session, row, [Deadline("our.handle")], session.now)
    world.deployment.object_to()
    world.loop.close()

    with pytest.raises(StartError, match=r"terms of our\.handle by our-city@2026-11-01, which is gone"):
        new_world(home=home).deployment.object_to()


@pytest.mark.slow
def test_the_pack_of_a_version_stays_while_a_term_runs_by_it_and_no_longer(
    new_world: Callable[..., World], tmp_path: Path
) -> None:
    home, confirmed = tmp_path / "home", '"petition.handle", '
    world = new_world(home=home, county=own_county(tmp_path / "own", a_pack(**STRICTER), confirmed=confirmed))
    receipt = world.submit()
    with_term(world, receipt)
    world.loop.close()

    world = new_world(home=home)  # the rule is there: another pack has it
    with pytest.raises(StartError, match=r"terms of petition\.handle by our-city@2026-11-01, which is gone"):
        world.deployment.object_to()
    with world.service("routing").transaction() as session:
        clocks.meet(session, case_of(session, receipt), ["petition.handle"])
    world.deployment.object_to()


@pytest.mark.slow
def test_a_service_with_other_packs_is_told_of_a_rule_and_goes_on(
    new_world: Callable[..., World], tmp_path: Path
) -> None:
    world = new_world()
    receipt = world.submit()
    world.settle()
    routing = world.service("routing")
    other = own_rules(tmp_path / "own", a_pack(id="our.handle", more="publish = true"))
    object.__setattr__(routing, "here", replace(routing.here, rules=other))  # started anew, and the others not yet
    with routing.transaction() as session:
        clocks.start(session, case_of(session, receipt), [Deadline("our.handle")], session.now)
    world.settle()

    assert "our.handle" in {one["title"] for one in world.follow(receipt)["promises"]}
    object.__setattr__(routing, "here", replace(routing.here, rules=load_rules()))
    assert "our.handle" in {one["title"] for one in world.desk(receipt, "petition-officer")["deadlines"]}
    object.__setattr__(routing, "here", replace(routing.here, rules=other))
    world.pass_days(24)  # late, and public
    assert [titles_of_late(world, place, "our.handle") for place in LATE] == [{"our.handle"}] * 2


@pytest.mark.slow
def test_what_is_public_of_a_term_that_runs_is_not_hidden_by_a_newer_version(
    new_world: Callable[..., World], tmp_path: Path
) -> None:
    reply = {"id": "suggestion.reply", "law": "信访工作条例", "article": "29", "quantity": 30, "unit": "calendar_day"}
    hidden = a_pack(**reply, more='replaces = "local@2026-11-01"\nexcludes = ["question"]\neffective_from = 2026-11-20')
    world = new_world(county=own_county(tmp_path / "own", hidden))
    world.submit()
    world.pass_days(35)

    assert titles_of_late(world, LATE[1], "suggestion.reply") != set()


@pytest.mark.slow
def test_a_duty_of_the_catalogue_is_owed_by_the_countys_stricter_promise(
    new_world: Callable[..., World], tmp_path: Path
) -> None:
    monthly = {"id": "village.monthly_finance", "law": "村民委员会组织法", "article": "30", "quantity": 10}
    more = 'replaces = "village@2026-11-01"\nstart = "month_end"\npublish = true\neffective_from = 2026-11-15'
    world = new_world(county=own_county(tmp_path / "own", a_pack(**monthly, more=more)))
    world.pass_days(30)

    found = world.ask("GET", "/api/v1/public/affairs?limit=100").get_json()["items"]
    dues = {one["period"]: one["due"] for one in found if one["duty"] == "dawa-finance"}
    assert dues == {"2026-10": "2026-11-15", "2026-11": "2026-12-10"}
