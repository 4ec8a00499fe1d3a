"""What people declare: when they are away and who stands in, and to whom they are close. It feeds recusal."""

import secrets
from datetime import date, datetime

from services.directory.models import AccountRow
from shared.access import projection
from shared.access.tables import AbsenceRow
from shared.errors import NotFound, Refusal
from shared.facts.directory import AbsenceChanged, TieChanged
from shared.journal.tell import tell
from shared.kit.action import action
from shared.kit.session import Session

KINDS = ("kin", "household", "business")


class NobodyOfThatName(Refusal):
    """A sign-in name that the directory doesn't have."""

    code = "nobody-of-that-name"
    status = 404
    message = "Nobody signs in as “%(login)s”."
    next_action = "Check the name; `lianxin staff add` adds a person."


class EndsTooEarly(Refusal):
    """A time that ends before it begins."""

    code = "ends-too-early"
    message = "The time ends on %(until)s, before it begins on %(since)s."
    next_action = "Give as the end the first day on which the person is back."


class WithOneself(Refusal):
    """Standing in for oneself, or being close to oneself."""

    code = "with-oneself"
    message = "“%(login)s” is named twice."
    next_action = "Name another person."


@action
def be_away(
    session: Session, login: str, since: date, until: date | None, stand_in: str | None, *, now: datetime
) -> str:
    """Note that a person is away from `since` until the day before `until`; gives the absence's id.

    Raises `NobodyOfThatName`, `EndsTooEarly` or `WithOneself`.
    """
    person = _person(session, login)
    if until is not None and until <= since:
        raise EndsTooEarly(field="until", since=since.isoformat(), until=until.isoformat())
    if stand_in == login:
        raise WithOneself(field="stand_in", login=login)
    other = _person(session, stand_in) if stand_in else None
    fact = AbsenceChanged(subject=secrets.token_hex(8), person=person, since=since, until=until, stand_in=other)
    projection.keep_absence.run(session, fact, now=now)
    tell(session, fact)
    return fact.subject


@action
def be_back(session: Session, absence: str, day: date, *, now: datetime) -> None:
    """End an absence on the day on which the person is back. Raises `NotFound`."""
    row = session.get(AbsenceRow, absence)
    if row is None:
        raise NotFound
    fact = AbsenceChanged(
        subject=absence, person=row.person, since=min(row.since, day), until=day, stand_in=row.stand_in
    )
    projection.keep_absence.run(session, fact, now=now)
    tell(session, fact)


@action
def be_close(session: Session, login: str, other: str, kind: str, *, now: datetime) -> str:
    """Note that two people are close (`kind` is one of KINDS); gives the tie's id. Raises `NobodyOfThatName`."""
    if login == other:
        raise WithOneself(field="other", login=login)
    fact = TieChanged(
        subject=secrets.token_hex(8), person=_person(session, login), other=_person(session, other), kind=kind
    )
    projection.keep_tie.run(session, fact, now=now)
    tell(session, fact)
    return fact.subject


def _person(session: Session, login: str) -> str:
    account = session.get(AccountRow, login)
    if account is None:
        raise NobodyOfThatName(login=login)
    return account.person
