"""Every door declares who may use it, and the reviewed matrix says the same."""

from pathlib import Path

import pytest
from flask import Blueprint, Flask

from lianxin.wsgi import make_apps
from shared.access import rule as access
from shared.errors import StartError

pytestmark = pytest.mark.quick

MATRIX = Path(__file__).parents[2] / "docs" / "access-matrix.md"


def drawn(rows):
    lines = ["# Who may use which door", "", "| service | methods | address | who |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows]) + "\n"


def test_the_reviewed_matrix_is_what_the_doors_declare(embedded_world):
    found = drawn(access.matrix(make_apps(embedded_world.deployment)))
    assert MATRIX.read_text(encoding="utf-8") == found, "look at the change, then write the new matrix"


def test_a_door_without_a_rule_stops_the_start():
    app, door = Flask("one", static_folder=None), Blueprint("door", __name__)
    door.add_url_rule("/open", "open", lambda: "")
    app.register_blueprint(door)
    with pytest.raises(StartError, match="declares no access rule"):
        access.install(app, lambda: None)
