"""What a mechanism's own tests stand on: the check of the start, and a case played without database and pages."""

from collections.abc import Sequence
from pathlib import Path

from shared.law.own import with_own
from shared.workflow.check import check
from shared.workflow.golden import golden_problems
from shared.workflow.mechanism import Mechanism
from shared.workflow.play import Play
from shared.workflow.show import show

__all__ = ["Play", "problems", "procedure"]


def problems(mechanism: Mechanism, folder: Path, packs: Sequence[Path] = ()) -> list[str]:
    """Give what would stop the start, and which golden cases can't be read; `folder` holds `templates/` and `locale/`.

    `packs`: files of rules of a county's own, for terms that no shipped pack has.
    """
    return [*check(mechanism, rules=with_own(packs), folder=folder), *golden_problems(mechanism, folder)]


def procedure(mechanism: Mechanism, packs: Sequence[Path] = ()) -> str:
    """Give the procedure as Markdown, as `lianxin mechanisms show` does: keep it beside the tests as a golden file."""
    return show(mechanism, with_own(packs))
