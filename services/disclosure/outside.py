"""What outsiders are told of the public record, and the list of it for programs that ask instead of listening."""

from datetime import datetime

from sqlalchemy import select

from services.disclosure.models import ON_PAGES, EditionRow, ItemRow, RecordRow
from shared.facts.base import Envelope
from shared.facts.outside import OUTSIDE, EditionInRecord, OutcomeInRecord, WithdrawnFromRecord
from shared.journal.tables import JournalRow, LeafRow
from shared.journal.tell import tell
from shared.kit.action import query
from shared.kit.session import Session


def tell_outcome(session: Session, record: RecordRow) -> None:
    """Tell outsiders of an outcome, in the words of the record."""
    tell(
        session,
        OutcomeInRecord(
            subject=record.id,
            mechanism=record.mechanism,
            township=record.township,
            kind=record.kind,
            unit=record.unit,
            outcome=record.outcome,
            category=record.category,
            days=record.days,
            text=record.text,
            received_on=record.received_on,
            closed_on=record.closed_on,
        ),
    )


def tell_edition(session: Session, mechanism: str, item: ItemRow, edition: EditionRow) -> None:
    """Tell outsiders of a version of a publication that everybody may read."""
    if item.audience not in ON_PAGES:
        return
    county = session.here.county
    tell(
        session,
        EditionInRecord(
            subject=item.case,
            mechanism=mechanism,
            township=county.place_of_level(item.place, "township"),
            village=county.place_of_level(item.place, "village"),
            unit=item.unit,
            title=edition.headline,
            edition=edition.edition,
            at=edition.published_at,
        ),
    )


def tell_withdrawn(session: Session, record: str, mechanism: str, township: str | None, at: datetime) -> None:
    """Tell outsiders that something is gone from the record."""
    tell(session, WithdrawnFromRecord(subject=record, mechanism=mechanism, township=township, at=at))


@query
def told_outside(session: Session, after: int, limit: int) -> list[tuple[int, Envelope]]:
    """Give what outsiders were told, with its number, in the order of the numbers, those above `after`.

    By number and not by id: an id is made before its commit, so a reader who is past it would miss a late one.
    """
    statement = (
        select(LeafRow.number, JournalRow.envelope)
        .join(JournalRow, JournalRow.id == LeafRow.fact)
        .where(LeafRow.number > after, JournalRow.type.startswith(OUTSIDE))
        .order_by(LeafRow.number)
        .limit(limit)
    )
    return [(number, Envelope.from_bytes(envelope)) for number, envelope in session.execute(statement)]
