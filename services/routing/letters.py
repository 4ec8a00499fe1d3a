"""Letters: numbered without gaps when they are signed, written from the mechanism's template, served with proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy import select

from services.routing.case import object_or_nothing, to_case
from services.routing.models import CaseRow, DeadlineRow, LetterNumberRow, LetterRow
from shared.crypto.private import Private
from shared.facts.case import CaseServed
from shared.ids import new_fact_id
from shared.kit.session import Session
from shared.law.explain import explain
from shared.law.local import local_day
from shared.web.guides import answers_in
from shared.web.i18n import day_in_words, translate
from shared.workflow.engine import Moved
from shared.workflow.mechanism import Mechanism

# What inputs may say in a letter; a word that nobody said is empty.
SAID = (
    *("facts", "opinion", "legal_basis", "reasons", "summary", "notice"),
    *("hours", "room", "participants", "record", "remedy", "instead"),
)
LANGUAGE = "zh"  # an office's letter is written in Chinese whatever language the pages are read in


@dataclass(frozen=True)
class Written:
    """A signed letter."""

    number: str
    text: str


def write(
    session: Session, row: CaseRow, mechanism: Mechanism, moved: Moved, given: Mapping[str, Any]
) -> Written | None:
    """Give the step's letter, numbered and kept; None where it has none."""
    if moved.step.letter is None:
        return None
    number = _next_number(session, row.unit, moved.step.letter)
    values = _values(session, row, mechanism, moved, given)
    text = _template(mechanism.folder, moved.step.letter).render(number=number, **values)
    session.add(
        LetterRow(
            id=new_fact_id(session.now),
            case=row.id,
            letter=moved.step.letter,
            number=number,
            text=session.seal(row.id, Private(text)),
            signed_at=session.now,
        )
    )
    return Written(number, text)


def _next_number(session: Session, unit: str, letter: str) -> str:
    year = local_day(session.now).year
    counter = session.get(LetterNumberRow, (unit, letter, year), with_for_update=True)
    if counter is None:
        counter = LetterNumberRow(unit=unit, letter=letter, year=year, last=0)
        session.add(counter)
    counter.last += 1
    return f"〔{year}〕{counter.last}号"


def _values(
    session: Session, row: CaseRow, mechanism: Mechanism, moved: Moved, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Give a template's words: the case, what the draft and this step said, and the dates that follow."""
    county = session.here.county
    said: dict[str, Any] = {}
    for done in sorted(to_case(session, row).done.values(), key=lambda done: done.at):
        said.update(done.inputs)
    said.update(given)
    return {
        **{name: said.get(name, "") for name in SAID},
        "county": county.name(LANGUAGE),
        "unit": county.unit_name(row.unit, LANGUAGE),
        "kind": translate(LANGUAGE, mechanism.kind_title(row.kind)),
        "reference": row.reference,
        "title": session.reveal(row.title),
        "day": day_in_words(LANGUAGE, local_day(session.now)),
        "party": "、".join(object_or_nothing(session, row.details).get("representatives", ())),
        "outcome": translate(LANGUAGE, mechanism.outcome_title(moved.outcome or "")),
        "road": translate(LANGUAGE, mechanism.in_words(moved.step, "road", str(given.get("road", "")))),
        "answers": answers_in(moved.step.asks, given, LANGUAGE),
        "basis": moved.step.basis or "",
        "hearing_day": day_in_words(LANGUAGE, str(given["day"])) if "room" in given else "",
        "promises": _promises(session, row),
    }


def _promises(session: Session, row: CaseRow) -> list[str]:
    terms = session.scalars(
        select(DeadlineRow.term)
        .where(DeadlineRow.case == row.id, DeadlineRow.status == "open")
        .order_by(DeadlineRow.due_at)
    )
    return [explain(term, session.here.rules, LANGUAGE) for term in terms]


@lru_cache
def _environment(folder: Path) -> SandboxedEnvironment:
    # Letters are plain text; a page that shows one escapes it there.
    return SandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(folder: Path, letter: str) -> Any:
    return _environment(folder / "templates").get_template(f"{letter}.txt")


def serve(session: Session, row: CaseRow, method: str, received_on: date) -> None:
    """Note on the last unserved letter how and when it reached its reader."""
    letter = session.scalars(
        select(LetterRow)
        .where(LetterRow.case == row.id, LetterRow.served_on.is_(None))
        .order_by(LetterRow.signed_at.desc())
    ).first()
    if letter is not None:
        letter.method, letter.served_on = method, received_on


def served_fact(session: Session, row: CaseRow, given: Mapping[str, Any]) -> CaseServed:
    """Give the fact that the last served letter reached its reader."""
    session.flush()
    letter = session.scalars(
        select(LetterRow)
        .where(LetterRow.case == row.id, LetterRow.served_on.is_not(None))
        .order_by(LetterRow.signed_at.desc())
    ).first()
    return CaseServed(
        subject=row.id,
        letter=letter.letter if letter else "",
        method=str(given["method"]),
        received_on=given["received_on"],
        at=session.now,
    )
