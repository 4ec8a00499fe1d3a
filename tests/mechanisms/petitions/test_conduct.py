"""A complaint about somebody's conduct: whoever is named, and the direct superior, neither reads nor handles it."""

import json
import re
import zipfile
from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import select

from services.intake.erase import erase
from services.routing.competence.matter import Matter
from services.routing.known import people_for
from services.routing.models import CaseRow
from tests.life.test_review import decide
from tests.visitor import Visitor

ABOUT = {"about_unit": "", "about_post": "water-officer", "about": "八月三日上午，二号窗口"}
WATER = ("water-officer", "water-reader", "water-head")
IDENTITY = {"identity": "claimed", "name": "周某某", "address": "大洼村二组"}


class Complainant(Visitor):
    """Complains of how somebody behaved."""

    def write(self, **about):
        self.post("/new/what", title="二号窗口", text="让我跑了四趟，还训斥我。")
        self.post("/new/about", category="water")
        self.post("/new/whom", **about)
        self.post("/new/details", request="请调查并答复。")
        self.post("/new/you", **IDENTITY)

    def send(self):
        assert self.post("/new/check").status_code == 303
        page = self.client.get("/new/done").text
        self.world.settle()
        return {"reference": re.search(r"QH-\w{4}-\w{4}-\w", page)[0]}


@pytest.fixture
def visitor(embedded_world):
    return Complainant(embedded_world, "conduct")


def status(world, case, post):
    return world.ask("GET", f"/api/v1/desk/cases/{case['reference']}", post=post).status_code


def test_whoever_is_named_and_the_superior_find_no_case(visitor):
    visitor.write(**ABOUT)
    case, world = visitor.send(), visitor.world
    assert [status(world, case, post) for post in ("water-officer", "water-head")] == [404, 404]
    listed = world.ask("GET", "/api/v1/desk/cases", post="water-officer").get_json()["items"]
    assert case["reference"] not in str(listed)


def test_somebody_else_reads_whom_it_is_about_and_answers(visitor):
    visitor.write(**ABOUT)
    case, world = visitor.send(), visitor.world
    assert status(world, case, "county-officer") == 200
    shown = world.desk(case, "county-officer")
    assert shown["about"] == ABOUT["about"]
    world.step(case, "accept", "county-officer")
    assert world.desk(case, "county-officer")["phase"] == "handling"


@pytest.mark.parametrize("unit", ["water-bureau", ""], ids=["a unit and words", "words alone"])
def test_whoever_words_may_mean_does_not_read_them(visitor, unit):
    visitor.write(about_unit=unit, about_post="", about="水利局经办员李某")
    case, world = visitor.send(), visitor.world
    assert [status(world, case, post) for post in WATER] == [404, 404, 404]
    assert status(world, case, "county-officer") == 200


def test_who_holds_a_post_there_is_known_so_that_kin_is_barred_too(embedded_world):
    embedded_world.token("water-officer")
    with embedded_world.service("routing").transaction(embedded_world.clock.now()) as session:
        people = people_for(session, Matter("petitions", category="water", conflict="conduct"))
    assert people.of(frozenset(WATER))


def test_words_alone_without_a_kind_of_matter_are_sorted_by_the_petition_office(visitor):
    visitor.post("/new/what", title="窗口", text="让我跑了四趟，还训斥我。")
    visitor.post("/new/whom", about_unit="", about_post="", about="经办员李某")
    visitor.post("/new/details", request="请调查并答复。")
    visitor.post("/new/you", **IDENTITY)
    case, world = visitor.send(), visitor.world
    assert status(world, case, "petition-officer") == 200
    assert [status(world, case, post) for post in WATER] == [404, 404, 404]


def test_the_page_says_whom_words_alone_keep_out(visitor):
    page = visitor.client.get("/new/whom").text
    assert "只选单位的，该单位所有人员都看不到" in page
    assert "只写文字的，仅您选择的受理单位和该类事项承办单位的人员看不到此件" in page


NAMED = "县水利局 水利局经办岗 · 八月三日上午，二号窗口"


