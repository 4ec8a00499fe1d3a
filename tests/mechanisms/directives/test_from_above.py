"""What nobody passed on: once it is late, the level above or the petition office reads it and supervises it by hand."""

from datetime import timedelta

from sqlalchemy import select

from services.routing import clocks, readers
from services.routing.models import CaseRow
from shared.access.tables import CaseAccessRow
from tests.life.test_review import answered, ask, three_levels
from tests.mechanisms.directives.test_story import DEMAND, GROUND, directives, offers, refused
from tests.mechanisms.directives.test_untaken import reads
from tests.mechanisms.directives.test_whose_to_end import step_aside

STEP = "direct from above"


def sent_directly(world, days=0):
    """Give a petition that a resident addressed to the water bureau, so many days later."""
    case = world.submit("petitions", "petition", addressed_to="water-bureau")
    world.pass_days(days)
    return case


def test_what_was_sent_directly_is_supervised_by_hand_once_it_is_late_and_read_so_long(world):
    case = sent_directly(world)
    assert [reads(world, case, post) for post in ("petition-head", "county-head")] == [False, False]
    world.pass_days(20)
    assert [reads(world, case, post) for post in ("petition-head", "county-head", "liuhe-head")] == [True, True, False]
    assert STEP in offers(world, case, "county-head")
    assert STEP not in offers(world, case, "water-head")
    assert offers(world, case, "petition-officer") == []
    world.step(case, STEP, "petition-head", **GROUND)
    assert refused(world, case, STEP, "county-head", **GROUND)[0] == "guard-not-met"  # one at a time
    (directive,) = directives(world)
    world.step(directive, "prepare", "petition-officer", **DEMAND)
    world.step(directive, "issue", "petition-head", target="water-bureau", due="2026-12-10")
    assert offers(world, directive, "water-head") == ["reply", "object"]
    world.step(case, "accept", "water-officer")
    assert [reads(world, case, post) for post in ("petition-head", "county-head")] == [False, False]


def test_a_review_that_is_late_is_supervised_too(new_world):
    world = new_world(county=three_levels())
    review = ask(world, answered(world), "ask for review")
    assert not reads(world, review, "county-head")
    world.pass_days(31)
    world.step(review, STEP, "county-head", **GROUND)
    (directive,) = directives(world, "county-head")
    world.step(directive, "prepare", "county-officer", **DEMAND)
    world.step(directive, "issue", "county-head", target="water-bureau", due="2026-12-20")


def test_who_steps_aside_stays_out_though_the_case_is_late_again(embedded_world):
    world = embedded_world
    case = sent_directly(world, 20)
    step_aside(world, case, "county-head")
    world.step(case, "accept", "water-officer")
    world.pass_days(70)
    assert [reads(world, case, post) for post in ("petition-head", "county-head")] == [True, False]


def test_whoever_sent_it_keeps_its_own_step_alone(embedded_world):
    world = embedded_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
    world.pass_days(20)
    assert [one for one in offers(world, case, "petition-head") if "direct" in one] == ["direct"]
    assert STEP in offers(world, case, "county-head")


def test_who_directs_nobody_raises_no_directive_that_it_could_not_sign(embedded_world):
    world = embedded_world
    case = world.submit("petitions", "petition", addressed_to="liuhe-government")
    world.step(case, "refer", "liuhe-officer", unit="water-bureau", reason="供水问题归水利局。")
    world.step(case, "accept", "water-officer")
    world.pass_days(62)
    assert [one for one in offers(world, case, "liuhe-head") if "direct" in one] == []
    assert refused(world, case, "direct", "liuhe-head", **GROUND)[0] == "step-not-offered"
    assert STEP in offers(world, case, "petition-head")


def test_who_reads_a_late_case_is_told_once_also_where_a_step_comes_before_the_timer(embedded_world):
    world = embedded_world
    case = sent_directly(world)
    late = world.clock.now() + timedelta(days=20)
    with world.service("routing").transaction(late) as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == case["reference"])).one()
        clocks.catch_up(session, row, late)
        readers.tell_readers(session, row)
        read = select(CaseAccessRow.code).where(CaseAccessRow.case == row.id, CaseAccessRow.what == "unit")
        assert {*session.scalars(read)} == {"water-bureau", "county-government", "petition-office"}
