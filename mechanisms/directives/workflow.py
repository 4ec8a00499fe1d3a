"""The whole procedure, top to bottom. A lawyer checks this file against 信访工作条例 22, 39 and 40."""

from typing import Any

from lianxin.plugin import (
    ENDS,
    INSPECTED,
    REPORT_BACK,
    STAY,
    Deadline,
    Remark,
    Step,
    Workflow,
    any_of,
    chosen,
    lies_ahead,
    the_end_is_ahead,
)

from . import schemas
from .rules import (
    MEASURES,
    a_team_is_out,
    in_its_turn,
    is_a_day_of_the_visit,
    is_ahead_and_before_the_end,
    is_before_the_end,
    may_be_closed_by_its_date,
    may_be_given,
    may_be_prolonged,
    may_object,
    no_team_is_out,
    the_unit_has_the_case,
)

BASIS = "信访工作条例 39"
GIVEN = ("issued", "objected", "replied")
TITLES = {
    "remind": "Remind in writing",
    "circulate": "Name it in a circular",
    "call in": "Call its head in for a talk",
    "list": "List it for public supervision",
    "inspect": "Send an inspection team",
}


def measure(name: str, **more: Any) -> Step:
    """Make a measure of the unit that gave the directive: while the reply is late, once, in the ladder's order."""
    declared: dict[str, Any] = {"asks": schemas.Measure, "basis": "信访工作条例 39、40", "title": TITLES[name], **more}
    return Step(name, "issued", STAY, "head", at="sender", guard=in_its_turn(name), **declared)


TEAM = (
    measure(
        "inspect",
        asks=schemas.Team,
        fits={"until": is_ahead_and_before_the_end},
        starts=Deadline(INSPECTED, on=chosen("until")),
    ),
    Step(
        *("report of the team", GIVEN, STAY, any_of("officer", "head")),
        at="sender",
        asks=schemas.OfTheTeam,
        guard=a_team_is_out,
        fits={"visited_on": is_a_day_of_the_visit},
        meets=INSPECTED,
        basis="信访工作条例 39、40",
        title="Record what the inspection team reports",
    ),
)

DIRECTIVES = Workflow(
    states={
        "raised": "triage",
        "prepared": "triage",
        "issued": "handling",
        "objected": "handling",
        "replied": "deciding",
        "closed": "closed",
    },
    steps=(
        Step(
            "prepare",
            "raised",
            "prepared",
            "officer",
            asks=schemas.Demand,
            fits={"ends": lies_ahead},
            basis=BASIS,
            title="Prepare it",
        ),
        Step(
            "issue",
            "prepared",
            "issued",
            "head",
            asks=schemas.Issue,
            guard=may_be_given,
            fits={"target": the_unit_has_the_case, "due": is_before_the_end},
            not_by=("prepare",),
            moves="target",
            assigns="due",
            starts=(Deadline("directive.object", lapses=True), Deadline(ENDS, on=chosen("ends", "prepare"))),
            letter="directive",
            basis=BASIS,
            title="Sign it, and give it to the unit",
        ),
        Step("prepare anew", "prepared", "raised", "head", asks=Remark, title="Have it prepared anew"),
        Step(
            "drop",
            ("raised", "prepared"),
            "closed",
            "head",
            asks=schemas.Finding,
            outcome="dropped",
            title="Drop it: nothing has to be supervised",
        ),
        Step(
            "reply",
            "issued",
            "replied",
            "head",
            asks=schemas.Reply,
            guard=the_end_is_ahead,
            meets=REPORT_BACK,
            basis=BASIS,
            title="Reply in writing",
        ),
        Step(
            "object",
            "issued",
            "objected",
            "head",
            asks=schemas.Against,
            guard=may_object,
            meets="directive.object",
            title="Object to the directive",
        ),
        Step("keep", "objected", "issued", "head", at="sender", asks=schemas.Finding, title="Keep the directive"),
        Step(
            "lift",
            "objected",
            "closed",
            "head",
            at="sender",
            asks=schemas.Finding,
            guard=no_team_is_out,
            meets=ENDS,
            outcome="lifted",
            title="Agree, and lift the directive",
        ),
        *(measure(name, publishes="entry" if name == "list" else None) for name in MEASURES if name != "inspect"),
        *TEAM,
        Step(
            "send back",
            "replied",
            "issued",
            "head",
            at="sender",
            asks=schemas.Again,
            guard=the_end_is_ahead,
            fits={"due": is_before_the_end},
            assigns="due",
            title="Not enough: send it back with a new date",
        ),
        Step(
            "be satisfied",
            "replied",
            "closed",
            "head",
            at="sender",
            asks=schemas.Finding,
            guard=no_team_is_out,
            meets=ENDS,
            outcome="fulfilled",
            basis=BASIS,
            title="It was done: close the directive",
        ),
        Step(
            "end",
            GIVEN,
            "closed",
            "head",
            at="sender",
            asks=schemas.Finding,
            guard=no_team_is_out,
            meets=ENDS,
            outcome="ended",
            title="End it: the matter has settled itself",
        ),
        Step(
            "prolong",
            GIVEN,
            STAY,
            "head",
            at="sender",
            asks=schemas.Longer,
            guard=may_be_prolonged,
            fits={"ends": lies_ahead},
            meets=ENDS,
            starts=Deadline(ENDS, on=chosen("ends")),
            title="Prolong it, once",
        ),
        Step(
            "close",
            GIVEN,
            "closed",
            "head",
            at="sender",
            asks=schemas.Came,
            guard=may_be_closed_by_its_date,
            meets=ENDS,
            outcome="expired",
            title="Close it: its last day is over",
        ),
    ),
)
