"""What an answer promises, and the day that it names for that: a term from the signature until it is carried out."""

from datetime import date, timedelta
from typing import Any

from shared.law.local import local_day
from shared.workflow.case import Case
from shared.workflow.declare import Deadline, chosen

LONGEST = timedelta(days=731)  # whoever waits longer for what was promised was promised nothing


def is_near(case: Case, day: date) -> bool:
    """The day must lie ahead, within two years."""  # noqa: D401 - the form shows this line
    today = local_day(case.now) if case.now else day
    return today < day <= today + LONGEST


def kept_from(outcomes: tuple[str, ...], field: str, rule: str) -> dict[str, Any]:
    """Give what the signature of an answer gains: with these outcomes the term, by `rule`, of the day in `field`.

    A draft whose day is over, or that names none, is sent back and not signed.
    """

    def promises(case: Case) -> bool:
        return case.said("draft", "outcome") in outcomes

    def the_promised_day_lies_ahead(case: Case) -> bool:
        """The day by which it is carried out lies ahead; a draft without one is sent back."""  # noqa: D401 - the desk shows this line
        day = case.said("draft", field)
        return not promises(case) or bool(day and is_near(case, date.fromisoformat(day)))

    term = Deadline(rule, on=chosen(field, "draft"), when=promises)
    return {"guard": the_promised_day_lies_ahead, "starts": term}
