"""The last day of a directive: set when it is prepared, after the reply; once over, whoever gave it decides."""

import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from mechanisms.directives.rules import is_before_the_end, may_be_given
from services.routing.models import DeadlineRow
from services.supervision.models import CaseRow as SupervisedRow
from services.supervision.models import TermRow
from services.supervision.read import by_unit
from shared.access.actor import StaffMember
from shared.journal.tables import JournalRow
from shared.law.local import local_day
from shared.workflow.case import Done
from shared.workflow.common import Nothing
from shared.workflow.declare import STAY, Deadline, chosen
from shared.workflow.ending import ENDS
from shared.workflow.schema import Day, Schema, Text
from tests.mechanisms.directives.test_story import DEMAND, FOUND, REPLY, directives, offers, raised, refused
from tests.workflow.makers import START, a_case, a_mechanism, a_step, problems

END = "2026-12-10"
DECIDED = "2026-12-15"  # three working days later
LONGER = {"finding": "管网改造年底完工。", "ends": "2026-12-31"}


def given(world, due="2026-11-20"):
    """Give a directive that ends on 10 December, signed and given to the bureau."""
    _, directive = raised(world)
    world.step(directive, "prepare", "petition-officer", **DEMAND | {"ends": END})
    world.step(directive, "issue", "petition-head", target="water-bureau", due=due)
    return directive


def the_end(world, directive, post="petition-head"):
    return [(one["due"], one["status"]) for one in world.desk(directive, post)["deadlines"] if one["rule"] == ENDS]


def test_the_last_day_lies_ahead_and_after_the_reply(embedded_world):
    world = embedded_world
    _, directive = raised(world)
    today = DEMAND | {"ends": "2026-11-02"}
    assert refused(world, directive, "prepare", "petition-officer", **today) == ("invalid", ["ends"])
    nothing = {name: said for name, said in DEMAND.items() if name != "ends"}
    assert refused(world, directive, "prepare", "petition-officer", **nothing) == ("invalid", ["ends"])
    world.step(directive, "prepare", "petition-officer", **DEMAND | {"ends": END})
    answer = world.try_step(directive, "issue", "petition-head", target="water-bureau", due=END)
    (error,) = answer.get_json()["errors"]
    assert error["field"] == "due"
    assert "督办终止日" in error["message"]
    world.step(directive, "issue", "petition-head", target="water-bureau", due="2026-12-09")
    assert the_end(world, directive, "water-head") == [(DECIDED, "open")]  # who is directed knows it too
    assert listed(world, directive, "water-head") == "2026-12-09"  # of the directed unit's own work


def listed(world, directive, post):
    """Give the day by which the work list of a post says that something is due."""
    items = world.ask("GET", "/api/v1/desk/cases?limit=100", post=post).get_json()["items"]
    (due,) = [one["due_at"] for one in items if one["reference"] == directive["reference"]]
    return f"{local_day(datetime.fromisoformat(due) - timedelta(seconds=1))}" if due else None


def owed(world, directive):
    """Give what supervision counts of the term of the last day: for which unit, and how it stands."""
    with world.service("supervision").reading() as session:
        mine = select(SupervisedRow.id).where(SupervisedRow.reference == directive["reference"]).scalar_subquery()
        terms = session.scalars(select(TermRow).where(TermRow.rule == ENDS, TermRow.case == mine))
        return [(one.owes, one.status) for one in terms]


def rungs(world):
    """Give who owes the terms of last days of which a rung has told."""
    with world.service("routing").reading() as session:
        mine = {term.instance for term in session.scalars(select(DeadlineRow).where(DeadlineRow.rule == ENDS))}
        told = session.scalars(select(JournalRow.envelope).where(JournalRow.type.like("%.rung_reached.%"))).all()
    reached = [data for text in told if (data := json.loads(text)["data"])["instance"] in mine]
    return {data["owes"] for data in reached}


def test_who_closes_it_on_the_next_morning_breaks_no_term(embedded_world):
    world = embedded_world
    directive = given(world)
    world.step(directive, "reply", "water-head", **REPLY)
    world.pass_days(39)
    assert listed(world, directive, "water-head") is None  # it has replied, and nothing more is its own
    world.step(directive, "close", "petition-head", **FOUND)
    assert owed(world, directive) == [("petition-office", "met")]


def test_what_whoever_gave_it_does_not_decide_in_time_counts_for_that_unit(embedded_world):
    world = embedded_world
    directive = given(world)
    world.step(directive, "reply", "water-head", **REPLY)
    world.pass_days(50)
    assert owed(world, directive) == [("petition-office", "breached")]
    lines = world.ask("GET", "/api/v1/oversight/late?limit=100", post="county-head").get_json()["items"]
    (line,) = [one for one in lines if one["reference"] == directive["reference"]]
    assert line["unit"] == "petition-office"
    assert counted(world)["petition-office"] == 2  # passing the petition on, and this
    world.step(directive, "close", "petition-head", **FOUND)


def counted(world):
    """Give how many terms that ended each unit is held to, as the page of the month counts them."""
    auditor = StaffMember("p", "s", "审计", ("county-auditor",), ("county-government",), frozenset({"auditor"}))
    with world.service("supervision").inside():
        return {row["unit"]: row["ended"] for row in by_unit(auditor)}


