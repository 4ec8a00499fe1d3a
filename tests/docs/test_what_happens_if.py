"""`docs/what-happens-if.md` is complete: each failpoint and each fault that is tested has its line there."""

import ast
import re
from pathlib import Path

import pytest

from shared.failpoints import PLACES

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "what-happens-if.md").read_text(encoding="utf-8")
FAULTS = ROOT / "tests" / "faults"
TOOLS = {"test_failpoints.py", "test_proxy.py", "test_planted.py"}  # what the others are made with


def names_in(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_each_place_has_one_line():
    assert sorted(re.findall(r"^\| `([a-z_.]+)` \|", TEXT, re.MULTILINE)) == sorted(PLACES)


def test_each_place_is_died_at():
    tested = "".join((FAULTS / name).read_text(encoding="utf-8") for name in ("test_kill_nine.py", "test_doors.py"))
    assert [place for place in PLACES if f'"{place}"' not in tested] == []


def test_each_test_of_a_fault_is_named_and_each_name_is_a_test():
    tested = {name for path in FAULTS.glob("test_*.py") if path.name not in TOOLS for name in names_in(path)}
    assert set(re.findall(r"`(test_\w+)`", TEXT)) == tested


def test_each_alert_has_a_runbook():
    titles = {path.read_text(encoding="utf-8").splitlines()[0] for path in (ROOT / "docs" / "runbooks").glob("*.md")}
    alerts = {name for line in re.findall(r"Alerts? ([^|]*)", TEXT) for name in re.findall(r"`([A-Z]\w+)`", line)}
    assert alerts
    assert {f"# {name}" for name in alerts} <= titles
