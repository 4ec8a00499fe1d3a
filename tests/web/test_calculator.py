"""The public calculator: without a script, from a link, and with what can't be."""

import re
import shutil
from datetime import date

import pytest
from world import make_world

from services.intake.wall import wall
from shared.calendar.national import national
from shared.law.packs import load_rules
from shared.law.term import resumed
from tests.law.makers import started

quick = pytest.mark.quick  # the picture; pages need a whole county


@pytest.fixture(scope="module")
def county(seeded_home, tmp_path_factory):
    home = tmp_path_factory.mktemp("calculator") / "home"
    shutil.copytree(seeded_home, home)
    world = make_world(home)
    yield world
    world.loop.close()


def days(picture):
    return {one.day.isoformat(): one for month in picture.months for week in month.weeks for one in week if one}


def ask(world, **asked):
    return world.client.get("/deadlines", query_string={**asked, "lang": "en"})


@quick
def test_every_day_of_the_picture_is_what_the_trace_says():
    term = started("2026-09-18", 20)
    seen = days(wall(term, national("CN")))

    assert seen["2026-09-18"].kind == "start"
    assert {seen[str(day)].kind for day in term.skipped} == {"skipped"}
    assert {seen[str(day)].kind for day in term.made_up} == {"made_up"}
    assert (seen["2026-09-19"].kind, seen["2026-10-23"].kind) == ("weekend", "outside")
    assert (seen["2026-10-22"].number, seen["2026-10-22"].last) == (20, True)
    assert sum(one.number > 0 for one in seen.values()) == 20


@quick
def test_a_pause_and_a_rolled_end_are_seen():
    china, rule = national("CN"), load_rules()["petition.handle"]
    term = started("2026-03-01", 60, "calendar_day", id=rule.id)
    paused = resumed(term, rule, date(2026, 3, 10), date(2026, 3, 12), china)
    rolled = days(wall(started("2026-08-02", 60, "calendar_day", roll="next_working_day"), china))

    assert [days(wall(paused, china))[f"2026-03-{day}"].kind for day in (10, 12, 13)] == ["paused", "paused", "counted"]
    assert (rolled["2026-10-01"].number, rolled["2026-10-02"].kind, rolled["2026-10-08"].last) == (60, "skipped", True)


@quick
def test_of_a_long_term_the_first_and_the_last_months_are_shown():
    picture = wall(started("2026-01-31", 24, "month"), national("CN"))

    assert [str(month.first)[:7] for month in picture.months] == ["2026-01", "2026-02", "2027-12", "2028-01"]
    assert picture.left_out == 21


@quick
def test_weeks_begin_on_monday_and_are_whole():
    for month in wall(started("2026-09-18", 20), national("CN")).months:
        assert {len(week) for week in month.weeks} == {7}
        assert all(one.day.weekday() == place for week in month.weeks for place, one in enumerate(week) if one)


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ({"rule": "info.answer", "from": "2026-09-18"}, "Due on 22 October 2026"),
        (
            {"rule": "info.answer", "from-year": "2026", "from-month": "9", "from-day": "18"},
            "Due on 22 October 2026",
        ),
        ({"rule": "decision.comment", "from": "2026-09-01"}, "At least until 1 October 2026"),
        ({"rule": "uk.foi.answer", "from": "2026-11-27"}, "Due on 30 December 2026"),
    ],
    ids=["a link", "the form", "a minimum", "another country"],
)
def test_an_answer_stands_on_the_page(county, asked, heading):
    page = ask(county, **asked)

    assert page.status_code == 200
    assert heading in page.text


def test_what_nobody_promised_here_is_counted_and_says_so(county):
    assert "Nobody here has promised this" in ask(county, rule="uk.foi.answer", **{"from": "2026-11-27"}).text
    assert "Nobody here" not in ask(county, rule="info.answer", **{"from": "2026-09-18"}).text


def test_a_date_beyond_the_announced_years_is_called_provisional(county):
    assert "This date is provisional" in ask(county, rule="info.answer", **{"from": "2026-12-18"}).text


def test_the_empty_page_complains_of_nothing_in_either_language(county):
    assert [county.client.get(f"/deadlines?lang={language}").status_code for language in ("zh", "en")] == [200, 200]


def test_only_what_is_promised_here_is_offered(county):
    offered = re.findall(r'<option value="([^"]+)"', county.client.get("/deadlines").text)

    assert {"petition.handle", "suggestion.reply", "info.answer"} <= set(offered)
    assert not [name for name in offered if name.startswith(("hotline.", "uk.", "eu.", "report."))]


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        pytest.param({"rule": "no.rule", "from": "2026-03-01"}, "Choose what is promised", id="an unknown rule"),
        pytest.param({"rule": "info.answer", "from": "2026-02-29"}, "There is no such day", id="29 February"),
        pytest.param({"rule": "info.answer", "from-year": "x"}, "There is no such day", id="half a day"),
        pytest.param({"rule": "info.answer", "from": "9999-12-20"}, "within 30 years", id="out of range"),
        pytest.param({"rule": "hotline.life", "from": "2026-03-01"}, "runs by the hour", id="hours"),
    ],
)
def test_what_can_not_be_counted_says_why(county, asked, complaint):
    page = ask(county, **asked)

    assert page.status_code == 422
    assert complaint in page.text
