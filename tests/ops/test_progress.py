"""Who sits at a terminal sees how far a command is; a program that reads what it says sees nothing of it."""

import os
import pty
import re
import subprocess
import sys
from contextlib import closing, suppress

import pytest

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from lianxin.cli import main; main()"]
WHO = ["--by", "王运维", "--reason", "the rule was mended"]
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
RETRY = ["parked", "retry", "--all", *WHO]
REPLAY = ["replay", "intake", *WHO]
CASES = 3


@pytest.fixture
def run(world_now, refuse, tmp_path):
    """Give what runs a command as a process beside a county with three parked facts; gives what it said, and did."""
    refuse(world_now.service("routing"))
    for _ in range(CASES):
        world_now.submit()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")}
    env = kept | {"TERM": "xterm", "COLUMNS": "100", "NO_COLOR": "1"}

    def run(words: list[str], ends: tuple[int, int]) -> tuple[str, str]:
        with (tmp_path / "out").open("w+") as out:
            command = [*COMMAND, *words, "--home", str(tmp_path)]
            process = subprocess.Popen(command, env=env, stdout=out, stderr=ends[1])
            os.close(ends[1])
            with closing(os.fdopen(ends[0], "rb", buffering=0)) as said:
                told = ESCAPES.sub("", everything(said).decode())
            assert process.wait() == 0, told
            out.seek(0)
            return told, out.read()

    return run


def everything(said):
    """Read until the other end is closed; a terminal says so by an error."""
    read = b""
    with suppress(OSError):
        while more := said.read(4_096):
            read += more
    return read


def test_at_a_terminal_a_bar_shows_how_many_are_tried_again(run):
    shown, said = run(RETRY, pty.openpty())
    assert f"✓: {CASES} facts" in said
    last = shown.replace("\r", "\n").strip().splitlines()[-1]
    assert last.startswith("Parked facts ━")
    assert "100%" in last


def test_at_a_terminal_a_replay_shows_that_it_works(run):
    shown, said = run(REPLAY, pty.openpty())
    assert re.search(r"✓: [1-9]\d* facts of intake are sent again", said)
    assert re.search(r"Journal of intake +━", shown)  # the bar runs to and fro: where it stands is no matter


@pytest.mark.parametrize("words", [RETRY, REPLAY], ids=["retry", "replay"])
def test_without_a_terminal_there_is_none(run, words):
    shown, said = run(words, os.pipe())
    assert said.startswith("✓")
    assert shown == ""
