"""An inspection team: who may go, until when, and what it reports; nothing is closed before."""

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from mechanisms.directives import schemas
from services.routing.models import CaseRow, StepRow
from services.routing.team import by_unit
from shared.access.tables import AbsenceRow, CaseAccessRow, PersonRow, TieRow
from shared.crypto.private import Private
from tests.mechanisms.directives.test_story import (
    FOUND,
    OF_THE_TEAM,
    REPLY,
    TEAM,
    directives,
    issue,
    offers,
    passed_on,
    raised,
    refused,
)

BEFORE = ("remind", "circulate", "call in", "list")


def urged(world, directive):
    """Take every measure before the inspection team."""
    world.token("county-head")  # who may go holds a post
    world.pass_days(20)
    for measure in BEFORE:
        world.step(directive, measure, "petition-head", **FOUND)


def on_the_list(world, directive):
    """Give the posts that the form offers."""
    (offer,) = [one for one in world.desk(directive, "petition-head")["offers"] if one["step"] == "inspect"]
    (field,) = [one for one in offer["fields"] if one["type"] == "posts"]
    return set(field["options"])


@pytest.mark.slow
def test_a_team_is_sent_and_reports_before_anything_is_closed(world):
    _, directive = raised(world)
    issue(world, directive)
    urged(world, directive)
    listed = on_the_list(world, directive)
    assert {"county-head", "petition-officer"} <= listed
    assert "housing-head" not in listed  # nobody holds it yet
    assert not {one for one in listed if one.startswith("water-")}  # nobody inspects himself
    for wrong in (["county-head"], ["county-head", "county-head"], ["county-head", "water-head"], ["county-head", "x"]):
        assert refused(world, directive, "inspect", "petition-head", **TEAM | {"members": wrong})[0] == "invalid"
    for day in ("2026-11-22", "2027-03-31"):
        late = TEAM | {"until": day}
        assert refused(world, directive, "inspect", "petition-head", **late) == ("invalid", ["until"])
    assert "report of the team" not in offers(world, directive, "petition-officer")
    world.step(directive, "inspect", "petition-head", **TEAM)
    assert refused(world, directive, "end", "petition-head", **FOUND)[0] == "guard-not-met"
    world.step(directive, "reply", "water-head", **REPLY)
    assert offers(world, directive, "petition-head") == ["report of the team", "send back"]
    assert refused(world, directive, "report of the team", "water-head", **OF_THE_TEAM)[0] == "not-your-step"
    world.pass_days(15)  # the team is late: the one who sent it owes its report
    terms = {one["rule"]: one["status"] for one in world.desk(directive, "petition-head")["deadlines"]}
    assert terms["directive.inspect"] == "breached"
    world.client.set_cookie("lx_lang", "zh")
    world.sign_in("petition-head")
    page = world.client.get(f"/desk/cases/{directive['reference']}").text
    assert world.deployment.county.name_of("county-head", "zh") in page
    for wrong in (["water-head"], ["petition-head"], []):
        bad = OF_THE_TEAM | {"written_by": wrong}
        assert refused(world, directive, "report of the team", "petition-officer", **bad) == ("invalid", ["written_by"])
    for day in ("2026-11-21", "2026-12-08"):  # before it was sent, and tomorrow
        bad = OF_THE_TEAM | {"visited_on": day}
        assert refused(world, directive, "report of the team", "petition-officer", **bad) == ("invalid", ["visited_on"])
    world.step(directive, "report of the team", "petition-officer", **OF_THE_TEAM)
    world.step(directive, "be satisfied", "petition-head", **FOUND)
    assert world.desk(directive, "petition-head")["outcome"] == "fulfilled"


def test_who_is_barred_from_the_case_is_not_on_the_list(embedded_world):
    world = embedded_world
    case = passed_on(world)
    world.step(case, "direct", "petition-head", ground="delay", reasons="未派人核实。")
    (directive,) = directives(world)
    recused = f"/api/v1/desk/cases/{directive['reference']}/recuse"
    assert world.ask("POST", recused, {"reason": "亲属所提"}, post="petition-reader").status_code == 200
    issue(world, directive, due=f"{(world.clock.now() + timedelta(days=5)).date()}")
    urged(world, directive)
    listed = on_the_list(world, directive)
    assert "petition-reader" not in listed
    assert "petition-officer" in listed
    keeps_what_was_chosen(world, f"/desk/cases/{directive['reference']}/inspect")


