"""Verifying a letter: what everybody may learn who holds one. Nothing personal, and nothing without its token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from services.routing.models import CaseRow, LetterRow
from services.routing.paper.mark import fingerprint, grouped, shown
from shared.crypto.case_key import KeyGone
from shared.errors import NotFound
from shared.kit.action import query
from shared.kit.session import Session

State = Literal["genuine", "changed", "erased"]


@dataclass(frozen=True)
class Verified:
    """A letter as the record has it; `sums` are those of the files that were printed from it."""

    number: str
    unit: str
    title: str
    signed_at: datetime
    state: State
    code: str
    digest: str
    sums: frozenset[str]


@query
def verify(session: Session, token: str) -> Verified:
    """Give a letter by its token, its text compared with the sum taken when it was signed. Raises `NotFound`."""
    row = session.scalars(select(LetterRow).where(LetterRow.token == token)).one_or_none()
    if row is None or row.fingerprint is None:
        raise NotFound
    mechanism = session.here.mechanisms.get(session.get_one(CaseRow, row.case).mechanism)
    return Verified(
        number=row.number,
        unit=row.unit or "",
        title=mechanism.letter(row.letter).title if mechanism else "",
        signed_at=row.signed_at,
        state=_state(session, row),
        code=grouped(token),
        digest=shown(row.fingerprint),
        sums=frozenset(one["sha256"] for one in row.files),
    )


def _state(session: Session, row: LetterRow) -> State:
    try:
        text = session.reveal(row.text)
    except KeyGone:
        return "erased"
    return "genuine" if fingerprint(row.token or "", text) == row.fingerprint else "changed"
