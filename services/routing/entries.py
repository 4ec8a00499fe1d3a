"""Which entries of registers a step of a case lets one choose, and who holds the post that was chosen."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from services.routing.case import to_case
from services.routing.models import CaseRow, EntryRow
from shared.access.actor import StaffMember
from shared.access.cases import barred_from
from shared.access.tables import PersonRow
from shared.kit.session import Session
from shared.workflow.case import Case
from shared.workflow.declare import Step
from shared.workflow.engine import fits
from shared.workflow.entries import Entries, chosen_entry, entries_asked
from shared.workflow.mechanism import Mechanism, Register

MOST = 200  # entries that one form offers


def entries_for(session: Session, row: CaseRow, case: Case, step: Step) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Give the active entries among which each field of a step's form lets one choose: key, and name for people.

    None that the step's own rules for the field refuse; of a register of posts none that the case bars.
    """
    mechanism = session.here.mechanisms[row.mechanism]
    asked = ((name, mechanism.register(register)) for name, register in entries_asked(step.asks).items())
    return {name: _choices(session, row, case, step, name, register) for name, register in asked if register}


def _choices(
    session: Session, row: CaseRow, case: Case, step: Step, name: str, register: Register
) -> tuple[tuple[str, str], ...]:
    if register.display == "catalogue":
        return _lines(session, case, step, name, register)
    active = select(EntryRow).where(EntryRow.register == f"{row.mechanism}.{register.name}", EntryRow.active)
    found = session.scalars(active.order_by(EntryRow.key).limit(MOST)).all()
    barred = _barred_posts(session, row) if register.of_posts else frozenset()
    fit = (one for one in found if one.key not in barred and fits(step, case, {name: one.key}))
    return tuple((one.key, register.in_words(one.entry)) for one in fit)


def can_be_had(session: Session, row: CaseRow, register: str, key: str) -> bool:
    """Tell whether an entry is active and, where it is a post, neither it nor everybody who holds it is barred."""
    declared = session.here.mechanisms[row.mechanism].register(register)
    if declared and declared.display == "catalogue":
        return True  # lines of the county file: they don't come and go while a case waits
    found = session.get(EntryRow, (f"{row.mechanism}.{register}", key))
    barred = _barred_posts(session, row) if declared and declared.of_posts else frozenset()
    return found is not None and found.active and key not in barred


def _barred_posts(session: Session, row: CaseRow) -> frozenset[str]:
    """Give the posts that a case bars, and those of which every holder is barred."""
    barred = frozenset(barred_from(session, row.id))
    if not barred:
        return barred
    people = session.scalars(select(PersonRow).where(PersonRow.active)).all()
    free = {post for one in people if one.id not in barred for post in one.posts}
    return barred | {post for one in people if one.id in barred for post in one.posts if post not in free}


def _lines(session: Session, case: Case, step: Step, name: str, register: Register) -> tuple[tuple[str, str], ...]:
    """Give the lines of the entry of the county file with which a case began: the papers of its matter."""
    field = step.asks.asked()[name] if step.asks else None
    entries = session.here.county.registers.get(f"{case.mechanism}.{register.name}", ())
    began = (one for one in entries if one[register.unique] == case.details.get(register.unique))
    lines = next((one.get(field.lines, ()) for one in began if isinstance(field, Entries)), ())
    return tuple((line, line) for line in lines)


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


def is_named(session: Session, case: Case, step: Step, staff: StaffMember, role: str) -> bool:
    """Tell whether somebody may take a step in a role: one that the chosen post bears, only who holds that post."""
    chosen = chosen_entry(case, step.named) if step.named else None
    post = session.here.county.post_by_code.get(chosen or "")
    return post is None or role not in post.roles or post.code in staff.posts


def is_named_in(session: Session, row: CaseRow, step: Step, staff: StaffMember, role: str) -> bool:
    """Tell the same of a case's row, which is read only for such a step."""
    return step.named is None or is_named(session, to_case(session, row), step, staff, role)
