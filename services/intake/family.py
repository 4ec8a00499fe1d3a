"""Cases that belong together for who holds the receipt: a child goes by the receipt of the case it came from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select

from services.intake.models import CaseRow
from services.intake.new_case import NewCase
from shared.facts.case import CaseRequested
from shared.kit.session import Here, Session
from shared.workflow.mechanism import Mechanism


@dataclass(frozen=True)
class Relative:
    """Another case of the same matter that goes by the same receipt; `kind` is its kind's title, an English msgid."""

    reference: str
    kind: str
    phase: str
    outcome: str | None
    unit: str | None


def child_of(session: Session, parent: CaseRow, fact: CaseRequested, new: NewCase) -> NewCase:
    """Give the case that a step of its parent opens, with the parent's title; its people, where both have a party.

    Where the step said nothing that the petitioner may read, the title is all its words: a label of ours is none.
    """
    title = session.reveal(parent.title)
    new = replace(
        new,
        title=title,
        text=session.reveal(fact.text) if fact.text else title,
        channel="step",
        language=parent.language,
        parent=parent.id,
    )
    mechanisms = session.here.mechanisms
    mine, its = mechanisms.get(fact.mechanism), mechanisms.get(parent.mechanism)
    if mine is None or its is None or not set(mine.resident_roles) & set(its.resident_roles):
        return new
    contact: Mapping[str, str] = json.loads(session.reveal(parent.contact)) if parent.contact else {}
    return replace(new, contact=contact, identity=parent.identity)


def is_open_by_the_ladder(session: Session, parent: CaseRow, fact: CaseRequested) -> bool:
    """Tell whether a rung asks for a child while one of that sort is open: the ladder asks again after a day."""
    if not fact.subject.startswith("rung/"):
        return False
    same = CaseRow.root == fact.root, CaseRow.parent == parent.id, CaseRow.relation == fact.relation
    return session.scalar(select(CaseRow.id).where(*same, CaseRow.phase != "closed").limit(1)) is not None


def asked_as(mechanism: Mechanism, role: str, step: str) -> str:
    """Give the name under which a party's wish is noted until it is answered: each has its own."""
    return step if role in mechanism.resident_roles[:1] else f"{role}:{step}"


def shared_with(here: Here, row: CaseRow, role: str) -> Mechanism | None:
    """Give the mechanism of a case that a receipt in this role opens; None where its mechanism has no such party."""
    mechanism = here.mechanisms.get(row.mechanism)
    return mechanism if mechanism and role in mechanism.resident_roles else None


def relatives(session: Session, row: CaseRow, role: str) -> Sequence[tuple[CaseRow, Mechanism]]:
    """Give the other cases of the matter that the same receipt opens, in the order in which they came."""
    root = row.root or row.id
    family = select(CaseRow).where(or_(CaseRow.id == root, CaseRow.root == root), CaseRow.id != row.id)
    rows = session.scalars(family.order_by(CaseRow.received_at, CaseRow.id)).all()
    return [(one, mechanism) for one in rows if (mechanism := shared_with(session.here, one, role)) is not None]


def described(found: Sequence[tuple[CaseRow, Mechanism]]) -> tuple[Relative, ...]:
    """Give what a page says of them."""
    return tuple(
        Relative(row.reference, mechanism.kind_title(row.kind), row.phase, row.outcome, row.unit)
        for row, mechanism in found
    )
