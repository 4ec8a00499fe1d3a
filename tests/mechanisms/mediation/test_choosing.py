"""Whom both sides choose, where they differ, and where whoever was chosen is there no more."""

import pytest

from tests.mechanisms.mediation.making import (
    HEAD,
    MEDIATOR,
    OTHER,
    REGISTRAR,
    SAFE,
    ask_for_it,
    both_do,
    invite,
    meet,
    offers,
    propose,
    sees,
    told_of,
)

pytestmark = pytest.mark.quick
REGISTER = "/desk/registers/mediation.mediators"
GONE = "所选调解员不能继续调解"


@pytest.fixture
def choosing(embedded_world):
    """Give the world and both receipts of a case in which both want to talk, and who can be told by mail."""
    for post in (HEAD, MEDIATOR, OTHER):
        embedded_world.token(post)
    first = ask_for_it(embedded_world)
    both = (first, invite(embedded_world, first))
    both_do(embedded_world, both, "consent")
    return embedded_world, both


def enter(world, **given):
    """Enter a mediator or, with `close`, close one, as the head does at the desk."""
    world.sign_in(HEAD)
    page = world.client.get(REGISTER).text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    path = f"{REGISTER}/close" if "key" in given else REGISTER
    assert world.client.post(path, data={"csrf_token": csrf, **given}).status_code == 303
    world.settle()


def may(world, case, post):
    """Give what the work list says that somebody may do in a case."""
    world.sign_in(post)
    return world.client.get("/desk").text.split(f">{case['reference']}<")[1].split("</tr>")[0]


def chosen_by(world, case):
    return [one["key"] for one in offers(world, case)["choose"]["entries"]]


def test_two_who_choose_differently_are_told_and_the_head_names_somebody(choosing):
    world, (first, second) = choosing
    world.ask_step(first, "choose", mediator=MEDIATOR)
    assert told_of(world, "your_step") == []
    world.ask_step(second, "choose", mediator=OTHER)
    assert told_of(world, "your_step") == [HEAD]  # neither of those whom only one side chose
    assert ">指定调解员" in may(world, first, HEAD)
    assert {*offers(world, first)} >= {"choose"} <= {*offers(world, second)}  # or both choose again
    assert world.try_step(first, "take on", OTHER).get_json()["code"] == "step-not-offered"
    world.step(first, "name", HEAD, mediator=OTHER, reasons="两位都熟悉，离得近的先来")
    assert sorted(told_of(world, "your_step")) == sorted([HEAD, OTHER])
    assert ">指定调解员" not in may(world, first, HEAD)


def test_two_who_chose_differently_may_still_find_one(choosing):
    world, both = choosing
    world.ask_step(both[0], "choose", mediator=MEDIATOR)
    world.ask_step(both[1], "choose", mediator=OTHER)
    both_do(world, both, "choose", mediator=OTHER)
    world.step(both[0], "take on", OTHER)


@pytest.mark.parametrize("step", ["step aside", "ask for another"])
def test_the_head_hears_that_a_mediator_is_out(choosing, step):
    world, both = choosing
    both_do(world, both, "choose", mediator=MEDIATOR)
    world.step(both[0], "take on", MEDIATOR)
    assert told_of(world, "your_step") == [MEDIATOR]
    if step == "step aside":
        world.step(both[0], step, MEDIATOR, why="与一方是同学")
    else:
        world.ask_step(both[1], step, why="不放心")
    assert sorted(told_of(world, "your_step")) == sorted([HEAD, MEDIATOR])
    assert ">指定调解员" in may(world, both[0], HEAD)
    assert chosen_by(world, both[0]) == [OTHER]


def test_a_mediator_who_says_that_he_is_involved_is_out_as_well(choosing):
    world, both = choosing
    both_do(world, both, "choose", mediator=MEDIATOR)
    world.step(both[0], "take on", MEDIATOR)
    path = f"/api/v1/desk/cases/{both[0]['reference']}/recuse"
    assert world.ask("POST", path, {"reason": "是一方的堂兄"}, post=MEDIATOR).status_code in (200, 204)
    world.settle()
    assert not sees(world, both[0], MEDIATOR)
    assert sorted(told_of(world, "your_step")) == sorted([HEAD, MEDIATOR])
    assert GONE in str(world.follow(both[1])["timeline"])
    assert chosen_by(world, both[1]) == [OTHER]


