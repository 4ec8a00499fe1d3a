"""What is wrong with parties: one that nobody invites, an invitation that reaches nobody or is read by others."""

from collections.abc import Iterator

from shared.workflow.mechanism import Mechanism

LONGEST = 16  # characters of a role to which messages go


def party_problems(mechanism: Mechanism) -> Iterator[str]:
    """Find parties that could never take their steps, and invitations without a letter of their own."""
    steps, others = mechanism.workflow.steps, mechanism.resident_roles[1:]
    for party in others:
        if len(party) > LONGEST:
            yield f"the party {party} has a name of more than {LONGEST} characters; shorten it"
        if any(party in step.roles for step in steps) and not any(step.invites == party for step in steps):
            yield f"nobody invites the party {party}, who has steps to take; let a step invite it (invites=)"
    plain = {letter for step in steps if not step.invites for letter in step.letters}
    for step in (one for one in steps if one.invites):
        if step.invites not in others:
            yield f"step {step.name}: invites names {step.invites}, which is no party beside the first; mend the name"
        if not step.letters or not plain.isdisjoint(step.letters):
            yield f"step {step.name}: the code of an invitation needs a letter of its own; name one no other step has"
        if set(step.roles) & set(mechanism.resident_roles):
            yield f"step {step.name}: who invites prints the code; let it be a post's, never a party's"
