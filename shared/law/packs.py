"""The packs: versioned files of rules. Several versions of one law stand side by side, each with its days in force."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import cattrs

from shared.calendar.national import NAMES
from shared.errors import StartError
from shared.law.rule import ASSIGNED, PARTED, PLANNED, SAID_DAYS, Rule
from shared.law.versions import abolished, dated, overlaps, unreplaced
from shared.toml import read_toml

PACKS = Path(__file__).parent / "packs"
MOST = 9_999  # days, months or hours: a longer term would leave the calendar
NOTHING_TO_ROLL = "a term in units of {unit} has nothing to roll; leave roll out"


# Known to all, in no pack and no list: their days are the own ones of who sends, plans, gives away or promises.
OWN_DAYS = {ASSIGNED.id: ASSIGNED, PLANNED.id: PLANNED, PARTED.id: PARTED, **SAID_DAYS}


class Rules(Mapping[str, Rule]):
    """Rules by id, each in all its versions; as a mapping it gives the newest."""

    def __init__(self, versions: Iterable[Rule]) -> None:
        self._versions: dict[str, list[Rule]] = defaultdict(list)
        for rule in versions:
            self._versions[rule.id].append(rule)
        for same in self._versions.values():
            same.sort(key=lambda one: one.effective_from)

    def __getitem__(self, name: str) -> Rule:
        return self._of(name)[-1]

    def _of(self, name: str) -> list[Rule]:
        if name in OWN_DAYS:
            return [OWN_DAYS[name]]
        if name not in self._versions:
            raise KeyError(name)
        return self._versions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._versions)

    def __len__(self) -> int:
        return len(self._versions)

    @property
    def versions(self) -> tuple[Rule, ...]:
        """Give every version of every rule."""
        return tuple(rule for versions in self._versions.values() for rule in versions)

    def on(self, name: str, day: date) -> Rule:
        """Give the version in force on a day: for a case, the day it began. Where none is, the nearest one.

        Raises `KeyError` for a rule that no pack has.
        """
        begun = [rule for rule in self._of(name) if rule.effective_from <= day]
        return begun[-1] if begun else self._of(name)[0]

    def under(self, name: str, pack: str) -> Rule:
        """Give the version of a pack, by which a running term began; the newest where that pack is gone."""
        newest = self[name]
        return next((rule for rule in self._of(name) if rule.pack == pack), newest)

    def known(self, name: str, pack: str) -> Rule | None:
        """Give the same; None for a rule that no pack has."""
        return self.under(name, pack) if name in self else None

    def holds(self, name: str, pack: str) -> bool:
        """Tell whether the version by which a term began is still here."""
        return name in self and any(rule.pack == pack for rule in self._of(name))

    def title(self, name: str, language: str, pack: str = "") -> str:
        """Give what a rule is called, in the version of a pack or else the newest; the id of one that no pack has.

        A service may be told of a rule before it was started anew with the pack that brings it.
        """
        rule = self.known(name, pack)
        return name if rule is None else rule.title_zh if language == "zh" else rule.title

    @cached_property
    def digest(self) -> int:
        """Give a number by which services can be seen to count by the same rules, small enough to be a figure."""
        listed = sorted(json.dumps(asdict(rule), sort_keys=True, default=str) for rule in self.versions)
        return int(sha256("\n".join(listed).encode()).hexdigest()[:12], 16)

    def unconfirmed(self, used: Collection[str], confirmed: Collection[str]) -> list[str]:
        """Give the used rules that only a county can promise and that this county has not confirmed."""
        return sorted(name for name in set(used) - set(confirmed) if name in self and self[name].local)

    def extension_of(self, name: str) -> Rule | None:
        """Give the rule that prolongs a term of rule `name`, or None where the law knows no extension."""
        return next((rule for rule in self.values() if rule.extends == name), None)


@cache
def load_rules() -> Rules:
    """Give the rules of the shipped packs."""
    return read_packs(sorted(PACKS.glob("*.toml")))


def read_packs(files: Iterable[Path]) -> Rules:
    """Give the rules of pack files, side by side. Raises `StartError`, one line for each mistake."""
    return together(*rules_in(files))


def rules_in(files: Iterable[Path]) -> tuple[list[Rule], list[str]]:
    """Give the rules of pack files, each read by itself, and what is wrong with their form."""
    rules: list[Rule] = []
    wrong: list[str] = []
    for path in files:
        try:
            found, lines = _rules_of(path, read_toml(path, "a pack"))
        except StartError as error:
            wrong += error.lines
        else:
            rules += found
            wrong += lines
    return rules, wrong


def together(rules: Iterable[Rule], wrong: Iterable[str] = ()) -> Rules:
    """Put rules side by side, a version that was replaced ended. Raises `StartError`: `wrong`, and each mistake."""
    found = list(rules)
    ended = dated(found)
    if lines := [*wrong, *unreplaced(found), *abolished(found, ended), *_mistakes(ended)]:
        raise StartError(*lines)
    return Rules(ended)


def _rules_of(path: Path, pack: Mapping[str, Any]) -> tuple[list[Rule], list[str]]:
    """Give a pack's rules and what is wrong with it. A file `law@2022-05-01.toml` holds that version of `law`."""
    name, _, dated = path.stem.partition("@")
    shared = {key: value for key, value in pack.items() if key != "rules"}
    shared["pack"] = f"{name}@{pack.get('version')}"
    wrong = []
    if dated and dated != pack.get("version"):
        wrong.append(f"{path.name}: version is {pack.get('version')}; let the file's name and `version` agree")
    listed = pack.get("rules") or []
    if not isinstance(listed, list) or not all(isinstance(raw, dict) for raw in listed):
        return [], [*wrong, f"{path.name}: rules are tables; write [[rules]], in double brackets, above each of them"]
    if not listed:
        wrong.append(f"{path.name}: holds no [[rules]]; add one or remove the file")
    rules = []
    for raw in listed:
        try:
            rules.append(_converter().structure({**shared, **raw}, Rule))
        except cattrs.BaseValidationError as error:
            wrong += [f"{path.name}: {line}" for line in _sentences(error, raw.get("id", "rule"))]
    return rules, wrong


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
    known = {rule.id for rule in rules}
    for (name, pack), times in Counter((rule.id, rule.pack) for rule in rules).items():
        if times > 1:
            yield f"{name}: is there {times} times in {pack}; keep one"
    yield from overlaps(rules)
    yield from _extensions(rules)
    for rule in rules:
        yield from (f"{rule.id}: {line}" for line in (*_wrong(rule), *_own_figures(rule)))
        if rule.extends is not None and rule.extends not in known:
            yield f"{rule.id}: extends {rule.extends}, which no pack has"


