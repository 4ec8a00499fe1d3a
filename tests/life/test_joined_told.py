"""Who was joined is told the answer of the earlier case: once, redacted, and no word that is not for the public."""

import pytest
from sqlalchemy import select

from services.intake.erase import erase as erase_case
from services.notification.models import MessageRow
from services.routing.models import JoinedRow
from shared.workflow.schema import SEEN_BY

OPEN = {"addressed_to": "water-bureau", "category": "water"}
MINE = {"contact": {"name": "陈某", "email": "chen@example.test"}, **OPEN}
THEIRS = {
    "title": "赵家门口的水管漏了三个月",
    "text": "我叫赵某某，住东街四号。",
    "contact": {"name": "赵某某", "email": "zhao@example.test", "phone": "13911112222"},
    "details": {"request": "请赔偿赵家的损失。"},
    **OPEN,
}
SAID = {"facts": "赵家水表井渗漏。", "opinion": "由水利局更换水管。", "legal_basis": "供水条例第三条"}
SUMMARY = "水管已安排更换。"
DONE = "在赵家门口换了十米水管。"
PRIVATE = ("赵", "东街四号", "13911112222", "zhao@", "渗漏", "由水利局更换", "供水条例", "十米")


def private_words(world, mine, theirs):
    """Give what the joined one can read, on his page, by program and by mail, of what is not for him: nothing."""
    page = page_of(world, mine)
    mails = "".join(f"{one.subject}{one.body}" for one in mails_to(world, mine))
    read = str(world.follow(mine)) + page + mails
    return [word for word in (*PRIVATE, theirs["reference"]) if word in read]


def page_of(world, case):
    sent = {"reference": case["reference"], "receipt": case["receipt"]}
    token = world.client.get("/case").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    world.client.post("/case", data={"csrf_token": token, **sent})
    return world.client.get(f"/case/{case['reference']}").text


def mails_to(world, case):
    with world.service("notification").reading() as session:
        rows = select(MessageRow).where(MessageRow.reference == case["reference"], MessageRow.to == "resident")
        return session.scalars(rows.order_by(MessageRow.id)).all()


def news(world, case):
    """Give what was told of the earlier case, in order: the sentence, and what was written."""
    lines = world.follow(case)["timeline"]
    return [(line["text"], line["note"]) for line in lines if line["event"] == "case.joined_told"]


def links(world):
    with world.service("routing").reading() as session:
        return {one.later: one.earlier for one in session.scalars(select(JoinedRow))}


def join(world, later, earlier):
    world.step(later, "join", "water-officer", earlier=earlier["reference"], reasons="同一处水管。")
    world.pass_days(7)
    world.step(later, "close as joined", "water-officer")


def accept(world, case):
    world.step(case, "accept", "water-officer")
    world.step(case, "hear", "water-officer", day="2026-11-02", way="phone", summary="赵某某说明了情况。")


def answer(world, case, outcome="supported"):
    world.step(case, "draft", "water-officer", outcome=outcome, summary=SUMMARY, by_when="2027-03-31", **SAID)
    world.step(case, "read", "water-reader")
    world.step(case, "sign", "water-head")
    world.step(
        case, "serve", "water-officer", method="hand", proof="本人签收", received_on=f"{world.clock.now().date()}"
    )


def pair(world):
    """Give an earlier petition and one that was closed as joined with it."""
    theirs = world.submit("petitions", "petition", **THEIRS)
    accept(world, theirs)
    world.pass_days(1)
    mine = world.submit("petitions", "petition", **MINE)
    join(world, mine, theirs)
    return theirs, mine


@pytest.mark.slow
def test_who_was_joined_is_told_the_answer_then_its_public_words_then_that_it_is_carried_out(world):
    theirs, mine = pair(world)
    assert news(world, mine) == []
    before = world.events(theirs), len(mails_to(world, mine))
    answer(world, theirs)
    ((sentence, words),) = news(world, mine)
    assert "支持" in sentence
    assert words == ""  # the other one may still object to publication
    world.pass_days(10)
    assert news(world, mine)[1][1].endswith(SUMMARY)
    world.step(theirs, "carry out", "water-officer", done=DONE)
    assert [words != "" for _, words in news(world, mine)] == [False, True, False]
    assert len(mails_to(world, mine)) == before[1] + 3
    assert private_words(world, mine, theirs) == []
    assert mine["reference"] not in str(world.follow(theirs))  # and the earlier one learns nothing of the later
    assert "case.joined_told" not in world.events(theirs)


