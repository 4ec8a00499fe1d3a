"""Pure rules of directives: whom one is about, when its unit may object, which measure comes next."""

from lianxin.plugin import Case, Guard, the_reply_is_late

MEASURES = ("remind", "circulate", "call in", "list", "inspect")


def the_unit_has_the_case(case: Case, unit: str) -> bool:
    """A directive goes to the unit that has the case which it is about."""  # noqa: D401 - the form shows this line
    return unit in case.about_units


def may_object(case: Case) -> bool:
    """The days to object are running, and it was not objected to before."""  # noqa: D401 - the desk shows this line
    return "directive.object" in case.running and "object" not in case.done


def in_its_turn(measure: str) -> Guard:
    """Make the guard of a measure: the reply is late, the one before was taken, this one was not."""
    before = MEASURES[: MEASURES.index(measure)]

    def comes_next(case: Case) -> bool:
        """The reply is late, and each measure before this one was taken; none is taken twice."""  # noqa: D401 - the desk shows this line
        return the_reply_is_late(case) and measure not in case.done and set(before) <= case.done.keys()

    return comes_next
