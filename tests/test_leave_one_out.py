"""Leave a service or a mechanism out: what remains works and says what is missing, on either carrier and database."""

from dataclasses import replace
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path

import pytest
from world import full_county

from lianxin.loading import load_mechanisms
from shared.county.file import problems_of
from shared.errors import StartError
from shared.law.packs import load_rules

EVERYTHING = full_county()
DECISION = {"outcome": "not_adopted", "reasons": "暂无条件。", "summary": "暂不采纳。"}


def without(service):
    return full_county(services=tuple(name for name in EVERYTHING.services if name != service))


def answered(world):
    """Submit a suggestion and bring it to its answer."""
    receipt = world.submit(category="water")
    world.step(receipt, "accept", "water-officer")
    world.step(receipt, "draft", "water-officer", **DECISION)
    world.step(receipt, "read", "water-reader")
    world.step(receipt, "sign", "water-head")
    world.step(receipt, "serve", "water-officer", method="hand", proof="本人签收", received_on="2026-11-02")
    return receipt


def english(world, path):
    return world.client.get(f"{path}?lang=en")


def test_without_notification_timelines_only_and_the_page_says_so(world_of):
    world = world_of(county=without("notification"))
    shown = world.follow(answered(world))
    assert shown["outcome"] == "not_adopted"
    assert not [line for line in shown["timeline"] if line["event"].startswith("message.")]
    assert "No messages are sent here" in english(world, "/").text
    assert english(world, "/desk/messages").status_code == 404


def test_without_disclosure_the_outcome_is_on_the_receipt_page(world_of):
    world = world_of(county=without("disclosure"))
    receipt = answered(world)
    world.pass_days(8)
    shown = world.follow(receipt)
    assert shown["outcome"] == "not_adopted"
    assert "青禾水建〔2026〕1号" in [line["letter"]["number"] for line in shown["timeline"] if line["letter"]]
    assert english(world, "/public").status_code == 404
    assert 'href="/public"' not in english(world, "/").text


def test_without_supervision_no_figures_and_journals_still_fill(world_of):
    world = world_of(county=without("supervision"))
    world.follow(answered(world))
    assert english(world, "/oversight").status_code == 404
    with world.service("routing").reading() as session:
        numbers = session.connection().exec_driver_sql("SELECT number FROM leaf ORDER BY number").scalars().all()
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 10


def test_without_sealed_the_first_page_names_the_outside_body(world_of):
    assert "12388" in english(world_of(), "/").text


@pytest.mark.parametrize("service", ["routing", "directory"])
def test_without_a_desk_each_case_goes_to_the_office_by_mail(world_of, tmp_path, service):
    world = world_of(county=without(service))
    photo = {"file": (BytesIO("路灯照片".encode()), "路灯.txt")}
    blob = world.client.post("/api/v1/cases/uploads", data=photo).get_json()
    assert blob.get("id"), blob

    receipt = world.submit(
        "petitions", "petition", contact={"name": "陈某", "phone": "13800000000"}, attachments=[blob["id"]]
    )
    shown = world.follow(receipt)

    assert (receipt["handled_outside"], shown["handled_outside"]) == (True, True)
    assert [promise["rule"] for promise in shown["promises"]] == ["petition.forward"]
    assert "case.handed_out" in [line["event"] for line in shown["timeline"]]
    assert shown["offers"] == []
    text, file = mails(tmp_path / "outbox", receipt["reference"])
    assert text["To"] == EVERYTHING.mailbox
    assert all(said in text.get_content() for said in ("晚上看不见路", "陈某", "13800000000"))
    (attached,) = file.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("路灯.txt", "路灯照片")
    assert "handled outside Lianxin" in english(world, "/").text
    assert english(world, "/desk").status_code == 404


def mails(folder: Path, reference: str):
    """Give the mails about a case, the text first."""
    read = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]
    found = [one for one in read if one["Subject"].startswith(reference)]
    return sorted(found, key=lambda one: one["Subject"])