@pytest.mark.quick
@pytest.mark.slow
def test_a_private_field_that_leaks_is_seen(embedded_world, monkeypatch):
    monkeypatch.setitem(SEEN_BY, "public", SEEN_BY["parties"])  # planted: the parties' words count as public
    theirs, mine = pair(embedded_world)
    answer(embedded_world, theirs)
    embedded_world.pass_days(10)
    assert "渗漏" in private_words(embedded_world, mine, theirs)


@pytest.mark.quick
@pytest.mark.slow
def test_who_is_joined_after_the_answer_is_told_at_once_all_that_he_missed(embedded_world):
    world = embedded_world
    theirs = world.submit("petitions", "petition", **THEIRS)
    accept(world, theirs)
    answer(world, theirs)
    world.step(theirs, "carry out", "water-officer", done=DONE)
    world.pass_days(10)
    mine = world.submit("petitions", "petition", **MINE)
    join(world, mine, theirs)
    assert [words.endswith(SUMMARY) for _, words in news(world, mine)] == [True, False]
    assert private_words(world, mine, theirs) == []


@pytest.mark.quick
@pytest.mark.slow
def test_of_what_must_not_be_published_he_learns_the_outcome_and_no_word(embedded_world):
    world = embedded_world
    theirs, mine = pair(world)
    answer(world, theirs, "explained")
    world.ask_step(theirs, "object to publication", why="不愿公开。")
    world.pass_days(10)
    assert [words for _, words in news(world, mine)] == [""]
    later = world.submit("petitions", "petition", **MINE)
    join(world, later, theirs)
    assert [words for _, words in news(world, later)] == [""]


@pytest.mark.quick
@pytest.mark.slow
def test_where_the_earlier_one_ends_without_an_answer_he_may_send_his_own_in_again(embedded_world):
    world = embedded_world
    theirs, mine = pair(world)
    world.ask_step(theirs, "withdraw", why="已解决。")
    world.pass_days(8)
    world.step(theirs, "confirm withdrawal", "water-reader", heard="本人自愿。")
    ((sentence, words),) = news(world, mine)
    assert ("重新提交" in sentence, words) == (True, "")
    assert "撤回" not in sentence  # that is the other one's own business


@pytest.mark.quick
@pytest.mark.slow
def test_an_erased_case_tells_nothing_and_is_told_nothing(embedded_world):
    world = embedded_world
    theirs, _ = pair(world)
    third = world.submit("petitions", "petition", **MINE)
    join(world, third, theirs)
    ids = links(world)
    assert len(ids) == 2
    erase(world, next(iter(ids)))
    assert len(links(world)) == 1
    erase(world, next(iter(ids.values())))
    assert links(world) == {}


def erase(world, case):
    with world.service("intake").inside():
        erase_case(case, "asked", now=world.clock.now())
    world.settle()


@pytest.mark.quick
@pytest.mark.slow
def test_who_was_joined_with_a_joined_one_is_told_by_the_first(embedded_world):
    world = embedded_world
    theirs = world.submit("petitions", "petition", **THEIRS)
    accept(world, theirs)
    world.pass_days(1)
    second = world.submit("petitions", "petition", **MINE)
    world.pass_days(1)
    third = world.submit("petitions", "petition", **MINE)
    join(world, third, second)
    join(world, second, theirs)
    answer(world, theirs)
    assert (len(news(world, second)), len(news(world, third))) == (1, 1)


@pytest.mark.quick
@pytest.mark.slow
def test_of_a_report_nothing_is_told(embedded_world):
    world = embedded_world
    theirs, mine = pair(world)
    petitions = world.service("routing").here.mechanisms["petitions"]
    kind = petitions.kinds["petition"]
    object.__setattr__(kind, "conflict", "report")
    try:
        answer(world, theirs)
    finally:
        object.__setattr__(kind, "conflict", "decision")
    assert news(world, mine) == []
