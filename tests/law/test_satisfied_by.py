"""What a pack says fulfils a rule is what the shipped procedures take for it: neither may drift from the other."""

from collections import defaultdict
from dataclasses import replace

from lianxin.loading import found_mechanisms, load_mechanism
from shared.law.packs import Rules
from shared.workflow.common import OBJECTION

ELSEWHERE = {OBJECTION, "reconsideration.apply"}


def meeting(mechanisms):
    """Give the steps that meet each rule, over all procedures."""
    found = defaultdict(set)
    for mechanism in mechanisms:
        for step in mechanism.workflow.steps:
            for rule in step.met:
                found[rule].add(step.name)
    return found


def unmet(mechanisms, rules: Rules):
    """Give each rule that these procedures promise or start, with the steps that its pack names and that don't meet it.

    Left out are the resident's rights to object to publication, whose time lapses, whether it was used or not, and to
    apply for reconsideration, which goes to another body.
    """
    found, begun = meeting(mechanisms), {rule for one in mechanisms for rule in one.deadlines}
    return {
        rule: missing for rule in sorted(begun - ELSEWHERE) if (missing := set(rules[rule].satisfied_by) - found[rule])
    }


def shipped():
    return [load_mechanism(name) for name, place in found_mechanisms().items() if place.startswith("mechanisms")]


def test_each_step_that_a_pack_names_meets_its_rule(rules: Rules) -> None:
    assert "petition.handle" in meeting(shipped())
    assert unmet(shipped(), rules) == {}


def test_an_answer_that_counts_when_it_is_signed_is_noticed(rules: Rules) -> None:
    petitions = load_mechanism("petitions")
    early = tuple(
        replace(step, meets={"sign": "petition.handle", "serve": ()}.get(step.name, step.meets))
        for step in petitions.workflow.steps
    )
    planted = replace(petitions, workflow=replace(petitions.workflow, steps=early))
    assert unmet([planted], rules) == {"petition.handle": {"serve"}}


def test_procedures_that_meet_nothing_are_noticed(rules: Rules) -> None:
    """Every rule that a pack says how to satisfy is missed by name, so none is looked past."""
    planted = []
    for one in shipped():
        steps = tuple(replace(step, meets=()) for step in one.workflow.steps)
        planted.append(replace(one, workflow=replace(one.workflow, steps=steps)))
    begun = {rule for one in shipped() for rule in one.deadlines if rules[rule].satisfied_by}
    assert unmet(planted, rules) == {rule: set(rules[rule].satisfied_by) for rule in begun - ELSEWHERE}
    assert len(begun) > 15
