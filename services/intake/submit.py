"""Taking a case in: stored, its receipt terms started, told, its receipt given. Everything opens here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.intake import book, files, mailbox, rules
from services.intake.models import CaseRow, ReceiptRow
from services.intake.new_case import NewCase
from services.intake.promised import promise_json, promised
from shared.crypto.private import Private
from shared.crypto.receipt import new_receipt, new_reference, receipt_hash
from shared.facts.base import converter
from shared.facts.case import CaseSubmitted
from shared.facts.values import Promise
from shared.ids import CaseId, new_case_id
from shared.journal.tables import KeyOutRow
from shared.journal.tell import tell
from shared.kit.action import action
from shared.kit.session import Session
from shared.workflow.case import WITHHELD, Case, ways_of

# Who reads private text; the others work with what is not private.
KEY_HOLDERS = ("routing", "notification", "disclosure")


@dataclass(frozen=True)
class Receipt:
    """What the person takes home: `receipt` is 16 digits, given once, kept as a hash; empty of an office's own."""

    reference: str
    receipt: str
    identity: str
    promises: tuple[Promise, ...]


@action
def submit(session: Session, new: NewCase, *, now: datetime) -> Receipt:
    """Store the case, start the terms that receipt starts, and tell it, or do none of it."""
    mechanism, kind = rules.admitted(session.here, new)
    case_id = new_case_id()
    reference = new_reference(session.here.county.code)
    received = rules.received_at(new, now)
    case = _case(session, new, case_id, reference, received, now)
    doubts = rules.not_refused(mechanism, case)
    session.make_key(case_id)
    book.slot(session, mechanism, new.details, kind)
    promises = rules.receipt_promises(session, mechanism, case, new.since or received)
    own = mechanism.resident_roles[0] if mechanism.of_several else None
    adopted = files.adopt(session, case_id, new.attachments, own)
    fact = replace(_told(session, new, case, mechanism.version, promises, adopted), doubts=doubts)
    session.write(CaseRow, _row(fact, case, now))
    receipt = new_receipt() if mechanism.parties or not new.taken else ""  # nobody's, where staff record for the office
    if mechanism.parties and (not new.parent or new.taken):  # a child goes by the receipt of the case it came from
        give_receipt(session, case_id, reference, receipt, mechanism.resident_roles[0], now)
    session.write(KeyOutRow, *({"case": case_id, "receiver": name} for name in _key_holders(session)))
    mailbox.hand_out(session, fact)
    tell(session, fact)
    return Receipt(reference, receipt, new.identity, promises)


def receipt_json(session: Session, receipt: Receipt, language: str) -> dict[str, Any]:
    """Give a receipt as the API says it: every date with its explanation."""
    return {
        "reference": receipt.reference,
        "receipt": receipt.receipt,
        "identity": receipt.identity,
        "handled_outside": not session.here.county.has_desk,
        "promises": [
            promise_json(promised(session, language, promise.instance, promise.term, "open", session.now))
            for promise in receipt.promises
        ],
    }


def _key_holders(session: Session) -> tuple[str, ...]:
    return tuple(name for name in KEY_HOLDERS if name in session.here.county.running)


def _case(session: Session, new: NewCase, case_id: CaseId, reference: str, received: datetime, now: datetime) -> Case:
    return Case(
        id=case_id,
        reference=reference,
        mechanism=new.mechanism,
        kind=new.kind,
        received_at=received,
        category=new.category,
        place=new.place,
        identity=new.identity,
        ways=ways_of(new.contact),
        addressed_to=new.addressed_to,
        channel=new.channel,
        details=new.details,
        attached=len(new.attachments),
        about_units=new.about_units,
        about_posts=new.about_posts,
        petition_office=session.here.county.petition_office,
        now=now,
    )


def _told(
    session: Session, new: NewCase, case: Case, version: int, promises: tuple[Promise, ...], adopted: files.Adopted
) -> CaseSubmitted:
    def private(text: str) -> Any:
        return session.seal(case.id, Private(text)) if text else None

    return CaseSubmitted(
        subject=case.id,
        reference=case.reference,
        mechanism=case.mechanism,
        mechanism_version=version,
        kind=case.kind,
        received_at=case.received_at,
        channel=case.channel,
        identity=case.identity,
        category=case.category,
        place=case.place,
        addressed_to=case.addressed_to,
        about_units=case.about_units,
        about_posts=case.about_posts,
        title=private(new.title),
        text=private(new.text),
        about=private(new.about),
        contact=private(_contact(new)),
        details=private(_json(new.details) if new.details else ""),
        language=new.language,
        files=adopted.files,
        file_keys=adopted.keys,
        promises=promises,
        urgent=new.urgent,
        unit=new.unit,
        root=new.root,
        relation=new.relation,
        parent=new.parent,
        taken_by=new.taken.post if new.taken else None,
        taken=private(_json(new.taken.noted)) if new.taken else None,
    )


def _contact(new: NewCase) -> str:
    contact = {**new.contact, WITHHELD: "yes"} if new.withheld else new.contact
    return _json(contact) if any(new.contact.values()) else ""


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True, default=str)


def _row(fact: CaseSubmitted, case: Case, now: datetime) -> dict[str, Any]:
    return {
        "id": case.id,
        "reference": fact.reference,
        "mechanism": fact.mechanism,
        "mechanism_version": fact.mechanism_version,
        "kind": fact.kind,
        "channel": fact.channel,
        "identity": fact.identity,
        "language": fact.language,
        "category": fact.category,
        "place": fact.place,
        "addressed_to": fact.addressed_to,
        "received_at": fact.received_at,
        "title": fact.title,
        "text": fact.text,
        "about": fact.about,
        "contact": fact.contact,
        "details": fact.details,
        "promises": converter().unstructure(fact.promises),
        "root": fact.root,
        "relation": fact.relation,
        "parent": fact.parent,
        "changed_at": now,
    }


def give_receipt(session: Session, case: str, reference: str, receipt: str, role: str, now: datetime) -> None:
    """Keep the keyed hash of a receipt."""
    digest = receipt_hash(session.here.keyring, reference, receipt)
    session.write(ReceiptRow, {"hash": digest, "case": case, "role": role, "issued_at": now})
