"""The words of terms in a workflow: `Deadline`, and what an input names."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.workflow.case import Case


@dataclass(frozen=True)
class Chosen:
    """An outcome or a day that an input names: `field` of the latest inputs of `step` (of this step where None)."""

    field: str
    step: str | None = None


def chosen(field: str, step: str | None = None) -> Chosen:
    """Take it from an input."""
    return Chosen(field, step)


@dataclass(frozen=True)
class Deadline:
    """A term by a rule of the law. `lapses` makes it a resident's own.

    `each` names a field that holds days with what is done by each (`Schedule`), of the step's form or of an earlier
    one's: every one is a term, with that day as its end by the rule of plans, counted from that day by any other rule.
    They are met one at a time, the earliest first; a new plan takes the place of the old.

    `on` names the input that holds the day on which it ends, of the step's form or of an earlier one's: whoever gives
    the case to another unit sets it, and keeps it.

    `when` asks the case whether this term applies at all (the track of a petition). `reminds`: so many days before the
    end all parties are told that it ends, where it is a resident's own, or waits for a word of theirs.
    `from_receipt`: it runs from the day on which the case was received, and not from the step that starts it; `since`
    names the input that holds its first day. `helpers`: each unit that works with the one that leads has this term,
    and keeps it by a step at `helper`.
    """

    rule: str
    each: str | Chosen | None = None
    on: Chosen | None = None
    lapses: bool = False
    when: Callable[[Case], bool] | None = None
    from_receipt: bool = False
    reminds: int = 0
    since: Chosen | None = None
    helpers: bool = False

    @property
    def plan(self) -> Chosen | None:
        """Give the field that holds the days of `each`."""
        return Chosen(self.each) if isinstance(self.each, str) else self.each
