"""What every service does by itself: keep peers' public keys, delete an erased case's key, store keys that arrive."""

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, exists, func, select, update

from shared.calendar.notice import Notice
from shared.facts.calendar import CalendarAnnounced
from shared.facts.case import CaseErased
from shared.facts.platform import KeyAsked, ServiceKeyed
from shared.failpoints import failpoint
from shared.journal.tables import (
    AppliedRow,
    CaseKeyRow,
    CounterRow,
    JournalRow,
    KeyOutRow,
    PeerRow,
    ReplyRow,
    WaitingRow,
)
from shared.journal.tell import tell
from shared.kit.action import every, on
from shared.kit.session import Session

SETTLING_IN = timedelta(hours=1)  # services of one installation don't begin at the same moment
KEEPER = "intake"  # opens every case, so it makes the keys and is the only one to send them

# Asked every minute in every service: made once, and plain tables, so that they cost little.
_waiting, _applied = WaitingRow.__table__, AppliedRow.__table__.c
_pair = (_applied.source == _waiting.c.source, _applied.subject == _waiting.c.subject)
_filled = exists().where(*_pair, _applied.last >= _waiting.c.seq - 1)
WAKE_HELD = update(cast("Table", _waiting)).where(_waiting.c.status == "held", _filled).values(next_at=bindparam("now"))
FORGET_EXPIRED = [
    delete(cast("Table", row.__table__)).where(row.__table__.c.expires_at < bindparam("now"))
    for row in (ReplyRow, CounterRow)
]


@on(ServiceKeyed, name="kit-keep-peer")
def keep_peer(session: Session, fact: ServiceKeyed, *, now: datetime) -> None:
    """Remember where to seal for a service."""
    session.merge(PeerRow(service=fact.subject, public=fact.public, signing=fact.signing))


@on(CalendarAnnounced, name="kit-calendar")
def keep_notice(session: Session, fact: CalendarAnnounced, *, now: datetime) -> None:
    """Count by a notice from here on, in every process of this service."""
    days: dict[str, Any] = {"off": fact.off, "work": fact.work, "status": fact.status, "source": fact.reason}
    session.count_by(Notice(calendar=fact.calendar, year=fact.year, version=fact.edition, **days))


@on(CaseErased, name="kit-shred")
def shred(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Delete the case's key: every sealed text about it is unreadable from here on."""
    session.execute(delete(CaseKeyRow).where(CaseKeyRow.case == fact.subject))


@on(KeyAsked, name="kit-send-key-again")
def send_key_again(session: Session, fact: KeyAsked, *, now: datetime) -> None:
    """Intake seals a case's key again for a service that lost it."""
    if session.here.service == KEEPER and session.get(CaseKeyRow, fact.subject) is not None:
        session.merge(KeyOutRow(case=fact.subject, receiver=fact.receiver))


@every(timedelta(minutes=1), name="kit-wake-held")
def wake_held(session: Session, subject: str, *, now: datetime) -> None:
    """Make due what is held for a gap that has been filled.

    Filling a gap does so by itself, unless another process held the fact in that moment: one that had lost its lock.
    """
    session.execute(WAKE_HELD, {"now": now})


@every(timedelta(hours=1), name="kit-sweep")
def forget_the_expired(session: Session, subject: str, *, now: datetime) -> None:
    """Delete saved replies and counters whose time is over."""
    for statement in FORGET_EXPIRED:
        session.execute(statement, {"now": now})


def introduce(session: Session) -> None:
    """Tell this service's public keys, and know them: once in its life, and where they are new."""
    keyring = session.here.keyring
    public, signing = (base64.b64encode(key).decode() for key in (keyring.public, keyring.verifies))
    own = session.get(PeerRow, session.here.service)
    if own is None or own.public != public or own.signing != signing:
        session.merge(PeerRow(service=session.here.service, public=public, signing=signing))
        tell(session, ServiceKeyed(subject=session.here.service, public=public, signing=signing))


def was_started(session: Session) -> bool:
    """Tell whether this service has ever begun its work."""
    return session.get(PeerRow, session.here.service) is not None


def history_ends(session: Session) -> datetime | None:
    """Give the moment before which all was told long before this service began its life, and came by a replay."""
    keyed = (JournalRow.subject == session.here.service, JournalRow.type == ServiceKeyed.wire_type())
    began = session.scalar(select(func.min(JournalRow.time)).where(*keyed))
    return began - SETTLING_IN if began is not None else None


def is_history(session: Session) -> bool:
    """Tell whether the fact that is applied is history here.

    What it says is to be known here; who it concerns was told then, or asked, and is not told now.
    """
    if session.cause is None:
        return False
    ends = history_ends(session)
    return ends is not None and session.cause.time < ends


def ask_for_key(session: Session, case: str) -> None:
    """Ask for a case's key that is lost; where the case was erased nobody has it, and nothing comes."""
    if session.here.service != KEEPER:
        tell(session, KeyAsked(subject=case, receiver=session.here.service))


def receive_keys(session: Session, sealed: Iterable[bytes]) -> None:
    """Store case keys that were sealed to this service, and let the facts that waited for them run."""
    opened = [session.here.keyring.open_sealed(one).partition(b":") for one in sealed]
    if not opened:
        return
    session.store_keys({case.decode(): key for case, _, key in opened})
    session.execute(
        update(WaitingRow)
        .where(WaitingRow.subject.in_([case.decode() for case, _, _ in opened]), WaitingRow.status == "not_yet")
        .values(next_at=session.now)
    )
    failpoint("keys.after_store_before_commit")
