"""What is wrong with a mechanism's guides: a way that never ends, a road without a step, a remedy without a rule."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.workflow.declare import Step
from shared.workflow.guide import Guide, Guided, problems
from shared.workflow.mechanism import Mechanism
from shared.workflow.schema import Choice, Text


def guide_problems(mechanism: Mechanism, rules: Mapping[str, Any]) -> Iterator[str]:
    """Give a sentence for each fault, in the order of the declaration."""
    for guide in mechanism.guides.values():
        yield from (f"guide {guide.name}: {line}" for line in (*problems(guide), *_remedies(guide, rules)))
    guided = list(_guided(mechanism))
    for step, name, one in guided:
        yield from (f"step {step.name}: {line}" for line in _form(step, name, one))
        if mechanism.guides[one.guide.name] != one.guide:
            yield f"two guides are named {one.guide.name}; give one of them another name"
    for name in dict.fromkeys(one.guide.name for _, _, one in guided):
        yield from (f"guide {name}: {line}" for line in _roads(mechanism.guides[name], guided))


def _guided(mechanism: Mechanism) -> Iterator[tuple[Step, str, Guided]]:
    for step in mechanism.workflow.steps:
        for name, one in step.asks.asked().items() if step.asks else ():
            if isinstance(one, Guided):
                yield step, name, one


def _remedies(guide: Guide, rules: Mapping[str, Any]) -> Iterator[str]:
    for name, road in guide.roads.items():
        for remedy in road.remedies:
            if remedy.rule is not None and remedy.rule not in rules:
                yield f"road {name}: the rule {remedy.rule} is in no pack; mend its name or leave it out"


def _form(step: Step, name: str, one: Guided) -> Iterator[str]:
    form = step.asks.asked() if step.asks else {}
    if not isinstance(form.get(one.why), Text):
        yield f"{name} lets nobody say why another road is taken; add a Text named {one.why}"
    if one.road and not isinstance(form.get(one.road), Choice):
        yield f"{name} takes the road from {one.road}, which is no closed list that it asks; add it"
    for road in _taken(step, one):
        if road not in one.guide.roads:
            yield f"{name} names the road {road}, which its guide does not have; mend the name"


def _taken(step: Step, one: Guided) -> tuple[str, ...]:
    """Give the roads that a step can take without a word why."""
    field = step.asks.asked().get(one.road) if step.asks else None
    return (*one.roads, *(field.options if isinstance(field, Choice) else ()))


def _roads(guide: Guide, guided: list[tuple[Step, str, Guided]]) -> Iterator[str]:
    taken = {(step.name, road) for step, _, one in guided for road in _taken(step, one)}
    for name, road in guide.roads.items():
        if (road.step, name) not in taken:
            yield f"road {name}: the step {road.step or 'nobody named'} does not take it; name one that does"
