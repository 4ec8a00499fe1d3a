"""What a leader who has charge plans, reports and hands over, and what the petitioner says to another desk."""

from lianxin.plugin import Schedule, Schema, Text, UnitRef

PLAN_HINT = "One step on a line: the day, a space, what is done by then. Such as: 2026-12-10 Leak found and closed"


class Plan(Schema):
    """What is in the way, and what is done by when."""

    finding = Text(seen="handler", title="What is in the way", required=True, max=3_000)
    milestones = Schedule(seen="parties", title="Steps, each with its day", hint=PLAN_HINT)


class Change(Schema):
    """Why the plan changes, and the steps from now on."""

    reasons = Text(seen="parties", title="Why the plan changes", required=True, max=2_000)
    milestones = Schedule(seen="parties", title="Steps from now on, each with its day", hint=PLAN_HINT)


class Progress(Schema):
    """What was done; the petitioner reads it."""

    done = Text(
        seen="parties", title="What was done", hint="The petitioner reads this. Name nobody else.", required=True
    )


class Another(Schema):
    """Whose leader should take charge instead, and why."""

    unit = UnitRef(seen="handler", title="Whose leader takes charge")
    reason = Text(seen="handler", title="Why", hint="What you hand over: state, promises, dates.", required=True)


class Why(Schema):
    """Why a leader does as he does."""

    reason = Text(seen="handler", title="Why", required=True, max=2_000)


class Heard(Schema):
    """What another desk heard from the petitioner."""

    heard = Text(seen="handler", title="What did the person say?", required=True, max=2_000)


class End(Schema):
    """What came of it."""

    result = Text(
        seen="parties", title="What came of it", hint="The petitioner reads this. Name nobody else.", required=True
    )
