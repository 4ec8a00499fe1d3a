"""The table of mechanisms is counted, never typed: `RENEW_TABLE=1 pytest tests/docs/test_table_of_mechanisms.py`."""

import os
import re
from pathlib import Path

from lianxin.loading import found_mechanisms, load_mechanism
from tests.docs.test_budget import lines_of_code

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "table-of-mechanisms.md"
TABLE = re.compile(r"(?<=<!-- counted -->\n\n).*?(?=\n\n<!-- end -->)", re.DOTALL)
HEAD = "| mechanism | declaration | rules | tests | states | steps | clocks | letters | registers | public |"


def counted():
    """Give the table: lines of code as the budget counts them, in the order of the names."""
    lines = [HEAD, "|---|" + "---:|" * 8 + "---|"]
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
        *(len(mechanism.registers), ", ".join(public)),
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def test_the_table_says_what_is_there():
    text, table = PAGE.read_text(encoding="utf-8"), counted()
    if os.environ.get("RENEW_TABLE"):
        PAGE.write_text(TABLE.sub(lambda _: table, text), encoding="utf-8")
        return
    assert TABLE.findall(text) == [table], "look at the difference; then RENEW_TABLE=1"
