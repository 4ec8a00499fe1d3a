"""Written or by word of mouth: who signs, since when it holds, what the paper is called, and who each side is."""

import pytest

from tests.mechanisms.mediation.making import (
    MEDIATOR,
    both_do,
    invite,
    last_letter,
    meet,
    offers,
    outcome,
    propose,
    terms,
)

pytestmark = pytest.mark.quick
TODAY = {"day": "2026-11-02"}
KNOWN = "调解员已记录核对双方身份的情况"


def test_a_written_agreement_holds_from_the_seal_on(embedded_world):
    world = embedded_world
    both = meet(world)
    propose(world, both)
    both_do(world, both, "sign")
    assert outcome(world, both[0]) == ("handling", None)
    assert [one for one in terms(world, both[0]) if one[0] == "mediation.confirm"] == []
    world.pass_days(2)
    world.step(both[0], "seal", MEDIATOR, day="2026-11-04")
    letter = last_letter(world, both[1])
    assert "人民调解协议书" in letter
    assert "加盖本委员会印章之日起生效" in letter
    assert "口头" not in letter
    assert ("mediation.confirm", "open", "2026-12-04") in terms(world, both[0])


def test_an_agreement_by_word_of_mouth_is_a_record_that_nobody_signs(embedded_world):
    world = embedded_world
    both = meet(world)
    propose(world, both)
    world.step(both[0], "agreed orally", MEDIATOR, **TODAY)
    letter = last_letter(world, both[1])
    assert "口头协议记录" in letter
    assert "无需签名" in letter
    assert [word for word in ("协议书", "印章") if word in letter.replace("未制作书面协议", "")] == []
    assert "院墙沿中线修" in letter


def test_a_word_that_was_not_sealed_can_still_be_taken_back(embedded_world):
    world = embedded_world
    both = meet(world)
    propose(world, both)
    both_do(world, both, "sign")
    assert {"ask for changes", "refuse"} <= {*offers(world, both[0])}
    world.ask_step(both[0], "ask for changes", words="还要商量")
    assert world.try_step(both[0], "seal", MEDIATOR, **TODAY).get_json()["code"] == "step-not-offered"


@pytest.mark.parametrize("step", ["signed here", "agreed orally"])
def test_nothing_is_agreed_in_the_name_of_somebody_whose_paper_nobody_saw(embedded_world, step):
    world = embedded_world
    first, second = meet(world, seen=False)
    propose(world, (first, second))
    refused = world.try_step(first, step, MEDIATOR, **TODAY)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "guard-not-met")
    assert KNOWN in str(refused.get_json())
    world.step(first, "see identity", MEDIATOR, who="applicant", how="paper")
    assert world.try_step(first, step, MEDIATOR, **TODAY).status_code == 409  # who came by the code is still a claim
    world.step(first, "see identity", MEDIATOR, who="respondent", how="household")
    world.step(first, step, MEDIATOR, **TODAY)
    assert "household" not in str(world.follow(second))


def test_what_was_said_on_the_page_is_not_sealed_for_somebody_unseen(embedded_world):
    world = embedded_world
    both = meet(world, seen=False)
    propose(world, both)
    both_do(world, both, "sign")
    assert world.try_step(both[0], "seal", MEDIATOR, **TODAY).status_code == 409
    world.step(both[0], "see identity", MEDIATOR, who="both", how="online")
    world.step(both[0], "seal", MEDIATOR, **TODAY)
    assert outcome(world, both[1]) == ("carrying_out", "settled")


def test_somebody_else_who_came_anew_is_unseen(embedded_world):
    world = embedded_world
    first, _ = meet(world)
    second = invite(world, first, "invite anew")
    both = (first, second)
    both_do(world, both, "consent")
    both_do(world, both, "choose", mediator=MEDIATOR)
    world.step(first, "take on", MEDIATOR)
    propose(world, both)
    both_do(world, both, "sign")
    assert world.try_step(first, "seal", MEDIATOR, **TODAY).status_code == 409
    world.step(first, "see identity", MEDIATOR, who="respondent", how="paper")
    world.step(first, "seal", MEDIATOR, **TODAY)


def test_a_word_to_terms_that_cannot_hold_says_what_is_missing(embedded_world):
    world = embedded_world
    both = meet(world)
    propose(world, both, [{"on": "2026-11-20", "what": "乙方修墙"}])
    world.pass_days(20)
    world.ask_step(both[0], "sign")
    assert "由调解员重新拟写" in str(world.follow(both[0])["timeline"])
