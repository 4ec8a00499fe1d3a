"""Supervision from above (信访工作条例 39): who passed a case on, or stands above who is late, has one opened."""

from shared.law.rule import ASSIGNED
from shared.workflow.case import DIRECTIVE, Case
from shared.workflow.declare import STAY, Guard, Step
from shared.workflow.schema import Choice, Schema, Text

GROUNDS = {
    "delay": "It is late without a good reason",
    "evasion": "It is passed to and fro, or evaded",
    "falsified": "What was reported is not true",
    "not_carried_out": "What was promised is not carried out",
}


class Direct(Schema):
    """Why a case has to be supervised: about what a unit does or leaves undone, never about who petitions."""

    ground = Choice(GROUNDS, seen="handler", title="Why it is supervised")
    reasons = Text(
        seen="handler",
        title="What was found",
        hint="What the responsible unit does, or leaves undone. Nobody who petitions is the subject of a directive.",
        required=True,
        max=3_000,
    )


def directing(
    origins: tuple[str, ...], *, untaken: tuple[str, ...] = (), owes: tuple[str, ...] = (), basis: str
) -> Step:
    """Make the step by which the head of the unit that passed a case on has a directive opened at that unit.

    In the states `untaken`, in which the unit that was sent it has not taken it up, only once a term by one of the
    rules `owes`, or the sender's own date, is over.
    """
    return Step(
        "direct",
        (*untaken, *origins),
        STAY,
        "head",
        at="sender",
        asks=Direct,
        guard=_in_time(untaken, owes) if untaken else no_directive_is_open,
        opens="directives.directive",
        relation=DIRECTIVE,
        tells=False,
        basis=basis,
        title="Supervise it: raise a directive",
    )


def from_above(origins: tuple[str, ...], *, basis: str) -> Step:
    """Make the step by which the head of the level above, or of the petition office, does so once a case is late."""
    return Step(
        "direct from above",
        origins,
        STAY,
        "head",
        at="above",
        asks=Direct,
        guard=it_is_late,
        opens="directives.directive",
        relation=DIRECTIVE,
        tells=False,
        basis=basis,
        title="Supervise it from above: raise a directive",
    )


def it_is_late(case: Case) -> bool:
    """A term of the office is broken, and no directive about it is open."""  # noqa: D401 - the desk shows this line
    return a_term_is_broken(case) and no_directive_is_open(case)


def a_term_is_broken(case: Case) -> bool:
    """A term of the office is broken."""  # noqa: D401 - the desk shows this line
    return any(case.owed.count(rule) > case.running.count(rule) for rule in case.owed)


def _in_time(untaken: tuple[str, ...], owes: tuple[str, ...]) -> Guard:
    def may_be_supervised(case: Case) -> bool:
        """No directive about it is open; one that was not taken up is late."""
        late = any(case.owed.count(rule) > case.running.count(rule) for rule in (*owes, ASSIGNED.id))
        return no_directive_is_open(case) and (case.state not in untaken or late)

    return may_be_supervised


def no_directive_is_open(case: Case) -> bool:
    """No directive about it is open."""
    return DIRECTIVE not in case.open_children


def the_reply_is_late(case: Case) -> bool:
    """The day by which a report back was asked for has passed."""  # noqa: D401 - the desk shows this line
    return ASSIGNED.id not in case.running
