"""What is wrong with a mechanism, found at start: each problem is a sentence that says what to change."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from shared.law.packs import Rules
from shared.law.rule import ASSIGNED
from shared.workflow.carry import version_problems
from shared.workflow.check_days import day_problems
from shared.workflow.check_guide import guide_problems
from shared.workflow.check_met import met_otherwise
from shared.workflow.check_parties import party_problems
from shared.workflow.check_parts import part_problems
from shared.workflow.check_text import field_problems, letter_problems, register_problems
from shared.workflow.declare import PLATFORM, SENDER, Back, ByOutcome, Chosen, Latest, Phase, Step
from shared.workflow.mechanism import OPENED_OTHERWISE, POST_ROLES, Mechanism
from shared.workflow.paths import leads_to, reach
from shared.workflow.schema import CaseRef, Choice, Day, Schema
from shared.workflow.words import missing_translations


def check(mechanism: Mechanism, *, rules: Rules, folder: Path | None) -> list[str]:
    """Give every problem of a mechanism, the same ones in the same order each time; none is an empty list.

    `rules` are the packs' by id; `folder` holds the mechanism's `templates/` and `locale/`, None leaves both unread.
    """
    problems = [
        *version_problems(mechanism),
        *_states(mechanism),
        *_steps(mechanism),
        *_pauses(mechanism, rules),
        *_roles(mechanism),
        *_rules(mechanism, rules),
        *met_otherwise(mechanism, rules),
        *day_problems(mechanism),
        *_extensions(mechanism, rules),
        *_remedy(mechanism, rules),
        *field_problems(mechanism),
        *register_problems(mechanism),
        *guide_problems(mechanism, rules),
        *party_problems(mechanism),
        *part_problems(mechanism),
    ]
    if folder is not None:
        problems += [*letter_problems(mechanism, folder), *missing_translations(mechanism, folder)]
    return problems


def _states(mechanism: Mechanism) -> Iterator[str]:
    workflow, phases = mechanism.workflow, get_args(Phase)
    if not workflow.states:
        yield "the workflow has no states; name at least one to start in and one that is closed"
        return
    for state, phase in workflow.states.items():
        if phase not in phases:
            yield f"state {state}: {phase} is no phase; choose among {', '.join(phases)}"
    reached = reach(workflow, workflow.start)
    ends = {state for state, phase in workflow.states.items() if phase == "closed"}
    for state in workflow.states:
        if state not in reached:
            yield f"state {state} can't be reached; let a step lead there or remove it"
        elif not reach(workflow, state) & ends:
            yield f"state {state} is a dead end: no way leads from it to a closed state; add a step"


def _steps(mechanism: Mechanism) -> Iterator[str]:
    workflow = mechanism.workflow
    names = [step.name for step in workflow.steps]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield f"step {name} is declared twice; give one of them another name"
    for step in workflow.steps:
        for state in dict.fromkeys((*step.origins, *step.targets)):
            if state not in workflow.states:
                yield f"step {step.name}: there is no state {state}; add it or mend the name"
        for word, earlier in (*(("not_by", one) for one in step.not_by), *(("only_by", one) for one in step.only_by)):
            if earlier not in names:
                yield f"step {step.name}: {word} names {earlier}, which is no step; mend the name"
        yield from _inputs(mechanism, step)
        yield from _opens(step)
        yield from _named(mechanism, step)
        yield from _way(mechanism, step)


def _inputs(mechanism: Mechanism, step: Step) -> Iterator[str]:
    """Find what a step's other words take from its form and the form does not ask."""
    if step.guard is not None and not (step.guard.__doc__ or "").strip():
        yield f"step {step.name}: its guard does not say what it needs; write that as the docstring's first line"
    for name, fits in step.fitting:
        if name not in _asked(step.asks) or not (fits.__doc__ or "").strip():
            yield f"step {step.name}: fits looks at {name}; ask it, and let the rule's docstring say what is wrong"
    if step.moves and step.moves != SENDER and not _requires(step, step.moves):
        yield f"step {step.name}: moves names the input {step.moves}, which it does not ask; add it, required"
    if step.joins and not isinstance(_asked(step.asks).get(step.joins), CaseRef):
        yield f"step {step.name}: joins names the input {step.joins}, which is no CaseRef that it asks; add it"
    if step.urges and not isinstance(_asked(step.asks).get(step.urges), Choice):
        yield f"step {step.name}: urges names the input {step.urges}, which is no closed list that it asks; add it"
    for name in ("method", "received_on") if step.serves else ():
        if not _requires(step, name):
            yield f"step {step.name} serves a letter but does not ask {name}; let it ask Proof"
    if isinstance(step.outcome, Chosen) and _chosen(mechanism, step, step.outcome) is None:
        source = step.outcome.step or step.name
        yield f"step {step.name}: its outcome comes from {source}.{step.outcome.field}, which nobody asks; mend it"