def about_a_post(world):
    """Give a complaint that names a post and says more in words, with its id."""
    about = {"posts": ["water-officer"], "text": ABOUT["about"]}
    case = world.submit("petitions", "conduct", category="water", about=about)
    with world.service("routing").reading() as session:
        return case, session.scalars(select(CaseRow.id).where(CaseRow.reference == case["reference"])).one()


def archived(world, case):
    """Give whom the case is about by its archive."""
    with world.ask("POST", f"/api/v1/desk/cases/{case['reference']}/archive", post="county-officer") as answer:
        return json.loads(zipfile.ZipFile(BytesIO(answer.get_data())).read("case.json"))["about"]


def test_desk_and_archive_name_posts_too(embedded_world):
    world, (case, _) = embedded_world, about_a_post(embedded_world)
    world.sign_in("county-officer")
    assert NAMED in unescape(world.client.get(f"/desk/cases/{case['reference']}").text)
    world.step(case, "accept", "county-officer")
    world.step(case, "hear", "county-officer", day="2026-11-02", way="phone", summary="已听取。")
    decide(world, case, "county", "explained")
    assert archived(world, case) == NAMED


def test_an_erased_case_is_about_nobody_any_more(embedded_world):
    world, (case, found) = embedded_world, about_a_post(embedded_world)
    with world.service("intake").inside():
        erase(found, "asked", now=world.clock.now())
    world.settle()
    with world.service("routing").reading() as session:
        row = session.get(CaseRow, found)
        assert (row.about_units, row.about_posts) == ([], [])
    assert [status(world, case, post) for post in ("water-officer", "county-officer")] == [404, 404]


def test_the_page_asks_for_one_of_three_and_keeps_what_was_typed(visitor):
    refused = visitor.post("/new/whom", about_unit="", about_post="", about="  ")
    assert refused.status_code == 422
    assert "请选择单位或岗位，或写明投诉的是谁。" in refused.text
    unknown = visitor.post("/new/whom", about_unit="moon-bureau", about_post="", about="二号窗口")
    assert unknown.status_code == 422
    assert "二号窗口" in unescape(unknown.text)


def test_the_page_that_asks_whom_cannot_be_skipped(visitor):
    visitor.post("/new/what", title="二号窗口", text="让我跑了四趟，还训斥我。")
    visitor.post("/new/about", category="water")
    visitor.post("/new/details", request="请调查并答复。")
    visitor.post("/new/you", **IDENTITY)
    assert visitor.client.get("/new/check").location == "/new/whom"
    assert visitor.post("/new/check").location == "/new/whom"


@pytest.mark.parametrize("about", [None, {}, {"units": [], "posts": [], "text": " "}, "  "], ids=str)
def test_a_program_has_to_say_whom_it_is_about(embedded_world, about):
    body = {"mechanism": "petitions", "kind": "conduct", "category": "water", "title": "态度", "text": "骂人"}
    refused = embedded_world.ask("POST", "/api/v1/cases", {**body, "about": about})
    assert refused.status_code == 422
    assert [one["field"] for one in refused.get_json()["errors"]] == ["about"]
    embedded_world.submit("petitions", "conduct", category="water", about="经办员李某")


def test_who_changes_the_kind_takes_nobodys_name_along(visitor):
    visitor.write(**ABOUT)
    visitor.client.get("/new/start/suggestions/suggestion")
    assert ABOUT["about"] not in visitor.client.get("/new/check").text
    case, world = visitor.send(), visitor.world
    assert world.desk(case, "water-officer")["about"] == ""


def test_the_check_page_says_whom_it_is_about(visitor):
    visitor.write(**ABOUT)
    assert ABOUT["about"] in visitor.client.get("/new/check").text
    assert 'value="water-officer" selected' in visitor.client.get("/new/whom").text


def test_a_petition_about_a_decision_has_no_such_page(embedded_world):
    embedded_world.client.get("/new/start/petitions/petition")
    assert embedded_world.client.get("/new/whom").status_code == 404
