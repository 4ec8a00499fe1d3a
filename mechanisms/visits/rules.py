"""Pure rules of visits."""

from lianxin.plugin import Case


def is_planned(case: Case) -> bool:
    """Hold back what only a visit of the county's plan may do."""
    return case.details.get("rule") == "visit.record"


def what_was_heard_is_done(case: Case) -> bool:
    """Wait until what was said there is handled."""
    return "heard_at" not in case.open_children
