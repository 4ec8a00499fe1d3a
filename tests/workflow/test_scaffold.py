"""A new mechanism is written whole: it passes the check of the start, and a case lives in it."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from shared.errors import Refusal
from shared.law.packs import load_rules
from shared.workflow.check import check
from shared.workflow.scaffold import AlreadyThere, BadName, scaffold

ROOT = Path(__file__).parents[2]


def test_a_new_mechanism_passes_the_check_of_the_start(tmp_path, monkeypatch):
    scaffold("noise_reports", tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path / "noise_reports"))

    made = importlib.import_module("noise_reports").mechanism
    for name in [name for name in sys.modules if name.partition(".")[0] == "noise_reports"]:
        del sys.modules[name]

    assert check(made, rules=load_rules(), folder=tmp_path / "noise_reports" / "noise_reports") == []
    assert (made.name, made.title) == ("noise_reports", "Noise reports")


def test_its_own_tests_pass(tmp_path):
    scaffold("street_trees", tmp_path)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=tmp_path / "street_trees",
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 passed" in run.stdout


def test_it_gives_the_files_that_it_wrote_and_leaves_no_placeholder(tmp_path):
    written = scaffold("street_trees", tmp_path)

    assert sorted(written) == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert {path.relative_to(tmp_path / "street_trees").as_posix() for path in written} == {
        "pyproject.toml",
        "street_trees/__init__.py",
        "street_trees/locale/zh/LC_MESSAGES/messages.po",
        "street_trees/rules.py",
        "street_trees/schemas.py",
        "street_trees/templates/answer.txt",
        "street_trees/workflow.py",
        "tests/test_street_trees.py",
    }
    for path in written:
        assert "@" not in path.read_text(encoding="utf-8")


def test_its_entry_point_is_found_by_the_start(tmp_path):
    scaffold("street_trees", tmp_path)
    text = (tmp_path / "street_trees" / "pyproject.toml").read_text(encoding="utf-8")
    assert '[project.entry-points."lianxin.mechanisms"]\nstreet_trees = "street_trees:mechanism"\n' in text


@pytest.mark.parametrize(
    "name", ["", "no", "Noise", "9lives", "two words", "../up", "noise-reports", "class", "json", "shared", "a" * 32]
)
def test_a_name_that_no_package_can_have_is_refused(tmp_path, name):
    with pytest.raises(BadName):
        scaffold(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "street_trees").mkdir()
    with pytest.raises(AlreadyThere) as refused:
        scaffold("street_trees", tmp_path)
    assert isinstance(refused.value, Refusal)
    assert list((tmp_path / "street_trees").iterdir()) == []
