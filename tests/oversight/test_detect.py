"""Each detector at its boundary, on whatever carrier and database the world stands; who reads of it, and when."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select
from world import PASSWORD, full_county

from services.directory.people import add_person
from services.notification.models import MessageRow
from services.supervision.detect import left_lying
from services.supervision.models import CaseRow, DetectedRow
from shared.journal.tables import TimerRow
from tests.mechanisms.visits.test_next import RECORD, a_petition, agree, offered
from tests.mechanisms.visits.test_story import a_visit

LONG = "上柳村二组到镇上的路一下雨就积水，孩子上学要绕行两公里，请尽快修好排水沟。"
DECISION = {"outcome": "not_adopted", "reasons": "暂无条件。", "summary": "暂不采纳。"}
MINUTES = 10 / 24 / 60  # days
HEAD, ABOVE, AUDITOR = "water-head", "county-head", "county-auditor"


def lines(world, post=ABOVE):
    """Give every line that somebody reads, page by page."""
    found, cursor = [], ""
    while cursor is not None:
        page = world.ask("GET", f"/api/v1/oversight/detected?limit=1&cursor={cursor}", post=post).get_json()
        found, cursor = [*found, *page["items"]], page["next"]
    return found


def found(world, post=ABOVE):
    """Give (reference, detector, unit) of every line that somebody reads."""
    return [(one["reference"], one["detector"], one["unit"]) for one in lines(world, post)]


def mails(world, case):
    """Give person and text of what was written about what a detector found in a case."""
    with world.service("notification").reading() as session:
        mine = MessageRow.template == "detected", MessageRow.reference == case["reference"]
        return [tuple(one) for one in session.execute(select(MessageRow.person, MessageRow.body).where(*mine))]


def a_suggestion(world, **more):
    return world.submit(addressed_to="water-bureau", **more)


def sign(world, case):
    """Bring a suggestion to the answer that only has to be served."""
    world.step(case, "accept", "water-officer")
    world.step(case, "draft", "water-officer", **DECISION)
    world.step(case, "read", "water-reader")
    world.step(case, "sign", "water-head")


def serve(world, case):
    today = (world.clock.now() + timedelta(hours=8)).date().isoformat()
    world.step(case, "serve", "water-officer", method="hand", proof="本人签收", received_on=today)


def answer(world, case):
    sign(world, case)
    serve(world, case)
    assert world.follow(case)["phase"] == "closed"
    world.pass_days(0.1)


def test_what_nobody_touched_for_fifteen_days_is_seen_by_the_level_above_first(world):
    for post in (HEAD, ABOVE, AUDITOR):
        world.token(post)
    lying, moved, withdrawn = (a_suggestion(world) for _ in range(3))
    world.step(moved, "accept", "water-officer")
    world.ask_step(withdrawn, "withdraw", why="")
    world.pass_days(15)
    assert found(world) == []
    world.pass_days(MINUTES)
    line = (lying["reference"], "left_lying", "water-bureau")
    assert found(world) == found(world, AUDITOR) == [line]
    assert found(world, HEAD) == []
    ((_, body),) = mails(world, lying)
    assert f"/oversight/cases/{lying['reference']}" in body
    assert "连续十五天没有任何办理" in body

    world.pass_days(30)
    assert line in found(world, HEAD)  # and no sooner
    assert found(world).count(line) == 1


def test_the_unit_learns_of_it_by_no_other_page(embedded_world):
    world = embedded_world
    for post in (HEAD, ABOVE):
        world.token(post)
    lying = a_suggestion(world)
    world.pass_days(15 + MINUTES)
    assert len(mails(world, lying)) == 1
    history = f"/oversight/cases/{lying['reference']}?lang=en"
    world.sign_in(ABOVE)
    assert world.client.get(history).status_code == 200
    for post in ("water-officer", HEAD):
        world.sign_in(post)
        assert lying["reference"] in world.client.get("/desk?phase=any").text
        assert "复看" not in world.client.get("/desk/messages?lang=zh").text
        assert world.ask("GET", "/api/v1/oversight/detected", post=HEAD).get_json()["items"] == []
    before = world.client.get(history).text.count("A message was sent")
    with world.service("notification").reading() as session:
        told = session.scalars(select(MessageRow.template).where(MessageRow.reference == lying["reference"])).all()
    assert before == len(told) - told.count("detected")
    assert "detector" not in str(world.follow(lying))


def test_who_also_works_in_the_unit_is_not_told(embedded_world):
    world = embedded_world
    world.token(ABOVE)
    with world.service("directory").inside():
        both = add_person("岗位", "both", [HEAD, ABOVE], PASSWORD, email="both@example.test", now=world.clock.now())
    world.settle()
    lying = a_suggestion(world)
    world.pass_days(15 + MINUTES)
    people = [person for person, _ in mails(world, lying)]
    assert len(people) == 1
    assert both not in people


def test_each_holder_has_fifteen_days_of_its_own(embedded_world):
    world = embedded_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.pass_days(14)
    world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
    world.pass_days(15)
    assert found(world) == []
    world.pass_days(MINUTES)
    assert found(world) == [(case["reference"], "left_lying", "water-bureau")]


def test_who_is_right_above_reads_of_it_although_the_case_left_its_line(embedded_world):
    world = embedded_world
    case = world.submit("open_affairs", "item", addressed_to="dawa-committee", text="请公开大洼村的账目。")
    assert world.follow(case)["unit"] == "dawa-committee"
    world.pass_days(15 + MINUTES)
    world.step(case, "refer", "dawa-officer", unit="transport-bureau", reason="归交通局。")
    assert found(world, "shiqiao-head") == [(case["reference"], "left_lying", "dawa-committee")]
    assert found(world, "transport-head") == []
    world.sign_in("shiqiao-head")
    assert world.client.get(f"/oversight/cases/{case['reference']}").status_code == 200
    world.sign_in(HEAD)
    assert world.client.get(f"/oversight/cases/{case['reference']}").status_code == 404


def test_after_an_outage_of_supervision_what_was_told_meanwhile_comes_first(embedded_world):
    world, supervision = embedded_world, embedded_world.service("supervision")
    lying, moved = a_suggestion(world), a_suggestion(world)
    back = world.clock.now() + timedelta(days=20)  # when supervision, stopped today, runs its timers before its queue
    with supervision.transaction(back) as session:
        cases = session.scalars(select(CaseRow.id).where(CaseRow.channel == "api")).all()
        session.execute(delete(TimerRow).where(TimerRow.name == left_lying.name))
        for case in cases:
            left_lying.run(session, case, now=back)
    world.step(moved, "accept", "water-officer")
    world.pass_days(20)
    assert found(world) == []
    world.pass_days(1 / 24)
    assert found(world) == [(lying["reference"], "left_lying", "water-bureau")]


def test_what_is_history_to_supervision_fires_nothing(new_world):
    services = tuple(name for name in full_county().services if name != "supervision")
    world = new_world(county=full_county(services=services))
    a_suggestion(world)
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    for unit, post in (("water-bureau", "petition-officer"), ("housing-bureau", "petition-officer")):
        world.step(case, "refer", post, unit=unit, reason="归该单位。")
        if unit == "water-bureau":
            world.step(case, "object", "water-officer", reasons="不归水利局。", competent="housing-bureau")
            world.step(case, "take back", post, finding="同意")
    world.pass_days(20)
    world.loop.close()
    world = new_world(start=world.clock.now())
    world.pass_days(2)
    assert found(world) == []


def test_a_case_is_given_away_once_and_again(world):
    world.token(ABOVE)
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
    world.step(case, "object", "water-officer", reasons="不归水利局。", competent="housing-bureau")
    world.step(case, "take back", "petition-officer", finding="同意")
    assert found(world) == []  # who took it back gave nothing away
    world.step(case, "refer", "petition-officer", unit="housing-bureau", reason="归住建局。")
    assert found(world) == [(case["reference"], "passed_on", "petition-office")]


@pytest.mark.parametrize(
    ("hour", "seen"), [(timedelta(hours=16, minutes=29), []), (timedelta(hours=16, minutes=30), ["last_hour"])]
)
def test_a_case_that_is_answered_in_the_last_hour_of_its_term(world, hour, seen):
    world.token(ABOVE)
    answered, withdrawn = a_suggestion(world), a_suggestion(world)
    sign(world, answered)
    (promise,) = world.follow(answered)["promises"]
    midnight = datetime.fromisoformat(promise["due"]).replace(tzinfo=UTC) - timedelta(hours=8)
    world.loop.advance_to(midnight + hour)
    serve(world, answered)
    world.ask_step(withdrawn, "withdraw", why="")  # what a resident does in the evening is nobody's trick
    of_it = [one for one in found(world) if one[1] == "last_hour"]
    assert of_it == [(answered["reference"], one, "water-bureau") for one in seen]


def test_the_same_text_comes_again_after_it_was_answered(world):
    world.token(ABOVE)
    withdrawn, first, last = (a_suggestion(world, text=LONG) for _ in range(3))
    world.ask_step(withdrawn, "withdraw", why="")
    a_suggestion(world, text=LONG)
    world.pass_days(MINUTES)  # a case whose key comes late is read a minute later
    assert found(world) == []
    answer(world, first)
    answer(world, last)
    a_suggestion(world, text="另一件完全不同的事情，请有关部门也看一看这里的问题。")
    short = a_suggestion(world)
    answer(world, short)
    a_suggestion(world)  # so few words many people write
    world.pass_days(MINUTES)
    assert found(world) == []
    again = a_suggestion(world, title="又来信了", text=LONG.replace("，", "。 "))
    world.pass_days(MINUTES)
    assert found(world) == [(last["reference"], "text_returned", "water-bureau")]
    a_suggestion(world, text=LONG)
    world.pass_days(MINUTES)
    assert len(found(world)) == 1
    assert again["reference"] not in str(found(world))
    for case in (again, last):
        assert "returned" not in str(world.events(case))


def test_a_letter_that_was_sent_before_the_answer_and_typed_in_after_it_did_not_come_again(embedded_world):
    world = embedded_world
    first = a_suggestion(world, text=LONG)
    world.pass_days(2)
    answer(world, first)
    for day, seen in (("2026-11-03", 0), ("2026-11-05", 1)):
        how = {"channel": "letter", "received_on": day, "postmark": day}
        body = {"mechanism": "suggestions", "kind": "suggestion", "title": "来信", "text": LONG, "taking": how}
        world.loop.advance_to(max(world.clock.now(), datetime(2026, 11, 6, 2, tzinfo=UTC)))
        sent = world.ask("POST", "/api/v1/counter/cases", body, post="petition-officer")
        assert sent.status_code == 201, sent.get_json()
        world.settle()
        world.pass_days(MINUTES)
        assert len(found(world)) == seen


@pytest.mark.parametrize("recorded", ["before", "after"])
def test_a_petition_that_is_withdrawn_after_a_visit(world, recorded):
    visited, unvisited = offered(world, a_petition(world)), a_petition(world)
    visit = agree(world, visited)
    world.pass_days(8)
    if recorded == "before":
        world.step(visit, "record the visit", "water-head", **RECORD)
    for case in (visited, unvisited):
        world.ask_step(case, "withdraw", why="")
    world.pass_days(7)
    for case in (visited, unvisited):
        world.step(case, "confirm withdrawal", "water-reader", heard="本人确认撤回。")
    if recorded == "after":
        assert found(world) == []
        world.step(visit, "record the visit", "water-head", **RECORD)
    assert found(world) == [(visited["reference"], "visited_withdrawn", "water-bureau")]


def test_only_whoever_may_oversee_asks(embedded_world):
    world = embedded_world
    a_suggestion(world)
    world.pass_days(15 + MINUTES)
    assert found(world, "transport-head") == []
    for post in ("water-officer", "county-operator"):
        for path in ("detected", "shares"):
            assert world.ask("GET", f"/api/v1/oversight/{path}", post=post).status_code == 403


def test_who_is_barred_from_a_case_reads_nothing_of_it(embedded_world):
    world = embedded_world
    world.token(ABOVE)
    lying = world.submit("petitions", "petition", addressed_to="water-bureau", about={"posts": [ABOVE]})
    world.pass_days(15 + MINUTES)
    assert found(world) == []
    assert [detector for _, detector, _ in found(world, AUDITOR)] == ["left_lying"]
    assert mails(world, lying) == []


def test_what_an_office_opened_itself_is_no_residents_word(embedded_world):
    world = embedded_world
    a_visit(world)
    world.pass_days(40)  # duties lie as well
    with world.service("supervision").reading() as session:
        assert session.scalars(select(DetectedRow)).all() == []
