"""The budget of lines: argued with in docs/decisions/0005-a-budget-of-lines.md, and never passed by accident."""

import ast
import io
import tokenize
from pathlib import Path

import pytest

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parents[2]
NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}
MADE = {"migrations", "kit_versions", "alembic"}
BUDGET = {
    "shared": 10_040,
    "shared/law": 965,
    "shared/calendar": 320,
    "services/intake": 4_060,
    "services/routing": 5_725,
    "services/routing/paper": 345,
    "services/routing/search": 390,
    **{f"services/{name}": 1_500 for name in ("notification", "disclosure", "supervision", "directory")},
    **{f"mechanisms/{path.name}": 200 for path in (ROOT / "mechanisms").iterdir() if (path / "__init__.py").exists()},
    "mechanisms/directives": 330,
    "mechanisms/mediation": 610,
    "mechanisms/service_window": 510,
    "mechanisms/petitions": 850,
    "mechanisms/visits": 270,
}


APART = {
    "shared": {ROOT / "shared/law", ROOT / "shared/calendar"},
    "services/routing": {ROOT / "services/routing/paper", ROOT / "services/routing/search"},
}  # rooms with a number of their own


def documented(tree):
    """Give the lines that docstrings take."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            yield from range(node.body[0].lineno, node.body[0].end_lineno + 1)


def lines_of_code(text):
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    spans = [range(one.start[0], one.end[0] + 1) for one in tokens if one.type not in NO_CODE]
    return len({line for span in spans for line in span} - set(documented(ast.parse(text))))


@pytest.mark.parametrize("room", BUDGET)
def test_a_room_keeps_its_budget(room):
    files = [path for path in (ROOT / room).rglob("*.py") if MADE.isdisjoint(path.parts)]
    files = [path for path in files if APART.get(room, set()).isdisjoint(path.parents)]
    used = sum(lines_of_code(path.read_text(encoding="utf-8")) for path in files)
    assert 0 < used <= BUDGET[room], "delete something, or argue in docs/decisions/0005-a-budget-of-lines.md"


def test_only_code_is_counted():
    assert lines_of_code('"""A promise,\nof two lines."""\n\n# a comment\nx = (\n    1\n)\n') == 3
