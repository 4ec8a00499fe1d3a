"""Forms and guards that most mechanisms share: questions, answers, remarks, reports, objections."""

from datetime import timedelta

from shared.workflow.case import CHARGE, VISIT, Case
from shared.workflow.schema import Schema, Text, UnitRef

TIME_TO_CHANGE_ONES_MIND = timedelta(days=7)  # MECHANISMS, people who petition are safe, 3

OBJECTION = "petition.object_publication"  # the rule of the time in which publication may be objected to


class Nothing(Schema):
    """A step that asks nothing."""


class Remark(Schema):
    """What a colleague notes; residents never read it."""

    remark = Text(seen="handler", title="Remark", hint="For colleagues only.", max=2_000)


class Question(Schema):
    """A question to the resident; while it is open the term stands still."""

    question = Text(seen="parties", title="Your question", required=True, max=2_000)


class Answer(Schema):
    """The resident's answer."""

    answer = Text(seen="parties", title="Your answer", required=True, max=5_000)


class Report(Schema):
    """What was done to carry the outcome out."""

    done = Text(seen="parties", title="What was done", required=True, max=5_000)


class Withdrawal(Schema):
    """Why somebody withdraws; nobody has to say."""

    why = Text(seen="self", title="Why do you withdraw?", hint="You need not say.", max=2_000)


class Confirmed(Schema):
    """What the other desk heard when it asked the person."""

    heard = Text(seen="handler", title="What did the person say?", required=True, max=2_000)


class Objection(Schema):
    """A wish that the outcome is not printed in the public record."""

    why = Text(seen="handler", title="Why should it not be published?", max=2_000)


class Referral(Schema):
    """Another unit is responsible; why."""

    unit = UnitRef(seen="parties", title="Responsible unit")
    reason = Text(seen="parties", title="Why this unit is responsible", required=True, max=2_000)


def time_to_change_ones_mind_is_over(case: Case) -> bool:
    """Seven days have passed since the withdrawal, or the person still has time to change their mind."""
    done = case.done.get("withdraw")
    return done is not None and case.now is not None and case.now - done.at >= TIME_TO_CHANGE_ONES_MIND


def no_child_is_open(case: Case) -> bool:
    """Nothing that this case set going is open any more."""  # a charge ends after it, a visit holds nothing up
    return not set(case.open_children) - {CHARGE, VISIT}


def may_object_to_publication(case: Case) -> bool:
    """The time to object to publication is still running."""  # noqa: D401 - the desk shows this line
    return OBJECTION in case.running and not case.never_public
