"""Which entries of registers a step of a case lets one choose, and who holds the post that was chosen."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from services.routing.case import to_case
from services.routing.models import CaseRow, EntryRow
from shared.access.actor import StaffMember
from shared.access.cases import barred_from
from shared.kit.session import Session
from shared.workflow.case import Case
from shared.workflow.declare import Step
from shared.workflow.entries import chosen_entry, entries_asked
from shared.workflow.mechanism import Mechanism, Register

MOST = 200  # entries that one form offers


def entries_for(session: Session, row: CaseRow, step: Step) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Give the active entries among which each field of a step's form lets one choose: key, and name for people.

    Of a register of posts none that the case bars.
    """
    mechanism = session.here.mechanisms[row.mechanism]
    asked = ((name, mechanism.register(register)) for name, register in entries_asked(step.asks).items())
    return {name: _choices(session, row, register) for name, register in asked if register}


def _choices(session: Session, row: CaseRow, register: Register) -> tuple[tuple[str, str], ...]:
    active = select(EntryRow).where(EntryRow.register == f"{row.mechanism}.{register.name}", EntryRow.active)
    found = session.scalars(active.order_by(EntryRow.key).limit(MOST)).all()
    barred = barred_from(session, row.id) if register.of_posts else frozenset()
    return tuple((one.key, register.in_words(one.entry)) for one in found if one.key not in barred)


def with_titles(session: Session, mechanism: Mechanism, step: Step, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Give what was said with entries as people know them, closed ones too, in place of their keys."""
    found = dict(inputs)
    for name, register in entries_asked(step.asks).items():
        declared = mechanism.register(register)
        if declared and found.get(name):
            found[name] = _titled(session, f"{mechanism.name}.{register}", declared, found[name])
    return found


def _titled(session: Session, name: str, register: Register, said: str | list[str]) -> str | list[str]:
    keys = [said] if isinstance(said, str) else said
    rows = ((key, session.get(EntryRow, (name, key))) for key in keys)
    titles = [register.in_words(row.entry) if row else key for key, row in rows]
    return titles[0] if isinstance(said, str) else titles


def is_named(case: Case, step: Step, staff: StaffMember) -> bool:
    """Tell whether a step that belongs to the post that was chosen is this staff member's; any other step is."""
    return step.named is None or chosen_entry(case, step.named) in staff.posts


def is_named_in(session: Session, row: CaseRow, step: Step, staff: StaffMember) -> bool:
    """Tell the same of a case's row, which is read only for such a step."""
    return step.named is None or is_named(to_case(session, row), step, staff)
