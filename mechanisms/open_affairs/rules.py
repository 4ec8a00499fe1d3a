"""Pure rules of open affairs."""

from collections.abc import Callable

from lianxin.plugin import Case

DUTY_RULES = ("village.quarterly", "village.monthly_finance", "info.proactive", "info.annual", "info.annual_government")


def due_by(rule: str) -> Callable[[Case], bool]:
    """Make the question whether a due item runs by this rule."""
    return lambda case: case.details.get("rule") == rule
