"""Who is involved says so and is out at once; the case goes on with somebody else, in the end outside the county."""

from email import message_from_bytes
from email.policy import default

import pytest
from world import full_county

from shared.county.structure import External

pytestmark = pytest.mark.quick

OUTSIDE = External("省信访局", "The province", "0551-12345", mail="province@example.test")


@pytest.fixture
def case(embedded_world):
    embedded_world.token("county-officer")
    return embedded_world.submit("petitions", "petition", category="water")


def recuse(world, case, post):
    path = f"/api/v1/desk/cases/{case['reference']}/recuse"
    answer = world.ask("POST", path, {"reason": "他是我的表弟。"}, post=post)
    world.settle()
    return answer.status_code


def sees(world, case, post):
    return world.ask("GET", f"/api/v1/desk/cases/{case['reference']}", post=post).status_code == 200


def test_who_steps_aside_is_out_at_once_and_the_officer_above_fills_in(embedded_world, case):
    terms = [one["due"] for one in embedded_world.desk(case, "water-officer")["deadlines"]]
    assert recuse(embedded_world, case, "water-officer") == 200
    assert not sees(embedded_world, case, "water-officer")
    shown = embedded_world.desk(case, "county-officer")
    assert (shown["unit"], [offer["step"] for offer in shown["offers"]]) == (
        "water-bureau",
        [
            *("accept", "refer", "divert", "not accept", "no longer accept", "note consent", "join", "report upward"),
            "offer a visit",
        ],
    )
    assert [one["due"] for one in shown["deadlines"]] == terms
    embedded_world.step(case, "accept", "county-officer")


def test_the_reason_is_kept_and_shown_to_no_officer(embedded_world, case):
    recuse(embedded_world, case, "water-officer")
    shown = embedded_world.desk(case, "county-officer")
    assert [(one["step"], one["inputs"]) for one in shown["steps"]] == [("recusal", {})]
    assert "表弟" not in str(shown)


@pytest.mark.slow
def test_where_the_one_who_fills_in_steps_aside_too_it_goes_a_level_up(embedded_world, case):
    recuse(embedded_world, case, "water-officer")
    recuse(embedded_world, case, "county-officer")
    assert embedded_world.follow(case)["unit"] == "petition-office"


@pytest.mark.slow
def test_where_nobody_is_left_it_goes_to_the_body_outside_and_the_page_says_so(embedded_world, case):
    for post in ("water-officer", "county-officer", "petition-officer"):
        assert recuse(embedded_world, case, post) == 200
    shown = embedded_world.follow(case)
    assert (shown["unit"], shown["phase"], shown["outcome"]) == ("external", "closed", "referred_out")
    assert {one["status"] for one in shown["promises"]} == {"void"}
    for post in ("water-head", "county-officer", "petition-head", "county-auditor"):
        assert not sees(embedded_world, case, post)


def test_a_stranger_cannot_step_aside_from_what_he_does_not_see(embedded_world, case):
    assert recuse(embedded_world, case, "housing-officer") == 404
    assert sees(embedded_world, case, "water-officer")


def test_a_case_is_not_referred_to_a_unit_that_may_not_take_it(embedded_world, case):
    for post in ("housing-officer", "county-officer"):
        embedded_world.token(post)
    recused = embedded_world.submit("petitions", "petition", about={"posts": ["housing-officer", "county-officer"]})
    refused = embedded_world.try_step(recused, "refer", "petition-officer", unit="housing-bureau", reason="住建")
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "unit")
    embedded_world.step(recused, "refer", "petition-officer", unit="water-bureau", reason="水利")


@pytest.mark.slow
def test_the_body_outside_gets_the_case_whole_and_the_page_says_whom_to_turn_to(new_world, tmp_path):
    world = new_world(county=full_county(external=OUTSIDE, duties=()))
    about = {"posts": ["water-officer", "county-officer", "petition-officer"]}
    case = world.submit("petitions", "petition", category="water", about=about)
    assert "case.handed_out" in world.events(case)
    (sent,) = [message_from_bytes(path.read_bytes(), policy=default) for path in (tmp_path / "outbox").glob("*.eml")]
    assert (sent["To"], "晚上看不见路" in sent.get_content()) == ("province@example.test", True)
    page = world.client.get("/case").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = world.client.post("/case", data={"csrf_token": token, **case}, follow_redirects=True)
    assert "由省信访局办理。联系方式：0551-12345。" in answer.text


def test_the_page_asks_why_and_leads_back_to_the_desk(embedded_world, case):
    embedded_world.sign_in("water-officer")
    address = f"/desk/cases/{case['reference']}/recuse"
    page = embedded_world.client.get(address).text
    assert "信访工作条例 28" in page
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    empty = embedded_world.client.post(address, data={"csrf_token": token, "reason": " "})
    assert empty.status_code == 422
    done = embedded_world.client.post(address, data={"csrf_token": token, "reason": "亲属"}, follow_redirects=True)
    assert "您已回避" in done.text
    assert case["reference"] not in done.text
