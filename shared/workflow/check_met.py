"""What is wrong with the steps that end a term: the pack that counts it names others."""

from collections.abc import Iterator

from shared.law.packs import Rules
from shared.workflow.mechanism import Mechanism


def met_otherwise(mechanism: Mechanism, rules: Rules) -> Iterator[str]:
    """Find owed terms that are not ended by the steps which a pack names in `satisfied_by`.

    One of those has to end it, and each of them that the procedure has; others may do so beside them, as a withdrawal
    does. A term that lapses is nobody's duty, and one that no step ends is told by its own sentence.
    """
    terms = [*mechanism.promises, *(term for step in mechanism.workflow.steps for term in step.terms)]
    owed = {term.rule for term in terms if not term.lapses}
    met = {step.name: step.met for step in mechanism.workflow.steps}
    for rule in rules.versions:
        if rule.id not in owed or not rule.satisfied_by:
            continue
        ends = [name for name, ended in met.items() if rule.id in ended]
        idle = [name for name in rule.satisfied_by if name in met and name not in ends]
        if ends and (idle or not set(ends) & set(rule.satisfied_by)):
            yield (
                f"{rule.id} is satisfied by {' or '.join(rule.satisfied_by)}, says the pack {rule.pack}, and here it is"
                f" met by {', '.join(ends)}; let {' and '.join(idle) or rule.satisfied_by[0]} meet it, or name the step"
                f" in satisfied_by of the county's pack"
            )
