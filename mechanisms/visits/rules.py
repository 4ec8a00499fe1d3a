"""Pure rules of visits."""

from datetime import date

from lianxin.plugin import Case, lies_ahead


def is_planned(case: Case) -> bool:
    """Hold back what only a visit of the county's plan may do."""
    return case.details.get("rule") == "visit.record"


def what_was_heard_is_done(case: Case) -> bool:
    """Wait until what was said there is handled."""
    return "heard_at" not in case.open_children


def was_made(case: Case, day: date) -> bool:
    """The day must not lie ahead: a visit is recorded once it was made."""  # noqa: D401 - the form shows this line
    return not lies_ahead(case, day)
