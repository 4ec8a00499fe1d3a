"""What a closed case's archive says: everything that was written, done, promised and sent, as plain values."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from services.routing.case import object_or_nothing, plain_or_dash
from services.routing.entries import with_titles
from services.routing.models import CaseRow, DeadlineRow, LetterRow, StepRow
from shared.access.tables import PersonRow
from shared.crypto.private import Sealed
from shared.journal.tables import JournalRow
from shared.kit.session import Session
from shared.law.explain import explain
from shared.web.forms import in_words
from shared.web.i18n import translate
from shared.workflow.case import readable_contact

LANGUAGE = "zh"  # as letters: the file is the office's, whatever language a reader's pages are in


@dataclass(frozen=True)
class File:
    """An attachment: its name as it was sent, its kept id and key, type and size in bytes."""

    name: str
    blob: str
    key: str | None
    type: str
    size: int


def contents(session: Session, row: CaseRow, names: Callable[[str], bool]) -> dict[str, Any]:
    """Give the case in JSON's own values; `names` tells whether the reference of another case may be said."""
    county, mechanism = session.here.county, session.here.mechanisms[row.mechanism]
    category = county.category_by_code.get(row.category or "")
    return {
        "reference": row.reference,
        "county": county.name(LANGUAGE),
        "mechanism": translate(LANGUAGE, mechanism.title),
        "kind": row.kind,
        "received_at": row.received_at.isoformat(),
        "channel": row.channel,
        "identity": row.identity,
        "place": row.place or "",
        "category": category.name(LANGUAGE) if category else "",
        "unit": county.unit_name(row.unit, LANGUAGE),
        "outcome": translate(LANGUAGE, mechanism.outcome_title(row.outcome or "")),
        "changed_at": row.changed_at.isoformat(),
        "title": plain_or_dash(session, row.title),
        "text": plain_or_dash(session, row.text),
        "about": county.named(row.about_units, row.about_posts, plain_or_dash(session, row.about), LANGUAGE),
        "contact": readable_contact(object_or_nothing(session, row.contact), "handler"),
        "details": _details(session, row),
        "history": list(_history(session, row, names)),
        "deadlines": list(_deadlines(session, row)),
        "letters": list(_letters(session, row)),
    }


def _details(session: Session, row: CaseRow) -> dict[str, Any]:
    kind = session.here.mechanisms[row.mechanism].kind(row.kind)
    said = object_or_nothing(session, row.details)
    fields = kind.details.shown() if kind and kind.details else {}
    shown = kind.details.visible(said, "handler") if kind and kind.details else {}
    return _in_words(session, fields, shown)


def _in_words(session: Session, fields: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, str]:
    """Give answers under their questions, as a person reads them."""

    def unit(code: str) -> str:
        return session.here.county.unit_name(code, LANGUAGE)

    return {
        translate(LANGUAGE, fields[name].title) or name: in_words(LANGUAGE, fields[name], value, unit)
        for name, value in said.items()
        if value not in ("", None)
    }


def _history(session: Session, row: CaseRow, names: Callable[[str], bool]) -> Iterator[dict[str, Any]]:
    workflow = session.here.mechanisms[row.mechanism].workflow
    steps = session.scalars(select(StepRow).where(StepRow.case == row.id).order_by(StepRow.number)).all()
    known = select(PersonRow.id, PersonRow.display).where(PersonRow.id.in_({one.person for one in steps}))
    people = dict(session.execute(known).all())
    for one in steps:
        step = workflow.step(one.step)
        said = step.asks.visible(object_or_nothing(session, one.inputs), "handler") if step and step.asks else {}
        said = with_titles(session, session.here.mechanisms[row.mechanism], step, said) if step else said
        if step and step.joins in said and not names(str(said[step.joins])):
            said = {name: value for name, value in said.items() if name != step.joins}
        fields = step.asks.shown() if step and step.asks else {}
        yield {
            "number": one.number,
            "at": one.at.isoformat(),
            "step": translate(LANGUAGE, step.label if step else one.step),
            "role": one.role,
            "person": people.get(one.person, ""),
            "basis": (step.basis if step else None) or "",
            "said": _in_words(session, fields, said),
        }


def _deadlines(session: Session, row: CaseRow) -> Iterator[dict[str, Any]]:
    terms = session.scalars(select(DeadlineRow).where(DeadlineRow.case == row.id).order_by(DeadlineRow.due_at))
    for one in terms:
        yield {
            "rule": one.rule,
            "title": session.here.rules.title(one.rule, LANGUAGE, one.term["pack"]),
            "due": one.due.isoformat(),
            "status": one.status,
            "ended_at": one.ended_at.isoformat() if one.ended_at else None,
            "explanation": explain(one.term, session.here.rules, LANGUAGE),
        }


def _letters(session: Session, row: CaseRow) -> Iterator[dict[str, Any]]:
    for one in session.scalars(select(LetterRow).where(LetterRow.case == row.id).order_by(LetterRow.signed_at)):
        yield {
            "number": one.number,
            "signed_at": one.signed_at.isoformat(),
            "served_on": one.served_on.isoformat() if one.served_on else None,
            "text": plain_or_dash(session, one.text),
            "courtesy": object_or_nothing(session, one.paper).get("courtesy", ""),
        }


def printed(session: Session, row: CaseRow) -> Iterator[list[File]]:
    """Give what was printed of each letter, in the order of the letters."""
    for one in session.scalars(select(LetterRow).where(LetterRow.case == row.id).order_by(LetterRow.signed_at)):
        yield list(_opened(session, one.files, one.file_keys))


def attachments(session: Session, row: CaseRow) -> Iterator[File]:
    """Give the case's files and those of its steps, in the order in which they came."""
    steps = session.scalars(select(StepRow).where(StepRow.case == row.id).order_by(StepRow.number)).all()
    for files, sealed in [(row.files, row.file_keys), *((step.files, step.file_keys) for step in steps)]:
        yield from _opened(session, files, sealed)


def _opened(session: Session, files: list[Any], sealed: Sealed | None) -> Iterator[File]:
    keys = object_or_nothing(session, sealed)
    for one in files:
        known = keys.get(one["blob"], {})
        yield File(known.get("name", one["blob"]), one["blob"], known.get("key"), one["type"], one["size"])


def journal_lines(session: Session, case: str) -> Iterator[bytes]:
    """Give what a service told about a case, byte for byte as it was told; private text in it stays sealed."""
    lines = select(JournalRow.envelope).where(JournalRow.subject == case).order_by(JournalRow.time, JournalRow.id)
    for envelope in session.scalars(lines):
        json.loads(envelope)  # what can't be read must not be handed over as if it could
        yield bytes(envelope)
