"""Pure rules of directives: whom one is about, when its unit may object, which measure comes next."""

from datetime import date

from lianxin.plugin import (
    INSPECTED,
    Case,
    Guard,
    has_come_since,
    last_day,
    lies_ahead,
    the_end_is_ahead,
    the_end_is_over,
    the_reply_is_late,
)

MEASURES = ("remind", "circulate", "call in", "list", "inspect")


def the_unit_has_the_case(case: Case, unit: str) -> bool:
    """A directive goes to the unit that has the case which it is about."""  # noqa: D401 - the form shows this line
    return unit in case.about_units


def may_object(case: Case) -> bool:
    """The days to object are running, and it was not objected to before."""  # noqa: D401 - the desk shows this line
    return "directive.object" in case.running and "object" not in case.done and the_end_is_ahead(case)


def may_be_given(case: Case) -> bool:
    """The unit that it is about still has the case, or drop it; the day on which it ends is set, or prepare it anew."""  # noqa: D401 - the desk shows this line
    return last_day(case) is not None and case.parent_unit in (None, *case.about_units)


def is_before_the_end(case: Case, due: date) -> bool:
    """It must lie before the day on which the directive ends. Choose an earlier day, or set a later end first."""  # noqa: D401 - the desk shows this line
    ends = last_day(case)
    return ends is None or due < ends


def is_ahead_and_before_the_end(case: Case, day: date) -> bool:
    """The day must lie ahead, and before the day on which the directive ends."""  # noqa: D401 - the form shows this line
    return lies_ahead(case, day) and is_before_the_end(case, day)


def a_team_is_out(case: Case) -> bool:
    """An inspection team was sent and has not reported."""  # noqa: D401 - the desk shows this line
    return INSPECTED in case.owed


def is_a_day_of_the_visit(case: Case, day: date) -> bool:
    """The team was on its way by then, and the day is not ahead."""  # noqa: D401 - the form shows this line
    return has_come_since(case, "inspect", day)


def no_team_is_out(case: Case) -> bool:
    """The inspection team that was sent has reported."""  # noqa: D401 - the desk shows this line
    return not a_team_is_out(case)


def may_be_closed_by_its_date(case: Case) -> bool:
    """The day on which it ends is over, and no inspection team has still to report."""  # noqa: D401 - the desk shows this line
    return the_end_is_over(case) and no_team_is_out(case)


def may_be_prolonged(case: Case) -> bool:
    """The day on which it ends is over, and it was not prolonged before."""  # noqa: D401 - the desk shows this line
    return the_end_is_over(case) and "prolong" not in case.done


def in_its_turn(measure: str) -> Guard:
    """Make the guard of a measure: the reply is late, the one before was taken, this one was not."""
    before = MEASURES[: MEASURES.index(measure)]

    def comes_next(case: Case) -> bool:
        """The reply is late, and each measure before this one was taken; none is taken twice."""  # noqa: D401 - the desk shows this line
        in_force = the_reply_is_late(case) and the_end_is_ahead(case)
        return in_force and measure not in case.done and set(before) <= case.done.keys()

    return comes_next
