"""A referral and its way back (信访工作条例 22 to 24): passed on, objected to, taken back or not, decided from above.

Whoever a case was sent to keeps it, with every clock, until the sender agrees or the common superior decides. Nothing
goes to and fro: from the third change of hands on there is no more objection, only the superior's word, and it binds.
"""

from shared.workflow.case import DIRECTIVE, Case
from shared.workflow.common import Referral
from shared.workflow.declare import SENDER, STAY, Deadline, Guard, Phase, Step
from shared.workflow.schema import Schema, Text, UnitRef

MANY_HANDS = 3
DISPUTED: dict[str, Phase] = {"objected": "triage", "disputed": "triage"}


class NotOurs(Schema):
    """Why the matter is not this unit's: without detailed reasons nothing goes back."""

    reasons = Text(
        seen="parties",
        title="Why the matter is not this unit's",
        hint="In detail: which duty by which rule, and whose it is.",
        required=True,
        max=3_000,
    )
    competent = UnitRef(seen="parties", title="Whose matter it is", required=False)


class Verified(Schema):
    """What the sender found when it verified the objection."""

    finding = Text(seen="parties", title="What you found", required=True, max=2_000)


class Dispute(Schema):
    """What each side says, for whoever decides."""

    reasons = Text(seen="parties", title="What is disputed, and what each unit says", required=True, max=3_000)


class Decided(Schema):
    """Which unit is responsible, and why: it binds both."""

    unit = UnitRef(seen="parties", title="Responsible unit")
    reason = Text(seen="parties", title="Why this unit is responsible", required=True, max=2_000)


def referral(
    origin: str,
    *,
    rule: str,
    verify: str,
    starts: tuple[Deadline, ...] = (),
    meets: tuple[str, ...] = (),
    basis: tuple[str, str, str],
) -> tuple[Step, ...]:
    """Make the way of a referral out of the state `origin` and back to it.

    `rule` is the time to object, `verify` the time in which the sender answers: once it is over, its silence counts as
    a no and the unit may turn to the common superior. `starts` and `meets` are what else being passed on starts and
    ends; `basis` names the articles of the referral, of the objection, and of the dispute.
    """
    referred, objected, disputed = basis
    return (
        Step(
            "refer",
            origin,
            STAY,
            "officer",
            asks=Referral,
            guard=nobody_sent_it,
            moves="unit",
            meets=meets,
            starts=(*starts, Deadline(rule, lapses=True)),
            basis=referred,
            title="Pass on to the responsible unit",
        ),
        *_objection(origin, rule, verify, objected),
        Step(
            "ask the superior",
            (origin, "objected"),
            "disputed",
            "officer",
            asks=Dispute,
            guard=_answered(verify),
            disputes=True,
            meets=verify,
            basis=disputed,
            title="Put it before the unit above both",
        ),
        Step(
            "decide",
            "disputed",
            origin,
            "head",
            asks=Decided,
            at="superior",
            moves="unit",
            opens="directives.directive",
            opens_if=went_to_and_fro,
            relation=DIRECTIVE,
            not_by=("refer", "object", "decline the objection", "ask the superior"),
            basis=disputed,
            title="Decide which unit is responsible",
        ),
    )


def _objection(origin: str, rule: str, verify: str, basis: str) -> tuple[Step, ...]:
    return (
        Step(
            "object",
            origin,
            "objected",
            "officer",
            asks=NotOurs,
            guard=_in_time(rule),
            meets=rule,
            starts=Deadline(verify, lapses=True),
            basis=basis,
            title="Object: not this unit's matter",
        ),
        Step(
            "take back",
            "objected",
            origin,
            "officer",
            asks=Verified,
            at="sender",
            moves=SENDER,
            not_by=("object",),
            meets=verify,
            basis=basis,
            title="Agree, and take it back",
        ),
        Step(
            "decline the objection",
            "objected",
            origin,
            "officer",
            asks=Verified,
            at="sender",
            not_by=("object",),
            meets=verify,
            basis=basis,
            title="Decline the objection",
        ),
    )


def nobody_sent_it(case: Case) -> bool:
    """No other unit sent it here, and no decision from above binds: whoever it was sent to objects instead."""
    return case.sender is None and not bound(case)


def went_to_and_fro(case: Case) -> bool:
    """Tell whether so many units passed it on that whoever decides supervises what comes of it."""
    return case.hands >= MANY_HANDS


def bound(case: Case) -> bool:
    """Tell whether the common superior has decided whose it is."""
    return "decide" in case.done


def _in_time(rule: str) -> Guard:
    def may_object(case: Case) -> bool:
        """It was sent here, the time to object still runs, and it changed hands fewer than three times."""  # noqa: D401 - the desk shows this line
        return case.sender is not None and rule in case.running and case.hands < MANY_HANDS

    return may_object


def _answered(verify: str) -> Guard:
    def may_ask_the_superior(case: Case) -> bool:
        """The sender declined or let its time pass, or it changed hands three times; nobody above decided yet."""  # noqa: D401 - the desk shows this line
        if case.sender is None or bound(case):
            return False
        if case.state == "objected":
            return verify not in case.running
        return "decline the objection" in case.done or case.hands >= MANY_HANDS

    return may_ask_the_superior
