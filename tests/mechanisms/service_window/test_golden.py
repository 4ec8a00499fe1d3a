"""The procedure of the service window as a lawyer reads it: a change of law or declaration is a readable difference."""

from pathlib import Path

from lianxin.loading import load_mechanism
from shared.law.packs import load_rules
from shared.workflow.show import show

GOLDEN = Path(__file__).with_name("procedure.md")


def test_the_procedure_is_the_one_that_was_read_and_agreed():
    shown = show(load_mechanism("service_window"), load_rules())
    again = (
        "read the difference; if it is meant, write it down: lianxin mechanisms show service_window > " + GOLDEN.name
    )
    assert shown.strip() == GOLDEN.read_text(encoding="utf-8").strip(), again
