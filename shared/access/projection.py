"""Keeping the rows about people and rights: the kit's handlers, in every service that follows directory."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete

from shared.access.tables import (
    AbsenceRow,
    CaseAccessRow,
    ConfirmedRow,
    PersonRow,
    PostRow,
    RelationRow,
    RevokedRow,
    TieRow,
    UnitRow,
)
from shared.facts.case import AccessChanged, CaseErased
from shared.facts.directory import (
    AbsenceChanged,
    DirectoryConfirmed,
    PersonChanged,
    PostChanged,
    RelationChanged,
    SessionsRevoked,
    TieChanged,
    UnitChanged,
)
from shared.kit.action import on
from shared.kit.session import Session

_access = CaseAccessRow.__table__.c
REPLACED = delete(CaseAccessRow).where(_access.case == bindparam("of"), _access.what.in_(("unit", "post")))


def _values(fact: Any, **key: str) -> dict[str, Any]:
    return {**{name: value for name, value in vars(fact).items() if name != "subject"}, **key}


@on(UnitChanged, name="kit-unit")
def keep_unit(session: Session, fact: UnitChanged, *, now: datetime) -> None:
    """Remember a unit as it is now."""
    session.merge(UnitRow(**_values(fact, code=fact.subject)))


@on(RelationChanged, name="kit-relation")
def keep_relation(session: Session, fact: RelationChanged, *, now: datetime) -> None:
    """Remember an edge between units."""
    session.merge(RelationRow(**_values(fact, code=fact.subject)))


@on(PostChanged, name="kit-post")
def keep_post(session: Session, fact: PostChanged, *, now: datetime) -> None:
    """Remember a post and its roles."""
    session.merge(PostRow(**{**_values(fact, code=fact.subject), "roles": list(fact.roles)}))


@on(PersonChanged, name="kit-person")
def keep_person(session: Session, fact: PersonChanged, *, now: datetime) -> None:
    """Remember who holds which posts."""
    session.merge(PersonRow(**{**_values(fact, id=fact.subject), "posts": list(fact.posts)}))


@on(AbsenceChanged, name="kit-absence")
def keep_absence(session: Session, fact: AbsenceChanged, *, now: datetime) -> None:
    """Remember who is away, and who stands in."""
    session.merge(AbsenceRow(**_values(fact, code=fact.subject)))


@on(TieChanged, name="kit-tie")
def keep_tie(session: Session, fact: TieChanged, *, now: datetime) -> None:
    """Remember who declared to be close to whom."""
    session.merge(TieRow(**_values(fact, code=fact.subject)))


@on(SessionsRevoked, name="kit-revoked")
def keep_revoked(session: Session, fact: SessionsRevoked, *, now: datetime) -> None:
    """Deny these sessions and tokens from now on."""
    for name in fact.sessions:
        session.merge(RevokedRow(session=name, at=fact.at))


@on(DirectoryConfirmed, name="kit-confirmed")
def keep_confirmed(session: Session, fact: DirectoryConfirmed, *, now: datetime) -> None:
    """Remember when directory last said that everything was told."""
    session.merge(ConfirmedRow(source="directory", at=fact.at))


@on(AccessChanged, name="kit-access")
def keep_access(session: Session, fact: AccessChanged, *, now: datetime) -> None:
    """Take over who may see a case. Bars only ever add; units and posts are replaced."""
    first = session.cause is not None and session.cause.seq == 1
    (first_access if first else write_access)(session, fact)


def first_access(session: Session, fact: AccessChanged) -> None:
    """Write the rows of a new case's first access fact; routing calls it for its own."""
    for what, codes in (("unit", fact.units), ("post", fact.posts), ("barred", fact.barred)):
        session.add_all(CaseAccessRow(case=fact.subject, what=what, code=code) for code in dict.fromkeys(codes))


def write_access(session: Session, fact: AccessChanged) -> None:
    """Write an access fact's rows; routing calls it for its own."""
    session.execute(REPLACED, {"of": fact.subject})
    for what, codes in (("unit", fact.units), ("post", fact.posts)):
        session.add_all(CaseAccessRow(case=fact.subject, what=what, code=code) for code in dict.fromkeys(codes))
    for code in fact.barred:
        session.merge(CaseAccessRow(case=fact.subject, what="barred", code=code))


@on(CaseErased, name="kit-access-erased")
def forget_access(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Let nobody see an erased case."""
    session.execute(delete(CaseAccessRow).where(CaseAccessRow.case == fact.subject))
