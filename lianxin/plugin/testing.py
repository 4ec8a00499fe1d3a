"""What a mechanism's own tests stand on: the check of the start, and a case played without database and pages."""

from pathlib import Path

from shared.law.packs import load_rules
from shared.workflow.check import check
from shared.workflow.mechanism import Mechanism
from shared.workflow.play import Play
from shared.workflow.show import show

__all__ = ["Play", "problems", "procedure"]


def problems(mechanism: Mechanism, folder: Path) -> list[str]:
    """Give what would stop the start, a sentence each; `folder` holds `templates/` and `locale/`."""
    return check(mechanism, rules=load_rules(), folder=folder)


def procedure(mechanism: Mechanism) -> str:
    """Give the procedure as Markdown, as `lianxin mechanisms show` does: keep it beside the tests as a golden file."""
    return show(mechanism, load_rules())
