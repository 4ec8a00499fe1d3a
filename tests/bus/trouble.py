"""A run full of trouble, from a seed: what is told, rolled back, delayed, doubled, shuffled, failed and crashed."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from checker import Counts, Thing, count
from tiny import ThingHappened, outage
from town import Town

from shared.bus.seeded import SeededCarrier
from shared.journal.tell import tell

SUBJECTS = ("a", "b", "c")
ROUNDS = 60
LAST_ROUNDS = 25


class Crash(Exception):  # noqa: N818 - an event
    """A process dies here."""


class Trouble:
    """One run. `hasty` plants the bug of acknowledging before the commit."""

    def __init__(self, folder: Path, seed: int, *, hasty: bool = False) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - mischief, not secrets
        self._town = Town(folder, SeededCarrier(seed))
        self._hasty = hasty
        self._calm = False
        self._next = dict.fromkeys(SUBJECTS, 1)
        self._attempted: set[Thing] = set()
        self._acknowledged: set[Thing] = set()

    def run(self) -> list[Counts]:
        """Live through it, come to rest, and count for each follower and source."""
        names = ("intake", "ledger", "archive")
        for name in names:
            self._start(name)
        for _ in range(ROUNDS):
            self._chance.choice((self._tell, self._tell, self._fail, self._wait))()
            self._step(self._chance.choice(names))
        self._calm = True
        for _ in range(LAST_ROUNDS):
            self._town.clock.advance(timedelta(seconds=40))
            for name in names:
                self._step(name)
        heard = [("ledger", "intake"), ("archive", "intake"), ("archive", "ledger")]
        found = [count(self._attempted, self._acknowledged, self._town.effects(*pair)) for pair in heard]
        self._town.close()
        return found

    def _start(self, name: str) -> None:
        self._town.start(name)
        inbox, relay = self._town.workers[name]._inbox, self._town.workers[name]._relay
        inbox._take = self._crashing_take(inbox)
        relay._hear = self._crashing_hear(relay)

    def _step(self, name: str) -> None:
        try:
            self._town.step(name)
        except Crash:
            self._town.stop(name)
            self._start(name)

    def _tell(self) -> None:
        """Tell something; now and then it is rolled back, and its clock is a little behind that of an earlier one."""
        subject = self._chance.choice(SUBJECTS)
        thing = subject, self._next[subject]
        self._next[subject] += 1
        self._attempted.add(thing)
        moment = self._town.clock.now() - timedelta(milliseconds=self._chance.randint(0, 5_000))
        try:
            with self._town.services["intake"].transaction(moment) as session:
                tell(session, ThingHappened(subject=subject, number=thing[1]))
                self._maybe_crash(0.15)
        except Crash:
            return
        self._acknowledged.add(thing)

    def _maybe_crash(self, how_often: float) -> None:
        if self._chance.random() < how_often:
            raise Crash

    def _fail(self) -> None:
        subject = self._chance.choice(SUBJECTS)
        name = self._chance.choice(("ledger", "archive"))
        self._town.mood(name).fails(subject, self._next[subject], outage(), times=self._chance.randint(1, 3))

    def _wait(self) -> None:
        self._town.clock.advance(timedelta(seconds=self._chance.randint(1, 40)))

    def _crashing_take(self, inbox) -> Callable[..., None]:
        """Die before the effects, or after them and before the acknowledgement."""
        plain = inbox._take

        def take(arrived, now) -> None:
            moment = 0.5 if self._calm else self._chance.random()
            if self._hasty:
                inbox._consumer.done([item.delivery for item in arrived])
            if moment < 0.1:
                raise Crash
            plain(arrived, now)
            if moment > 0.9:
                raise Crash

        return take

    def _crashing_hear(self, relay) -> Callable[..., None]:
        """Die between the confirm and forgetting."""
        plain = relay._hear

        def hear(now) -> None:
            if not self._calm and self._chance.random() < 0.1:
                relay._publisher.confirmed()
                raise Crash
            plain(now)

        return hear
