"""A directive: raised by hand or by a rung, prepared and signed, replied to or objected to, urged in order, closed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from world import START, full_county

from services.intake import family
from services.routing import clocks
from services.routing.models import CaseRow, DeadlineRow
from shared.county.structure import Edge
from shared.facts.base import Envelope, read_fact
from shared.facts.case import CaseRequested
from shared.ids import CaseId
from shared.journal.tables import JournalRow
from shared.journal.tell import tell
from shared.workflow.case import Case
from shared.workflow.directing import no_directive_is_open

GROUND = {"ground": "delay", "reasons": "受理二十日仍未派人核实。"}
DEMAND = {"legal_basis": "信访工作条例 39", "reasons": "五日内核实并书面答复。", "ends": "2027-03-31"}
REPLY = {"found": "主管道老化。", "report": "已更换，明日复查。"}
FOUND = {"finding": "已电话核实。"}
OF_THE_TEAM = {
    "written_by": ["county-head"],
    "visited_on": "2026-11-22",
    "found": "无人承办。",
    "advice": "三日内派员核实。",
}
TEAM = {"task": "查明为何未答复。", "members": ["county-head", "petition-officer"], "until": "2026-12-01"}


TITLE = "村口的路灯坏了"


def directives(world, post="petition-head"):
    """Give the references of the directives about the petition on a work list; duties that are late have others."""
    listed = world.ask("GET", "/api/v1/desk/cases?limit=100", post=post).get_json()["items"]
    found = [one for one in listed if one["mechanism"] == "directives" and one["title"] == TITLE]
    return [{"reference": one["reference"]} for one in found]


def offers(world, case, post):
    return [one["step"] for one in world.desk(case, post)["offers"]]


def refused(world, case, step, post, **inputs):
    answer = world.try_step(case, step, post, **inputs)
    return answer.get_json()["code"], [one["field"] for one in answer.get_json().get("errors", ())]


def passed_on(world):
    """Give a petition that the petition office passed on and the water bureau accepted."""
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
    world.step(case, "accept", "water-officer")
    return case


def issue(world, directive, due="2026-11-20"):
    world.step(directive, "prepare", "petition-officer", **DEMAND)
    world.step(directive, "issue", "petition-head", target="water-bureau", due=due)


def raised(world):
    """Give a petition, and the directive that the head of the petition office raised about it."""
    case = passed_on(world)
    world.step(case, "direct", "petition-head", **GROUND)
    (directive,) = directives(world)
    return case, directive


@pytest.fixture
def supervised(embedded_world):
    """Give the same on SQLite only, signed and given to the bureau, to be replied to by 20 November."""
    case, directive = raised(embedded_world)
    issue(embedded_world, directive)
    return case, directive


def test_a_directive_is_raised_signed_replied_to_and_closed(world):
    case, directive = raised(world)
    assert refused(world, case, "direct", "petition-head", **GROUND)[0] == "guard-not-met"  # one at a time
    assert world.ask("GET", f"/api/v1/desk/cases/{directive['reference']}", post="water-head").status_code == 404
    world.step(directive, "prepare", "petition-officer", **DEMAND)
    wrong = {"target": "housing-bureau", "due": "2026-11-20"}
    assert refused(world, directive, "issue", "petition-head", **wrong) == ("invalid", ["target"])
    world.step(directive, "issue", "petition-head", target="water-bureau", due="2026-11-20")
    assert directives(world, "water-head") == [directive]
    assert offers(world, directive, "water-head") == ["reply", "object"]
    world.step(directive, "reply", "water-head", **REPLY)
    assert offers(world, directive, "petition-head") == ["send back", "be satisfied", "end"]
    world.step(directive, "send back", "petition-head", finding="没有说明何时复查。", due="2026-11-25")
    world.step(directive, "reply", "water-head", **REPLY)
    world.step(directive, "be satisfied", "petition-head", **FOUND)
    shown = world.desk(directive, "petition-head")
    assert (shown["phase"], shown["outcome"]) == ("closed", "fulfilled")
    assert [one["status"] for one in shown["deadlines"] if one["rule"] != "directive.object"] == ["met"] * 3
    assert "direct" not in [line.get("step") for line in world.follow(case)["timeline"]]  # nothing of the inside


def test_the_unit_objects_once_and_in_its_days(embedded_world, supervised):
    world, (_, directive) = embedded_world, supervised
    world.step(directive, "object", "water-head", against="该管段由城建投资公司管理。")
    assert refused(world, directive, "keep", "water-head", **FOUND)[0] == "not-your-step"
    world.step(directive, "keep", "petition-head", **FOUND)
    assert offers(world, directive, "water-head") == ["reply"]


def test_an_objection_that_convinces_lifts_it(embedded_world, supervised):
    world, (_, directive) = embedded_world, supervised
    world.step(directive, "object", "water-head", against="该管段由城建投资公司管理。")
    world.step(directive, "lift", "petition-head", **FOUND)
    assert world.desk(directive, "petition-head")["outcome"] == "lifted"


def test_after_its_days_nobody_objects(embedded_world, supervised):
    world, (_, directive) = embedded_world, supervised
    world.pass_days(8)
    assert offers(world, directive, "water-head") == ["reply"]


def test_the_units_page_says_nothing_of_the_senders_measures(embedded_world, supervised):
    world, (_, directive) = embedded_world, supervised
    world.client.set_cookie("lx_lang", "en")
    pages = {}
    for post in ("water-head", "petition-head"):
        world.sign_in(post)
        pages[post] = world.client.get(f"/desk/cases/{directive['reference']}").text
    assert "Remind in writing" not in pages["water-head"]
    said = "Remind in writing · Name it in a circular · Call its head in for a talk"
    assert said in " ".join(pages["petition-head"].split())


@pytest.mark.slow
def test_measures_come_once_in_order_and_only_while_the_reply_is_late(embedded_world, supervised):
    world, (_, directive) = embedded_world, supervised
    measures = ["remind", "circulate", "call in", "list", "inspect"]
    assert refused(world, directive, "remind", "petition-head", **FOUND)[0] == "guard-not-met"
    world.token("county-head")  # who may go holds a post
    world.pass_days(20)
    for measure in measures:
        assert [one for one in offers(world, directive, "petition-head") if one in measures] == [measure]
        world.step(directive, measure, "petition-head", **(TEAM if measure == "inspect" else FOUND))
    assert offers(world, directive, "petition-head") == ["report of the team"]
    (line,) = world.ask("GET", "/api/v1/public/charges").get_json()["items"]
    assert (line["kind"], line["unit"], line["ended_on"]) == ("directive", "water-bureau", None)  # and no word of it
    world.step(directive, "reply", "water-head", **REPLY)
    world.step(directive, "report of the team", "petition-officer", **OF_THE_TEAM)
    world.step(directive, "be satisfied", "petition-head", **FOUND)


def test_the_drafter_does_not_sign_and_the_day_lies_ahead(embedded_world):
    world = embedded_world
    _, directive = raised(world)
    world.step(directive, "prepare", "petition-officer", **DEMAND)
    past = {"target": "water-bureau", "due": "2026-11-02"}
    assert refused(world, directive, "issue", "petition-head", **past) == ("invalid", ["due"])
    assert refused(world, directive, "issue", "petition-officer", **past)[0] == "not-your-step"
    world.step(directive, "drop", "petition-head", **FOUND)
    assert world.desk(directive, "petition-head")["outcome"] == "dropped"


def test_who_is_barred_from_the_case_is_barred_from_its_directive(embedded_world):
    world = embedded_world
    case = passed_on(world)
    recused = f"/api/v1/desk/cases/{case['reference']}/recuse"
    assert world.ask("POST", recused, {"reason": "亲属所提"}, post="water-head").status_code == 200
    world.settle()
    world.step(case, "direct", "petition-head", **GROUND)
    (directive,) = directives(world)
    issue(world, directive)
    assert directives(world, "water-head") == []
    assert world.ask("GET", f"/api/v1/desk/cases/{directive['reference']}", post="water-head").status_code == 404


@pytest.mark.slow
def test_a_rung_raises_one_at_the_unit_above_and_none_about_itself(world):
    case = world.submit("petitions", "petition", category="housing")
    world.step(case, "accept", "housing-officer")
    world.pass_days(60 + 8)
    (directive,) = directives(world, "county-head")
    shown = world.desk(directive, "county-head")
    assert (shown["unit"], shown["phase"]) == ("county-government", "triage")
    world.step(directive, "prepare", "county-officer", **DEMAND)
    world.step(directive, "issue", "county-head", target="housing-bureau", due="2027-01-20")
    world.pass_days(60)  # nobody replies: its own term climbs the ladder, and raises nothing more
    assert directives(world, "county-head") == [directive]
    with world.service("routing").reading() as session:
        parents = list(session.scalars(select(CaseRow.parent).where(CaseRow.mechanism == "directives")))
        supervised = set(session.scalars(select(CaseRow.relation).where(CaseRow.id.in_(parents))))
    assert len(parents) == len(set(parents))  # one for each case that is late
    assert "directive" not in supervised


def found_id(session, case):
    return session.scalars(select(CaseRow.id).where(CaseRow.reference == case["reference"])).one()


def about(world, case):
    """Count the directives about a case, and the terms of it that reached the rung which raises one."""
    with world.service("routing").reading() as session:
        found = found_id(session, case)
        raised = session.scalars(select(CaseRow.id).where(CaseRow.parent == found, CaseRow.relation == "directive"))
        terms = session.scalars(select(DeadlineRow).where(DeadlineRow.case == found))
        return len(raised.all()), sum("above" in (term.rungs or ()) for term in terms)


def test_two_terms_of_one_case_raise_one_directive(embedded_world):
    """The forwarding is late and the assigned date as well."""
    world = embedded_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    asked = {"unit": "water-bureau", "due": "2026-11-16", "reason": "请核实。"}
    world.step(case, "assign", "petition-officer", **asked)
    world.pass_days(30)
    assert about(world, case) == (1, 2)


def test_a_rung_raises_none_while_one_that_somebody_asked_for_is_on_its_way(embedded_world):
    world = embedded_world
    case = passed_on(world)
    with world.service("routing").reading() as session:
        handled = select(DeadlineRow).where(DeadlineRow.rule == "petition.handle")
        reached = session.scalars(handled).one().due_at + timedelta(days=7)
    world.pass_days((reached - world.clock.now()) / timedelta(days=1) - 0.1)
    assert world.try_step(case, "direct", "petition-head", **GROUND).status_code == 200
    with world.service("routing").transaction(reached) as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == case["reference"])).one()
        clocks.catch_up(session, row, session.now)
    world.settle()
    assert about(world, case) == (1, 1)


def loses(monkeypatch, requests):
    """Let intake give up so many requests for a directive, as `parked drop` does; gives all that came."""
    came, is_open = [], family.is_open_by_the_ladder

    def asked(session, parent, fact) -> bool:
        if (parent.mechanism, fact.relation) != ("petitions", "directive"):
            return is_open(session, parent, fact)
        came.append(fact.subject.split("/")[2:])
        return len(came) <= requests or is_open(session, parent, fact)

    monkeypatch.setattr(family, "is_open_by_the_ladder", asked)
    return came


def late(world):
    """Give a petition of which a term reached the rung that raises a directive, a moment ago."""
    case = passed_on(world)
    with world.service("routing").reading() as session:
        handled = select(DeadlineRow).where(DeadlineRow.rule == "petition.handle")
        reached = session.scalars(handled).one().due_at + timedelta(days=7)
    world.clock.set_to(reached + timedelta(minutes=1))
    world.settle()
    return case


FIRST, SECOND = ["above"], ["above", "2"]


def test_a_request_that_was_dropped_is_made_once_more_after_a_day(world, monkeypatch):
    came = loses(monkeypatch, 1)
    case = late(world)
    assert (about(world, case), came) == ((0, 1), [FIRST])
    world.clock.set_to(world.clock.now() + timedelta(days=1, minutes=1))
    world.settle()
    assert (about(world, case), came) == ((1, 1), [FIRST, SECOND])


@pytest.mark.parametrize(("lost", "asked"), [(0, [FIRST]), (2, [FIRST, SECOND])], ids=["none lost", "both lost"])
def test_a_rung_asks_twice_at_the_most_and_only_where_nothing_came(embedded_world, monkeypatch, lost, asked):
    world, came = embedded_world, loses(monkeypatch, lost)
    case = late(world)
    for directive in directives(world, "county-head"):
        world.step(directive, "drop", "county-head", **FOUND)  # it came, whatever became of it
    world.pass_days(3)
    assert (came, about(world, case)[0]) == (asked, 0 if lost else 1)


def test_a_first_request_that_comes_after_the_second_opens_nothing(embedded_world, monkeypatch):
    world, came = embedded_world, loses(monkeypatch, 1)
    case = late(world)
    world.pass_days(2)
    with world.service("routing").transaction(world.clock.now()) as session:
        told = select(JournalRow.envelope).where(JournalRow.type == CaseRequested.wire_type())
        facts = [read_fact(Envelope.from_bytes(one)) for one in session.scalars(told)]
        (first,) = [one for one in facts if one.subject.endswith("/above") and one.parent == found_id(session, case)]
        tell(session, first)
    world.settle()
    assert (came, about(world, case)[0]) == ([FIRST, SECOND, FIRST], 1)


def test_a_report_raises_none(new_world, monkeypatch):
    """Also where whoever has authority over the unit's heads directs its work as well."""
    edges = [one for one in full_county().edges if (one.kind, one.lower) != ("cadre_authority", "water-bureau")]
    appoints = Edge(kind="cadre_authority", lower="water-bureau", upper="county-government")
    world = new_world(county=full_county(edges=(*edges, appoints)))
    kinds = world.deployment.mechanisms["petitions"].kinds
    case = world.submit("petitions", "petition", addressed_to="water-bureau")
    monkeypatch.setitem(kinds, "petition", replace(kinds["petition"], conflict="report"))
    world.pass_days(30)
    raised, reached = about(world, case)
    assert (raised, reached > 0) == (0, True)


