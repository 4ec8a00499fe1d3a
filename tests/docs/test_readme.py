"""What the README shows works as it stands there."""

import json
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parents[2]


def test_the_first_request_of_the_readme_is_accepted(embedded_world):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    body = json.loads(re.search(r"-d '(\{.*?\})'", text, re.DOTALL).group(1))
    response = embedded_world.ask("POST", "/api/v1/cases", body, Idempotency_Key="1f0c")
    assert response.status_code == 201
    assert set(response.get_json()) >= {"reference", "receipt", "promises"}


def test_the_way_of_a_case_names_files_that_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    way = re.search(r"The way of a case: (.*?)\n\n", text, re.DOTALL).group(1)
    names = re.findall(r"`([^`]+)`", way)
    assert len(names) == 8
    assert all(list(ROOT.glob(name)) for name in names)


def test_every_target_of_make_in_the_readme_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"))) - {"and", "prints"}
    assert named <= targets
