"""Drawing golden cases: a case for every state that a mechanism has, every kind and every step, by its own engine."""

import json
import random
from collections import Counter
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lianxin.simulate.forms import WORDS, fill
from shared.errors import Refusal, StartError
from shared.kit.service import Shows
from shared.workflow.declare import Workflow
from shared.workflow.golden import golden_file, golden_problems
from shared.workflow.mechanism import Mechanism
from shared.workflow.play import Play
from shared.workflow.schema import Schema, Text

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
UNITS = ("water-bureau", "housing-bureau")
PEOPLE = ("li", "wang", "zhao", "qian", "sun", "zhou")
ROUNDS, LONGEST = 500, 25  # tries for each state of each kind, and the most steps of a case


class Choices(dict[str, tuple[str, ...]]):
    """Offers the same two posts or entries to every field that lets choose."""

    def get(self, name: str, default: Any = None) -> Any:
        """Give what is offered."""
        return ("county-head", "county-officer")


@dataclass
class Walk:
    """A case under way; `steps` are as routing stores them."""

    game: Play
    steps: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def place(self) -> tuple[str, ...]:
        """Give where it is, among all that is to be seen: what was decided leads to other places."""
        said = (one["inputs"]["outcome"] for one in reversed(self.steps) if "outcome" in one["inputs"])
        return (self.game.case.kind, self.game.case.state, next(said, ""))

    @property
    def shows(self) -> set[tuple[str, str]]:
        """Give what it is an example of: its state, its kind, and the steps that were taken."""
        case = self.game.case
        return {("state", case.state), ("kind", case.kind), *(("step", one["step"]) for one in self.steps)}

    def as_stored(self) -> dict[str, Any]:
        """Give the case as its rows hold it."""
        case = self.game.case
        return {
            "kind": case.kind,
            "state": case.state,
            "outcome": case.outcome,
            "details": dict(case.details),
            "progress": {name: list(roles) for name, roles in case.progress.items()},
            "steps": list(self.steps),
        }


def silently(done: int, number: int) -> None:
    """Show nothing."""


def write_cases(mechanism: Mechanism, folder: Path, shows: Shows = silently) -> Path:
    """Write the cases of the version that is installed; those of an earlier one are never written again.

    Raises `StartError` where the file that is there no longer loads: that version may run somewhere, so raise it.
    """
    path = golden_file(folder, mechanism.version)
    if path.exists() and (problems := golden_problems(mechanism, folder)):
        name, number = mechanism.name, mechanism.version + 1
        raise StartError(*(f"{name}: {one}" for one in problems), f"{name}: raise the version to {number}")
    cases = (json.dumps(one, ensure_ascii=False, sort_keys=True) for one in draw_cases(mechanism, shows))
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"cases": [\n' + ",\n".join(cases) + "\n]}\n", encoding="utf-8")
    return path


def draw_cases(mechanism: Mechanism, shows: Shows = silently) -> list[dict[str, Any]]:
    """Give a case in every state and of every kind to which a walk led, and one for every step that it took.

    The same ones each time.
    """
    walks, chosen = _walks(mechanism, shows), []
    left = {one for walk in walks for one in walk.shows}
    while left:
        best = max(walks, key=lambda walk: (len(walk.shows & left), -len(walk.steps)))
        chosen.append(best)
        left -= best.shows
    order = list(mechanism.workflow.states)
    return [one.as_stored() for one in sorted(chosen, key=lambda one: order.index(one.game.case.state))]


def _walks(mechanism: Mechanism, shows: Shows) -> list[Walk]:
    """Walk on from what was reached already, most often from what was seen least."""
    chance = random.Random(mechanism.name)  # noqa: S311 - a drawing, not a secret
    pool: dict[tuple[str, ...], list[Walk]] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    for kind in mechanism.kinds:
        walk = _first(mechanism, kind, chance)
        pool[walk.place] = [walk]
    rounds = ROUNDS * len(mechanism.kinds) * len(mechanism.workflow.states)
    for number in range(rounds):
        shows(number, rounds)
        least = min(pool, key=lambda place: seen[place])
        seen[least] += 1
        further = _on(chance.choice(pool[least]), chance)
        if further is not None and len(further.steps) <= LONGEST:
            pool.setdefault(further.place, []).append(further)
    return [walk for walks in pool.values() for walk in walks]


def _first(mechanism: Mechanism, kind: str, chance: random.Random) -> Walk:
    known = mechanism.kind(kind)
    # Whether an answer fits its case is asked when it is given; what is stored is read without.
    steps = tuple(replace(step, fits={}) for step in mechanism.workflow.steps)
    free = replace(mechanism, workflow=Workflow(mechanism.workflow.states, steps))
    return Walk(Play(free, START, kind=kind, details=_said(known.details if known else None, chance)))


def _on(walk: Walk, chance: random.Random) -> Walk | None:
    """Take a step after some days; None where it is refused."""
    game = copy(walk.game)
    game.clock, game.history = copy(game.clock), list(game.history)
    game.advance(timedelta(days=chance.choice((0, 0, 0, 1, 9))))
    offers = game.offers()
    if not offers:
        return None
    step, role = chance.choice(offers)
    before, today = game.case, game.clock.now()
    try:
        case = game.take(step.name, role, _said(step.asks, chance, today), chance.choice(PEOPLE))
    except Refusal:
        return None
    taken = {
        "step": step.name,
        "role": role,
        "person": case.history[-1].person,
        "origin": before.state,
        "state": case.state,
        "complete": step.name not in case.progress,
        "inputs": dict(case.history[-1].inputs),
    }
    return Walk(game, (*walk.steps, taken))


def _said(schema: type[Schema] | None, chance: random.Random, now: datetime = START) -> dict[str, Any]:
    """Fill a form in, most of what need not be said as well."""
    said: dict[str, Any] = {}
    for _ in range(3):
        said |= fill(schema, chance, now.date(), UNITS, Choices())
    texts = {name: one for name, one in (schema.asked() if schema else {}).items() if isinstance(one, Text)}
    return {name: chance.choice(WORDS)[: one.max] for name, one in texts.items()} | said