def test_another_child_is_in_nobodys_way():
    case = Case(CaseId("c" * 32), "QH", "petitions", "petition", START, open_children=("review",))
    assert no_directive_is_open(case)
    assert not no_directive_is_open(replace(case, open_children=("review", "directive")))


def test_nobody_directs_a_village(embedded_world):
    """The village's duties are late as the offices' are: no way that commands leads up from it."""
    embedded_world.pass_days(40)
    with embedded_world.service("routing").reading() as session:
        about = session.scalars(select(CaseRow.about_units).where(CaseRow.mechanism == "directives")).all()
    units = {unit for units in about for unit in units}
    assert units
    assert not {unit for unit in units if embedded_world.deployment.county.unit_by_code[unit].level == "village"}


def to_and_fro(world, times):
    """Give a petition that went there and back so often, and then to the superior."""
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    for turn in range(times):
        world.step(case, "refer", "petition-officer", unit="water-bureau", reason="归水利局。")
        if turn < times - 1:
            world.step(case, "object", "water-officer", reasons="管网由住建局负责。")
            world.step(case, "take back", "petition-officer", finding="再核实。")
    if times == 1:
        world.step(case, "object", "water-officer", reasons="管网由住建局负责。")
        world.step(case, "decline the objection", "petition-officer", finding="供水属水利局。")
    world.step(case, "ask the superior", "water-officer", reasons="两家意见不一。")
    world.step(case, "decide", "county-head", unit="water-bureau", reason="供水属水利局。")
    return case


@pytest.mark.slow
def test_whoever_decides_what_went_to_and_fro_supervises_it(world):
    to_and_fro(world, 2)
    (directive,) = directives(world, "county-head")
    world.step(directive, "prepare", "county-officer", **DEMAND)
    world.step(directive, "issue", "county-head", target="water-bureau", due="2026-11-20")
    assert offers(world, directive, "water-head") == ["reply", "object"]


def test_a_dispute_that_did_not_go_to_and_fro_raises_none(embedded_world):
    to_and_fro(embedded_world, 1)
    assert directives(embedded_world, "county-head") == []


def test_without_directives_the_superior_decides_all_the_same(new_world):
    county = full_county(
        mechanisms=("petitions", "suggestions", "open_affairs", "reviews", "visits"),
        ladder=tuple(replace(rung, opens=None) for rung in full_county().ladder),
        confirmed_rules=tuple(rule for rule in full_county().confirmed_rules if rule != "directive.object"),
    )
    world = new_world(county=county)
    case = to_and_fro(world, 2)
    assert world.follow(case)["unit"] == "water-bureau"
    assert "direct" not in {step.name for step in world.deployment.mechanisms["petitions"].workflow.steps}
