"""The whole procedure, top to bottom. A lawyer checks this file against 信访工作条例 22, 39 and 40."""

from lianxin.plugin import REPORT_BACK, STAY, Deadline, Remark, Step, Workflow

from . import schemas
from .rules import MEASURES, in_its_turn, may_object, the_unit_has_the_case

BASIS = "信访工作条例 39"
TITLES = {
    "remind": "Remind in writing",
    "circulate": "Name it in a circular",
    "call in": "Call its head in for a talk",
    "list": "List it for public supervision",
    "inspect": "Send an inspection team",
}


def measure(name: str) -> Step:
    """Make a measure of the unit that gave the directive: while the reply is late, once, in the ladder's order."""
    return Step(
        name,
        "issued",
        STAY,
        "head",
        at="sender",
        asks=schemas.Measure,
        guard=in_its_turn(name),
        publishes="entry" if name == "list" else None,
        basis="信访工作条例 39、40",
        title=TITLES[name],
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
        Step("prepare", "raised", "prepared", "officer", asks=schemas.Demand, basis=BASIS, title="Prepare it"),
        Step(
            "issue",
            "prepared",
            "issued",
            "head",
            asks=schemas.Issue,
            fits={"target": the_unit_has_the_case},
            not_by=("prepare",),
            moves="target",
            assigns="due",
            starts=Deadline("directive.object", lapses=True),
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
            outcome="lifted",
            title="Agree, and lift the directive",
        ),
        *map(measure, MEASURES),
        Step(
            "send back",
            "replied",
            "issued",
            "head",
            at="sender",
            asks=schemas.Again,
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
            outcome="fulfilled",
            basis=BASIS,
            title="It was done: close the directive",
        ),
        Step(
            "end",
            ("issued", "objected", "replied"),
            "closed",
            "head",
            at="sender",
            asks=schemas.Finding,
            outcome="ended",
            title="End it: the matter has settled itself",
        ),
    ),
)
