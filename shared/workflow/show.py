"""A mechanism as a lawyer reads it: the procedure as a table, with a diagram; deterministic."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.workflow.declare import Back, ByOutcome, Chosen, Quorum, Step
from shared.workflow.mechanism import Mechanism


def describe(mechanism: Mechanism) -> dict[str, Any]:
    """Give what a list of mechanisms says of one."""
    kinds = [(name, mechanism.kind(name)) for name in mechanism.kinds]
    return {
        "name": mechanism.name,
        "version": mechanism.version,
        "title": mechanism.title,
        "kinds": [
            *({"name": name, "record": kind.record} for name, kind in kinds if kind is not None),
            *({"name": register.name, "record": "register"} for register in mechanism.registers),
        ],
        "states": list(mechanism.workflow.states),
        "deadlines": list(mechanism.deadlines),
        "letters": list(mechanism.letters),
        "public": list(mechanism.public),
    }


def show(mechanism: Mechanism, rules: Mapping[str, Any]) -> str:
    """Give the procedure in Markdown."""
    return "\n".join(_lines(mechanism, rules)) + "\n"


def _lines(mechanism: Mechanism, rules: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"# {mechanism.title} (`{mechanism.name}`, version {mechanism.version})", "", mechanism.hint, "")
    yield from (f"Opened by: {', '.join(mechanism.opened_by)}. Public: {', '.join(mechanism.public) or 'nothing'}.", "")
    if mechanism.promises:
        yield "Promised on the receipt: " + "; ".join(_rule(term.rule, rules) for term in mechanism.promises) + "."
        yield ""
    yield from ("| step | from → to | who | by when | asks | letter | basis |", "|---|---|---|---|---|---|---|")
    for step in mechanism.workflow.steps:
        yield _row(step, rules)
    yield from ("", "```mermaid", "stateDiagram-v2", f"    [*] --> {mechanism.workflow.start}")
    for step in mechanism.workflow.steps:
        yield from _edges(step)
    yield from (f"    {state} --> [*]" for state, phase in mechanism.workflow.states.items() if phase == "closed")
    yield "```"


def _rule(name: str, rules: Mapping[str, Any]) -> str:
    rule = rules.get(name)
    return f"{name} ({rule.quantity} {rule.unit.replace('_', ' ')}s, {rule.law} {rule.article})" if rule else name


def _row(step: Step, rules: Mapping[str, Any]) -> str:
    when = [f"starts {_rule(term.rule, rules)}" for term in step.terms] + [f"meets {rule}" for rule in step.met]
    if step.pauses:
        when.append(f"pauses ({step.pauses})")
    cells = (
        step.name + (f" (not by who did: {', '.join(step.not_by)})" if step.not_by else ""),
        f"{', '.join(step.origins)} → {_target(step)}" + _outcome(step),
        _who(step),
        "; ".join(when),
        _asks(step),
        step.letter or "",
        step.basis or "",
    )
    return "| " + " | ".join(cells) + " |"


def _target(step: Step) -> str:
    if isinstance(step.to, ByOutcome):
        by_state = [f"{state} if {outcome}" for outcome, state in step.to.states.items()]
        return ", ".join([*by_state, f"else {step.to.otherwise}"])
    if isinstance(step.to, Back):
        return f"back to before “{step.to.step}”"
    return "stays" if step.to == "=" else step.to


def _outcome(step: Step) -> str:
    if isinstance(step.outcome, Chosen):
        return f"; outcome from {step.outcome.step or step.name}.{step.outcome.field}"
    return f"; outcome {step.outcome}" if step.outcome else ""


def _who(step: Step) -> str:
    if isinstance(step.by, Quorum):
        return (" and " if step.by.all else " or ").join(step.by.roles)
    return step.by


def _asks(step: Step) -> str:
    fields = step.asks.asked() if step.asks else {}
    return ", ".join(f"{name} ({getattr(field, 'seen', None)})" for name, field in fields.items())


def _edges(step: Step) -> Iterator[str]:
    for origin in step.origins:
        for target in dict.fromkeys(step.targets if step.to != "=" else (origin,)):
            yield f"    {origin} --> {target}: {step.name}"
