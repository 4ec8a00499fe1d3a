"""The last day of a directive: set when it is prepared, after the reply; once over, whoever gave it decides."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from mechanisms.directives.rules import an_end_is_set, is_before_the_end
from services.routing.models import DeadlineRow
from shared.journal.tables import JournalRow
from shared.workflow.case import Done
from shared.workflow.common import Nothing
from shared.workflow.declare import STAY, Deadline, chosen
from shared.workflow.ending import ENDS
from shared.workflow.schema import Day, Schema, Text
from tests.mechanisms.directives.test_story import DEMAND, FOUND, REPLY, directives, offers, raised, refused
from tests.workflow.makers import START, a_case, a_mechanism, a_step, problems

END = "2026-12-10"
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
    assert the_end(world, directive, "water-head") == [(END, "open")]  # who is directed knows it too


def test_when_it_is_over_it_is_the_givers_who_prolongs_it_once_or_closes_it(world):
    directive = given(world)
    world.pass_days(38)  # the morning of the last day
    assert "reply" in offers(world, directive, "water-head")
    assert offers(world, directive, "petition-head") == ["remind", "end"]
    assert refused(world, directive, "prolong", "petition-head", **LONGER)[0] == "guard-not-met"
    assert refused(world, directive, "close", "petition-head", **FOUND)[0] == "guard-not-met"
    world.pass_days(1)
    assert the_end(world, directive) == [(END, "breached")]
    assert offers(world, directive, "water-head") == []
    assert offers(world, directive, "petition-head") == ["end", "prolong", "close"]
    assert refused(world, directive, "prolong", "water-head", **LONGER)[0] == "not-your-step"
    past = LONGER | {"ends": "2026-12-11"}
    assert refused(world, directive, "prolong", "petition-head", **past) == ("invalid", ["ends"])
    world.step(directive, "prolong", "petition-head", **LONGER)
    assert the_end(world, directive) == [(END, "met_late"), ("2026-12-31", "open")]
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
    with world.service("routing").reading() as session:
        terms = session.scalars(select(DeadlineRow).where(DeadlineRow.rule == ENDS)).all()
        mine = {term.instance for term in terms}
        rungs = session.scalars(select(JournalRow.envelope).where(JournalRow.type.like("%.rung_reached.%"))).all()
    reached = [data for text in rungs if (data := json.loads(text)["data"])["instance"] in mine]
    assert {data["owes"] for data in reached} == {"petition-office"}
    assert directives(world) == [directive]  # what supervises is not supervised in its turn


def test_one_that_was_prepared_before_there_was_a_last_day_is_prepared_anew():
    prepared = a_prepared({name: said for name, said in DEMAND.items() if name != "ends"})
    assert not an_end_is_set(prepared)
    assert is_before_the_end(prepared, date(2030, 1, 1))
    assert an_end_is_set(a_prepared(DEMAND))


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
ONLY = "step give: the rules directive.end, directive.inspect, and no others, end on a day: write on=chosen(...)"
MAY_END = Schema.from_dict({"ends": Day(seen="handler", required=False)}, name="MayEnd")
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
