"""A rule of the law, with all that makes its days count the way they do; and the packs that hold them."""

import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import cattrs

from shared.errors import StartError

PACKS = Path(__file__).parent / "packs"

Unit = Literal["calendar_day", "working_day", "month", "hour"]
Owner = Literal["state_duty", "citizens_right", "local_promise"]
Start = Literal["next_day", "confirmed_receipt", "proof_of_service", "month_end", "quarter_end"]
Roll = Literal["none", "next_working_day"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One clock. What its days are, from when they run, who owes what to whom, and how well we know it.

    `start`: the day after the event (`next_day`), after receipt was confirmed by both sides, after the proven day of
    service, or after the month or quarter that ended last (`month_end`, `quarter_end`). `roll`: what happens when the
    last day is a day off. `excludes`: types of pause that are not counted; `pause_basis` says whether the article
    leaves them out or only practice does. `extends`: the one rule whose term this one prolongs, once. `confidence`:
    V read in the text, S second hand, K general knowledge.
    """

    id: str
    pack: str
    law: str
    article: str
    version: str
    title: str
    title_zh: str
    quantity: int
    unit: Unit
    owner: Owner = "state_duty"
    duty_holder: str = ""
    trigger_event: str = ""
    applies_when: str = ""
    start: Start = "next_day"
    roll: Roll = "none"
    excludes: tuple[str, ...] = ()
    pause_basis: Literal["law", "practice"] = "law"
    extends: str | None = None
    approver: str = ""
    notify: str = ""
    satisfied_by: tuple[str, ...] = ()
    on_breach: str = ""
    publish: bool = False
    confidence: Literal["V", "S", "K"]
    effective_from: date
    effective_to: date | None = None
    note: str = ""

    @property
    def local(self) -> bool:
        """Tell whether a county must stand for this rule itself: a promise, or a figure not read in the law."""
        return self.owner == "local_promise" or self.confidence != "V"

    def in_force(self, day: date) -> bool:
        """Tell whether the rule's law is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class Rules(Mapping[str, Rule]):
    """Rules by id."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = dict(rules)

    def __getitem__(self, name: str) -> Rule:
        return self._rules[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def unconfirmed(self, used: Collection[str], confirmed: Collection[str]) -> list[str]:
        """Give the used rules that only a county can promise and that this county has not confirmed."""
        return sorted(name for name in set(used) - set(confirmed) if name in self and self[name].local)

    def extension_of(self, name: str) -> Rule | None:
        """Give the rule that prolongs a term of rule `name`, or None where the law knows no extension."""
        return next((rule for rule in self.values() if rule.extends == name), None)


@cache
def load_rules() -> Rules:
    """Give the rules of the shipped packs."""
    return read_packs(PACKS)


def read_packs(folder: Path) -> Rules:
    """Give the rules of a folder of packs. Raises `StartError`, one line for each mistake."""
    rules: list[Rule] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        pack = tomllib.loads(path.read_text(encoding="utf-8"))
        shared = {key: value for key, value in pack.items() if key != "rules"}
        shared["pack"] = f"{path.stem}@{pack.get('version')}"
        for raw in pack.get("rules", ()):
            try:
                rules.append(_converter().structure({**shared, **raw}, Rule))
            except cattrs.BaseValidationError as error:
                wrong += [f"{path.name}: {line}" for line in _sentences(error, raw.get("id", "rule"))]
    wrong += _mistakes(rules)
    if wrong:
        raise StartError(*wrong)
    return Rules({rule.id: rule for rule in rules})


def _sentences(error: cattrs.BaseValidationError, rule: str) -> Iterator[str]:
    """Turn `what @ where` into `where: what`."""
    for line in cattrs.transform_error(error, path=rule):
        what, _, where = line.rpartition(" @ ")
        yield f"{where}: {what}"


@cache
def _converter() -> cattrs.Converter:
    made = cattrs.Converter(forbid_extra_keys=True)
    # cattrs would turn "20" into 20, and a text into a list of its letters.
    for kind in (str, int, bool, date):
        made.register_structure_hook(kind, _exactly)
    made.register_structure_hook_func(lambda kind: kind == tuple[str, ...], _texts)
    return made


def _texts(value: Any, _: Any) -> tuple[str, ...]:
    return tuple(_exactly(one, str) for one in _exactly(value, list))


def _exactly(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"a {kind.__name__} is needed, not {value!r}")
    return value


def _mistakes(rules: Sequence[Rule]) -> Iterator[str]:
    known = Counter(rule.id for rule in rules)
    prolonged = Counter(rule.extends for rule in rules if rule.extends)
    yield from (f"{name}: is there {times} times; keep one" for name, times in known.items() if times > 1)
    yield from (
        f"{name}: has {times} extensions; a term is extended by one rule"
        for name, times in prolonged.items()
        if times > 1
    )
    for rule in rules:
        if rule.quantity < 1:
            yield f"{rule.id}: quantity is {rule.quantity}; give 1 or more"
        if rule.roll != "none" and rule.unit in ("working_day", "hour"):
            yield f"{rule.id}: a term in units of {rule.unit} has nothing to roll; leave roll out"
        if not rule.law and not rule.local:
            yield f"{rule.id}: names no law and is no promise; give the law, or confidence K"
        if rule.extends is not None and rule.extends not in known:
            yield f"{rule.id}: extends {rule.extends}, which no pack has"
