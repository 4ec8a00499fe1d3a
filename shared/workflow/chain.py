"""Fragments that most procedures share: the way of a decision, and the safe way out."""

from collections.abc import Mapping
from typing import Any

from shared.law.rule import EXECUTING
from shared.workflow import promised
from shared.workflow.consenting import with_consent
from shared.workflow.declare import Back, Deadline, Guard, Phase, Step, by_outcome, chosen
from shared.workflow.schema import Schema
from shared.workflow.serving import last_resort, undelivered_letter

CHAIN: Mapping[str, Phase] = {
    "drafted": "deciding",
    "checked": "deciding",
    "signed": "deciding",
    "promised": "carrying_out",
}


def chain(
    start: str,
    *,
    opinion: type[Schema],
    remark: type[Schema],
    proof: type[Schema],
    report: type[Schema],
    letter: str,
    carries_out: tuple[str, ...],
    meets: str | tuple[str, ...] = (),
    starts: Deadline | tuple[Deadline, ...] = (),
    guard: Guard | None = None,
    agree: Guard | None = None,
    served: Guard | None = None,
    ends: Guard | None = None,
    by_when: str | None = None,
    executes: str = EXECUTING.id,
    basis: str | None = None,
    end: str = "closed",
    **more: Any,
) -> tuple[Step, ...]:
    """Make the common way of a decision: draft, second reader, signature, service with proof, carrying out.

    `opinion` must have a field `outcome`; outcomes in `carries_out` promise something that must be done before
    the case closes. The drafter reads and signs nothing of his own. `meets` names the terms of the answer: they end
    when it is served, for a signed paper in a drawer answers nobody. `guard` says what a draft needs, `agree` what the
    second reader's agreement, `served` what service needs, `ends` what closing needs when all is carried out.
    `by_when` names the opinion's field with the day by which what it promises is carried out: a term, by the rule
    `executes`, from the signature until that is reported.
    """
    after_service = by_outcome(end, **dict.fromkeys(carries_out, "promised"))
    return (
        *_draft(start, opinion, remark, guard, agree, by_when),
        *_sign(letter, basis, promised.kept_from(carries_out, by_when, executes) if by_when else {}),
        Step(
            "serve",
            "signed",
            after_service,
            "officer",
            asks=proof,
            fits={"method": (last_resort("sign", undelivered="undelivered"), with_consent)},
            guard=served,
            serves=True,
            meets=meets,
            starts=starts,
            publishes="outcome",
            title="Serve with proof",
            **more,
        ),
        Step(
            "carry out",
            "promised",
            end,
            "officer",
            asks=report,
            guard=ends,
            meets=executes if by_when else (),
            title="Report that it is carried out",
        ),
    )


def _draft(
    start: str,
    opinion: type[Schema],
    remark: type[Schema],
    guard: Guard | None,
    agree: Guard | None,
    by_when: str | None,
) -> tuple[Step, ...]:
    fits = {by_when: promised.is_near} if by_when else {}
    return (
        Step("draft", start, "drafted", "officer", asks=opinion, guard=guard, fits=fits, title="Draft the answer"),
        Step("send back", ("drafted", "checked"), start, "reader", asks=remark, title="Send the draft back"),
        Step(
            "read",
            "drafted",
            "checked",
            "reader",
            asks=remark,
            guard=agree,
            not_by=("draft",),
            title="Agree to the draft",
        ),
    )


def _sign(letter: str, basis: str | None, promise: Mapping[str, Any]) -> tuple[Step, ...]:
    """Make the signature, with the term of what it promises, and the note of a letter that came back."""
    return (
        Step(
            "sign",
            "checked",
            "signed",
            "head",
            not_by=("draft", "read"),
            letter=letter,
            outcome=chosen("outcome", "draft"),
            basis=basis,
            title="Sign",
            **promise,
        ),
        undelivered_letter("undelivered", "signed", "sign"),
    )


def withdrawal(
    origins: tuple[str, ...], *, by: str, why: type[Schema], confirm: type[Schema], over: Guard
) -> tuple[Step, ...]:
    """Make the safe way out: a receipt holder withdraws, may change his mind, and another desk confirms it.

    `over` tells whether the time to change one's mind has passed.
    """
    return (
        Step("withdraw", origins, "withdrawing", by, asks=why, title="Withdraw"),
        Step("keep", "withdrawing", Back("withdraw"), by, title="Keep my case after all"),
        Step(
            "confirm withdrawal",
            "withdrawing",
            "closed",
            "callback",
            asks=confirm,
            guard=over,
            outcome="withdrawn",
            title="Confirm the withdrawal with the person",
        ),
    )
