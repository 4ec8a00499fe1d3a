"""Where the deployment has no desk: each case goes to an office's mailbox, whole, and is handled outside Lianxin.

The mails are rows in the case's own transaction. They are tried until the mail server takes them: a case is never lost.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from services.intake.models import CaseRow, MailRow, UploadRow
from shared.county.structure import EXTERNAL
from shared.crypto.private import Private, Sealed
from shared.facts.case import CaseSubmitted, HandedOut
from shared.journal.tell import tell
from shared.kit.action import sweep
from shared.kit.running import Running
from shared.kit.session import Session
from shared.mail import Attachment, NotSent, channel, mail
from shared.web.i18n import translate
from shared.workflow.case import AGREED, readable_contact

BATCH = 20
BACK_OFF = timedelta(seconds=30)
LONGEST = timedelta(hours=1)
DUE = (  # asked in every round
    select(MailRow)
    .where(MailRow.sent_at.is_(None), MailRow.next_at <= bindparam("now"))
    .order_by(MailRow.next_at, MailRow.case, MailRow.part)
    .limit(BATCH)
)
CONTACT = {"name": "Name", "phone": "Phone", "email": "E-mail", "address": "Address", AGREED: "Electronic letters"}


def hand_out(session: Session, fact: CaseSubmitted) -> None:
    """Queue a case's text and files for the office's mailbox; nothing where the county has a desk."""
    if not session.here.county.has_desk:
        _queue(session, fact.subject, [file.blob for file in fact.files])


def hand_outside(session: Session, case: str) -> None:
    """Queue a case's text and files for the body outside the county; nothing where its file gives no address."""
    external = session.here.county.external
    if external is not None and external.mail:
        _queue(session, case, session.scalars(select(UploadRow.blob).where(UploadRow.case == case)).all())


def _queue(session: Session, case: str, blobs: Sequence[str]) -> None:
    session.add_all(
        MailRow(case=case, part=number, blob=blob, next_at=session.now) for number, blob in enumerate([None, *blobs])
    )


@sweep(name="intake-mailbox")
def send_out(running: Running, now: datetime) -> int:
    """Send what is due; after a crash between sending and writing, a mail goes twice under one Message-ID."""
    with running.reading(now) as session:
        due = session.scalars(DUE, {"now": now}).all()
    for row in due:
        _send(running, row, now)
    return len(due)


def _send(running: Running, row: MailRow, now: datetime) -> None:
    problem = ""
    with running.reading(now) as session:
        case = session.get_one(CaseRow, row.case)
        subject, body, more = _content(session, case, row)
    county = running.here.county
    to = county.external.mail if county.external and case.unit == EXTERNAL else county.mailbox
    try:
        message = mail(f"{row.case}-{row.part}", case.received_at, county.mailbox, to, subject, body, *more)
        channel(running.here.settings).send(message)
    except NotSent as failed:
        problem = failed.reason
    with running.transaction(now) as session:
        _write(session, session.get_one(MailRow, (row.case, row.part)), problem)


def _content(session: Session, case: CaseRow, row: MailRow) -> tuple[str, str, list[Attachment]]:
    """Give subject, body and attachments of a part."""
    subject = f"{case.reference} {session.reveal(case.title)}".replace("\n", " ")
    if row.blob is None:
        return subject, "\n".join(_lines(session, case)), []
    upload = session.get_one(UploadRow, row.blob)
    unwrap, context = session.here.keyring.unwrap, row.blob.encode()
    name = unwrap(upload.name, context).decode()
    content = b"".join(session.here.blobs.open(row.blob, unwrap(upload.key, context)))
    return f"{subject} ({row.part})", name, [Attachment(name, upload.type, content)]


def _lines(session: Session, case: CaseRow) -> Iterator[str]:
    """Give the case in words, for people who have nothing but this mail."""
    here, language = session.here, session.here.county.language
    kind = here.mechanisms[case.mechanism].kind(case.kind)
    yield f"{case.reference} · {translate(language, kind.title if kind else case.kind)}"
    yield here.county.words_of_place(case.place, language)
    yield ""
    yield session.reveal(case.text)
    yield ""
    yield _plain(session, case.about)
    for name, value in _contact(session, case):
        yield f"{translate(language, CONTACT[name])}: {value}"
    fields = kind.details.asked() if kind and kind.details else {}
    for name, value in _object(session, case.details):
        if getattr(fields.get(name), "seen", None) == "sealed":
            continue  # only a registrar at the desk reads it, and there is none
        yield f"{translate(language, getattr(fields.get(name), 'title', name))}: {value}"
    for promise in case.promises:
        yield f"{here.rules.title(promise['rule'], language)}: {promise['due']}"


def _contact(session: Session, case: CaseRow) -> Iterator[tuple[str, str]]:
    """Give the ways to reach the person; none where the name is withheld from whoever handles the case."""
    said = dict(_object(session, case.contact))
    return ((name, said[name]) for name in CONTACT if name in readable_contact(said, "handler"))


def _plain(session: Session, private: Private[str] | Sealed | None) -> str:
    return session.reveal(private) if private is not None else ""


def _object(session: Session, private: Private[str] | Sealed | None) -> Iterable[tuple[str, str]]:
    values = json.loads(_plain(session, private) or "{}")
    return [(name, str(value)) for name, value in values.items() if value]


def _write(session: Session, row: MailRow, problem: str) -> None:
    row.attempts += 1
    row.error = problem
    if problem:
        row.next_at = session.now + min(BACK_OFF * 2 ** min(row.attempts, 12), LONGEST)
        return
    row.sent_at = session.now
    session.flush()
    sent, parts = session.execute(
        select(func.count(MailRow.sent_at), func.count()).where(MailRow.case == row.case)
    ).one()
    if sent == parts:
        tell(session, HandedOut(subject=row.case, parts=parts, at=session.now))
