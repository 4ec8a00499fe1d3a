"""Pure rules of reviews: which of the two it is, when a hearing is possible, who may ask for more."""

from lianxin.plugin import Case, a_wish_is_open, held


def is_review(case: Case) -> bool:
    """It is a review."""  # noqa: D401 - the desk shows this line
    return case.kind == "review"


def is_re_review(case: Case) -> bool:
    """It is a re-review."""  # noqa: D401 - the desk shows this line
    return case.kind == "re_review"


def a_hearing_is_possible(case: Case) -> bool:
    """A hearing is held in a re-review alone."""  # noqa: D401 - the desk shows this line
    return is_re_review(case)


def may_wish_for_a_hearing(case: Case) -> bool:
    """It is a re-review, and no wish for a hearing is waiting for the office."""  # noqa: D401 - the desk shows this line
    return is_re_review(case) and not a_wish_is_open(case)


def no_wish_is_open(case: Case) -> bool:
    """No wish for a hearing is waiting for the office."""
    return not a_wish_is_open(case)


def was_heard(case: Case) -> bool:
    """A hearing was held: its opinion may be published."""  # noqa: D401 - the desk shows this line
    return held(case)


def may_ask_for_a_re_review(case: Case) -> bool:
    """The time to ask for a re-review is running."""  # noqa: D401 - the desk shows this line
    return "petition.re_review_request" in case.running