def test_whoever_has_yet_to_choose_is_offered_who_came_and_not_who_left(choosing):
    world, both = choosing
    assert chosen_by(world, both[1]) == [OTHER, MEDIATOR]
    enter(world, key=OTHER)
    assert chosen_by(world, both[1]) == chosen_by(world, both[0]) == [MEDIATOR]
    enter(world, post=OTHER, name="陈慧")
    assert chosen_by(world, both[1]) == [OTHER, MEDIATOR]
    assert GONE not in str(world.follow(both[0])["timeline"])  # nobody had chosen her


def test_a_word_for_somebody_who_left_counts_no_more_and_is_asked_for_anew(choosing):
    world, both = choosing
    world.ask_step(both[0], "choose", mediator=OTHER)
    assert "choose" not in offers(world, both[0])
    enter(world, key=OTHER)
    assert chosen_by(world, both[0]) == chosen_by(world, both[1]) == [MEDIATOR]
    assert all(GONE in str(world.follow(one)["timeline"]) for one in both)
    assert told_of(world, "your_step") == [HEAD]
    both_do(world, both, "choose", mediator=MEDIATOR)
    world.step(both[0], "take on", MEDIATOR)


def test_a_word_for_somebody_who_stays_is_left_alone(choosing):
    world, both = choosing
    world.ask_step(both[0], "choose", mediator=MEDIATOR)
    enter(world, key=OTHER)
    assert "choose" not in offers(world, both[0])
    world.ask_step(both[1], "choose", mediator=MEDIATOR)
    world.step(both[0], "take on", MEDIATOR)


def test_a_mediator_who_left_in_the_middle_gives_the_case_back(embedded_world):
    world = embedded_world
    world.token(HEAD)
    first, second = meet(world)
    propose(world, (first, second))
    enter(world, key=MEDIATOR)
    assert "choose" in offers(world, second)
    assert told_of(world, "your_step") == [HEAD]
    world.step(first, "name", HEAD, mediator=OTHER, reasons="原调解员已离任")
    world.step(first, "take on", OTHER)


def test_a_choice_of_somebody_who_left_meanwhile_says_how_to_mend_it(choosing):
    world, (first, _) = choosing
    path = f"/api/v1/cases/{first['reference']}/steps/choose"
    world.sign_in(HEAD)
    page = world.client.get(REGISTER).text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    asked = world.ask("POST", path, {"inputs": {"mediator": OTHER}}, Lianxin_Receipt=first["receipt"])
    assert asked.status_code == 202
    # Closed at the desk before routing has read the wish.
    assert world.client.post(f"{REGISTER}/close", data={"csrf_token": csrf, "key": OTHER}).status_code == 303
    world.settle()
    assert world.events(first).count("case.step_refused") == 1
    last = [line["text"] for line in world.follow(first)["timeline"]]
    assert any("调解员" in one and "请重新打开“选择调解员”" in one for one in last)
    assert chosen_by(world, first) == [MEDIATOR]


def test_who_has_no_internet_chooses_and_agrees_before_the_committee(embedded_world):
    world = embedded_world
    first = ask_for_it(world)
    world.step(first, "screen", REGISTRAR, **SAFE)
    world.step(first, "consented here", REGISTRAR, day="2026-11-02", noted="双方到场同意")
    both = {"mediator": MEDIATOR, "theirs": MEDIATOR, "day": "2026-11-02", "noted": "双方到场选定"}
    world.step(first, "chosen here", REGISTRAR, **{**both, "theirs": OTHER})
    assert world.try_step(first, "take on", MEDIATOR).status_code == 409  # each chose somebody else
    world.step(first, "chosen here", REGISTRAR, **both)
    world.step(first, "take on", MEDIATOR)
    propose(world, (first,))
    world.step(first, "see identity", MEDIATOR, who="both", how="household")
    world.step(first, "signed here", MEDIATOR, day="2026-11-02")
    world.step(first, "seal", MEDIATOR, day="2026-11-02")
    assert world.follow(first)["outcome"] == "settled"


def test_the_desk_calls_both_sides_by_what_they_are(choosing):
    world, (first, _) = choosing
    world.sign_in(HEAD)
    page = world.client.get(f"/desk/cases/{first['reference']}").text
    assert "选择调解员（对方）" in page
    assert [code for code in ("applicant", "respondent") if f"（{code}）" in page or f"> {code} ·" in page] == []
