"""The resident's view of a case: where it stands, what is promised, what happened, what can be done now."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.intake.ask import entries_of
from services.intake.family import Relative, asked_as, described, relatives
from services.intake.files import may_see
from services.intake.models import CaseRow, UploadRow
from services.intake.promised import Promised, promise_json, promised
from services.intake.sentences import Reader, said_in_words
from services.intake.timeline import Line, facts_of, lines_of, note_of
from shared.access.actor import ReceiptHolder
from shared.crypto.case_key import KeyGone
from shared.errors import Refusal
from shared.facts import deadline as clocks
from shared.facts.base import Fact
from shared.facts.case import CaseStepped
from shared.kit.action import query
from shared.kit.session import Session
from shared.web.i18n import translate
from shared.workflow.declare import Step
from shared.workflow.entries import Choices

ENDED = {
    clocks.DeadlineMet: "met",
    clocks.DeadlineMetLate: "met_late",
    clocks.DeadlineBreached: "breached",
    clocks.DeadlineVoided: "void",
    clocks.DeadlineLapsed: "lapsed",
    clocks.DeadlinePaused: "paused",
    clocks.DeadlineExtended: "extended",
}


class Erased(Refusal):
    """The case was erased: there is nothing left to show."""

    code = "erased"
    status = 410
    message = "This case was erased, as the law asks or as you asked. Backups made before are kept 35 days."
    next_action = "If you need something again, open a new case."


@dataclass(frozen=True)
class OpenStep:
    """A step the holder may take now, with its form."""

    step: str
    title: str
    form: Any = None
    question: str = ""
    units: tuple[tuple[str, str], ...] = ()  # among which it lets choose: code and name
    entries: Choices = field(default_factory=dict)
    to: int = 0  # the number of the proposal that it replies to


@dataclass(frozen=True)
class CaseView:
    """All that the holder of a receipt may know."""

    reference: str
    mechanism: str
    kind: str
    title: str
    text: str
    received_at: datetime
    phase: str
    outcome: str | None
    unit: str | None
    offers: tuple[OpenStep, ...]
    asked: tuple[str, ...]
    promises: tuple[Promised, ...]
    timeline: tuple[Line, ...]
    files: tuple[dict[str, Any], ...] = field(default=())
    handled_outside: bool = False
    relatives: tuple[Relative, ...] = ()
    sent_it: bool = True  # or it is another party that reads


@query
def view(session: Session, who: ReceiptHolder, language: str, *, now: datetime) -> CaseView:
    """Give the case as its receipt holder sees it. Raises `Erased`."""
    row = session.get_one(CaseRow, who.case)
    mechanism = session.here.mechanisms[row.mechanism]
    family = relatives(session, row, who.role)
    children = {one.id: its for one, its in family if one.root == row.id}
    told = facts_of(session, row, children)
    reader = Reader(session.here, language, mechanism, session.reveal, children, who)
    lines = lines_of(told, reader)
    try:
        title, text = session.reveal(row.title), _text(session, row, reader)
    except KeyGone as gone:
        raise Erased from gone
    return CaseView(
        reference=row.reference,
        mechanism=row.mechanism,
        kind=row.kind,
        title=title,
        text=text,
        received_at=row.received_at,
        phase=row.phase,
        outcome=row.outcome,
        unit=row.unit,
        offers=_open_steps(row, reader, lines, _proposed(told, reader)),
        asked=_asked(row, reader),
        promises=_promises(session, row, (fact for _, fact in told), language, now),
        timeline=tuple(lines),
        files=_files(session, row, who),
        handled_outside=not session.here.county.has_desk,
        relatives=described(family),
        sent_it=reader.first,
    )


def _text(session: Session, row: CaseRow, reader: Reader) -> str:
    """Give what was sent to whoever sent it; to another party only what the form says that all parties read."""
    if reader.first:
        return session.reveal(row.text)
    session.reveal(row.text)  # an erased case says so, whoever looks
    kind = reader.mechanism.kind(row.kind)
    if row.details is None or kind is None or kind.details is None:
        return ""
    shared = kind.details.visible(json.loads(session.reveal(row.details)), "parties")
    return said_in_words(shared, kind.details.asked(), reader)


def _asked(row: CaseRow, reader: Reader) -> tuple[str, ...]:
    """Give the steps that this party asked for and that are not answered yet."""
    steps = (step.name for step in reader.mechanism.workflow.steps)
    return tuple(step for step in steps if asked_as(reader.mechanism, reader.role, step) in row.asked)


def _open_steps(
    row: CaseRow, reader: Reader, lines: Sequence[Line], proposed: Mapping[str, str]
) -> tuple[OpenStep, ...]:
    asked = _asked(row, reader)
    mine = [offer for offer in row.offers if offer["by"] == reader.role and offer["step"] not in asked]
    steps = [(step, offer) for offer in mine if (step := reader.mechanism.workflow.step(offer["step"])) is not None]
    notes = [line.note for line in lines if line.note]
    return tuple(
        OpenStep(
            step.name,
            reader.say(step.label),
            step.asks,
            _question(step, notes, proposed),
            tuple((code, reader.unit(code)) for code in offer.get("units", ())),
            entries_of(offer),
            offer.get("to", 0),
        )
        for step, offer in steps
    )


def _question(step: Step, notes: Sequence[str], proposed: Mapping[str, str]) -> str:
    """Give what the step answers: a proposal in words, or the question that was asked last."""
    if step.replies:
        return proposed.get(step.replies, "")
    return notes[-1] if step.name == "answer" and notes else ""


def _proposed(told: Iterable[tuple[datetime, Fact]], reader: Reader) -> dict[str, str]:
    """Give what was proposed last, in words, by the step that said it."""
    wanted = {step.replies for step in reader.mechanism.workflow.steps if step.replies}
    said = ((fact.step, fact) for _, fact in told if isinstance(fact, CaseStepped) and fact.step in wanted)
    return {name: note_of(fact, reader) for name, fact in said}


def _promises(
    session: Session, row: CaseRow, told: Iterable[Fact], language: str, now: datetime
) -> tuple[Promised, ...]:
    """Give each term as the last fact about it left it; a receipt's terms are there from the first moment."""
    terms: dict[str, dict[str, Any]] = {promise["instance"]: promise["term"] for promise in row.promises}
    status = dict.fromkeys(terms, "open")
    for fact in told:
        if isinstance(fact, clocks.DeadlineStarted | clocks.DeadlineResumed):
            terms[fact.instance], status[fact.instance] = fact.term, "open"
        elif isinstance(fact, clocks.DeadlineMoved):  # one that stands still goes on standing still
            terms[fact.instance] = fact.term
        elif isinstance(fact, clocks.DeadlineFact) and type(fact) in ENDED:
            status[fact.instance] = ENDED[type(fact)]
    return tuple(promised(session, language, name, term, status.get(name, "open"), now) for name, term in terms.items())


