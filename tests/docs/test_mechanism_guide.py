"""The mechanism of the guide is written out from the guide alone, and carries a case to the public record."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from world import full_county

from lianxin.cli import main

NAME = "well_tests"
GUIDE = (Path(__file__).parents[2] / "docs" / "mechanism-guide.md").read_text(encoding="utf-8")
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
CHECK = """
from pathlib import Path
import well_tests
from lianxin.plugin.testing import problems
print(problems(well_tests.mechanism, Path(well_tests.__file__).parent))
"""
LATER = re.compile(r"<!-- later: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
SECOND = {
    '"asked for"': '"received"',
    "    where = Text(": "    place = Text(",
    "    version=1,\n": "    version=2,\n    upgrade=upgrade,\n",
    "import WELL_TESTS\n\nmech": "import WELL_TESTS\nfrom .upgrade import upgrade\n\nmech",
}
MOST = 99  # lines of Python: "in under a hundred"
RESULT = {"outcome": "not_to_drink", "reasons": "硝酸盐超标。", "summary": "井水不可饮用，已通知改用自来水。"}


def write(folder, text=GUIDE):
    for name, content in FILE.findall(text):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return write(tmp_path_factory.mktemp("guide"))


@pytest.fixture(scope="module")
def site(source, tmp_path_factory):
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--target", str(target), str(source)], check=True)
    return target


@pytest.fixture
def installed(site, monkeypatch):
    monkeypatch.syspath_prepend(str(site))
    importlib.invalidate_caches()
    yield NAME
    for module in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[module]


def test_it_takes_fewer_than_a_hundred_lines_of_python(source):
    files = sorted((source / NAME).rglob("*.py"))
    assert len(files) == 4
    assert 0 < sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files) <= MOST


def test_its_own_tests_pass(source, site):
    environment = {**os.environ, "PYTHONPATH": f"{site}:{os.environ.get('PYTHONPATH', '')}"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "tests"]
    done = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "2 passed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_the_check_finds_nothing_and_finds_a_field_that_does_not_say_who_reads_it(installed, tmp_path, monkeypatch):
    checked = CliRunner().invoke(main, ["mechanisms", "check", installed])
    assert (checked.exit_code, checked.output) == (0, f"✓ {installed}\n")

    broken = write(tmp_path, GUIDE.replace('nitrate = Number(seen="public", ', "nitrate = Number("))
    told = subprocess.run([sys.executable, "-c", CHECK], cwd=broken, capture_output=True, text=True, check=True)
    assert "nitrate" in told.stdout


def test_a_second_version_reads_the_cases_of_the_first_by_its_upgrade_alone(installed, tmp_path):
    text = GUIDE
    for old, new in SECOND.items():
        assert old in text
        text = text.replace(old, new)
    folder = write(tmp_path, text)
    wrote = CliRunner().invoke(main, ["mechanisms", "cases", installed, "--into", str(folder / NAME)])
    assert (wrote.exit_code, (folder / NAME / "cases" / "v1.json").exists()) == (0, True)

    ((name, upgrade),) = LATER.findall(GUIDE)
    (folder / name).write_text(upgrade, encoding="utf-8")
    assert found_in(folder) == "[]\n"
    (folder / name).write_text(upgrade.replace("version == 1", "version == 7"), encoding="utf-8")
    assert "the state asked for is none of its states" in found_in(folder)


def found_in(folder):
    done = subprocess.run([sys.executable, "-c", CHECK], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_case_travels_from_the_door_to_the_public_record(installed, new_world):
    world = new_world(county=full_county(mechanisms=(installed,), duties=(), registers={}))
    well = {"where": "三组晒场东边", "depth": 30, "used": "drinking"}
    receipt = world.submit(installed, "well", category="water", place="qh-liuhe-shangliu", details=well)
    assert [one["due"] for one in world.follow(receipt)["promises"]] == ["2026-12-02"]

    world.step(receipt, "accept", "water-officer")
    world.step(receipt, "ask", "water-officer", question="井口有盖吗？")
    assert world.ask_step(receipt, "answer", answer="有。").status_code == 202
    assert world.try_step(receipt, "draft", "water-officer", **RESULT).get_json()["code"] == "guard-not-met"
    world.step(receipt, "take a sample", "water-officer", day="2026-11-02", nitrate=120)
    world.step(receipt, "draft", "water-officer", **RESULT)
    world.step(receipt, "read", "water-reader")
    world.step(receipt, "sign", "water-head")
    world.step(receipt, "serve", "water-officer", method="hand", proof="签收", received_on="2026-11-02")
    world.step(receipt, "carry out", "water-officer", done="已接通自来水。")
    world.pass_days(8)

    assert (world.follow(receipt)["phase"], world.follow(receipt)["outcome"]) == ("closed", "not_to_drink")
    (outcome,) = world.ask("GET", "/api/v1/public/outcomes").get_json()["items"]
    assert outcome["text"] == RESULT["summary"]
    assert "晒场" not in str(outcome)
    world.client.get(f"/new/start/{installed}/well")
    assert "井深多少米" in world.client.get("/new/details").text
