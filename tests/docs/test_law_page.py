"""The page for the lawyer is true where the code can tell: which commands need a home, which classes have a kind."""

import re
from pathlib import Path

import click
import pytest

from lianxin.cli import main
from lianxin.loading import found_mechanisms, load_mechanism

pytestmark = pytest.mark.quick

FILE_ALONE = {"route explain"}  # looks into a home for the county file, and for nothing else
PAGE = (Path(__file__).parents[2] / "docs" / "law-and-competence.md").read_text(encoding="utf-8")


def needs_a_home(name, command):
    """Give the commands of a group that read a county's home, as they are typed."""
    for one, found in command.commands.items():
        if any(option.name == "home" for option in found.params):
            yield f"{name} {one}"


def test_which_commands_answer_without_a_home_and_which_do_not():
    groups = {name: main.get_command(click.Context(main), name) for name in ("law", "deadline", "route")}
    needing = {line for name, group in groups.items() for line in needs_a_home(name, group)}
    said = re.search(r"nothing has to run\. (.*?) read your county's\shome", PAGE, re.DOTALL)
    assert needing - FILE_ALONE == set(re.findall(r"`([^`]+)`", said[1])) - {"staff"}
    assert "Every command answers from the shipped files" not in PAGE


def test_a_class_without_a_shipped_kind_is_named():
    mechanisms = [load_mechanism(name) for name in found_mechanisms()]
    shipped = {mechanism.kind(name).conflict for mechanism in mechanisms for name in mechanism.kinds}
    table = set(re.findall(r"^\| (\w+) \| .* \| .* \| .* \|$", PAGE.partition("| class | the case |")[2], re.MULTILINE))
    assert table >= {"report", "conduct", "decision"}
    assert {"report", "conduct", "decision"} - shipped == set(
        re.findall(r"No shipped kind is of the class `(\w+)` yet", PAGE)
    )
