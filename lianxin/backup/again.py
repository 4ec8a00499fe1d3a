"""What was on its way at the moment of a backup is told again: the broker's messages are not part of it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, exists, insert, select

from lianxin.backup.load import Rows
from shared.journal.tables import AppliedRow, JournalRow, SubjectRow, UnsentRow
from shared.kit.service import Service


def tell_again(rows: Rows, services: Sequence[Service], county: str) -> int:
    """Put before each relay what some follower has not applied; gives how many facts. Who has one skips it."""
    return sum(
        _resend(rows, source.name, _behind(rows, source.name, f"/counties/{county}/services/{source.name}", services))
        for source in services
    )


def _behind(rows: Rows, name: str, source: str, services: Sequence[Service]) -> dict[str, int]:
    """Give for each subject of a source, of which a follower lacks something, the last number that all have."""
    told = _numbers(rows, name, select(SubjectRow.subject, SubjectRow.last))
    found: dict[str, int] = {}
    for follower in (one for one in services if name in one.follows):
        known = select(AppliedRow.subject, AppliedRow.last).where(AppliedRow.source == source)
        applied = _numbers(rows, follower.name, known)
        for subject, last in told.items():
            if (has := applied.get(subject, 0)) < last:
                found[subject] = min(has, found.get(subject, has))
    return found


def _numbers(rows: Rows, name: str, question: Select[str, int]) -> dict[str, int]:
    return {subject: last for subject, last in rows(name).execute(question)}  # noqa: C416 - rows are no pairs for `dict`


def _resend(rows: Rows, name: str, behind: Mapping[str, int]) -> int:
    waits = exists().where(UnsentRow.id == JournalRow.id)
    again = 0
    for subject, last in behind.items():
        told = select(JournalRow.id).where(JournalRow.subject == subject, JournalRow.seq > last, ~waits)
        facts = [{"id": fact, "numbered": True, "send": True} for fact in rows(name).scalars(told)]
        if facts:
            rows(name).execute(insert(UnsentRow), facts)
        again += len(facts)
    return again
