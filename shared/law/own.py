"""What a county adds to the shipped law: packs of its own, and what it chose for a last day that is a day off."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from shared.errors import StartError
from shared.law.packs import NOTHING_TO_ROLL, OWN_DAYS, Rules, load_rules, rules_in, together
from shared.law.rule import Roll, Rule

NEVER_WEAKER = "local promises may be stricter, never weaker than the law"
AS_SHIPPED = ("unit", "start", "calendar", "at_least", "extends")


def with_own(files: Sequence[Path]) -> Rules:
    """Give the shipped rules and those of a county's own packs. Raises `StartError`, one line for each mistake."""
    if not files:
        return load_rules()
    shipped, (own, wrong) = load_rules(), rules_in(files)
    taken = {rule.pack for rule in own} & {rule.pack for rule in shipped.versions}
    wrong += [f"{pack}: a shipped pack is called so; give your file another name" for pack in sorted(taken)]
    wrong += [line for rule in own for line in _weaker(rule, shipped)]
    return together([*shipped.versions, *own], wrong)


def _weaker(own: Rule, shipped: Rules) -> Iterator[str]:
    """Give a sentence where a county's rule would take away what the shipped law, read in its text, gives."""
    if own.extends in set(shipped) and own.id not in set(shipped):
        law = shipped.on(own.extends, own.effective_from)
        if _protects(law, own):
            yield f"{own.id}: {NEVER_WEAKER}; {_source(law)} knows no such extension of {law.id}: leave the rule out"
    if own.id in set(shipped):
        law = shipped.on(own.id, own.effective_from)
        if _protects(law, own) and (wrong := list(_differences(own, law))):
            yield f"{own.id}: {NEVER_WEAKER}; {_source(law)} says {', '.join(wrong)}: keep to it"


def _protects(law: Rule, own: Rule) -> bool:
    """Tell whether a shipped rule binds the county here; another law that was read in its text stands for itself."""
    return law.confidence == "V" and (own.local or own.law == law.law)


def _source(law: Rule) -> str:
    return f"{law.law} {law.article}".strip()


def _differences(own: Rule, law: Rule) -> Iterator[str]:
    """Name what the law says and a local version leaves: more days of an office, or fewer of a resident's."""
    yield from (f"{name} {getattr(law, name)}" for name in AS_SHIPPED if getattr(own, name) != getattr(law, name))
    fewer_is_weaker = law.at_least or law.owner == "citizens_right"
    if own.quantity < law.quantity if fewer_is_weaker else own.quantity > law.quantity:
        yield f"{'at least' if fewer_is_weaker else 'at most'} {law.quantity} {law.unit}"
    if own.owner != law.owner and (law.right or own.owner != "local_promise"):
        yield f"owner {law.owner}"
    if more := sorted(set(own.excludes) - set(law.excludes)):
        yield f"no pause for {' or '.join(more)}"
    if law.publish and not own.publish:
        yield "publish true"


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