def _files(session: Session, row: CaseRow, who: ReceiptHolder) -> tuple[dict[str, Any], ...]:
    rows = session.scalars(select(UploadRow).where(UploadRow.case == row.id).order_by(UploadRow.uploaded_at)).all()
    unwrap = session.here.keyring.unwrap
    return tuple(
        {"blob": one.blob, "name": unwrap(one.name, one.blob.encode()).decode(), "type": one.type, "size": one.size}
        for one in rows
        if may_see(one, who)
    )


def as_json(seen: CaseView, language: str) -> dict[str, Any]:
    """Give the view as the API says it."""
    return {
        "reference": seen.reference,
        "mechanism": seen.mechanism,
        "kind": seen.kind,
        "title": seen.title,
        "text": seen.text,
        "received_at": seen.received_at.isoformat(),
        "phase": seen.phase,
        "outcome": seen.outcome,
        "unit": seen.unit,
        "handled_outside": seen.handled_outside,
        "offers": [
            {
                "step": step.step,
                "title": step.title,
                "units": [{"code": code, "name": name} for code, name in step.units],
                "to": step.to,
                "entries": [
                    {"field": name, "key": key, "title": title}
                    for name, found in step.entries.items()
                    for key, title in found
                ],
            }
            for step in seen.offers
        ],
        "promises": [promise_json(one) for one in seen.promises],
        "timeline": [
            {
                "event": line.event,
                "at": line.at.isoformat(),
                "text": line.text,
                "note": line.note,
                "letter": line.letter,
            }
            for line in seen.timeline
        ],
        "files": list(seen.files),
        "relatives": [{**asdict(one), "kind": translate(language, one.kind)} for one in seen.relatives],
    }
