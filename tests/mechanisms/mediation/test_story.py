"""A mediation from request to kept agreement: nothing without both, nobody reads the other's notes, one no ends it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.notification.models import MessageRow
from tests.mechanisms.mediation.making import (
    DETAILS,
    HEAD,
    MEDIATOR,
    OTHER,
    PLAN,
    REGISTRAR,
    SESSION,
    ask_for_it,
    both_do,
    invite,
    meet,
    offers,
    outcome,
    propose,
    sees,
    settle,
    terms,
    told_of,
)


@pytest.fixture
def meeting(world):
    return meet(world)


def test_an_agreement_is_kept_in_instalments_and_followed_up(world, meeting):
    first, second = meeting
    world.step(first, "meet", MEDIATOR, **SESSION)
    propose(world, meeting, PLAN)
    assert world.ask_step(first, "sign").status_code == 202
    assert world.follow(first)["phase"] == "waiting"  # nothing holds before both agreed
    assert world.ask_step(second, "sign").status_code == 202
    assert world.follow(second)["outcome"] is None  # nor before the mediator signed, with the committee's seal
    world.step(first, "seal", MEDIATOR, day="2026-11-02")
    assert outcome(world, second) == ("carrying_out", "settled")
    letter = world.desk(first, MEDIATOR)["letters"][-1]["text"]
    assert "2026年11月20日 乙方修墙" in letter
    assert "司法确认" in letter
    # Three working days after each day of the agreement: Friday the 20th, Sunday the 20th.
    follow_ups = [term for term in terms(world, first) if term[0] == "mediation.follow_up"]
    assert follow_ups == [
        ("mediation.follow_up", "open", "2026-11-25"),
        ("mediation.follow_up", "open", "2026-12-23"),
    ]
    assert world.try_step(first, "all kept", MEDIATOR).status_code == 409

    assert world.try_step(first, "follow up", MEDIATOR, kept="yes", summary="早了").status_code == 409
    world.pass_days(18)  # the 20th of November
    world.step(first, "follow up", MEDIATOR, kept="yes", summary="已履行。")
    assert world.try_step(first, "follow up", MEDIATOR, kept="yes", summary="早了").status_code == 409
    world.pass_days(30)
    world.step(first, "follow up", MEDIATOR, kept="yes", summary="已履行。")
    world.step(first, "all kept", MEDIATOR)
    assert outcome(world, first) == outcome(world, second) == ("closed", "kept")


def test_the_follow_up_is_late_when_its_third_working_day_is_over(world, meeting):
    propose(world, meeting, PLAN[:1])
    settle(world, meeting)
    midnight = world.clock.now().replace(month=11, day=25, hour=16, minute=0)  # of the 25th, in Beijing
    world.loop.advance_to(midnight - timedelta(seconds=1))
    assert ("mediation.follow_up", "open", "2026-11-25") in terms(world, meeting[0])
    world.loop.advance_to(midnight)
    assert ("mediation.follow_up", "breached", "2026-11-25") in terms(world, meeting[0])


def test_both_are_reminded_before_the_time_for_confirmation_ends(world, meeting):
    propose(world, meeting)
    settle(world, meeting)
    assert ("mediation.confirm", "open", "2026-12-02") in terms(world, meeting[0])

    def reminded() -> list[str]:
        with world.service("notification").reading() as session:
            told = select(MessageRow.to).where(MessageRow.template == "own_near").order_by(MessageRow.to)
            return list(session.scalars(told))

    world.pass_days(22)
    assert reminded() == []
    world.pass_days(2)
    assert reminded() == ["resident", "respondent"]
    for one in meeting:  # jointly, says article 33
        assert ("mediation.confirm", "open", "2026-12-02") in terms(world, meeting[0])
        assert world.ask_step(one, "ask for confirmation", court="青禾县人民法院，今天").status_code == 202
    world.pass_days(10)
    assert ("mediation.confirm", "met", "2026-12-02") in terms(world, meeting[0])
    assert reminded() == ["resident", "respondent"]


def test_one_no_ends_it_and_tells_which_roads_are_left(world, meeting):
    first, second = meeting
    world.ask_step(second, "refuse", why="【乙的原因】")
    assert outcome(world, first) == outcome(world, second) == ("closed", "refused")
    letter = next(line["letter"] for line in world.follow(first)["timeline"][::-1] if line["letter"])
    assert "仲裁、行政、司法" in letter["text"]
    assert "【乙的原因】" not in str(world.follow(first))
    assert "【乙的原因】" in str(world.desk(first, MEDIATOR))
    assert world.follow(first)["offers"] == []


def test_neither_side_reads_what_the_other_said_to_the_mediators(world, meeting):
    first, second = meeting
    world.step(first, "meet", MEDIATOR, **SESSION)
    world.ask_step(first, "note", reasons="【甲的便条】")
    world.ask_step(second, "note", reasons="【乙的便条】")
    of_first, of_second = str(world.follow(first)), str(world.follow(second))
    assert "双方都愿意各让半尺。" in of_first
    assert "双方都愿意各让半尺。" in of_second
    assert [word for word in ("【乙的便条】", "【甲单独说的话】") if word in of_first] == []
    hidden = ("【甲的便条】", "【甲的底线】", "【甲单独说的话】", "晚上看不见路", "13800000001")
    assert [word for word in hidden if word in of_second] == []
    desk = str(world.desk(first, MEDIATOR))
    assert all(word in desk for word in ("【甲的便条】", "【乙的便条】", "【甲单独说的话】", "【甲的底线】"))


@pytest.mark.quick
def test_only_the_mediator_whom_both_chose_takes_it_on_and_goes_on(embedded_world):
    world = embedded_world
    for post in (MEDIATOR, OTHER, HEAD):
        world.token(post)
    first = ask_for_it(world)
    second = invite(world, first)
    both_do(world, (first, second), "consent")
    offered = next(one for one in world.follow(second)["offers"] if one["step"] == "choose")
    assert [one["key"] for one in offered["entries"]] == [OTHER, MEDIATOR]
    assert offered["entries"][1]["title"] == "周志明 · 土地、宅基地、邻里"
    wrong = world.ask_step(second, "choose", mediator="water-officer")
    assert wrong.get_json()["errors"][0]["field"] == "mediator"

    both_do(world, (first, second), "choose", mediator=MEDIATOR)
    assert "mediator-land" not in str(world.follow(second)["timeline"])
    assert world.follow(first)["phase"] == "handling"

    assert told_of(world, "your_step") == [MEDIATOR]
    assert "take on" not in [one["step"] for one in world.desk(first, OTHER)["offers"]]
    assert world.try_step(first, "take on", OTHER).get_json()["code"] == "not-your-step"
    world.step(first, "take on", MEDIATOR)
    assert world.try_step(first, "meet", OTHER, **SESSION).get_json()["code"] == "not-your-step"
    assert world.try_step(first, "propose", OTHER, summary="x").get_json()["code"] == "not-your-step"


@pytest.mark.quick
def test_a_mediator_who_was_declined_or_is_related_is_chosen_by_nobody(embedded_world):
    world = embedded_world
    first = ask_for_it(world)
    for post in (MEDIATOR, OTHER):
        world.token(post)
    assert sees(world, first, OTHER)
    second = invite(world, first, tied=[OTHER])
    assert not sees(world, first, OTHER)  # she is related to a party
    both_do(world, (first, second), "consent")
    assert world.ask_step(first, "choose", mediator=OTHER).get_json()["errors"][0]["field"] == "mediator"
    both_do(world, (first, second), "choose", mediator=MEDIATOR)
    assert sees(world, first, MEDIATOR)
    world.ask_step(second, "ask for another", why="【不放心】")
    assert not sees(world, first, MEDIATOR)  # nor does he read why
    assert world.follow(first)["phase"] == "handling"
    assert "【不放心】" not in str(world.follow(first))
    declined = world.try_step(first, "name", HEAD, mediator=MEDIATOR, reasons="他有经验")
    assert declined.get_json()["errors"][0]["field"] == "mediator"


@pytest.mark.quick
def test_who_cannot_agree_on_a_mediator_is_given_one_and_may_still_say_no(embedded_world):
    world = embedded_world
    first = ask_for_it(world)
    second = invite(world, first)
    both_do(world, (first, second), "consent")
    world.step(first, "name", HEAD, mediator=OTHER, reasons="熟悉家庭纠纷")
    assert "熟悉家庭纠纷" in str(world.follow(second))
    world.step(first, "step aside", OTHER, why="与一方是同学")
    assert world.try_step(first, "name", HEAD, mediator=OTHER, reasons="x").status_code == 422
    world.step(first, "name", HEAD, mediator=MEDIATOR, reasons="另一位回避")
    world.ask_step(first, "refuse")
    assert world.follow(second)["outcome"] == "refused"


@pytest.mark.quick
def test_nobody_who_has_to_fear_the_other_side_is_made_to_meet_it(embedded_world):
    world = embedded_world
    first = ask_for_it(world, details={"fear": "他打过我"})
    refused = world.try_step(first, "screen", REGISTRAR, danger="violence", noted="有报警记录")
    assert refused.get_json()["errors"][0]["field"] == "danger"
    world.step(first, "not mediate", REGISTRAR, ground="danger", reasons="不宜让双方见面。")
    assert world.follow(first)["outcome"] == "not_mediated"
    letter = next(line["letter"] for line in world.follow(first)["timeline"][::-1] if line["letter"])
    assert "人身安全保护令" in letter["text"]


@pytest.mark.quick
def test_what_an_office_did_is_no_matter_for_mediation(embedded_world):
    who = {"identity": "claimed", "contact": {"name": "甲"}}
    body = {"mechanism": "mediation", "kind": "dispute", "title": "罚款不公", "text": "处罚错了", **who}
    for more in ({"details": {**DETAILS, "office": True}}, {"details": DETAILS, "about": {"units": ["water-bureau"]}}):
        answer = embedded_world.ask("POST", "/api/v1/cases", {**body, **more})
        assert answer.status_code == 422, answer.get_json()
        assert "复议" in str(answer.get_json())


@pytest.mark.quick
def test_the_request_is_answered_within_five_working_days(embedded_world):
    world = embedded_world
    first = ask_for_it(world)
    promised = {one["rule"]: one["due"] for one in world.follow(first)["promises"]}
    assert promised == {"mediation.answer": "2026-11-09"}
    invite(world, first)
    now = {one["rule"]: one["status"] for one in world.follow(first)["promises"]}
    assert now == {"mediation.answer": "met", "mediation.come": "open"}


@pytest.mark.quick
def test_an_agreement_for_a_day_that_is_over_is_written_anew(embedded_world):
    world = embedded_world
    first, second = meet(world)
    past = world.try_step(first, "propose", MEDIATOR, summary="x", instalments=[{"on": "2026-11-01", "what": "付"}])
    assert past.status_code == 422
    propose(world, (first, second), PLAN[:1])
    world.pass_days(20)
    world.ask_step(first, "sign")
    assert world.events(first)[-1] == "case.step_refused"
    world.ask_step(first, "ask for changes", words="日子过了")
    propose(world, (first, second), PLAN[1:])
    settle(world, (first, second))
    assert world.follow(first)["outcome"] == "settled"


@pytest.mark.quick
def test_what_both_agreed_in_the_room_holds_as_well(embedded_world):
    world = embedded_world
    first, second = meet(world)
    propose(world, (first, second))
    world.pass_days(5)
    early = world.try_step(first, "agreed orally", MEDIATOR, day="2026-11-01")
    assert early.get_json()["errors"][0]["field"] == "day"
    world.step(first, "agreed orally", MEDIATOR, day="2026-11-03")
    assert world.follow(second)["outcome"] == "settled"
    assert ("mediation.confirm", "open", "2026-12-03") in terms(world, first)  # from the day on which both agreed
    assert world.try_step(first, "all kept", MEDIATOR).status_code == 409  # while the court can still be asked
    world.ask_step(second, "broken", words="【墙没有修】")
    assert world.follow(first)["phase"] == "carrying_out"  # one side alone ends nothing that is both's
    assert "ask for confirmation" in [one["step"] for one in world.follow(first)["offers"]]
    world.step(first, "not kept", MEDIATOR, summary="双方各执一词。")
    assert world.follow(first)["outcome"] == "not_kept"
    letter = next(line["letter"] for line in world.follow(first)["timeline"][::-1] if line["letter"])
    assert "向人民法院提起诉讼" in letter["text"]


@pytest.mark.quick
def test_nothing_of_a_mediation_is_public(embedded_world):
    world = embedded_world
    first = ask_for_it(world)
    second = invite(world, first)
    world.ask_step(second, "refuse")
    world.pass_days(30)
    pages = "".join(
        world.ask("GET", path).text
        for path in ("/public", "/public/affairs", "/api/v1/public/outcomes", "/api/v1/events")
    )
    assert [word for word in ("院墙", first["reference"]) if word in pages] == []


@pytest.mark.quick
def test_nobody_agrees_to_another_proposal_than_the_one_that_was_read(embedded_world):
    world = embedded_world
    first, second = meet(world)
    propose(world, (first, second))
    path = f"/api/v1/cases/{first['reference']}/steps/sign"
    read = next(one for one in world.follow(first)["offers"] if one["step"] == "sign")["to"]
    world.ask_step(second, "ask for changes", words="少一点")
    world.step(first, "propose", MEDIATOR, summary="甲付九万。")
    stale = world.ask("POST", path, {"to": read}, Lianxin_Receipt=first["receipt"])
    assert (stale.status_code, stale.get_json()["code"]) == (412, "proposed-anew")
    world.ask_step(second, "sign")
    assert world.follow(first)["phase"] == "waiting"
    now = next(one for one in world.follow(first)["offers"] if one["step"] == "sign")["to"]
    assert world.ask("POST", path, {"to": now}, Lianxin_Receipt=first["receipt"]).status_code == 202
    world.settle()
    assert "sign" not in offers(world, second)
    assert world.follow(first)["phase"] == "handling"  # the mediator signs


@pytest.mark.quick
def test_whoever_came_by_a_stolen_code_is_put_out_after_he_agreed(embedded_world):
    world = embedded_world
    first = ask_for_it(world)
    thief = invite(world, first)
    both_do(world, (first, thief), "consent")
    second = invite(world, first, "invite anew")
    assert world.ask("GET", f"/api/v1/cases/{first['reference']}", Lianxin_Receipt=thief["receipt"]).status_code == 404
    assert "consent" in [one["step"] for one in world.follow(first)["offers"]]  # both say anew that they want it
    both_do(world, (first, second), "consent")
    assert "choose" in [one["step"] for one in world.follow(second)["offers"]]
