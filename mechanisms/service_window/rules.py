"""Pure rules of the service window: what was asked once, whose part is missing, who may apply for somebody else."""

from datetime import date, timedelta
from typing import Any

from lianxin.plugin import Case, lies_ahead

COURT = "You may also sue in court, within the time that the law gives."
ABOVE = "If you find that this is not right, you may turn to the level above this office."
NOT_AUTHORISED = (
    "Who applies for somebody else names himself, says what the authorisation covers, "
    "and sends it along in writing while it holds."
)


def is_application(case: Case) -> bool:
    """It is an application."""  # noqa: D401 - the desk shows this line
    return case.kind == "application"


def is_part(case: Case) -> bool:
    """It is a part of an application."""  # noqa: D401 - the desk shows this line
    return case.kind == "part"


def is_not_done(case: Case) -> bool:
    """It is about something that could not be got done."""  # noqa: D401 - the desk shows this line
    return case.kind == "not_done"


def is_rating(case: Case) -> bool:
    """It is a bad rating."""  # noqa: D401 - the desk shows this line
    return case.kind == "rating"


def nothing_was_asked_for(case: Case) -> bool:
    """Everything that is missing is asked for once; a second time is not possible."""
    return is_application(case) and "ask for papers" not in case.done


def every_part_is_given(case: Case) -> bool:
    """Every office that was asked has given its part."""
    return "part" not in case.open_children


def stands_above(case: Case, unit: Any) -> bool:
    """Only the government above this office approves more time for several offices."""
    return unit in case.directed_by[:1]


def fits_the_parts(case: Case, outcome: Any) -> bool:
    """An office refused its consent: this can't be granted."""  # noqa: D401 - the form shows this line
    return str(outcome) != "granted" or "no_consent" not in case.parts.values()


def is_granted(case: Case) -> bool:
    """It is granted."""  # noqa: D401 - a procedure's page shows this line
    return bool(case.said("draft", "outcome") == "granted")


def is_refused(case: Case) -> bool:
    """It is refused."""  # noqa: D401 - a procedure's page shows this line
    return not is_granted(case)


def not_authorised(case: Case) -> str | None:
    """Refuse an application for somebody else without a written authorisation that holds."""
    said = case.details
    if said.get("who") != "agent":
        return None
    until = said.get("authorised_until")
    holds = bool(until) and lies_ahead(case, date.fromisoformat(str(until)) + timedelta(days=1))  # its last day counts
    whole = said.get("agent") and said.get("scope") and case.attached
    return None if whole and holds else NOT_AUTHORISED
