"""Sending: a row is taken, the mail leaves outside of any transaction, what came of it is written and told."""

import json
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from services.notification.models import CaseRow, MessageRow, PartyRow
from shared.access.cases import may_be_told
from shared.access.tables import PersonRow
from shared.crypto.case_key import KeyGone
from shared.facts.base import Fact
from shared.facts.platform import MessageFailed, MessageSent
from shared.failpoints import failpoint
from shared.journal.tell import tell
from shared.kit.action import sweep
from shared.kit.running import Running
from shared.kit.session import Session
from shared.log import story
from shared.mail import NotSent, channel, mail

BATCH = 20
TRIES = 8
BACK_OFF = timedelta(seconds=30)
DUE = (  # asked in every round
    select(MessageRow)
    .where(MessageRow.status == "queued", MessageRow.next_at <= bindparam("now"))
    .order_by(MessageRow.next_at, MessageRow.id)
    .limit(BATCH)
)


@sweep(name="notification-send")
def send_due(running: Running, now: datetime) -> int:
    """Send what is due; after a crash between sending and writing, a mail goes twice under one Message-ID."""
    with running.reading(now) as session:
        rows = session.scalars(DUE, {"now": now}).all()
        recipients = {row.id: _recipient(session, row) for row in rows}
    for row in rows:
        _send(running, row, recipients[row.id], now)
    return len(rows)


def _recipient(session: Session, row: MessageRow) -> str | None:
    """Give the address; none where there is none, None where nobody may be told any more."""
    if row.to == "staff":
        person = session.get(PersonRow, row.person)
        if person is None or not person.active:
            return ""
        # It may have waited for a mail server for hours: whom the case bars since then is not told of it.
        return person.email if may_be_told(session, row.case, person) else None
    case = session.get(CaseRow, row.case) if row.to == "resident" else session.get(PartyRow, (row.case, row.to))
    if case is None or case.contact is None:
        return ""
    try:
        return str(json.loads(session.reveal(case.contact)).get("email", ""))
    except KeyGone:
        return ""


def _send(running: Running, row: MessageRow, recipient: str | None, now: datetime) -> None:
    problem: NotSent | None = None
    if recipient is None:
        problem = NotSent("barred since", again=False)
    elif not recipient:
        problem = NotSent("no address", again=False)
    else:
        try:
            sender = running.here.county.mailbox
            message = mail(row.id, row.made_at, sender, recipient, row.subject, row.body)
            channel(running.here.settings).send(message)
            failpoint("messages.after_send_before_mark")
        except NotSent as failed:
            problem = failed
    with story(row.correlation), running.transaction(now) as session:
        _write(session, session.get_one(MessageRow, row.id), problem)


def _write(session: Session, row: MessageRow, problem: NotSent | None) -> None:
    row.attempts += 1
    if problem is None:
        row.status, row.sent_at, row.error = "sent", session.now, ""
        tell(session, _fact(session, row, MessageSent))
    elif problem.again and row.attempts < TRIES:
        row.error, row.next_at = problem.reason, session.now + BACK_OFF * 2**row.attempts
    else:
        row.status, row.error = "failed", problem.reason
        tell(session, _fact(session, row, MessageFailed, problem.reason))


def _fact(session: Session, row: MessageRow, kind: type[MessageSent] | type[MessageFailed], reason: str = "") -> Fact:
    more = {"reason": reason} if reason else {}
    return kind(
        subject=row.case,
        template=row.template,
        channel=row.channel,
        to=row.to,
        attempt=row.attempts,
        at=session.now,
        **more,
    )
