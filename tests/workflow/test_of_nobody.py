"""Steps that nobody takes, and steps that open a case for each of several offices: what is wrong is said at start."""

from dataclasses import replace

import pytest

from shared.workflow.common import Referral
from shared.workflow.declare import Deadline
from shared.workflow.engine import blocked, offered
from shared.workflow.entries import Entry
from shared.workflow.schema import Day, Schema, Text
from shared.workflow.units import Units
from tests.workflow.makers import a_case, a_mechanism, a_step, problems


class Offices(Schema):
    """Which, and by when."""

    offices = Units(most=3, seen="parties", title="Which offices?")
    due = Day(seen="parties", title="By when?", ahead=True)


class NoDay(Schema):
    """Which, and by no day."""

    offices = Units(most=3, seen="parties", title="Which offices?")


class OneLine(Schema):
    """Offices as a line of text."""

    offices = Text(seen="parties", title="Which offices?", required=True)
    due = Day(seen="parties", title="By when?", ahead=True)


def never(case):
    """Never."""
    return False


class Helper(Schema):
    """Whom somebody chooses."""

    helper = Entry("helpers", seen="parties", title="Helper")


GONE = {"by": "platform", "when_gone": "helper", "asks": None}
OPENS = {"opens": "small.matter", "relation": "part", "each": "offices"}
BY_ITSELF = {"by": "platform", "when_breached": "suggestion.reply", "asks": None}


@pytest.mark.parametrize(
    ("step", "told"),
    [
        pytest.param({**BY_ITSELF}, None, id="right"),
        pytest.param({**BY_ITSELF, "by": "officer"}, "let it be the platform's", id="people would take it"),
        pytest.param({**BY_ITSELF, "asks": Referral}, "and ask nothing", id="it asks"),
        pytest.param({**BY_ITSELF, "when_breached": "info.answer"}, "which nothing starts", id="no such term here"),
        pytest.param({**OPENS, "asks": Offices}, None, id="each of several"),
        pytest.param({**OPENS, "asks": NoDay}, "beside a Day due", id="no day"),
        pytest.param({**OPENS, "asks": OneLine}, "let it be Units", id="no units"),
        pytest.param({"each": "offices", "asks": Offices}, "opens doesn't say what", id="opens nothing"),
    ],
)
def test_what_is_wrong_is_said_at_start(step, told):
    found = problems(a_mechanism(a_step("by itself", "arrived", "answered", **step)))
    words = [line for line in found if "by itself" in line]
    assert words == [] if told is None else any(told in line for line in words), found


@pytest.mark.parametrize(
    ("step", "told"),
    [
        pytest.param({**GONE}, None, id="right"),
        pytest.param({**GONE, "by": "officer"}, "let it be the platform's", id="people would take it"),
        pytest.param({**GONE, "when_gone": "mediator"}, "by which nobody chooses an entry", id="nobody chooses that"),
    ],
)
def test_a_step_that_follows_a_choice_follows_one_that_is_made(step, told):
    choose = a_step("choose", asks=Helper)
    found = problems(a_mechanism(choose, a_step("by itself", "arrived", "answered", **step)))
    words = [line for line in found if "by itself" in line]
    assert words == [] if told is None else any(told in line for line in words), found


@pytest.mark.parametrize(
    ("calls", "wrong"), [({"answered": "head"}, 0), ({"anserwed": "head"}, 1), ({"answered": "petitioner"}, 1)]
)
def test_a_state_calls_a_role_of_posts(calls, wrong):
    small = a_mechanism()
    found = problems(replace(small, workflow=replace(small.workflow, calls=calls)))
    assert len([line for line in found if line.startswith("calls:")]) == wrong


def test_nobody_is_offered_it_or_told_what_it_waits_for():
    step = a_step("by itself", "arrived", "answered", **BY_ITSELF, guard=never)
    workflow, case = a_mechanism(step).workflow, a_case()
    assert "by itself" not in [one.name for one, _ in offered(workflow, case)]
    assert "by itself" not in [one.name for one in blocked(workflow, case)]


def test_a_promise_by_its_own_day_is_a_parts_alone():
    found = problems(a_mechanism(promises=(Deadline("part.due"),)))
    assert any("ends on a day that nobody has set" in line for line in found), found
