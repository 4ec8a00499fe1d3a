"""The life of a case, on whatever carrier and database the world stands: the story every other test refers to."""

import pytest

AGREED = {"email": "resident@example.test", "electronic": True}
REASONS = {"reasons": "路灯月底前修好。", "summary": "已安排修复该处路灯。"}
DECISION = {"outcome": "adopted", "by_when": "2027-03-31", **REASONS}


def test_a_suggestion_travels_from_the_door_to_the_public_record(world):
    receipt = world.submit(category="roads", place="qh-liuhe-shangliu", identity="anonymous", contact=AGREED)
    seen = world.follow(receipt)

    assert (seen["phase"], seen["unit"]) == ("triage", "transport-bureau")
    assert [promise["rule"] for promise in seen["promises"]] == ["suggestion.reply"]

    world.step(receipt, "accept", "transport-officer")
    world.step(receipt, "draft", "transport-officer", **DECISION)
    assert world.try_step(receipt, "sign", "transport-head").get_json()["code"] == "step-not-offered"
    world.step(receipt, "read", "transport-reader")
    world.step(receipt, "sign", "transport-head")
    world.step(receipt, "serve", "transport-officer", method="electronic", proof="本人签收", received_on="2026-11-02")
    assert world.follow(receipt)["phase"] == "carrying_out"
    assert world.ask("GET", "/api/v1/public/outcomes").get_json()["items"] == []

    world.pass_days(8)
    (outcome,) = world.ask("GET", "/api/v1/public/outcomes").get_json()["items"]
    assert (outcome["text"], outcome["township"]) == ("已安排修复该处路灯。", "qh-liuhe")

    world.step(receipt, "carry out", "transport-officer", done="新路灯已经亮了。")
    seen = world.follow(receipt)
    assert (seen["phase"], seen["outcome"]) == ("closed", "adopted")
    assert {promise["rule"]: promise["status"] for promise in seen["promises"]} == {
        "suggestion.reply": "met",
        "suggestion.execute": "met",
        "petition.object_publication": "lapsed",
    }
    assert world.events(receipt)[0] == "case.submitted"
    assert "outcome.published" in world.events(receipt)


def test_a_petition_walks_the_whole_chain_and_answers_a_question(world):
    receipt = world.submit(
        "petitions",
        "petition",
        category="housing",
        place="qh-chengguan-beiguan",
        contact={"name": "陈某", "email": "resident@example.test"},
        details={"request": "请维修屋顶。"},
    )
    assert [promise["rule"] for promise in world.follow(receipt)["promises"]] == ["petition.forward"]

    world.step(receipt, "accept", "housing-officer")
    world.step(receipt, "ask", "housing-officer", question="漏水从哪天开始？")
    paused = world.follow(receipt)
    assert paused["phase"] == "waiting"
    assert {promise["rule"]: promise["status"] for promise in paused["promises"]}["petition.handle"] == "paused"

    world.pass_days(3)
    assert world.ask_step(receipt, "answer", answer="上个月开始。").status_code == 202
    answered = world.follow(receipt)
    assert answered["phase"] == "handling"
    handle = next(promise for promise in answered["promises"] if promise["rule"] == "petition.handle")
    assert (handle["status"], handle["due"]) == (
        "open",
        "2027-01-04",
    )  # 60 days after 2 November; 3, 4 and 5 stood still

    opinion = {
        "outcome": "explained",
        "facts": "已核实。",
        "opinion": "依法解释。",
        "legal_basis": "条例",
        "summary": "已解释。",
    }
    assert world.try_step(receipt, "draft", "housing-officer", **opinion).get_json()["code"] == "guard-not-met"
    world.step(receipt, "hear", "housing-officer", day="2026-11-05", way="phone", summary="希望尽快维修。")
    world.step(receipt, "draft", "housing-officer", **opinion)
    world.step(receipt, "read", "housing-reader")
    world.step(receipt, "sign", "housing-head")
    world.step(receipt, "serve", "housing-officer", method="hand", proof="本人签收", received_on="2026-11-05")

    closed = world.follow(receipt)
    assert (closed["phase"], closed["outcome"]) == ("closed", "explained")
    letters = [line["letter"]["number"] for line in closed["timeline"] if line["letter"]]
    assert letters == ["青禾建受〔2026〕1号", "青禾建复〔2026〕1号"]  # each kind with its own sign and count


def test_who_withdraws_may_change_his_mind_and_another_desk_confirms_it(world):
    receipt = world.submit("petitions", "petition", category="water")
    world.ask_step(receipt, "withdraw", why="")
    assert world.follow(receipt)["phase"] == "waiting"
    assert (
        world.try_step(receipt, "confirm withdrawal", "water-reader", heard="是的").get_json()["code"]
        == "guard-not-met"
    )

    world.ask_step(receipt, "keep")
    assert world.follow(receipt)["phase"] == "triage"

    world.ask_step(receipt, "withdraw", why="")
    world.pass_days(7)
    world.step(receipt, "confirm withdrawal", "water-reader", heard="本人确认撤回。")
    assert (world.follow(receipt)["phase"], world.follow(receipt)["outcome"]) == ("closed", "withdrawn")


@pytest.mark.slow
def test_a_broken_date_is_breached_once_and_then_met_late(world):
    receipt = world.submit(category="water")
    world.pass_days(31)
    assert world.events(receipt).count("deadline.breached") == 1
    late = world.ask("GET", "/api/v1/oversight/late", post="county-auditor").get_json()["items"]
    assert receipt["reference"] in [item["reference"] for item in late]

    world.step(receipt, "accept", "water-officer")
    world.step(receipt, "draft", "water-officer", **DECISION)
    world.step(receipt, "read", "water-reader")
    world.step(receipt, "sign", "water-head")
    day = world.clock.now().date().isoformat()
    world.step(receipt, "serve", "water-officer", method="hand", proof="本人签收", received_on=day)
    assert world.follow(receipt)["promises"][0]["status"] == "met_late"


def test_a_duty_is_a_case_whose_step_publishes_and_a_missing_item_shows(world):
    items = world.ask("GET", "/api/v1/public/affairs").get_json()["items"]
    assert {item["period"] for item in items} == {"2026-10", "2026-Q3"}
    # The quarter ended on 30 September; by 15 October it was owed, so it shows missing at once.
    assert {item["duty"]: item["status"] for item in items} == {
        "dawa-finance": "due",
        "dawa-affairs": "missing",
        "water-projects": "due",
        "county-reception": "due",
    }

    world.pass_days(16)
    items = {item["duty"]: item for item in world.ask("GET", "/api/v1/public/affairs").get_json()["items"]}
    assert items["dawa-finance"]["status"] == "missing"

    listed = world.ask("GET", "/api/v1/desk/cases", post="dawa-officer").get_json()["items"]
    duty = next(item for item in listed if item["title"].startswith("大洼村财务公开"))
    world.step(duty, "prepare", "dawa-officer", headline="大洼村10月财务", body="收入 12 000 元，支出 9 800 元。")
    world.step(duty, "check", "dawa-reader", remark="无涉密内容。")
    world.step(duty, "publish", "dawa-head")
    items = {item["duty"]: item for item in world.ask("GET", "/api/v1/public/affairs").get_json()["items"]}
    finance = items["dawa-finance"]
    assert (finance["status"], finance["was_late"]) == ("published", True)