def _named(mechanism: Mechanism, step: Step) -> Iterator[str]:
    """Find rules and letters that a step names and that are not there."""
    for name in set(step.meets_if) - {*step.met}:
        yield f"step {step.name}: meets_if asks about {name}, which it does not meet; add it to meets"
    if step.replies and mechanism.workflow.step(step.replies) is None:
        yield f"step {step.name}: it replies to {step.replies}, which is no step; mend the name"
    for name in set(step.notices) - {*mechanism.letters}:
        yield f"step {step.name}: it serves the notice {name}, which no step writes; mend the name"


def _opens(step: Step) -> Iterator[str]:
    """Find what a step says of other cases and leaves open, and a step of the platform's that people would take."""
    if step.final and not step.joins:
        yield f"step {step.name}: final asks whether the case that joins names was decided; name one, or leave it"
    if step.opens is None and step.opens_if:
        yield f"step {step.name}: opens_if says when, and opens doesn't say what; name the case it opens, or leave it"
    if step.opens is None and step.relation:
        yield f"step {step.name}: it has a relation but opens nothing; name the case it opens, or leave it out"
    if step.opens is not None and (not step.relation or not all(step.opens.partition("."))):
        yield f"step {step.name}: it opens {step.opens}; write mechanism.kind, and with it the child's relation"
    if step.follows and (step.by != PLATFORM or any(one.required for one in _asked(step.asks).values())):
        yield f"step {step.name} follows the end of a child case: let it be the {PLATFORM}'s, and ask nothing"


def _requires(step: Step, name: str) -> bool:
    field = _asked(step.asks).get(name)
    return field is not None and field.required


def _chosen(mechanism: Mechanism, step: Step, outcome: Chosen) -> Any:
    """Give the field that an outcome is taken from, or None where no step asks it."""
    source = mechanism.workflow.step(outcome.step) if outcome.step else step
    return _asked(source.asks).get(outcome.field) if source else None


def _asked(schema: type[Schema] | None) -> dict[str, Any]:
    return schema.asked() if schema else {}


def _way(mechanism: Mechanism, step: Step) -> Iterator[str]:
    """Find targets that depend on the past and on which it may have nothing to say, and dates that nobody gives."""
    if step.assigns and not isinstance(_asked(step.asks).get(step.assigns), Day):
        yield f"step {step.name}: assigns names the input {step.assigns}; let it be a Day that it asks"
    if step.assigns and not step.moves and step.at != "sender":
        yield f"step {step.name}: it assigns a date to nobody; let it move the case, or be the sender's (at)"
    workflow = mechanism.workflow
    if isinstance(step.to, Back):
        if workflow.step(step.to.step) is None:
            yield f"step {step.name}: it goes back to before {step.to.step}, which is no step; mend the name"
        elif workflow.states and set(step.origins) & reach(workflow, workflow.start, without=[step.to.step]):
            yield (
                f"step {step.name}: it goes back to before {step.to.step}, but a case can stand there without"
                f" {step.to.step}; give that way a state of its own"
            )
    outcomes = _outcomes(mechanism)
    for name in step.to.states if isinstance(step.to, ByOutcome) and outcomes is not None else ():
        if name not in (outcomes or ()):
            yield f"step {step.name}: by_outcome names {name}, which is no step's outcome; mend the name"


