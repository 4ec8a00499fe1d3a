"""A mechanism as a lawyer reads it: the procedure as a table, with a diagram; the same text each time."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.law.packs import OWN_DAYS
from shared.law.rule import GIVEN
from shared.workflow.declare import STAY, Back, ByOutcome, ByRule, Chosen, Deadline, Latest, Quorum, Step, Workflow
from shared.workflow.engine import first_line, reason
from shared.workflow.guide import Guide, Remedy
from shared.workflow.mechanism import Mechanism
from shared.workflow.paths import leads_to
from shared.workflow.schema import Schema


def describe(mechanism: Mechanism) -> dict[str, Any]:
    """Give what a list of mechanisms says of one, ready for JSON."""
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
    """Give the procedure in Markdown; a rule that `rules` lacks is shown by its name alone."""
    guides = [_guide(guide, rules) for guide in mechanism.guides.values()]
    parts = (_head(mechanism), _kinds(mechanism), _steps(mechanism, rules), _deadlines(mechanism, rules), *guides)
    lines = [line for part in (*parts, _registers(mechanism), _diagram(mechanism.workflow)) for line in part]
    return "\n".join(lines) + "\n"


def _table(*head: str, rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield from (_row(head), "|" + "---|" * len(head))
    yield from map(_row, rows)
    yield ""


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _head(mechanism: Mechanism) -> Iterator[str]:
    yield from (f"# {mechanism.title} (`{mechanism.name}`, version {mechanism.version})", "")
    if mechanism.hint:
        yield from (mechanism.hint, "")
    parties = ", ".join(f"{party.title or party.name} (`{party.name}`)" for party in mechanism.parties)
    yield from (f"- Parties: {parties}", f"- Opened by: {', '.join(mechanism.opened_by)}")
    yield from (f"- Public: {', '.join(mechanism.public) or 'nothing'}", "")


def _kinds(mechanism: Mechanism) -> Iterator[str]:
    kinds = ((name, mechanism.kind(name)) for name in mechanism.kinds)
    yield from ("## Kinds", "")
    yield from _table(
        *("kind", "title", "record", "bars for", "identity", "asks"),
        rows=(
            (name, kind.title, kind.record, kind.conflict, ", ".join(kind.identity), _asks(kind.details))
            for name, kind in kinds
            if kind is not None
        ),
    )


def _steps(mechanism: Mechanism, rules: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## Steps", "")
    yield from _table(
        *("step", "from → to", "who", "needs", "by when", "asks (seen)", "letter", "basis"),
        rows=(_step(step, rules) for step in mechanism.workflow.steps),
    )


def _step(step: Step, rules: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        f"{step.label} (`{step.name}`)",
        f"{', '.join(step.origins)} → {_target(step)}{_outcome(step)}",
        _who(step),
        _needs(step),
        _by_when(step, rules),
        _asks(step.asks),
        ", ".join(step.letters),
        step.basis or "",
    )


def _target(step: Step) -> str:
    if isinstance(step.to, ByOutcome):
        by_state = [f"{state} if {outcome}" for outcome, state in step.to.states.items()]
        return ", ".join([*by_state, f"else {step.to.otherwise}"])
    if isinstance(step.to, ByRule):
        holds = first_line(step.to.rule).rstrip(".")
        return f"{step.to.then} if {holds[:1].lower()}{holds[1:]}, else {step.to.otherwise}"
    if isinstance(step.to, Back):
        return f"back to before `{step.to.step}`"
    return "stays" if step.to == STAY else step.to


def _outcome(step: Step) -> str:
    if isinstance(step.outcome, Chosen):
        return f"; outcome from `{step.outcome.step or step.name}`: {step.outcome.field}"
    if isinstance(step.outcome, Latest):
        return f"; outcome {', '.join(step.outcome.of.values())}, by the draft"
    return f"; outcome {step.outcome}" if step.outcome else ""


# Whose posts take a step where the unit that leads does not.
ELSEWHERE = {
    "sender": "unit that sent it",
    "superior": "unit above both",
    "helper": "unit that works with it",
    "above": "level above it or the petition office",
}


def _who(step: Step) -> str:
    by = (" and " if step.by.all else " or ").join(step.by.roles) if isinstance(step.by, Quorum) else step.by
    return f"{by} of the {ELSEWHERE[step.at]}" if step.at in ELSEWHERE else by


def _needs(step: Step) -> str:
    others = [f"Somebody else than who took `{name}`." for name in step.not_by]
    others += ["Only who took one of these last: " + ", ".join(f"`{name}`" for name in step.only_by) + "."] * bool(
        step.only_by
    )
    others += ["Somebody who took no other step of the case, or none since it began anew."] if step.extends else []
    return " ".join([*filter(None, [reason(step)]), *others])


def _by_when(step: Step, rules: Mapping[str, Any]) -> str:
    lines = [f"starts {_term(term, rules)}" for term in step.terms]
    lines += [f"meets {_rule(name, rules)}{_only_if(step, name)}" for name in step.met]
    lines += [f"prolongs {step.extends}, once: {_rule(name, rules)}" for name in _extension(step, rules)]
    lines += [f"the term stands still ({step.pauses})"] if step.pauses else []
    lines += [f"publishes: {step.publishes}"] if step.publishes else []
    lines += ["its number is public"] if step.counts else []
    lines += [f"invites {step.invites}"] if step.invites else []
    lines += [f"only who holds the post of {step.named}"] if step.named else []
    lines += [f"copied to the level above, if: {first_line(step.copies_up)}"] if step.copies_up else []
    lines += [f"opens {step.opens} ({step.relation}){_for_each(step)}"] if step.opens else []
    lines += ["works without a network"] if step.offline else []
    lines += [f"follows {' '.join(step.follows)}"] if step.follows else []
    lines += [f"follows the breach of {_rule(step.when_breached, rules)}"] if step.when_breached else []
    lines += [f"follows when the {step.when_gone} who was chosen can't be had any more"] if step.when_gone else []
    return "; ".join(lines)


def _for_each(step: Step) -> str:
    return f" for each of {step.each}" if step.each else ""


def _only_if(step: Step, rule: str) -> str:
    return f", if: {first_line(step.meets_if[rule])}" if rule in step.meets_if else ""


def _extension(step: Step, rules: Mapping[str, Any]) -> list[str]:
    return [name for name, rule in rules.items() if step.extends and rule.extends == step.extends]


def _term(term: Deadline, rules: Mapping[str, Any]) -> str:
    text = _rule(term.rule, rules)
    text += f" for each of {_field(term.plan)}" if term.plan else ""
    text += f": {_field(term.on)}" if term.on else ""
    text += f", told {term.reminds} days before" if term.reminds else ""
    text += ", from the day of receipt" if term.from_receipt else ""
    if term.when is None:
        return text
    condition = (term.when.__doc__ or "").strip().partition("\n")[0]
    return f"{text}, if: {condition}" if condition else f"{text}, in some cases only"


def _field(chosen: Chosen) -> str:
    return f"{chosen.step}.{chosen.field}" if chosen.step else chosen.field


def _rule(name: str, rules: Mapping[str, Any]) -> str:
    rule = rules.get(name)
    if rule is None:
        return f"`{name}`"
    if name in OWN_DAYS:
        return f"`{name}` ({_length(rule)} after its own day)" if name in GIVEN else f"`{name}` (by its own day)"
    source = " ".join(filter(None, [rule.law, rule.article])) or "no law"
    return f"`{name}` ({_length(rule)}, {source}{', the county must confirm it' if rule.local else ''})"


def _length(rule: Any) -> str:
    return f"{rule.quantity} {rule.unit.replace('_', ' ')}{'' if rule.quantity == 1 else 's'}"


def _asks(schema: type[Schema] | None) -> str:
    fields = schema.asked() if schema else {}
    return ", ".join(f"{name} ({getattr(field, 'seen', None)})" for name, field in fields.items())


def _deadlines(mechanism: Mechanism, rules: Mapping[str, Any]) -> Iterator[str]:
    if mechanism.promises:
        yield from ("## Promised on the receipt", "")
        yield from (f"- {_term(term, rules)}" for term in mechanism.promises)
        yield ""


def _guide(guide: Guide, rules: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"## Guide: {guide.title} (`{guide.name}`)", "")
    yield from _table(
        *("question", "asks", "basis", "answers"),
        rows=(
            (name, one.title, one.basis, "; ".join(f"{way.title} → {way.to}" for way in one.ways.values()))
            for name, one in guide.questions.items()
        ),
    )
    yield from _table(
        *("road", "title", "basis", "step", "remedies"),
        rows=(
            (name, road.title, road.basis, road.step, "; ".join(_remedy(one, rules) for one in road.remedies))
            for name, road in guide.roads.items()
        ),
    )


def _remedy(remedy: Remedy, rules: Mapping[str, Any]) -> str:
    return f"{remedy.title} ({_rule(remedy.rule, rules)})" if remedy.rule else remedy.title


def _registers(mechanism: Mechanism) -> Iterator[str]:
    if mechanism.registers:
        yield from ("## Registers", "")
        yield from _table(
            *("register", "kept by", "unique", "capacity", "entries (seen)"),
            rows=(
                (one.name, one.home, one.unique, one.capacity or "", _asks(one.entry)) for one in mechanism.registers
            ),
        )


def _diagram(workflow: Workflow) -> Iterator[str]:
    yield from ("## Diagram", "", "```mermaid", "stateDiagram-v2")
    yield from (f"    {state}: {state} ({phase})" for state, phase in workflow.states.items())
    yield f"    [*] --> {workflow.start}"
    for step in workflow.steps:
        for origin in step.origins:
            yield from (f"    {origin} --> {target}: {step.name}" for target in leads_to(workflow, step, origin))
    yield from (f"    {state} --> [*]" for state, phase in workflow.states.items() if phase == "closed")
    yield "```"