def keeps_what_was_chosen(world, path):
    """Send the form with a day that is over: the page names it, and who was chosen is chosen still."""
    world.sign_in("petition-head")
    page = world.client.get(path).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    day = {"until-year": "2020", "until-month": "1", "until-day": "1"}
    answer = world.client.post(path, data={**hidden, **day, "task": "查", "members": TEAM["members"]})
    assert page.count(" checked") == 0
    assert answer.text.count(" checked") == len(TEAM["members"])
    assert "早于督办终止日" in answer.text


THEIRS = ("housing-head", "housing-officer", "petition-reader", "county-officer", "liuhe-head", "liuhe-officer")


def test_nobody_goes_for_an_empty_post_nor_who_has_a_part_in_it_beside_his_post(embedded_world):
    world = embedded_world
    _, directive = raised(world)
    issue(world, directive)
    urged(world, directive)
    for post in (*THEIRS, "county-reader", "water-head", "water-officer"):
        world.token(post)
    listed = on_the_list(world, directive)
    assert {*THEIRS} <= listed
    with world.service("routing").transaction() as session:
        by = {post: person for person in session.scalars(select(PersonRow)) for post in person.posts}
        case = session.scalars(select(CaseRow.id).where(CaseRow.reference == directive["reference"])).one()
        by["housing-head"].posts = []
        by["housing-officer"].active = False
        session.add(CaseAccessRow(case=case, what="barred", code=by["petition-reader"].id))
        by["county-reader"].posts = ["county-reader", "petition-reader"]  # two hold it, and one is barred
        by["liuhe-officer"].posts = ["liuhe-officer", "water-reader"]  # who also holds a post of that line
        today = world.clock.now().date()
        away, instead = by["water-officer"].id, by["county-officer"].id
        session.add(AbsenceRow(code="a", person=away, stand_in=instead, since=today, until=today + timedelta(days=9)))
        session.add(TieRow(code="t", person=by["water-head"].id, other=by["liuhe-head"].id, kind="kin"))
    assert listed - on_the_list(world, directive) == {*THEIRS}


def test_the_list_names_each_unit_once_and_its_posts_under_it(embedded_world):
    county = embedded_world.deployment.county
    shown = by_unit(["petition-officer", "county-head", "petition-head"], county, "zh")
    names = [one["divider"] if isinstance(one, dict) else one[0] for one in shown]
    units = [county.unit_name(unit, "zh") for unit in ("county-government", "petition-office")]
    assert sorted(names) == sorted([*units, "petition-officer", "county-head", "petition-head"])
    assert {*names[names.index(units[1]) + 1 : names.index(units[1]) + 3]} == {"petition-officer", "petition-head"}


SAID = "已约谈并派人到场，月底前整改。"


def as_an_earlier_release_wrote_it(world, directive):
    """Note that a team was sent as it was asked before teams were named by posts; gives the case's id."""
    with world.service("routing").transaction(world.clock.now()) as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == directive["reference"])).one()
        taken = session.scalars(select(StepRow).where(StepRow.case == row.id)).all()
        inputs = session.seal(row.id, Private(json.dumps({"finding": SAID})))
        place = {"origin": "issued", "state": "issued", "number": len(taken) + 1}
        common = {"role": "head", "person": "-", "at": session.now, "complete": True, "files": []}
        session.add(StepRow(case=row.id, step="inspect", inputs=inputs, **place, **common))


def test_what_was_said_of_a_team_before_this_release_is_still_read(embedded_world):
    world = embedded_world
    _, directive = raised(world)
    issue(world, directive)
    as_an_earlier_release_wrote_it(world, directive)
    world.sign_in("petition-head")
    page = world.client.get(f"/desk/cases/{directive['reference']}").text
    assert SAID in page
    assert "所做的工作、时间和商定的事项" in page
    assert SAID in str(world.desk(directive, "petition-head")["steps"])
    world.step(directive, "end", "petition-head", **FOUND)
    with world.ask("POST", f"/api/v1/desk/cases/{directive['reference']}/archive", post="petition-head") as answer:
        archive = zipfile.ZipFile(BytesIO(answer.get_data()))
    assert SAID in archive.read("case.json").decode()


def test_nobody_is_asked_what_was_asked_once():
    assert "finding" not in schemas.Team.asked()
    assert list(schemas.Team.shown()) == ["finding", "task", "members", "until"]