def _outcomes(mechanism: Mechanism) -> set[str] | None:
    """Give every outcome a case may have; None where a form leaves it to free text."""
    found: set[str] = set()
    for step in mechanism.workflow.steps:
        if isinstance(step.outcome, Chosen):
            field = _chosen(mechanism, step, step.outcome)
            if not isinstance(field, Choice):
                return None
            found |= set(field.options)
        elif isinstance(step.outcome, Latest):
            found |= set(step.outcome.of.values())
        elif step.outcome:
            found.add(step.outcome)
    return found


def _pauses(mechanism: Mechanism, rules: Rules) -> Iterator[str]:
    workflow = mechanism.workflow
    # A version that leaves out no pause may stand beside one that does, by which older cases run.
    stopped = {kind for rule in rules.versions if rule.id in mechanism.deadlines for kind in rule.excludes}
    for step in workflow.steps:
        if step.pauses and step.pauses not in stopped:
            yield f"step {step.name}: no rule it could stop leaves out a pause of type {step.pauses}; mend the name"
    for state in workflow.states:
        entering = [step for step in workflow.steps if _enters(mechanism, step, state)]
        if len({step.pauses for step in entering}) > 1:
            names = ", ".join(step.name for step in entering)
            yield f"state {state}: the steps that lead there ({names}) do not pause alike; give each pause a state"


def _enters(mechanism: Mechanism, step: Step, state: str) -> bool:
    # A change of mind undone comes back to a pause that was running, so `Back` need not declare it again.
    return not isinstance(step.to, Back) and any(
        state in leads_to(mechanism.workflow, step, origin) for origin in step.origins if origin != state
    )


def _roles(mechanism: Mechanism) -> Iterator[str]:
    known = ", ".join(sorted(OPENED_OTHERWISE))
    for name in mechanism.opened_by:
        if name not in OPENED_OTHERWISE | POST_ROLES:
            yield f"opened_by names {name}, who opens nothing; choose {known} or a role of a post"
    roles = POST_ROLES | set(mechanism.resident_roles)
    for step in (one for one in mechanism.workflow.steps if not one.of_nobody):
        for role in step.roles:
            if role not in roles:
                yield f"step {step.name}: nobody is a {role}; choose a role of a post or a party of the case"


def _rules(mechanism: Mechanism, rules: Mapping[str, Any]) -> Iterator[str]:
    terms = [*mechanism.promises, *(term for step in mechanism.workflow.steps for term in step.terms)]
    started = list(dict.fromkeys(term.rule for term in terms))
    started += [ASSIGNED.id for step in mechanism.workflow.steps if step.assigns]
    owed = dict.fromkeys(term.rule for term in terms if not term.lapses)
    met = list(dict.fromkeys(rule for step in mechanism.workflow.steps for rule in step.met))
    for rule in dict.fromkeys([*started, *met]):
        if rule not in rules:
            yield f"the rule {rule} is in no pack; mend its name or add it to a pack"
    for rule in owed:
        if rule not in met:
            yield f"nothing ends the deadline {rule}; let a step meet it"
    for rule in met:
        if rule not in started:
            yield f"a step meets {rule}, which nothing starts; start it or remove it"


def _extensions(mechanism: Mechanism, rules: Mapping[str, Any]) -> Iterator[str]:
    prolonged = {rule.extends for rule in rules.values()}
    for step in mechanism.workflow.steps:
        if step.extends is None:
            continue
        if step.extends not in prolonged:
            yield f"step {step.name}: no pack has a rule that extends {step.extends}; leave extends out"
        if step.extends not in mechanism.deadlines:
            yield f"step {step.name} extends {step.extends}, which nothing starts; start it or remove it"
        if step.letter is None or step.basis is None:
            yield f"step {step.name} extends a term; give it the basis, and a letter that tells why"


def _remedy(mechanism: Mechanism, rules: Mapping[str, Any]) -> Iterator[str]:
    for step in mechanism.workflow.steps:
        own = [term.rule for term in step.terms if term.lapses]
        if step.serves and not (step.notices or own):
            yield f"step {step.name} serves an answer without a remedy; start a term of the resident (lapses=True)"
        for rule in own:
            if rule in rules and not rules[rule].right:
                yield f"step {step.name}: {rule} is nobody's right; leave out lapses or name another rule"