def test_when_it_is_over_it_is_the_givers_who_prolongs_it_once_or_closes_it(world):
    directive = given(world)
    world.pass_days(38)  # the morning of the last day
    assert "reply" in offers(world, directive, "water-head")
    assert offers(world, directive, "petition-head") == ["remind", "end"]
    assert refused(world, directive, "prolong", "petition-head", **LONGER)[0] == "guard-not-met"
    assert refused(world, directive, "close", "petition-head", **FOUND)[0] == "guard-not-met"
    world.pass_days(1)
    assert the_end(world, directive) == [(DECIDED, "open")]
    assert offers(world, directive, "water-head") == []
    assert offers(world, directive, "petition-head") == ["end", "prolong", "close"]
    assert refused(world, directive, "prolong", "water-head", **LONGER)[0] == "not-your-step"
    past = LONGER | {"ends": "2026-12-11"}
    assert refused(world, directive, "prolong", "petition-head", **past) == ("invalid", ["ends"])
    world.step(directive, "prolong", "petition-head", **LONGER)
    assert the_end(world, directive) == [(DECIDED, "met"), ("2027-01-06", "open")]
    world.step(directive, "reply", "water-head", **REPLY)
    later = {"finding": "仍缺照片。", "due": "2026-12-31"}
    assert refused(world, directive, "send back", "petition-head", **later) == ("invalid", ["due"])
    world.pass_days(21)
    assert offers(world, directive, "petition-head") == ["be satisfied", "end", "close"]  # and not prolonged again
    world.step(directive, "close", "petition-head", finding="已督促更换，转入日常监管。")
    shown = world.desk(directive, "petition-head")
    assert (shown["phase"], shown["outcome"]) == ("closed", "expired")


def test_a_term_that_whoever_gave_it_lets_pass_is_told_up_its_own_line(embedded_world):
    world = embedded_world
    directive = given(world)
    world.pass_days(39)
    world.step(directive, "prolong", "petition-head", **LONGER)
    world.pass_days(60)
    assert rungs(world) == {"petition-office"}
    assert directives(world) == [directive]  # what supervises is not supervised in its turn


@pytest.mark.parametrize("day", ["9999-12-31", "2036-12-31"])
def test_a_day_of_a_mistyped_year_is_refused(embedded_world, day):
    world = embedded_world
    _, directive = raised(world)
    answer = world.try_step(directive, "prepare", "petition-officer", **DEMAND | {"ends": day})
    (error,) = answer.get_json()["errors"]
    assert (error["field"], error["message"]) == ("ends", "请选择十年以内的日期。")
    world.step(directive, "prepare", "petition-officer", **DEMAND | {"ends": "2036-10-31"})


def test_one_that_was_prepared_before_there_was_a_last_day_is_prepared_anew():
    prepared = a_prepared({name: said for name, said in DEMAND.items() if name != "ends"})
    assert not may_be_given(prepared)
    assert is_before_the_end(prepared, date(2030, 1, 1))
    assert may_be_given(a_prepared(DEMAND))


def a_prepared(said):
    done = Done("prepare", "officer", "li", START, "raised", said)
    return a_case("prepared", done={"prepare": done}, history=(done,))


class Given(Schema):
    """What gives a case away with its last day."""

    ends = Day(seen="handler", title="Ends", ahead=True)


def ending(asks=Given, rule=ENDS, on=None, **more):
    """Make the small mechanism with a step that sets its last day."""
    starts = Deadline(rule, on=on or chosen("ends"))
    return a_mechanism(a_step("give", to=STAY, asks=asks, starts=starts), a_step("done", to=STAY, meets=rule), **more)


NO_DAY = "step give: on names give.ends; let it be a Day, required"
EARLY = "the promise directive.end ends on a day that nobody has set; let a step start it"
ONLY = (
    "step give: the rules directive.end, directive.inspect, petition.execute, review.execute, suggestion.execute, "
    "and no others, end on a day: write on=chosen(...)"
)
MAY_END = Schema.from_dict({"ends": Day(seen="handler", required=False, ahead=True)}, name="MayEnd")
IN_WORDS = Schema.from_dict({"ends": Text(seen="handler", required=True)}, name="InWords")


@pytest.mark.quick
@pytest.mark.parametrize(
    ("mechanism", "sentences"),
    [
        pytest.param(ending(), [], id="right"),
        pytest.param(ending(asks=Nothing), [NO_DAY], id="not asked"),
        pytest.param(ending(asks=IN_WORDS), [NO_DAY], id="in words"),
        pytest.param(ending(asks=MAY_END), [NO_DAY], id="may be left out"),
        pytest.param(
            ending(on=chosen("ends", "done")), [NO_DAY.replace("give.ends", "done.ends")], id="of another step"
        ),
        pytest.param(ending(rule="suggestion.reply"), [ONLY], id="a rule of the law"),
        pytest.param(
            ending(promises=(Deadline("suggestion.reply"), Deadline(ENDS))), [EARLY], id="from the receipt on"
        ),
    ],
)
def test_a_last_day_that_nobody_sets_is_found_before_anybody_takes_the_step(mechanism, sentences):
    assert problems(mechanism) == sentences
