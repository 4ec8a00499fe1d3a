"""Filling in any declared form, as somebody who understands its fields would: new mechanisms need nothing here."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from marshmallow import fields, validate

from shared.workflow.entries import Entries, Entry
from shared.workflow.guide import Guide, Guided
from shared.workflow.offered import OfferedUnit
from shared.workflow.posts import Posts
from shared.workflow.schedule import Schedule
from shared.workflow.schema import Choice, Day, Flag, Number, Schema, Text, UnitRef
from shared.workflow.units import Units

WORDS = ("情况属实。", "已现场查看。", "请尽快处理。", "材料已核对。", "谢谢答复。", "依照规定办理。")
CHOSEN = (Posts, Entry, Entries)
OPTIONAL = 0.5  # how often somebody fills in what need not be


def fill(
    schema: type[Schema] | None,
    chance: random.Random,
    today: date,
    units: Sequence[str],
    choices: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Give JSON-ready inputs for a form; `units` may be named, and by a field of `choices` what it offers."""
    asked: Mapping[str, fields.Field[Any]] = schema.asked() if schema else {}
    wanted = {name: one for name, one in asked.items() if must_be_said(one) or chance.random() < OPTIONAL}
    made = {name: _value(one, chance, today, units) for name, one in wanted.items() if not one.dump_only}
    made |= {
        name: _chosen(asked[name], chance, choices.get(name, ())) for name in made if isinstance(asked[name], CHOSEN)
    }
    for name in [name for name in made if isinstance(asked[name], Guided)]:
        made[asked[name].why] = chance.choice(WORDS)  # type: ignore[attr-defined]  # it is `Guided`
    return {name: value for name, value in made.items() if value is not None}


def _chosen(one: fields.Field[Any], chance: random.Random, offered: Sequence[str]) -> Any:
    """Give one of what is offered, or two for a list; nothing where nothing is."""
    some = chance.sample(list(offered), min(2, len(offered)))
    return some if isinstance(one, fields.List) else next(iter(some), None)


def must_be_said(one: fields.Field[Any]) -> bool:
    """Tell whether a field can't be left out, whatever else is chosen."""
    return one.required or bool(getattr(one, "needed_for", None) or getattr(one, "without", ""))


def _value(one: fields.Field[Any], chance: random.Random, today: date, units: Sequence[str]) -> Any:
    """Give a value by the kind of field; what need not be said and has no kind of its own is left out."""
    kinds: tuple[tuple[type[Any] | tuple[type[Any], ...], Callable[[Any], Any]], ...] = (
        (Choice, lambda one: chance.choice(sorted(one.options))),
        ((Day, fields.Date), lambda one: _day(one, chance, today).isoformat()),
        (OfferedUnit, lambda _: None),  # nobody has to choose
        (UnitRef, lambda _: chance.choice(units)),
        ((Flag, fields.Boolean), lambda _: chance.random() < OPTIONAL),
        ((Number, fields.Integer), lambda one: _number(one, chance)),
        (Text, lambda one: chance.choice(WORDS)[: one.max] if must_be_said(one) else None),
        (Guided, lambda one: _walked(one.guide, chance)),
        (Schedule, lambda one: _schedule(one, chance, today)),
        (Units, lambda one: chance.sample(units, min(2, one.most))),
        (fields.List, lambda one: [_value(one.inner, chance, today, units)]),
        (fields.Nested, lambda one: fill(type(one.schema), chance, today, units)),
        (fields.Field, lambda one: chance.choice(WORDS) if one.required else None),
    )
    return next(make for kind, make in kinds if isinstance(one, kind))(one)


def _walked(guide: Guide, chance: random.Random) -> dict[str, str]:
    """Answer the questions of a guide as far as a road."""
    walk = guide.walk({})
    while walk.question is not None:
        answer = chance.choice(sorted(guide.questions[walk.question].ways))
        walk = guide.walk({**walk.answers, walk.question: answer})
    return dict(walk.answers)


def _day(one: fields.Field[Any], chance: random.Random, today: date) -> date:
    """Give today, or a day that lies ahead where the form asks for one."""
    return today + timedelta(days=chance.randint(1, 30)) if getattr(one, "ahead", False) else today


def _schedule(one: Schedule, chance: random.Random, today: date) -> list[dict[str, str]]:
    """Give up to three days that lie ahead, each with what is done by it."""
    ahead = sorted(chance.sample(range(3, 60), min(3, one.most)))
    return [{"on": (today + timedelta(days=days)).isoformat(), "what": chance.choice(WORDS)} for days in ahead]


def _number(one: fields.Field[Any], chance: random.Random) -> int:
    """Give a small number between the bounds that the field declares."""
    ranges = [rule for rule in one.validators if isinstance(rule, validate.Range)]
    least = max([1, *(int(rule.min) for rule in ranges if rule.min is not None)])
    return chance.randint(least, min([least + 2, *(int(rule.max) for rule in ranges if rule.max is not None)]))
