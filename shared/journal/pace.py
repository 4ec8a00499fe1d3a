"""How fast a relay sends: a full window, until the broker refuses something; then one by one after a pause.

A queue that is full refuses every fact of a source, so the whole relay waits: what is newer never overtakes what was
refused, and a broker in need is not asked two thousand times a second.
"""

import random
from datetime import datetime, timedelta

WINDOW = 2_000
BATCH = 1_000
LEAST = 500
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=0.5), timedelta(seconds=30)


class Pace:
    """The window of one relay, and the moment before which it sends nothing."""

    def __init__(self) -> None:
        self._window = WINDOW
        self._refusals = 0
        self._not_before: datetime | None = None

    def room(self, in_flight: int, now: datetime) -> int:
        """Give how many messages may be sent now: a fair part of a batch, for a few cost as much as many."""
        if self.waits(now):
            return 0
        room = max(0, min(BATCH, self._window - in_flight))
        return room if room >= LEAST or in_flight < LEAST else 0

    def waits(self, now: datetime) -> bool:
        """Tell whether nothing is sent because the broker refused something, however much room there is."""
        return self._not_before is not None and now < self._not_before

    def accepted(self) -> None:
        """Note that the broker took something in: twice as much may be tried next."""
        self._refusals = 0
        self._window = min(WINDOW, 2 * self._window)

    def refused(self, now: datetime) -> None:
        """Note that the broker refused something: wait, longer each time, then try one."""
        pause = min(FIRST_PAUSE * 2**self._refusals, LONGEST_PAUSE)
        self._not_before = now + pause * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, not secrets
        self._refusals = min(self._refusals + 1, 10)
        self._window = 1
