"""Counts what came of a run as Jepsen's total-queue checker does, with what an order per subject adds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Thing = tuple[str, int]  # subject, number; numbers rise in the order of commits


@dataclass(frozen=True)
class Counts:
    """What was tried, what was acknowledged (committed), and what deliveries or effects say of it."""

    attempted: int
    acknowledged: int
    lost: int
    duplicated: int
    unexpected: int
    recovered: int
    out_of_order: int

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.duplicated or self.unexpected or self.out_of_order)


def count(
    attempted: Iterable[Thing],
    acknowledged: Iterable[Thing],
    effects: Sequence[Thing],
    *,
    unknown: Iterable[Thing] = (),
) -> Counts:
    """Compare what was told with one follower's effects, in the order of their commits.

    `unexpected` is an effect of what was never acknowledged: a change that was rolled back must not be heard of.
    `recovered` is one of `unknown`, whose teller died before it could say whether it had committed.
    """
    tried, owed, open_, done = set(attempted), set(acknowledged), set(unknown), Counter(effects)
    highest: dict[str, int] = {}
    backwards = 0
    for subject, number in effects:
        backwards += number < highest.get(subject, 0)
        highest[subject] = max(number, highest.get(subject, 0))
    return Counts(
        attempted=len(tried),
        acknowledged=len(owed),
        lost=len(owed - done.keys()),
        duplicated=sum(times - 1 for times in done.values()),
        unexpected=len(done.keys() - owed - open_),
        recovered=len(done.keys() & open_),
        out_of_order=backwards,
    )