def test_without_a_desk_no_duty_opens_and_nothing_is_breached(world_of):
    world = world_of(county=without("routing"))
    receipt = world.submit("petitions", "petition")
    world.pass_days(40)
    assert world.ask("GET", "/api/v1/public/affairs").get_json()["items"] == []
    assert [promise["status"] for promise in world.follow(receipt)["promises"]] == ["open"]


@pytest.mark.quick
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"services": ("routing",)}, "intake is missing", id="every case opens at intake"),
        pytest.param({"services": ("intake",), "mailbox": ""}, "give its address", id="no desk and no mailbox"),
    ],
)
def test_a_county_that_nobody_would_answer_for_is_refused(changes, told):
    assert any(told in line for line in problems_of(full_county(**changes)))


KINDS = {
    "case_responsibility": "charge",
    "directives": "directive",
    "mediation": "dispute",
    "open_affairs": "item",
    "petitions": "petition",
    "reviews": "review",
    "service_window": "application",
    "suggestions": "suggestion",
    "visits": "visit",
}
# Where residents, the public and the staff begin; what a mechanism adds to each is not there without it.
PAGES = ("/", "/new", "/public", "/public/affairs", "/matters", "/window", "/desk", "/desk/registers", "/counter")


@pytest.mark.parametrize("left", EVERYTHING.mechanisms)
def test_a_mechanism_left_out_is_not_offered_and_a_request_for_it_says_so(world_of, left):
    names = tuple(name for name in EVERYTHING.mechanisms if name != left)
    registers = {name: plan for name, plan in EVERYTHING.registers.items() if not name.startswith(left)}
    duties = tuple(duty for duty in EVERYTHING.duties if duty.mechanism != left)
    world = world_of(county=full_county(mechanisms=names, duties=duties, registers=registers))

    offered = world.ask("GET", "/api/v1/mechanisms").get_json()["items"]
    assert [one["name"] for one in offered] == list(names)
    body = {"mechanism": left, "kind": KINDS[left], "title": "a", "text": "b"}
    response = world.ask("POST", "/api/v1/cases", body, Accept_Language="en")
    assert (response.status_code, response.get_json()["code"]) == (422, "kind-not-offered")
    assert f"{left}/{KINDS[left]}" in response.get_json()["title"]
    remaining = ("petitions", "petition") if left == "suggestions" else ("suggestions", "suggestion")
    case = world.submit(*remaining, category="water")
    world.step(case, "accept", "water-officer")
    assert world.follow(case)["unit"] == "water-bureau"

    world.sign_in("water-officer")
    path = f"/desk/cases/{case['reference']}"
    answers = {page: english(world, page) for page in (*PAGES, path)}
    assert [page for page, answer in answers.items() if answer.status_code not in (200, 404)] == []
    assert answers[path].status_code == answers["/"].status_code == answers["/desk"].status_code == 200
    assert [page for page, answer in answers.items() if f"/{left}/" in answer.text] == []


@pytest.mark.quick
def test_a_duty_of_a_mechanism_left_out_stops_the_start_with_its_name():
    county = full_county(mechanisms=("suggestions",))
    with pytest.raises(StartError, match="open_affairs is not among this county's mechanisms"):
        load_mechanisms(county, load_rules())


@pytest.mark.quick
@pytest.mark.parametrize(
    "rule", ["no.such.rule", "compensation.decide"], ids=["in no pack", "a rule that nobody promises by"]
)
def test_a_duty_without_a_term_is_refused(rule):
    duty = replace(EVERYTHING.duties[0], rule=rule)
    with pytest.raises(StartError, match=f"promises nothing by the rule {rule}; name village.quarterly or"):
        load_mechanisms(replace(EVERYTHING, duties=(duty, *EVERYTHING.duties[1:])), load_rules())
