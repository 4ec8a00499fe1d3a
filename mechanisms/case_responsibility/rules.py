"""Pure rules of a leader's charge: whose it is, what a plan comes before, and when it may end."""

from lianxin.plugin import PLANNED, Case

IN_CHARGE = ("take charge", "accept", "succeed", "step in")  # who took one of these last has charge


def it_was_not_passed_on(case: Case) -> bool:
    """It was not passed on before: the second leader who is named takes charge."""  # noqa: D401 - the desk shows this line
    return "name another" not in case.done


def no_plan_is_made(case: Case) -> bool:
    """There is no plan yet; one that is made can be changed."""
    return "plan" not in case.done


def a_plan_is_made(case: Case) -> bool:
    """The plan is made."""  # noqa: D401 - the desk shows this line
    return "plan" in case.done


def a_step_is_open(case: Case) -> bool:
    """A step of the plan is not reported yet."""  # noqa: D401 - the desk shows this line
    return PLANNED in case.owed


def who_had_charge_has_left(case: Case) -> bool:
    """Whoever has charge holds no post of this unit any more, or is barred since."""
    last = case.last_of(IN_CHARGE)
    return last is not None and last.person in case.gone


def it_was_carried_out(case: Case) -> bool:
    """What the answer promised is carried out, and every case of the matter is closed."""  # noqa: D401 - the desk shows this line
    return case.family is not None and case.family.carried_out


def it_is_over_for_good(case: Case) -> bool:
    """Every case of the matter is closed, and nobody has a right in it that still runs."""
    return case.family is not None and case.family.final
