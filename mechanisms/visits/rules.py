"""Pure rules of visits."""

from datetime import date

from lianxin.plugin import Case, lies_ahead


def is_next(case: Case) -> bool:
    """It is a visit to a petitioner who agreed to it."""  # noqa: D401 - the desk shows this line
    return case.kind == "next"


def stands_for_itself(case: Case) -> bool:
    """It is not about somebody's petition: nothing of such a visit is public."""  # noqa: D401 - the desk shows this line
    return not is_next(case)


def is_owed(case: Case) -> bool:
    """Its record is owed: a plan names it, or a petitioner agreed to it."""
    return is_planned(case) or is_next(case)


def may_be_closed(case: Case) -> bool:
    """Wait until what was said there is handled, and each need that was noted is seen to."""
    return stands_for_itself(case) and what_was_heard_is_done(case) and no_need_is_open(case)


def may_end(case: Case) -> bool:
    """Wait until what was said to a petitioner is handled, and each need that was noted is seen to."""
    return is_next(case) and what_was_heard_is_done(case) and no_need_is_open(case)


def a_need_is_open(case: Case) -> bool:
    """A need was noted, and it is neither a request yet nor unwanted."""  # noqa: D401 - the desk shows this line
    last = case.last_of(("note a need", "request taken in", "not wanted"))
    return last is not None and last.step == "note a need"


def no_need_is_open(case: Case) -> bool:
    """No need that was noted is open."""
    return not a_need_is_open(case)


def is_agreed(case: Case, agreed: bool) -> bool:
    """Only what the person agreed to becomes a request."""
    return agreed


def was_taken_in_there(case: Case, reference: str) -> bool:
    """No case with this reference was taken in with the reference of this visit."""
    return _bare(reference) in map(_bare, case.children)


def _bare(reference: str) -> str:
    return "".join(filter(str.isalnum, reference.upper()))


def is_planned(case: Case) -> bool:
    """Hold back what only a visit of the county's plan may do."""
    return case.details.get("rule") == "visit.record"


def what_was_heard_is_done(case: Case) -> bool:
    """Wait until what was said there is handled."""
    return "heard_at" not in case.open_children


def was_made(case: Case, day: date) -> bool:
    """The day must not lie ahead: a visit is recorded once it was made."""  # noqa: D401 - the form shows this line
    return not lies_ahead(case, day)