def _extensions(rules: Sequence[Rule]) -> Iterator[str]:
    prolonging = {(rule.id, rule.extends) for rule in rules if rule.extends}
    for name, times in Counter(extended for _, extended in prolonging).items():
        if times > 1:
            yield f"{name}: has {times} extensions; a term is extended by one rule"


def _own_figures(rule: Rule) -> Iterator[str]:
    """Find a sentence for letters that would go on saying a figure when the quantity changes."""
    for name, said in (("remedy", rule.remedy), ("remedy_zh", rule.remedy_zh)):
        if said and "{n}" not in said and "{length}" not in said:
            yield f"{name} tells no figure of this rule; write {{n}} for the quantity, or {{length}} with its unit"


def _wrong(rule: Rule) -> Iterator[str]:
    """Give what is wrong with a rule by itself."""
    if rule.quantity < 1:
        yield f"quantity is {rule.quantity}; give 1 or more"
    if rule.quantity > MOST:
        yield f"quantity is {rule.quantity}; give {MOST} or fewer"
    if rule.roll != "none" and not rule.can_roll:
        yield NOTHING_TO_ROLL.format(unit=rule.unit)
    if rule.roll_chosen:
        yield "a pack says no roll_chosen; leave it out, and let the county file choose under [rolls]"
    if rule.id in OWN_DAYS:
        yield "is Lianxin's own name for days that somebody sets; give the rule another id"
    if rule.calendar not in NAMES:
        yield f"there is no calendar {rule.calendar}; choose among {', '.join(NAMES)}"
    if rule.last_day < rule.effective_from:
        yield f"ends on {rule.effective_to}, before it begins on {rule.effective_from}"
    if rule.confidence == "V" and not (rule.law and rule.article) and not rule.local:
        yield "was read in the law (V) and names no law or article; name both, or give confidence S or K"
    if rule.confidence != "V" and not rule.note:
        yield f"has confidence {rule.confidence}; say in `note` what a county has to confirm"
