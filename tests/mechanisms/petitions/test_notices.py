"""Who turned to an office is told in writing: on paper when it is served, and no case ends by one officer's word."""

import pytest

from tests.mechanisms.petitions.test_service import CONTACT, today, wrong
from tests.mechanisms.petitions.test_talk import offers

PROVEN = {"method": "hand", "proof": "本人签收"}
BY_NOTICE = {"method": "notice", "proof": "村务公开栏张贴三十日"}
ROAD = {
    **dict.fromkeys(("elsewhere", "final"), "no"),
    "sort": "demand",
}
NOT_ACCEPTED = {
    "answers": {**ROAD, "elsewhere": "yes"},
    "road": "handled",
    "notice": "该事项已由县住建局受理。",
    "summary": "不予受理。",
}
DIVERTED = {
    "answers": {**ROAD, "court": "court"},
    "road": "court_road",
    "notice": "请向人民法院起诉。",
    "remedy": "可以起诉。",
}


def petition(world, contact=CONTACT, unit="water-bureau"):
    return world.submit("petitions", "petition", addressed_to=unit, contact=contact)


def term(world, case, rule="petition.notice", post="water-officer"):
    return next(one["status"] for one in world.desk(case, post)["deadlines"] if one["rule"] == rule)


def signed_notice(world, case, step="not accept", said=NOT_ACCEPTED, unit="water"):
    world.step(case, step, f"{unit}-officer", **said)
    world.step(case, "read notice", f"{unit}-reader")
    world.step(case, "sign notice", f"{unit}-head")
    return case


def letters(world, case):
    return [line["letter"]["text"] for line in world.follow(case)["timeline"] if line["letter"]]


def test_a_notice_of_acceptance_in_a_drawer_tells_nobody(world):
    case = petition(world)
    world.step(case, "accept", "water-officer")
    assert term(world, case) == "open"
    world.pass_days(16)
    assert "deadline.breached" in world.events(case)
    world.step(case, "serve acceptance", "water-officer", **PROVEN, received_on=today(world))
    assert term(world, case) == "met_late"
    assert "告知书已于" in str(world.follow(case)["timeline"])
    assert "serve acceptance" not in offers(world, case)
    assert term(world, case, "petition.handle") == "open", "the answer is owed as before"


@pytest.mark.parametrize(
    "contact",
    [{"name": "陈某", "phone": "13800000000"}, {**CONTACT, "phone": "13800000000", "electronic": True}, {}],
    ids=["no address", "agreed to electronic letters", "nobody knows who"],
)
def test_who_is_told_on_the_receipt_page_is_told_when_it_stands_there(embedded_world, contact):
    case = petition(embedded_world, contact)
    embedded_world.step(case, "accept", "water-officer")
    assert term(embedded_world, case) == "met"
    assert "serve acceptance" not in offers(embedded_world, case)


def test_the_petition_office_acts_in_time_and_hands_its_notice_over_as_well(embedded_world):
    case = petition(embedded_world, unit="petition-office")
    embedded_world.step(case, "accept", "petition-officer")
    assert term(embedded_world, case, "petition.forward", "petition-officer") == "met"
    shown = embedded_world.desk(case, "petition-officer")
    assert "serve acceptance" in [one["step"] for one in shown["offers"]]


def test_an_opinion_that_is_served_tells_of_the_acceptance_too(embedded_world):
    world, case = embedded_world, petition(embedded_world)
    world.step(case, "accept", "water-officer")
    world.step(case, "hear", "water-officer", day=today(world), way="phone", summary="已听取。")
    said = {
        "facts": "已核实。",
        "opinion": "支持。",
        "legal_basis": "条例",
        "summary": "已答复。",
    }
    world.step(case, "draft", "water-officer", outcome="supported", by_when="2027-03-31", **said)
    world.step(case, "read", "water-reader")
    world.step(case, "sign", "water-head")
    assert term(world, case) == "open"
    world.step(case, "serve", "water-officer", **PROVEN, received_on=today(world))
    assert term(world, case) == "met"


@pytest.mark.parametrize(
    ("step", "said", "outcome"),
    [("not accept", NOT_ACCEPTED, "not_accepted"), ("divert", DIVERTED, "diverted")],
    ids=["not accepted", "another road"],
)
def test_no_case_ends_by_one_officers_word(world, step, said, outcome):
    case = petition(world)
    world.step(case, step, "water-officer", **said)
    seen = world.follow(case)
    assert (seen["phase"], seen["outcome"], letters(world, case)) == ("deciding", None, [])
    assert said["notice"] not in str(seen), "a draft is nobody's notice"
    alone = world.try_step(case, "read notice", "water-officer")
    assert alone.status_code == 403
    world.step(case, "read notice", "water-reader")
    world.step(case, "sign notice", "water-head")
    (text,) = letters(world, case)
    assert said["notice"] in text
    assert (world.follow(case)["phase"], term(world, case)) == ("deciding", "open")
    world.step(case, "serve notice", "water-officer", **PROVEN, received_on=today(world))
    seen = world.follow(case)
    assert (seen["phase"], seen["outcome"], term(world, case)) == ("closed", outcome, "met")
    assert "case.served" in world.events(case)


def test_a_notice_names_the_article_of_its_own_draft(embedded_world):
    case = signed_notice(embedded_world, petition(embedded_world))
    (text,) = letters(embedded_world, case)
    assert "依据：信访工作条例 19" in text


def test_of_a_notice_that_was_sent_back_nothing_stays(embedded_world):
    world, case = embedded_world, petition(embedded_world)
    world.step(case, "divert", "water-officer", **DIVERTED)
    world.step(case, "send notice back", "water-reader")
    assert world.follow(case)["phase"] == "triage"
    signed_notice(world, case)
    (text,) = letters(world, case)
    assert DIVERTED["remedy"] not in text
    assert "不予受理告知书" in text


def test_a_closing_notice_that_came_back_is_tried_again_and_hung_out_last(embedded_world):
    world, case = embedded_world, signed_notice(embedded_world, petition(embedded_world))
    early = world.try_step(case, "serve notice", "water-officer", **BY_NOTICE, received_on=today(world))
    assert "method" in str(wrong(early))
    by_wire = {"method": "electronic", "proof": "已发送"}
    assert "method" in str(
        wrong(world.try_step(case, "serve notice", "water-officer", **by_wire, received_on=today(world)))
    )
    tried = {"method": "post", "happened": "查无此人，邮件退回。", "tried_on": today(world)}
    world.step(case, "notice undelivered", "water-officer", **tried)
    world.step(case, "serve notice", "water-officer", **BY_NOTICE, received_on=today(world))
    assert world.follow(case)["phase"] == "closed"


def test_who_left_no_address_is_told_by_the_signature_and_the_case_still_waits_for_its_proof(embedded_world):
    world, case = embedded_world, petition(embedded_world, {"name": "陈某"})
    signed_notice(world, case)
    assert (term(world, case), world.follow(case)["phase"]) == ("met", "deciding")
    world.step(case, "serve notice", "water-officer", **BY_NOTICE, received_on=today(world))
    assert world.follow(case)["phase"] == "closed"


def test_a_notice_that_lies_signed_is_late(embedded_world):
    world, case = embedded_world, signed_notice(embedded_world, petition(embedded_world))
    world.pass_days(16)
    assert "deadline.breached" in world.events(case)
