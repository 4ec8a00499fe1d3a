"""The table of mechanisms is counted, never typed: `RENEW_TABLE=1 pytest tests/docs/test_table_of_mechanisms.py`."""

import ast
import os
import re
from pathlib import Path

import pytest

from lianxin.loading import found_mechanisms, load_mechanism
from tests.docs.test_budget import lines_of_code

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "table-of-mechanisms.md"
TABLE = re.compile(r"(?<=<!-- counted -->\n\n).*?(?=\n\n<!-- end -->)", re.DOTALL)
HEAD = "| mechanism | declaration | rules | tests | states | steps | clocks | letters | registers | public | story |"
BOTH_CARRIERS = {"world", "world_of", "county_of_three_levels"}  # fixtures that make a world of each carrier
LIFE, REVIEW = "life/test_life_of_a_case.py", "life/test_review.py"
# The test that goes from the first step to the last; where it is no mechanism's own file.
TOLD_ELSEWHERE = {
    "open_affairs": (LIFE, "test_a_duty_is_a_case_whose_step_publishes_and_a_missing_item_shows"),
    "petitions": (LIFE, "test_a_petition_walks_the_whole_chain_and_answers_a_question"),
    "reviews": (REVIEW, "test_the_level_above_reviews_sends_back_and_the_new_answer_is_re_reviewed_and_final"),
    "suggestions": (LIFE, "test_a_suggestion_travels_from_the_door_to_the_public_record"),
}
TOLD = {
    "case_responsibility": "test_a_leader_takes_charge_plans_reports_and_ends_it_with_the_carried_out_result",
    "directives": "test_a_directive_is_raised_signed_replied_to_and_closed",
    "mediation": "test_an_agreement_is_kept_in_instalments_and_followed_up",
    "service_window": "test_several_offices_one_decision_one_certificate",
    "visits": "test_a_visit_is_told_of_once_what_was_said_there_is_done",
}


def counted():
    """Give the table: lines of code as the budget counts them, in the order of the names."""
    lines = [HEAD, "|---|" + "---:|" * 8 + "---|---|"]
    return "\n".join(lines + [row_of(load_mechanism(name)) for name in sorted(found_mechanisms())])


def row_of(mechanism):
    code = {path.name: lines_of_code(path.read_text(encoding="utf-8")) for path in mechanism.folder.rglob("*.py")}
    rules = code.pop("rules.py", 0)
    tests = (ROOT / "tests" / "mechanisms" / mechanism.name).rglob("*.py")
    workflow = mechanism.workflow
    public = sorted({step.publishes for step in workflow.steps if step.publishes} - {"withheld"}) or ["counts"]
    cells = (
        f"[`{mechanism.name}`](../tests/mechanisms/{mechanism.name}/procedure.md)",
        *(sum(code.values()), rules, sum(lines_of_code(path.read_text(encoding="utf-8")) for path in tests)),
        *(len(workflow.states), len(workflow.steps), len(mechanism.deadlines), len(mechanism.letters)),
        *(len(mechanism.registers), ", ".join(public), f"[story](../tests/{story_of(mechanism.name)[0]})"),
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def story_of(name):
    """Give where the story of a mechanism is told, and its name."""
    return TOLD_ELSEWHERE.get(name) or (f"mechanisms/{name}/test_story.py", TOLD[name])


@pytest.mark.parametrize("name", sorted(found_mechanisms()))
def test_the_story_is_told_on_both_carriers(name):
    path, story = story_of(name)
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    (found,) = (one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == story)
    assert BOTH_CARRIERS & {one.arg for one in found.args.args}


def test_the_table_says_what_is_there():
    text, table = PAGE.read_text(encoding="utf-8"), counted()
    if os.environ.get("RENEW_TABLE"):
        PAGE.write_text(TABLE.sub(lambda _: table, text), encoding="utf-8")
        return
    assert TABLE.findall(text) == [table], "look at the difference; then RENEW_TABLE=1"
