"""Assigned from above (信访工作条例 22): the sender's own date beside the law's, and a report back as a task."""

from shared.law.rule import ASSIGNED
from shared.workflow.case import Case
from shared.workflow.declare import STAY, Deadline, Step
from shared.workflow.dispute import nobody_sent_it
from shared.workflow.schema import Day, Schema, Text, UnitRef

REPORT_BACK = ASSIGNED.id  # the term of the sender's own date, met by who reports back


class Assignment(Schema):
    """To whom, by when, and what the report has to say."""

    unit = UnitRef(seen="parties", title="Unit that handles it")
    due = Day(seen="parties", title="Report back by", hint="Your own date; the law's dates run beside it.", ahead=True)
    reason = Text(seen="handler", title="What is to be done and reported", required=True, max=2_000)


class ReportBack(Schema):
    """What the sender reads."""

    report = Text(seen="handler", title="Report", hint="Who assigned it reads this.", required=True, max=5_000)


def assigning(
    origins: str | tuple[str, ...],
    reports: tuple[str, ...],
    *,
    starts: tuple[Deadline, ...] = (),
    meets: tuple[str, ...] = (),
    basis: str,
) -> tuple[Step, ...]:
    """Make the way in which a registrar assigns a case with a date, and the unit reports back from `reports`.

    `starts` and `meets` are what else being passed on starts and ends.
    """
    return (
        Step(
            "assign",
            origins,
            STAY,
            "registrar",
            asks=Assignment,
            guard=nobody_sent_it,
            meets=meets,
            starts=starts,
            moves="unit",
            assigns="due",
            basis=basis,
            title="Assign with a date, and a report back",
        ),
        Step(
            "report back",
            reports,
            STAY,
            "officer",
            asks=ReportBack,
            guard=a_report_is_owed,
            meets=ASSIGNED.id,
            tells=False,
            basis=basis,
            title="Report back to who assigned it",
        ),
    )


def a_report_is_owed(case: Case) -> bool:
    """It was assigned with a date, and nobody reported back."""  # noqa: D401 - the desk shows this line
    ends = ("report back", "take back", "decide")
    return "assign" in case.done and not any(case.later(end, "assign") for end in ends)
