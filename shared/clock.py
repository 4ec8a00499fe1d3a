"""The only place that reads the wall clock. Everything else is given `now`, an aware UTC datetime."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time; aware, UTC."""

    def now(self) -> datetime:
        """Give the present moment."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give the machine's present moment."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that moves only when told: the inner loop, the simulator and `mechanisms play` run on it."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Give the moment that was last set."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward; only `set_to` goes back."""
        if by < timedelta(0):
            raise ValueError("a clock does not go back")
        self._now += by

    def advance_to(self, moment: datetime) -> None:
        """Move forward to a moment; an earlier one is ignored."""
        self._now = max(self._now, moment)

    def set_to(self, moment: datetime) -> None:
        """Jump, backwards too: as a machine's clock does where a person or a time server sets it."""
        self._now = moment
