"""What is wrong with a mechanism, found at start: each problem is a sentence that says what to change."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from shared.workflow.declare import Chosen, Phase, Step
from shared.workflow.mechanism import Mechanism
from shared.workflow.schema import Schema
from shared.workflow.words import missing_translations

POST_ROLES = frozenset({"officer", "reader", "head", "registrar", "callback", "auditor", "leader"})
HOMES = frozenset({"intake", "routing", "disclosure", "directory", "notification", "supervision"})
# No field may record how risky or quiet a person is (MECHANISMS: people who petition are safe).
FORBIDDEN = (
    "risk_level",
    "stability",
    "control_level",
    "key_person",
    "troublemaker",
    "维稳",
    "稳控",
    "重点人员",
    "缠访",
)


def check(mechanism: Mechanism, *, rules: Mapping[str, Any], folder: Path | None) -> list[str]:
    """Give every problem of a mechanism; `rules` are the packs', `folder` holds its templates."""
    problems = [
        *_states(mechanism),
        *_steps(mechanism),
        *_roles(mechanism),
        *_rules(mechanism, rules),
        *_remedy(mechanism, rules),
        *_fields(mechanism),
        *_registers(mechanism),
    ]
    if folder is not None:
        problems += [*_letters(mechanism, folder), *missing_translations(mechanism, folder)]
    return problems


def _states(mechanism: Mechanism) -> Iterator[str]:
    workflow, phases = mechanism.workflow, get_args(Phase)
    for state, phase in workflow.states.items():
        if phase not in phases:
            yield f"state {state}: {phase} is no phase; choose among {', '.join(phases)}"
    reached = _closure({workflow.start}, lambda state: _next(mechanism, state))
    for state in workflow.states:
        if state not in reached:
            yield f"state {state} can't be reached; let a step lead there or remove it"
    ends = {state for state, phase in workflow.states.items() if phase == "closed"}
    for state in reached & workflow.states.keys():
        if not _closure({state}, lambda one: _next(mechanism, one)) & ends:
            yield f"state {state} is a dead end: no way leads from it to a closed state; add a step"


def _next(mechanism: Mechanism, state: str) -> set[str]:
    return {target for step in mechanism.workflow.from_state(state) for target in step.targets}


def _closure(start: set[str], following: Any) -> set[str]:
    found, todo = set(start), list(start)
    while todo:
        for state in following(todo.pop()) - found:
            found.add(state)
            todo.append(state)
    return found


def _steps(mechanism: Mechanism) -> Iterator[str]:
    workflow = mechanism.workflow
    names = [step.name for step in workflow.steps]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"step {name} is declared twice; give one of them another name"
    for step in workflow.steps:
        for state in (*step.origins, *step.targets):
            if state not in workflow.states:
                yield f"step {step.name}: there is no state {state}; add it or mend the name"
        for earlier in step.not_by:
            if earlier not in names:
                yield f"step {step.name}: not_by names {earlier}, which is no step"
        if step.moves and step.moves not in _asked(step.asks):
            yield f"step {step.name}: moves names the input {step.moves}, which it does not ask"
        if isinstance(step.outcome, Chosen):
            yield from _chosen(mechanism, step, step.outcome)


def _chosen(mechanism: Mechanism, step: Step, outcome: Chosen) -> Iterator[str]:
    source = mechanism.workflow.step(outcome.step) if outcome.step else step
    if source is None or outcome.field not in _asked(source.asks):
        yield f"step {step.name}: its outcome comes from {outcome.step or step.name}.{outcome.field}, which nobody asks"


def _asked(schema: type[Schema] | None) -> dict[str, Any]:
    return schema.asked() if schema else {}


def _roles(mechanism: Mechanism) -> Iterator[str]:
    known = POST_ROLES | set(mechanism.resident_roles)
    for step in mechanism.workflow.steps:
        for role in step.roles:
            if role not in known:
                yield f"step {step.name}: nobody is a {role}; choose a role of a post or a party of the case"


def _rules(mechanism: Mechanism, rules: Mapping[str, Any]) -> Iterator[str]:
    started = {term.rule: term.lapses for step in mechanism.workflow.steps for term in step.terms}
    started |= {term.rule: term.lapses for term in mechanism.promises}
    met = {rule for step in mechanism.workflow.steps for rule in step.met}
    for rule in sorted(set(started) | met):
        if rule not in rules:
            yield f"the rule {rule} is in no pack; mend its name or add it to a pack"
    for rule, lapses in started.items():
        if not lapses and rule not in met:
            yield f"nothing ends the deadline {rule}; let a step meet it"
    for rule in sorted(met - set(started)):
        yield f"a step meets {rule}, which nothing starts; start it or remove it"


def _remedy(mechanism: Mechanism, rules: Mapping[str, Any]) -> Iterator[str]:
    for step in mechanism.workflow.steps:
        own = [term.rule for term in step.terms if term.lapses]
        if step.serves and not own:
            yield f"step {step.name} serves an answer without a remedy; start a term of the resident (lapses=True)"
        for rule in own:
            if rule in rules and rules[rule].owner != "citizens_right":
                yield f"step {step.name}: {rule} lapses, but it is no right of the resident"


def schemas(mechanism: Mechanism) -> dict[str, type[Schema]]:
    """Give every schema by the place where it is asked."""
    kinds = {name: mechanism.kind(name) for name in mechanism.kinds}
    found = {f"kind {name}": kind.details for name, kind in kinds.items() if kind and kind.details}
    found |= {f"step {step.name}": step.asks for step in mechanism.workflow.steps if step.asks}
    return found | {f"register {one.name}": one.entry for one in mechanism.registers}


def _fields(mechanism: Mechanism) -> Iterator[str]:
    for place, schema in schemas(mechanism).items():
        for name, field in schema.asked().items():
            if getattr(field, "seen", None) is None:
                yield f"{place}: the field {name} does not say who may see it; add seen="
            words = f"{name} {getattr(field, 'title', '')}".lower()
            if any(word in words for word in FORBIDDEN):
                yield f"{place}: the field {name} judges a person; no case may record that"


def _registers(mechanism: Mechanism) -> Iterator[str]:
    for register in mechanism.registers:
        if register.home not in HOMES:
            yield f"register {register.name}: its home {register.home} is no service"
        for name in filter(None, (register.unique, register.capacity)):
            if name not in register.entry.asked():
                yield f"register {register.name}: {name} is no field of its entries"


def _letters(mechanism: Mechanism, folder: Path) -> Iterable[str]:
    return [
        f"the letter {letter} has no template; write templates/{letter}.txt"
        for letter in mechanism.letters
        if not (folder / "templates" / f"{letter}.txt").is_file()
    ]
