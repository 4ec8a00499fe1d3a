"""Each detector at its boundary, on whatever carrier and database the world stands; who reads of it, and when."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from services.notification.models import MessageRow
from services.supervision.detect import left_lying
from services.supervision.models import CaseRow, DetectedRow
from shared.journal.tables import TimerRow
from tests.mechanisms.visits.test_next import RECORD, a_petition, agree, offered
from tests.mechanisms.visits.test_story import a_visit

LONG = "上柳村二组到镇上的路一下雨就积水，孩子上学要绕行两公里，请尽快修好排水沟。"
MINUTES = 10 / 24 / 60  # days
HEAD, ABOVE, AUDITOR = "water-head", "county-head", "county-auditor"


def found(world, post=ABOVE):
    """Give (reference, detector) of every line that somebody reads, page by page."""
    lines, cursor = [], ""
    while cursor is not None:
        page = world.ask("GET", f"/api/v1/oversight/detected?limit=1&cursor={cursor}", post=post).get_json()
        lines, cursor = [*lines, *((one["reference"], one["detector"]) for one in page["items"])], page["next"]
    return lines


def mails(world, case):
    """Give what the mails say that were written about what a detector found in a case."""
    with world.service("notification").reading() as session:
        mine = MessageRow.template == "detected", MessageRow.reference == case["reference"]
        return session.scalars(select(MessageRow.body).where(*mine)).all()


def a_suggestion(world, **more):
    return world.submit(addressed_to="water-bureau", **more)


def test_what_nobody_touched_for_fifteen_days_is_seen_by_the_level_above_first(world):
    for post in (HEAD, ABOVE, AUDITOR):
        world.token(post)
    lying, moved, withdrawn = (a_suggestion(world) for _ in range(3))
    world.step(moved, "accept", "water-officer")
    world.ask_step(withdrawn, "withdraw", why="")
    world.pass_days(15)
    assert found(world) == []
    world.pass_days(MINUTES)
    line = (lying["reference"], "left_lying")
    assert found(world) == found(world, AUDITOR) == [line]
    assert found(world, HEAD) == []
    (body,) = mails(world, lying)
    assert f"/oversight/cases/{lying['reference']}" in body
    assert "来件后十五天没有任何办理" in body

    world.pass_days(30)
    assert line in found(world, HEAD)  # and no sooner
    assert found(world).count(line) == 1


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
    assert found(world) == [(lying["reference"], "left_lying")]


def test_a_case_is_given_away_once_and_again(world):
    world.token(ABOVE)
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
    assert found(world) == []
    world.step(case, "object", "water-officer", reasons="不归水利局。", competent="housing-bureau")
    world.step(case, "take back", "petition-officer", finding="同意")
    world.step(case, "refer", "petition-officer", unit="housing-bureau", reason="归住建局。")
    assert found(world) == [(case["reference"], "passed_on")]


@pytest.mark.parametrize(
    ("hour", "seen"), [(timedelta(hours=16, minutes=29), []), (timedelta(hours=16, minutes=30), ["last_hour"])]
)
def test_a_case_that_is_closed_in_the_last_hour_of_its_term(world, hour, seen):
    world.token(ABOVE)
    case = a_suggestion(world)
    world.step(case, "accept", "water-officer")
    (promise,) = world.follow(case)["promises"]
    close(world, case, promise["due"], hour)
    assert [detector for _, detector in found(world)] == seen


def close(world, case, due, hour):
    """Withdraw a suggestion, which closes it, so long after the midnight with which its last day begins."""
    midnight = datetime.fromisoformat(due).replace(tzinfo=UTC) - timedelta(hours=8)
    world.loop.advance_to(midnight + hour)
    world.ask_step(case, "withdraw", why="")
    assert world.follow(case)["phase"] == "closed"


def test_the_same_text_comes_again_after_it_was_closed(world):
    world.token(ABOVE)
    first = a_suggestion(world, text=LONG)
    while_open = a_suggestion(world, text=LONG)
    for one in (first, while_open):
        world.ask_step(one, "withdraw", why="")
        world.pass_days(0.1)
    assert found(world) == []
    a_suggestion(world, text="另一件完全不同的事情，请有关部门也看一看这里的问题。")
    short = a_suggestion(world)
    world.ask_step(short, "withdraw", why="")
    world.pass_days(0.1)
    a_suggestion(world)  # so few words many people write
    assert found(world) == []
    again = a_suggestion(world, title="又来信了", text=LONG.replace("，", "。 "))
    assert found(world) == [(while_open["reference"], "text_returned")]
    a_suggestion(world, text=LONG)
    assert len(found(world)) == 1
    assert again["reference"] not in str(found(world))


def test_a_petition_that_is_withdrawn_after_a_visit(world):
    visited, unvisited = offered(world, a_petition(world)), a_petition(world)
    visit = agree(world, visited)
    world.pass_days(8)
    world.step(visit, "record the visit", "water-head", **RECORD)
    world.step(visit, "end", "water-head")
    for case in (visited, unvisited):
        world.ask_step(case, "withdraw", why="")
    world.pass_days(7)
    for case in (visited, unvisited):
        world.step(case, "confirm withdrawal", "water-reader", heard="本人确认撤回。")
    assert found(world) == [(visited["reference"], "visited_withdrawn")]


def test_nobody_else_reads_of_it(embedded_world):
    world = embedded_world
    lying = a_suggestion(world)
    world.pass_days(15 + MINUTES)
    assert found(world) == [(lying["reference"], "left_lying")]
    assert found(world, "transport-head") == []
    for post in ("water-officer", "county-operator"):
        assert world.ask("GET", "/api/v1/oversight/detected", post=post).status_code == 403
    assert "detector" not in str(world.follow(lying))


def test_who_is_barred_from_a_case_reads_nothing_of_it(embedded_world):
    world = embedded_world
    lying = world.submit("petitions", "petition", addressed_to="water-bureau", about={"posts": [ABOVE]})
    world.pass_days(15 + MINUTES)
    assert found(world) == []
    assert [detector for _, detector in found(world, AUDITOR)] == ["left_lying"]
    assert mails(world, lying) == []


def test_what_an_office_opened_itself_is_no_residents_word(embedded_world):
    world = embedded_world
    a_visit(world)
    world.pass_days(40)  # duties lie as well
    with world.service("supervision").reading() as session:
        assert session.scalars(select(DetectedRow)).all() == []
