"""Registers whose home is routing: who is in one, entered and closed at the desk, seeded by the county file."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select

from services.routing.chosen_anew import look_again_at_all
from services.routing.models import EntryRow
from shared.access.actor import StaffMember
from shared.errors import Invalid, NotFound, Refusal, StartError
from shared.facts.publication import RegisterChangeAsked, RegisterChanged
from shared.journal.tell import tell
from shared.kit.action import action, on, query
from shared.kit.session import Here, Session
from shared.workflow.mechanism import Mechanism, Register

LONGEST = 64  # characters of a key


class AlreadyEntered(Refusal):
    """The register has an entry of that name."""

    code = "already-entered"
    status = 409
    message = "“%(key)s” is in this register already."
    next_action = "Look at the entry; a closed one is opened again by entering it."


@dataclass(frozen=True)
class Kept:
    """A register as the desk knows it: `name` is `mechanism.register`."""

    name: str
    mechanism: Mechanism
    register: Register


def kept_here(here: Here) -> dict[str, Kept]:
    """Give the registers whose home this service is, by name."""
    found = (
        Kept(f"{mechanism.name}.{register.name}", mechanism, register)
        for mechanism in here.mechanisms.values()
        for register in mechanism.registers
        if register.home == here.service
    )
    return {one.name: one for one in found}


def may_change(staff: StaffMember, kept: Kept) -> bool:
    """Tell whether somebody holds one of the roles that keep a register."""
    return any(staff.may(role) for role in kept.register.kept_by)


def kept_for(here: Here, name: str, staff: StaffMember) -> Kept:
    """Give a register to who may change it. Raises `NotFound` for all others, as if there were none."""
    kept = kept_here(here).get(name)
    if kept is None or not may_change(staff, kept):
        raise NotFound
    return kept


@query
def entries(session: Session, register: str, after: str, limit: int) -> list[EntryRow]:
    """List a register's entries by key, active and closed ones, from after a key on."""
    rows = select(EntryRow).where(EntryRow.register == register, EntryRow.key > after)
    return list(session.scalars(rows.order_by(EntryRow.key).limit(limit)))


@action
def enter(session: Session, kept: Kept, given: Mapping[str, Any], *, now: datetime) -> str:
    """Enter somebody, or open a closed entry again; gives its key. Raises `Invalid` by field, `AlreadyEntered`."""
    entry = _checked(kept.register, given, session.here.county.post_by_code)
    key = str(entry[kept.register.unique])
    row = session.get(EntryRow, (kept.name, key), with_for_update=True)
    if row is not None and row.active:
        raise AlreadyEntered(field=kept.register.unique, key=key)
    _keep(session, kept.name, key, entry, active=True)
    return key


@action
def close(session: Session, kept: Kept, key: str, *, now: datetime) -> None:
    """Close an entry: nobody chooses it any more, and who waits for it may choose anew. Raises `NotFound`."""
    row = session.get(EntryRow, (kept.name, key), with_for_update=True)
    if row is None or not row.active:
        raise NotFound
    _keep(session, kept.name, key, row.entry, active=False)


@on(RegisterChangeAsked, name="routing-register-change")
def change(session: Session, fact: RegisterChangeAsked, *, now: datetime) -> None:
    """Enter, change or close an entry that another service asked for."""
    if fact.change in {"enter", "close"} and fact.register in kept_here(session.here):
        _keep(session, fact.register, fact.key, fact.entry, active=fact.change == "enter")


def seed_at_start(session: Session, *, now: datetime) -> None:
    """Enter what the county file names and nobody entered before; what the desk changed since stays. Safe always."""
    for name, kept in kept_here(session.here).items():
        for entry in session.here.county.registers.get(name, ()):
            seeded = _seed(name, kept.register, entry, session.here.county.post_by_code)
            key = str(seeded[kept.register.unique])
            if session.get(EntryRow, (name, key)) is None:
                _keep(session, name, key, seeded, active=True)


def _seed(name: str, register: Register, entry: Mapping[str, Any], posts: Collection[str]) -> dict[str, Any]:
    try:
        return _checked(register, entry, posts)
    except Invalid as wrong:
        raise StartError(*_sentences(name, wrong)) from wrong


def _sentences(name: str, wrong: Invalid) -> Iterator[str]:
    for field, said in wrong.errors.items():
        yield f"registers.{name}: {field}: {said[0] if isinstance(said, list) else said}; mend the county file"


def _checked(register: Register, given: Mapping[str, Any], posts: Collection[str]) -> dict[str, Any]:
    try:
        loaded: Any = register.entry.made().load(dict(given))
    except ValidationError as error:
        raise Invalid(error.messages_dict) from error
    entry = dict(register.entry.made().dump(loaded))
    if not 0 < len(str(entry.get(register.unique) or "")) <= LONGEST:
        raise Invalid({register.unique: ["Write between 1 and 64 characters."]})
    if register.of_posts and str(entry["post"]) not in posts:
        raise Invalid({"post": ["Choose among the posts of the list."]})
    return entry


def _keep(session: Session, register: str, key: str, entry: Mapping[str, Any], *, active: bool) -> None:
    session.merge(EntryRow(register=register, key=key, entry=dict(entry), active=active))
    look_again_at_all(session, *register.split("."))
    subject = f"{register}/{key}"
    tell(session, RegisterChanged(subject=subject, register=register, key=key, entry=dict(entry), active=active))
