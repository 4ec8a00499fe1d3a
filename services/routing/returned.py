"""A text that came back: what somebody writes may be, word for word, what a case said that was closed already.

That the same matter comes again says that the answer did not settle it. No word is kept and nobody is listed: a
digest of the text, made with this service's own key, stands beside the case, and goes when the case is erased.
"""

from datetime import datetime

from sqlalchemy import Select, delete, select

from services.routing.case import plain_or_dash
from services.routing.models import CaseRow, TextRow
from services.routing.search.words import folded
from services.routing.similar import LOOKED_BACK
from shared.facts.case import CaseErased, TextReturned
from shared.ids import new_fact_id
from shared.journal.tell import tell
from shared.kit.action import on
from shared.kit.session import Session

NO_ANSWER = ("withdrawn", "merged", "referred_out")  # how a case ends that its unit did not answer
SHORTEST = 20  # letters and digits; two people may well write the same few words


def note_text(session: Session, row: CaseRow) -> None:
    """Keep the digest of what a case says, once; tell which was the last closed case that said the same.

    What an office opened itself, or what goes on from another case, says nothing of its own. A text that can't be
    opened reads as empty here.
    """
    text = folded(plain_or_dash(session, row.text))
    if len(text) < SHORTEST or (row.root, row.parent, row.relation) != (None, None, None):
        return
    if session.get(TextRow, row.id) is not None:
        return
    digest = session.here.keyring.digest("text", text).hex()
    earlier = session.scalar(_closed_before(row, digest))
    session.add(TextRow(case=row.id, digest=digest))
    if earlier is not None:
        subject = f"text-{new_fact_id(session.now)}"
        tell(session, TextReturned(subject=subject, case=row.id, earlier=earlier, at=session.now))


def _closed_before(row: CaseRow, digest: str) -> Select[str]:
    return (
        select(CaseRow.id)
        .join(TextRow, TextRow.case == CaseRow.id)
        .where(
            *(TextRow.digest == digest, CaseRow.id != row.id, CaseRow.phase == "closed"),
            *(CaseRow.outcome.not_in(NO_ANSWER), CaseRow.received_at >= row.received_at - LOOKED_BACK),
        )
        .order_by(CaseRow.changed_at.desc())
        .limit(1)
    )


@on(CaseErased, name="routing-forget-text")
def forget_text(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Keep nothing by which the text of an erased case could be known again."""
    session.execute(delete(TextRow).where(TextRow.case == fact.subject))
