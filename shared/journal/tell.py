"""`tell`: the only way anything is announced, and the only way anything is recorded."""

import dataclasses
import json
from collections import Counter
from typing import Any

from sqlalchemy import text

from shared.crypto.private import Private
from shared.errors import Refusal
from shared.facts.base import Envelope, Fact, Reach, write_fact
from shared.ids import new_fact_id
from shared.journal.tables import JournalRow, SubjectRow, UnsentRow
from shared.kit.session import Session

# Bytes of an envelope: an eighth of what our broker takes in, a quarter of what RabbitMQ 4 does where nobody tells it.
LARGEST_FACT = 4 * 1024 * 1024

# As text, for any number of subjects: SQLAlchemy would make a statement anew for each number.
COUNT_UP = {
    name: text(f"""
        INSERT INTO subject (subject, last) SELECT key, CAST(value AS integer) FROM {each} WHERE true ORDER BY key
        ON CONFLICT (subject) DO UPDATE SET last = subject.last + excluded.last RETURNING subject, last
    """)  # noqa: S608 - two words of our own
    for name, each in (("postgresql", "json_each_text(CAST(:counts AS json))"), ("sqlite", "json_each(:counts)"))
}
UNNUMBERED = {Reach.JOURNAL, Reach.OUTSIDE}  # by subject: no service waits for the one before


class FactTooLarge(Refusal):
    """What no broker would carry is not told: the change it belongs to is refused before it commits."""

    code = "fact-too-large"
    status = 413
    message = "What you sent is too large."
    next_action = "Send less, or smaller files."


def tell(session: Session, *facts: Fact) -> None:
    """Announce and record facts with the change they belong to: all of it commits, or none of it."""
    session.told.extend((fact, session.cause) for fact in facts)


def write_told(session: Session) -> int:
    """Write what was told into journal and unsent; the kit calls it last before the commit. Gives the number.

    Raises `FactTooLarge`.
    """
    told = session.told
    if not told:
        return 0
    seqs = _next_seqs(session, Counter(fact.subject for fact, _ in told if fact.reach not in UNNUMBERED))
    envelopes = [(fact, _envelope(session, fact, cause, seqs)) for fact, cause in told]
    session.write(JournalRow, *(_journal_values(envelope) for _, envelope in envelopes))
    session.write(
        UnsentRow, *({"id": envelope.id, "send": fact.reach is not Reach.JOURNAL} for fact, envelope in envelopes)
    )
    session.told = []
    return len(envelopes)


def _next_seqs(session: Session, counts: Counter[str]) -> dict[str, int]:
    """Allot seqs: one statement locks all counters, in one order, so that two tellers never wait for each other."""
    fresh = session.born & counts.keys()
    session.write(SubjectRow, *({"subject": subject, "last": counts[subject]} for subject in sorted(fresh)))
    session.born -= fresh
    if not (known := sorted(counts.keys() - fresh)):
        return dict.fromkeys(fresh, 0)
    counted = json.dumps({subject: counts[subject] for subject in known})
    rows = session.execute(COUNT_UP[session.get_bind().dialect.name], {"counts": counted}).all()
    return {**dict.fromkeys(fresh, 0), **{subject: last - counts[subject] for subject, last in rows}}


def _envelope(session: Session, fact: Fact, cause: Envelope | None, seqs: dict[str, int]) -> Envelope:
    if fact.reach in UNNUMBERED:
        seq = 0
    else:
        seqs[fact.subject] += 1
        seq = seqs[fact.subject]
    outside = fact.reach is Reach.OUTSIDE  # whoever hears it learns nothing of what set it off
    return Envelope(
        id=new_fact_id(session.now),
        source=session.here.source,
        type=fact.wire_type(),
        subject=fact.subject,
        time=session.now,
        seq=seq,
        data=write_fact(_sealed(session, fact)),
        cause=cause.id if cause and not outside else None,
        correlation=None if outside else cause.correlation if cause else session.correlation,
    )


def _sealed(session: Session, fact: Fact) -> Fact:
    """Give the fact with every plain private field sealed under its subject's key."""
    plain: dict[str, Any] = {
        item.name: session.seal(fact.subject, value)
        for item in dataclasses.fields(fact)
        if isinstance(value := getattr(fact, item.name), Private)
    }
    return dataclasses.replace(fact, **plain) if plain else fact


def _journal_values(envelope: Envelope) -> dict[str, Any]:
    raw = envelope.to_bytes()
    if len(raw) > LARGEST_FACT:
        raise FactTooLarge(type=envelope.type, size=len(raw), most=LARGEST_FACT)
    return {
        "id": envelope.id,
        "subject": envelope.subject,
        "type": envelope.type,
        "seq": envelope.seq,
        "time": envelope.time,
        "envelope": raw,
    }
