"""What a county adds to the shipped law: packs of its own, and what it chose for a last day that is a day off."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from shared.errors import StartError
from shared.law.packs import NOTHING_TO_ROLL, OWN_DAYS, Rules, load_rules, rules_in, together
from shared.law.rule import Roll, Rule
from shared.law.weaker import stands_alone, weaker


def with_own(files: Sequence[Path]) -> Rules:
    """Give the shipped rules and those of a county's own packs. Raises `StartError`, one line for each mistake."""
    if not files:
        return load_rules()
    shipped, (own, wrong) = load_rules(), rules_in(files)
    taken = {rule.pack for rule in own} & {rule.pack for rule in shipped.versions}
    wrong += [f"{pack}: a shipped pack is called so; give your file another name" for pack in sorted(taken)]
    wrong += [line for rule in own for line in weaker(rule, shipped)]
    return together([*shipped.versions, *own], wrong)


def as_another_law(rules: Rules) -> list[str]:
    """Name every rule that is held against no shipped one, for it claims to be another law."""
    shipped = load_rules()
    packs = {rule.pack for rule in shipped.versions}
    own = (rule for rule in rules.versions if rule.pack not in packs)
    return [line for rule in own for line in stands_alone(rule, shipped)]


def with_rolls(rules: Rules, rolls: Mapping[str, Any]) -> Rules:
    """Give the rules with the `roll` that a county chose for some. Raises `StartError`, one line for each mistake.

    A term keeps the roll it began with, so a choice counts for terms that start from then on.
    """
    if wrong := [f'rolls."{name}": {line}' for name, roll in rolls.items() for line in _wrong(rules, name, roll)]:
        raise StartError(*wrong)
    return Rules(_chosen(rule, rolls) for rule in rules.versions) if rolls else rules


def _chosen(rule: Rule, rolls: Mapping[str, Any]) -> Rule:
    return replace(rule, roll=rolls[rule.id], roll_chosen=True) if rule.id in rolls and rule.can_roll else rule


def _wrong(rules: Rules, name: str, roll: Any) -> Iterator[str]:
    if isinstance(roll, dict):
        yield 'put the whole name of the rule in quotes, such as "petition.handle" = "next_working_day"'
    elif name in OWN_DAYS:
        yield "its day is set by a person each time, so there is nothing to roll; take it away"
    elif name not in rules:
        yield "no pack has this rule; `lianxin law rules` lists what there is"
    elif roll not in get_args(Roll):
        yield f"there is no roll {roll}; choose {' or '.join(get_args(Roll))}"
    elif not rules[name].can_roll:
        yield NOTHING_TO_ROLL.format(unit=rules[name].unit)
