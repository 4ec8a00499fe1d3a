"""What comes beside the straight road: more time for several offices, a withdrawal, a certificate that comes back."""

import pytest
from sqlalchemy import select

from services.notification.models import MessageRow
from tests.mechanisms.service_window.makers import CONSENT, GRANTED, OFFICES, SERVED, apply, decide, terms
from tests.mechanisms.service_window.test_story import give, joint, offered

APPROVED = {
    "approved_by": "county-government",
    "legal_basis": "青禾政批〔2026〕7号，2026年11月2日",
    "reasons": "道路开口需要现场核对。",
}
CERTIFICATE = {"notice": "准予在大洼村二组建房。"}
CAME_BACK = {"method": "post", "tried_on": "2026-11-02", "happened": "无人领取，退回。"}


def last_letter(world, case):
    return [one["letter"]["text"] for one in world.follow(case)["timeline"] if one["letter"]][-1]


def test_more_time_for_several_offices_is_approved_above_once_and_told_with_reasons(world):
    case, parts = joint(world)
    assert terms(world, case)["licence.joint"]["due"] == "2027-01-05"
    own = world.try_step(case, "extend jointly", "housing-head", **{**APPROVED, "approved_by": "housing-bureau"})
    assert [one["field"] for one in own.get_json()["errors"]] == ["approved_by"]
    office = {**APPROVED, "approved_by": "petition-office"}
    assert world.try_step(case, "extend jointly", "housing-head", **office).status_code == 422
    silent = world.try_step(case, "extend jointly", "housing-head", **{**APPROVED, "reasons": ""})
    assert [one["field"] for one in silent.get_json()["errors"]] == ["reasons"]

    world.step(case, "extend jointly", "housing-head", **APPROVED)
    found = terms(world, case)
    assert (found["licence.joint"]["status"], found["licence.joint_extend"]["due"]) == ("extended", "2027-01-26")
    letter = last_letter(world, case)
    assert APPROVED["legal_basis"] in letter
    assert APPROVED["reasons"] in letter
    again = world.try_step(case, "extend jointly", "housing-head", **APPROVED)
    assert again.get_json()["code"] == "no-extension"

    for office, part in parts.items():
        give(world, part, office, CONSENT)
    decide(world, case, GRANTED, "2026-11-02")
    assert terms(world, case)["licence.joint_extend"]["status"] == "met"


@pytest.mark.quick
def test_an_office_alone_has_no_joint_extension(embedded_world):
    world = embedded_world
    case = apply(world)
    world.step(case, "accept", "housing-officer")
    assert "extend jointly" not in offered(world, case, "housing-head")
    assert "extend" in offered(world, case, "housing-head")
    assert world.try_step(case, "extend jointly", "housing-head", **APPROVED).status_code == 409


def test_a_withdrawal_closes_the_open_parts_and_tells_their_offices(world):
    for office in ("water", "transport"):
        world.token(f"{office}-officer")
    case, parts = joint(world)
    give(world, parts["water"], "water", CONSENT)
    world.step(parts["transport"], "take part up", "transport-officer")
    world.ask_step(case, "withdraw")

    assert world.follow(case)["outcome"] == "withdrawn"
    given, open_one = world.desk(parts["water"], "water-officer"), world.desk(parts["transport"], "transport-officer")
    assert (given["outcome"], open_one["outcome"]) == ("consent", "withdrawn")
    assert {given["phase"], open_one["phase"]} == {"closed"}
    assert terms(world, parts["transport"], "transport-officer")["part.due"]["status"] == "voided"
    with world.service("notification").reading() as session:
        told = session.scalars(select(MessageRow.body).where(MessageRow.template == "called_off")).all()
    assert told
    assert all("县交通运输局" in one and parts["transport"]["reference"] in one for one in told)
    assert not any(parts["water"]["reference"] in one for one in told)


def granted(world):
    case = apply(world, contact={"name": "周某", "email": "zhou@example.test"})
    world.step(case, "accept", "housing-officer")
    decide(world, case, GRANTED, "2026-11-02")
    world.step(case, "issue certificate", "housing-head", **CERTIFICATE)
    return case


def test_a_certificate_that_came_back_is_tried_again_and_shows(world):
    case = granted(world)
    notice = {"method": "notice", "proof": "公告栏", "received_on": "2026-11-02"}
    early = world.try_step(case, "serve certificate", "housing-officer", **notice)
    assert [one["field"] for one in early.get_json()["errors"]] == ["method"]

    world.step(case, "certificate undelivered", "housing-officer", **CAME_BACK)
    assert terms(world, case)["window.try_again"]["due"] == "2026-11-09"
    assert terms(world, case)["licence.certificate"]["status"] == "open"
    shown = world.follow(case)
    assert shown["phase"] == "carrying_out"
    assert "登记证件被退回或者无人领取" in str(shown["timeline"])
    assert CAME_BACK["happened"] not in str(shown)
    with world.service("notification").reading() as session:
        told = session.scalars(select(MessageRow.body).where(MessageRow.template == "moved")).all()
    assert any("退回或者无人领取" in one for one in told)

    world.pass_days(8)
    assert terms(world, case)["window.try_again"]["status"] == "breached"
    world.step(case, "certificate undelivered", "housing-officer", **{**CAME_BACK, "tried_on": "2026-11-10"})
    assert terms(world, case)["window.try_again"]["due"] == "2026-11-17"
    world.step(case, "serve certificate", "housing-officer", **SERVED, received_on="2026-11-10")
    assert world.follow(case)["phase"] == "closed"
    assert {terms(world, case)[rule]["status"] for rule in ("licence.certificate", "window.try_again")} == {"met"}


@pytest.mark.quick
def test_parts_that_are_asked_for_later_close_with_the_withdrawal_too(embedded_world):
    world = embedded_world
    case = apply(world)
    world.step(case, "accept", "housing-officer")
    world.step(case, "bring in", "housing-officer", **{**OFFICES, "offices": ["water-bureau"]})
    world.ask_step(case, "withdraw")
    assert {one["phase"] for one in world.follow(case)["relatives"]} == {"closed"}
