"""Which step came later is told by the order of the steps: a clock that is set back changes nothing."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from mechanisms.petitions.talk import a_no_was_talked_over
from shared.workflow.assigning import a_report_is_owed
from shared.workflow.case import Case, Done
from shared.workflow.hearing import a_wish_is_open, no_wish_is_open
from shared.workflow.serving import last_resort
from tests.workflow.makers import START, a_case

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parents[2]
BACK, ON = -timedelta(hours=1), timedelta(hours=1)  # how far the clock goes between two steps


def taken(*steps: str, each: timedelta) -> Case:
    """Give a case in which these steps were taken in this order, by a clock that went on or back before each."""
    history = tuple(Done(step, "officer", "li", START + place * each) for place, step in enumerate(steps))
    now, done = START + len(steps) * each, {one.step: one for one in history}
    return a_case(outcome="not_supported", ways=("address",), done=done, history=history, now=now)


NOTICE_COMES_LAST = last_resort("sign", undelivered="undelivered")
WISH, DECLINED, HELD = "ask for a hearing", "decline the hearing", "hold the hearing"
GUARDS = [
    (a_wish_is_open, (WISH,), True),
    (a_wish_is_open, (WISH, HELD), False),
    (a_wish_is_open, (WISH, HELD, WISH), True),
    (a_wish_is_open, (WISH, DECLINED, WISH), True),
    (no_wish_is_open, (WISH, DECLINED, WISH, HELD), True),
    (a_report_is_owed, ("assign", "report back"), False),
    (a_report_is_owed, ("assign", "report back", "assign"), True),
    (a_report_is_owed, ("assign", "take back"), False),
    (a_no_was_talked_over, ("sign", "explain"), True),
    (a_no_was_talked_over, ("sign", "explain", "sign"), False),
    (a_no_was_talked_over, ("sign",), False),
    (lambda case: NOTICE_COMES_LAST(case, "notice"), ("sign", "undelivered"), True),
    (lambda case: NOTICE_COMES_LAST(case, "notice"), ("sign", "undelivered", "sign"), False),
    (lambda case: NOTICE_COMES_LAST(case, "notice"), ("undelivered",), False),
]


@pytest.mark.parametrize("each", [BACK, timedelta(0), ON], ids=["set back", "stands still", "goes on"])
@pytest.mark.parametrize(("guard", "steps", "holds"), GUARDS)
def test_no_guard_asks_the_clock_which_step_came_later(guard, steps, holds, each):
    assert guard(taken(*steps, each=each)) is holds


@pytest.mark.parametrize("each", [BACK, ON])
def test_steps_come_in_the_order_in_which_they_were_taken_last(each):
    case = taken("draft", "read", "draft", "sign", each=each)
    assert [one.step for one in case.latest()] == ["read", "draft", "sign"]
    assert case.latest()[1] is case.done["draft"]
    assert (case.later("draft", "read"), case.later("read", "draft"), case.later("serve", "read")) == (
        True,
        False,
        False,
    )


ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def orders_by_the_clock(tree: ast.AST) -> list[int]:
    """Give the lines on which moments (`.at`) are compared with each other, or sorted by."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(one, ORDERING) for one in node.ops):
            sides = (node.left, *node.comparators)
            found += [node.lineno for one in sides if isinstance(one, ast.Attribute) and one.attr == "at"]
        if isinstance(node, ast.Lambda) and isinstance(node.body, ast.Attribute) and node.body.attr == "at":
            found.append(node.lineno)
    return found


def test_the_look_finds_what_it_looks_for():
    planted = ["tried.at >= signed.at", "asked is None or a.at < b", "sorted(done, key=lambda one: one.at)"]
    fine = ["case.now - done.at >= WEEK", "local_day(signed.at) <= day", 'step.at == "sender" or x']
    assert all(orders_by_the_clock(ast.parse(line)) for line in planted)
    assert not any(orders_by_the_clock(ast.parse(line)) for line in fine)


def test_nothing_that_decides_on_a_case_compares_moments_of_steps():
    """A span since a step (`now - at`) and the day of a step beside a day that somebody said are no order."""
    files = [file for folder in ("shared/workflow", "mechanisms") for file in (ROOT / folder).rglob("*.py")]
    files += [
        ROOT / "services/routing" / name for name in ("days.py", "letters.py", "step.py", "roles.py", "handover.py")
    ]
    assert len(files) > 50
    found = {str(file.relative_to(ROOT)): orders_by_the_clock(ast.parse(file.read_text("utf-8"))) for file in files}
    assert {name: lines for name, lines in found.items() if lines} == {}
