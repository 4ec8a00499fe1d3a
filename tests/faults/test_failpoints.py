"""A failpoint ends a process at one named place, and only where the process was started so."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from shared.failpoints import PLACES, VARIABLE, failpoint

ROOT = Path(__file__).parents[2]
PASSES = """
from shared.failpoints import failpoint
for n in range(1, 4):
    print(n, flush=True)
    failpoint("relay.before_send")
"""


def passes(armed):
    env = {**os.environ, VARIABLE: armed}
    return subprocess.run(
        [sys.executable, "-c", PASSES], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_process_dies_at_its_place_when_its_time_has_come():
    ended = passes("relay.before_send:2")
    assert (ended.returncode, ended.stdout.split()) == (-signal.SIGKILL, ["1", "2"])
    assert ended.stderr == "failpoint relay.before_send\n"


@pytest.mark.parametrize("armed", ["", "relay.after_mark"])
def test_another_place_is_passed(armed):
    assert passes(armed).stdout.split() == ["1", "2", "3"]


def test_an_unknown_place_stops_the_start():
    assert "names no place: relay.nowhere; choose among" in passes("relay.nowhere").stderr


def test_nothing_arms_a_process_that_runs(monkeypatch):
    monkeypatch.setenv(VARIABLE, "relay.before_send")
    failpoint("relay.before_send")


@pytest.mark.quick
def test_every_place_stands_in_the_code_once():
    texts = [
        path.read_text(encoding="utf-8")
        for room in ("shared", "services", "lianxin")
        for path in (ROOT / room).rglob("*.py")
    ]
    assert Counter(place for text in texts for place in re.findall(r'\bfailpoint\("([^"]+)"\)', text)) == Counter(
        PLACES
    )
