"""Assigned from above with the sender's own date: the earliest binds, the report is a task, the sender reads it."""

import pytest
from sqlalchemy import select

from services.notification.models import MessageRow
from services.routing import recount
from shared.law.rule import ASSIGNED

ASKED = {"unit": "housing-bureau", "due": "2026-11-12", "reason": "请现场核实并书面报告。"}


@pytest.fixture
def assigned(embedded_world):
    """Give a petition that the petition office assigned to the housing bureau, due before the law's own date."""
    receipt = embedded_world.submit("petitions", "petition", addressed_to="petition-office")
    embedded_world.step(receipt, "assign", "petition-officer", **ASKED)
    return receipt


def dates(world, receipt, post="housing-officer"):
    return {one["rule"]: one for one in world.desk(receipt, post)["deadlines"]}


def test_the_senders_date_stands_beside_the_laws_and_says_whose_it_is(embedded_world, assigned):
    found = dates(embedded_world, assigned)
    assert (found[ASSIGNED.id]["due"], found["petition.notice"]["due"]) == ("2026-11-12", "2026-11-17")
    assert "县信访局于2026年11月2日交办" in found[ASSIGNED.id]["explanation"]
    assert "《信访工作条例》第22条" in found[ASSIGNED.id]["explanation"]


def test_the_earliest_binds_on_the_work_list(embedded_world, assigned):
    listed = embedded_world.ask("GET", "/api/v1/desk/cases", post="housing-officer").get_json()["items"]
    assert [one["due_at"][:10] for one in listed if one["reference"] == assigned["reference"]] == ["2026-11-12"]


def test_the_report_back_meets_it_and_the_sender_reads_it(embedded_world, assigned):
    embedded_world.token("petition-officer")
    embedded_world.step(assigned, "report back", "housing-officer", report="已派人核实，三日内修好。")
    assert dates(embedded_world, assigned)[ASSIGNED.id]["status"] == "met"
    read = embedded_world.desk(assigned, "petition-officer")
    assert [one["inputs"] for one in read["steps"] if one["step"] == "report back"] == [
        {"report": "已派人核实，三日内修好。"}
    ]
    assert "report back" not in [one["step"] for one in read["offers"]]
    assert "accept" not in [one["step"] for one in read["offers"]]
    with embedded_world.service("notification").reading() as session:
        assert len(session.scalars(select(MessageRow).where(MessageRow.template == "reported")).all()) == 1


def test_it_is_broken_by_itself_and_reported_late(embedded_world, assigned):
    embedded_world.pass_days(12)
    assert dates(embedded_world, assigned)[ASSIGNED.id]["status"] == "breached"
    embedded_world.step(assigned, "report back", "housing-officer", report="补报。")
    assert dates(embedded_world, assigned)[ASSIGNED.id]["status"] == "met_late"


def test_neither_new_days_off_nor_a_question_move_it(embedded_world, assigned):
    embedded_world.step(assigned, "accept", "housing-officer")
    embedded_world.step(assigned, "ask", "housing-officer", question="哪一栋？")
    routing = embedded_world.service("routing")
    with routing.transaction(embedded_world.clock.now()) as session:
        assert recount.recount(session, "again") == 0
    found = dates(embedded_world, assigned)[ASSIGNED.id]
    assert (found["due"], found["status"]) == ("2026-11-12", "open")


def test_what_is_taken_back_owes_no_report(embedded_world, assigned):
    embedded_world.step(assigned, "object", "housing-officer", reasons="不属我局职责，应由城关镇办理。")
    embedded_world.step(assigned, "take back", "petition-officer", finding="情况属实。")
    assert dates(embedded_world, assigned, "petition-officer")[ASSIGNED.id]["status"] == "voided"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        pytest.param({"unit": "dawa-committee"}, "unit", id="a village is guided, not directed"),
        pytest.param({"unit": "county-government"}, "unit", id="nobody directs upward"),
        pytest.param({"due": "2026-11-02"}, "due", id="today is too late to ask for"),
    ],
)
def test_who_and_when_cannot_be(embedded_world, more, field):
    receipt = embedded_world.submit("petitions", "petition", addressed_to="petition-office")
    answer = embedded_world.try_step(receipt, "assign", "petition-officer", **{**ASKED, **more})
    assert answer.status_code == 422
    assert field in str(answer.get_json()["errors"])
