"""What supervision finds by looking at all cases of all mechanisms."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shared.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class DetectorFired(Fact):
    """A case, the `subject`, looks as if a resident's word had been kept down: a person should look at it again.

    Once for each case, `detector` and unit. `why` is an English sentence, `unit` whose doing it was, `told` are the
    units right above it, whose heads and leaders are told at once; the unit itself reads of it later.
    """

    name: ClassVar[str] = "detector.fired"
    owner: ClassVar[str] = "supervision"

    detector: str
    why: str
    unit: str
    told: tuple[str, ...]
    at: datetime
