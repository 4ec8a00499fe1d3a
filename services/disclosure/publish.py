"""From an answered case to the public record: never before the time to object, never what was withheld."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from services.disclosure import outside
from services.disclosure.known import is_never_public, known
from services.disclosure.models import CaseRow, EditionRow, ItemRow, RecordRow
from shared.crypto.private import Sealed
from shared.facts.case import CaseErased, CaseStepped, CaseSubmitted
from shared.facts.deadline import DeadlineBreached, DeadlineLapsed, DeadlineStarted
from shared.facts.publication import OutcomePublished, PublicationPublished
from shared.journal.tell import tell
from shared.kit.action import on
from shared.kit.session import Session
from shared.law.local import local_day
from shared.workflow.common import OBJECTION


@on(CaseSubmitted, name="disclosure-note-case")
def note_case(session: Session, fact: CaseSubmitted, *, now: datetime) -> None:
    """Remember what the record will need; a due item of a duty is public from its first day."""
    mechanism = session.here.mechanisms.get(fact.mechanism)
    row = CaseRow(
        id=fact.subject,
        mechanism=fact.mechanism,
        kind=fact.kind,
        category=fact.category,
        place=fact.place,
        received_at=fact.received_at,
        never_public=is_never_public(session, fact),
        root=fact.root,
    )
    session.add(row)
    if mechanism is not None and mechanism.duties and fact.relation == "duty" and not row.never_public:
        _note_item(session, fact)


def _note_item(session: Session, fact: CaseSubmitted) -> None:
    details = json.loads(session.reveal_or_wait(fact.details)) if fact.details else {}
    session.add(
        ItemRow(
            case=fact.subject,
            duty=details.get("duty", ""),
            period=details.get("period", ""),
            title=session.reveal_or_wait(fact.title),
            audience=details.get("audience", "public"),
            unit=fact.unit or session.here.county.fallback,
            place=fact.place,
            due=min((promise.due for promise in fact.promises), default=None),
            status="due",
        )
    )


@on(CaseStepped, name="disclosure-take-step")
def take_step(session: Session, fact: CaseStepped, *, now: datetime) -> None:
    """Keep what a step makes public: an outcome waits for the objection time, an item is out at once."""
    row = known(session, fact.subject)
    row.unit = fact.unit
    if row.never_public:
        return
    if fact.publishes == "outcome":
        row.public = fact.public if isinstance(fact.public, Sealed) else None
        row.outcome, row.answered_on = fact.outcome, local_day(fact.at)
    elif fact.publishes == "withheld":
        row.withheld = True
    elif fact.publishes == "item" and fact.public is not None:
        _publish_item(session, row, json.loads(session.reveal_or_wait(fact.public)), fact)
    item = session.get(ItemRow, fact.subject)
    if item is not None and fact.phase == "closed" and fact.publishes != "item":
        item.status = "not_owed"


@on(DeadlineStarted, name="disclosure-note-due")
def note_due(session: Session, fact: DeadlineStarted, *, now: datetime) -> None:
    """Show by when an item is due."""
    known(session, fact.subject)  # routing's word may come before intake's
    item = session.get(ItemRow, fact.subject)
    if item is not None and item.due is None:
        item.due = fact.due


@on(DeadlineBreached, name="disclosure-show-missing")
def show_missing(session: Session, fact: DeadlineBreached, *, now: datetime) -> None:
    """Show a missing item from the first day late; that it was late stays on record."""
    known(session, fact.subject)
    item = session.get(ItemRow, fact.subject)
    if item is not None and item.status == "due":
        item.status, item.was_late = "missing", True


@on(DeadlineLapsed, name="disclosure-publish-outcome")
def publish_outcome(session: Session, fact: DeadlineLapsed, *, now: datetime) -> None:
    """Put the redacted outcome into the public record: the time to object is over and nobody did."""
    if fact.rule != OBJECTION:
        return
    row = known(session, fact.subject)
    last = session.get(RecordRow, row.id)
    if row.never_public or row.withheld or row.public is None:
        return
    if last is not None and last.closed_on >= (row.answered_on or last.closed_on):
        return
    public = json.loads(session.reveal_or_wait(row.public))
    record = session.merge(_record(session, row, public, now))  # a matter that was handled anew has its last outcome
    tell(session, _told(record))
    outside.tell_outcome(session, record)


def _record(session: Session, row: CaseRow, public: dict[str, Any], now: datetime) -> RecordRow:
    """Make the record's row: facts of small places are coarsened to the township."""
    received, closed = local_day(row.received_at), row.answered_on or local_day(now)
    return RecordRow(
        id=row.id,
        mechanism=row.mechanism,
        kind=row.kind,
        category=row.category,
        township=session.here.county.place_of_level(row.place, "township"),
        unit=row.unit or session.here.county.fallback,
        outcome=row.outcome or public.get("outcome", ""),
        text=public.get("summary", ""),
        days=(closed - received).days,
        received_on=received,
        closed_on=closed,
        published_at=now,
    )


def _told(record: RecordRow) -> OutcomePublished:
    return OutcomePublished(
        subject=record.id,
        mechanism=record.mechanism,
        kind=record.kind,
        unit=record.unit,
        outcome=record.outcome,
        category=record.category,
        place=record.township,
        days=record.days,
        text=record.text,
        received_on=record.received_on,
        closed_on=record.closed_on,
        at=record.published_at,
    )


def _publish_item(session: Session, row: CaseRow, public: dict[str, Any], fact: CaseStepped) -> None:
    item = session.get(ItemRow, row.id)
    if item is None:
        item = _item_of_request(row, public)
        session.add(item)
    item.status = "published"
    edition = 1 + (session.scalar(select(func.max(EditionRow.edition)).where(EditionRow.case == row.id)) or 0)
    headline, body = public.get("headline", item.title), public.get("body", "")
    out = EditionRow(case=row.id, edition=edition, headline=headline, body=body, published_at=fact.at)
    session.add(out)
    outside.tell_edition(session, row.mechanism, item, out)
    tell(
        session,
        PublicationPublished(
            subject=f"publication/{row.id}",
            case=row.id,
            unit=item.unit,
            title=headline,
            audience=item.audience,
            edition=edition,
            at=fact.at,
        ),
    )


def _item_of_request(row: CaseRow, public: dict[str, Any]) -> ItemRow:
    """Make the item of a publication that a resident asked for: no duty named it before."""
    return ItemRow(
        case=row.id,
        duty="",
        period=public.get("period", ""),
        title=public.get("headline", ""),
        audience=public.get("audience", "public"),
        unit=row.unit or "",
        place=row.place,
        due=None,
        status="published",
    )


@on(CaseErased, name="disclosure-erase")
def erase(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Forget what is not public yet; what was published without a name stays in the record, except a demo's."""
    row = session.get(CaseRow, fact.subject)
    if fact.basis == "demo":
        _withdraw(session, fact.subject, now)
        for table, column in ((RecordRow, RecordRow.id), (ItemRow, ItemRow.case), (EditionRow, EditionRow.case)):
            session.execute(delete(table).where(column == fact.subject))
    if row is not None:
        row.public, row.withheld = None, True


def _withdraw(session: Session, case: str, now: datetime) -> None:
    """Tell outsiders to forget what they were told."""
    record, row = session.get(RecordRow, case), session.get(CaseRow, case)
    out = record is not None or session.scalar(select(EditionRow.case).where(EditionRow.case == case).limit(1))
    if out and row is not None:
        township = session.here.county.place_of_level(row.place, "township")
        outside.tell_withdrawn(session, case, row.mechanism, township, now)
