"""Days with what is done by each: as JSON, as typed into a form, as shown again, and as declared."""

import pytest
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from shared.law.rule import PLANNED
from shared.web.forms import read_form
from shared.workflow.common import Nothing
from shared.workflow.declare import STAY, Deadline
from shared.workflow.schedule import Schedule, shown
from shared.workflow.schema import Schema, Text
from tests.workflow.makers import a_mechanism, a_step, problems

pytestmark = pytest.mark.quick


class Plan(Schema):
    """A plan of at most three steps."""

    steps = Schedule(seen="parties", title="Steps", most=3)


def test_what_is_typed_is_read_in_the_order_of_the_days_and_shown_as_it_was_typed():
    typed = "2026-12-20  更换 主管道\n\n2026-12-10 查明权属\r\n"
    said = Plan().load(read_form(Plan, MultiDict({"steps": typed})))
    assert [(str(line["on"]), line["what"]) for line in said["steps"]] == [
        ("2026-12-10", "查明权属"),
        ("2026-12-20", "更换 主管道"),
    ]
    assert shown(said["steps"]) == "2026-12-10 查明权属\n2026-12-20 更换 主管道"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("十二月十日 查明", {0: ["on"]}),
        ("2026-12-10", {0: ["what"]}),
        ("2026-02-30 查明", {0: ["on"]}),
        ("2026-12-10 查明\n下周 更换", {1: ["on"]}),
    ],
    ids=["no day", "nothing to do", "no such day", "the second line"],
)
def test_a_line_that_can_not_be_read_is_named(typed, wrong):
    with pytest.raises(ValidationError) as refused:
        Plan().load(read_form(Plan, MultiDict({"steps": typed})))
    said = refused.value.normalized_messages()["steps"]
    assert {line: list(fields) for line, fields in said.items()} == wrong


def test_no_line_and_too_many_are_refused():
    lines = [{"on": f"2026-12-{day}", "what": "查明"} for day in range(10, 14)]
    for given in ([], lines):
        with pytest.raises(ValidationError, match="between 1 and 3 lines"):
            Plan().load({"steps": given})
    assert len(Plan().load({"steps": lines[:3]})["steps"]) == 3


DONE = a_step("done", to=STAY, meets=PLANNED.id)
NO_SCHEDULE = "step plan: each names the input steps; let it be a Schedule that is asked"
NO_DAYS = "step plan: the terms of a plan are Deadline(PLANNED, each=...); name the field of its days"
EARLY = "the promise plan.step is counted by a plan, and nobody has made one; let a step start it"
MAY_PLAN = Schema.from_dict({"steps": Schedule(seen="parties", required=False)}, name="MayPlan")
IN_WORDS = Schema.from_dict({"steps": Text(seen="parties", required=True)}, name="InWords")


def planning(asks=Plan, rule=PLANNED.id, each="steps", **more):
    """Make the small mechanism with a step that starts the terms of a plan."""
    return a_mechanism(a_step("plan", to=STAY, asks=asks, starts=Deadline(rule, each=each)), DONE, **more)


@pytest.mark.parametrize(
    ("mechanism", "sentences"),
    [
        pytest.param(planning(), [], id="right"),
        pytest.param(planning(asks=Nothing), [NO_SCHEDULE], id="not asked"),
        pytest.param(planning(asks=IN_WORDS), [NO_SCHEDULE], id="in words"),
        pytest.param(planning(asks=MAY_PLAN), [], id="may be left out"),
        pytest.param(planning(each=None), [NO_DAYS], id="the rule alone"),
        pytest.param(
            a_mechanism(a_step("plan", to=STAY, asks=Plan, starts=Deadline("suggestion.reply", each="steps"))),
            [],
            id="a rule of the law counted from each day of a plan",
        ),
        pytest.param(
            planning(promises=(Deadline("suggestion.reply"), Deadline(PLANNED.id))), [EARLY], id="from the receipt on"
        ),
    ],
)
def test_a_plan_that_nobody_writes_is_found_before_anybody_takes_the_step(mechanism, sentences):
    assert problems(mechanism) == sentences
