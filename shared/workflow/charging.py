"""A leader has charge of a hard case to its end (领导包案): who names him, and when."""

from shared.workflow.case import CHARGE, Case
from shared.workflow.declare import STAY, Standing, Step
from shared.workflow.schema import Choice, Schema, Text, UnitRef

GROUNDS = {
    "long": "It has lasted long, and the offices alone did not end it",
    "many_offices": "Several offices have to act together",
    "repeated": "It was answered, and is brought up again with cause",
    "major": "It is major or urgent",
}


class Charge(Schema):
    """Which leader takes charge, and why the matter needs one: about the matter, never about who petitions."""

    unit = UnitRef(
        seen="handler",
        title="Whose leader takes charge",
        hint="A leader there takes it in person. Whoever decided in the matter may not.",
    )
    ground = Choice(GROUNDS, seen="handler", title="Why a leader has to take charge")
    found = Text(  # not `reasons`: those would become the words of the child, which the petitioner reads
        seen="handler",
        title="What has been done, and what is in the way",
        hint="The leader reads this first. Write of the matter, not of the person who petitions.",
        required=True,
        max=3_000,
    )


def charging(origins: tuple[str, ...], *, basis: str) -> tuple[Step, ...]:
    """Make the two steps by which a leader is named: by the unit that has the case, or by the one that passed it on."""
    return (
        _named("put in charge", "lead", "Put a leader in charge", origins, basis),
        _named("order into charge", "sender", "Order a leader to take charge", origins, basis),
    )


def _named(name: str, at: Standing, title: str, origins: tuple[str, ...], basis: str) -> Step:
    return Step(
        name,
        origins,
        STAY,
        "head",
        at=at,
        asks=Charge,
        guard=no_leader_has_charge,
        opens="case_responsibility.charge",
        relation=CHARGE,
        tells=False,
        basis=basis,
        title=title,
    )


def no_leader_has_charge(case: Case) -> bool:
    """No leader has charge of it, and it is not over."""
    over = case.state == "closed" and not case.running and not case.open_children
    return CHARGE not in case.open_children and not over
