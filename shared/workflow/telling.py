"""Notices (信访工作条例 23): who turned to an office is told in writing, and a paper in a drawer tells nobody.

Where the person left a postal address, a notice counts when it is served. Who agreed to electronic service, and who
left no address, is told when the notice stands on the receipt page. A notice that ends the case goes the way of a
decision: drafted, read by somebody else, signed by the head, served.
"""

from collections.abc import Mapping
from dataclasses import replace

from shared.workflow.case import Case
from shared.workflow.consenting import consents, with_consent
from shared.workflow.declare import STAY, Guard, Latest, Phase, Step
from shared.workflow.schema import Schema
from shared.workflow.serving import last_resort, undelivered_letter

NOTICE_STATES: Mapping[str, Phase] = {
    "notice_drafted": "deciding",
    "notice_checked": "deciding",
    "notice_signed": "deciding",
}


def told_at_once(case: Case) -> bool:
    """No postal address was left, or electronic service was agreed to: it is told on the receipt page."""
    return "address" not in case.ways or consents(case)


def closing_notices(
    origin: str,
    drafts: tuple[Step, ...],
    *,
    letters: Mapping[str, str],
    outcomes: Mapping[str, str],
    remark: type[Schema],
    proof: type[Schema],
    meets: tuple[str, ...],
    ends: tuple[str, ...] = (),
    basis: str,
) -> tuple[Step, ...]:
    """Make the way of a notice that ends a case which nobody took up.

    `drafts` are the steps out of `origin` that draft one; `letters` and `outcomes` say by draft which letter is signed
    and how the case ends. `meets` are the terms of telling the person: they end at the signature where `told_at_once`
    holds, else by service. `ends` are terms that the signature meets whoever is told.
    """
    names = tuple(step.name for step in drafts)
    return (
        *(replace(step, origin=origin, to="notice_drafted") for step in drafts),
        Step(
            "send notice back",
            ("notice_drafted", "notice_checked"),
            origin,
            "reader",
            asks=remark,
            title="Send the notice back",
        ),
        Step(
            "read notice",
            "notice_drafted",
            "notice_checked",
            "reader",
            asks=remark,
            not_by=names,
            title="Agree to the notice",
        ),
        Step(
            "sign notice",
            "notice_checked",
            "notice_signed",
            "head",
            not_by=(*names, "read notice"),
            letter=Latest(letters),
            outcome=Latest(outcomes),
            meets=(*meets, *ends),
            meets_if=dict.fromkeys(meets, told_at_once),
            basis=basis,
            title="Sign the notice",
        ),
        undelivered_letter("notice undelivered", "notice_signed", "sign notice"),
        Step(
            "serve notice",
            "notice_signed",
            "closed",
            "officer",
            asks=proof,
            fits={"method": (last_resort("sign notice", undelivered="notice undelivered"), with_consent)},
            serves=True,
            notices=tuple(letters.values()),
            meets=meets,
            basis=basis,
            title="Serve the notice with proof",
        ),
    )


def acceptance_served(
    origins: tuple[str, ...], *, letter: str, proof: type[Schema], meets: str, basis: str
) -> tuple[Step, ...]:
    """Make the service of the notice that a case is accepted, beside the handling of the case."""
    guard = _waits("accept", "serve acceptance", meets)
    return (
        undelivered_letter("acceptance undelivered", origins, "accept", guard=guard),
        Step(
            "serve acceptance",
            origins,
            STAY,
            "officer",
            asks=proof,
            fits={"method": (last_resort("accept", undelivered="acceptance undelivered"), with_consent)},
            guard=guard,
            serves=True,
            notices=(letter,),
            meets=meets,
            basis=basis,
            title="Serve the notice of acceptance",
        ),
    )


def _waits(issued: str, served: str, rule: str) -> Guard:
    def the_notice_waits_for_service(case: Case) -> bool:
        """The notice of acceptance is on paper, and nobody noted that it was served."""  # noqa: D401 - the desk shows this line
        if issued not in case.done or case.later(served, issued):
            return False
        return rule in case.owed or not told_at_once(case)

    return the_notice_waits_for_service
