"""A leader has charge of a hard case to its end (领导包案): who names him, and when."""

from shared.workflow.case import CHARGE, Case
from shared.workflow.declare import STAY, Guard, Standing, Step
from shared.workflow.directing import a_term_is_broken
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


def charging_from_above(origins: tuple[str, ...], *, basis: str) -> Step:
    """Make the step by which the head of the level above, or of the petition office, orders it of a case that is late.

    He orders a leader of his own unit, or of one under it, and nobody above him.
    """
    title = "Order a leader to take charge, from above"
    return _named("order into charge from above", "above", title, origins, basis, it_stands_still)


def _named(
    name: str, at: Standing, title: str, origins: tuple[str, ...], basis: str, guard: Guard | None = None
) -> Step:
    return Step(
        name,
        origins,
        STAY,
        "head",
        at=at,
        asks=Charge,
        guard=guard or no_leader_has_charge,
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


def it_stands_still(case: Case) -> bool:
    """A term of the office is broken, and no leader has charge of it."""  # noqa: D401 - the desk shows this line
    return a_term_is_broken(case) and no_leader_has_charge(case)
