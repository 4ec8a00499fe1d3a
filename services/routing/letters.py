"""Letters: numbered without gaps when they are signed, written from the mechanism's template, served with proof."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from services.routing.case import dump, object_or_nothing, to_case
from services.routing.letter_terms import planned, promised, promises, remedies
from services.routing.models import CaseRow, LetterNumberRow, LetterRow
from services.routing.paper.mark import fingerprint, new_token
from shared.crypto.private import Private
from shared.facts.case import CaseServed
from shared.ids import new_fact_id
from shared.kit.session import Session
from shared.law.local import local_day
from shared.web.guides import answers_in
from shared.web.i18n import day_in_words, translate
from shared.workflow.case import Case
from shared.workflow.declare import STAY, Step
from shared.workflow.engine import Moved, written
from shared.workflow.joining import TIME_TO_OBJECT
from shared.workflow.mechanism import Mechanism

# What inputs may say in a letter; a word that nobody said is empty.
SAID = (
    *("facts", "opinion", "legal_basis", "reasons", "summary", "notice"),
    *("hours", "room", "participants", "record", "remedy", "instead"),
)
LANGUAGE = "zh"  # an office's letter is written in Chinese whatever language the pages are read in
COURTESY = "en"  # in which it is told a second time, to whom wrote to the office in that language


@dataclass(frozen=True)
class Written:
    """A signed letter; `courtesy` is its translation, which binds nobody, where the resident's language has one."""

    id: str
    number: str
    text: str
    courtesy: str


def write(
    session: Session, row: CaseRow, mechanism: Mechanism, moved: Moved, given: Mapping[str, Any], code: str
) -> Written | None:
    """Give the step's letter, numbered and kept; None where it has none. `code` is an invitation's."""
    if moved.letter is None:
        return None
    number = _next_number(session, _series(session, row, mechanism, moved.letter))
    case = to_case(session, row)
    values = _values(session, row, case, mechanism, moved, given, LANGUAGE)
    text = _template(mechanism.folder, moved.letter).render(number=number, code=code, **values)
    courtesy = ""
    if row.language == COURTESY and _path(mechanism, f"{moved.letter}.{COURTESY}").is_file():
        told_again = _values(session, row, case, mechanism, moved, given, COURTESY)
        again = _template(mechanism.folder, f"{moved.letter}.{COURTESY}")
        courtesy = again.render(number=number, code=code, **told_again)
    written = Written(new_fact_id(session.now), number, text, courtesy)
    _keep(session, row, moved.letter, written, values)
    return written


def _keep(session: Session, row: CaseRow, letter: str, written: Written, values: Mapping[str, Any]) -> None:
    token = new_token()
    paper = {"courtesy": written.courtesy, **{name: values[name] for name in ("remedy", "promises")}}
    session.add(
        LetterRow(
            id=written.id,
            case=row.id,
            letter=letter,
            number=written.number,
            text=session.seal(row.id, Private(written.text)),
            signed_at=session.now,
            unit=row.unit,
            token=token,
            fingerprint=fingerprint(token, written.text),
            paper=session.seal(row.id, Private(dump(paper))),
            print_at=session.now,
        )
    )


def _series(session: Session, row: CaseRow, mechanism: Mechanism, letter: str) -> str:
    return session.here.county.sign_of(row.unit) + mechanism.letter(letter).sign


def _next_number(session: Session, series: str) -> str:
    """Count a series up. One statement: two heads who sign the first letter of a year wait for each other, no more."""
    year = local_day(session.now).year
    make = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    first = make(LetterNumberRow).values(series=series, year=year, last=1)
    counted = first.on_conflict_do_update(index_elements=["series", "year"], set_={"last": LetterNumberRow.last + 1})
    number = session.scalar(counted.returning(LetterNumberRow.last))
    return f"{series}〔{year}〕{number}号"


def _apart(moved: Moved) -> Moved:
    """Give a step as its letter is judged: one that is written beside a signed answer is no part of it."""
    return replace(moved, state="") if moved.step.to == STAY else moved


def _values(
    session: Session,
    row: CaseRow,
    case: Case,
    mechanism: Mechanism,
    moved: Moved,
    given: Mapping[str, Any],
    language: str,
) -> dict[str, Any]:
    """Give a template's words: the case, what the draft and this step said, and the dates that follow."""
    county = session.here.county
    said: dict[str, Any] = {}
    for done in case.latest():
        said.update(_for_a_letter(mechanism, mechanism.workflow.step(done.step), done.inputs))
    source, drafted = written(mechanism.workflow, case, moved.step)
    drafted = _for_a_letter(mechanism, source, drafted)
    if source is not moved.step:  # of a notice that was sent back nothing stays
        said = dict(drafted)
    given = {**drafted, **_for_a_letter(mechanism, moved.step, given)}
    said.update(given)
    return {
        **{name: said.get(name, "") for name in SAID},
        "county": county.name(language),
        "unit": county.unit_name(row.unit, language),
        "kind": translate(language, mechanism.kind_title(row.kind)),
        "reference": row.reference,
        "title": session.reveal(row.title),
        "day": day_in_words(language, local_day(session.now)),
        "party": "、".join(object_or_nothing(session, row.details).get("representatives", ())),
        "outcome": translate(language, mechanism.outcome_title(moved.outcome or "")),
        "road": translate(language, mechanism.in_words(source, "road", str(given.get("road", "")))),
        "answers": answers_in(source.asks, given, language),
        "remedy": given.get("remedy") or "\n".join(remedies(session, row, case, mechanism, _apart(moved), language)),
        "basis": moved.basis or "",
        "offices": "、".join(county.unit_name(one, language) for one in case.parts),
        "hearing_day": day_in_words(language, str(given["day"])) if "room" in given else "",
        "promises": promises(session, row, moved, language),
        "papers": "\n".join(said.get("missing", ())),
        "by_when": next((day_in_words(language, str(said[one])) for one in promised(moved)), ""),
        "plan": planned(said, language),
        "days_to_object": str(TIME_TO_OBJECT.days),
    }


def _for_a_letter(mechanism: Mechanism, step: Step | None, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what a letter may say of a step: of several parties, nothing that one of them said for himself."""
    if not mechanism.of_several:
        return inputs
    return step.asks.visible(inputs, "parties") if step and step.asks else {}


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


def _path(mechanism: Mechanism, letter: str) -> Path:
    return mechanism.folder / "templates" / f"{letter}.txt"


def _template(folder: Path, letter: str) -> Any:
    return _environment(folder / "templates").get_template(f"{letter}.txt")


def serve(session: Session, row: CaseRow, step: Step, method: str, received_on: date) -> None:
    """Note how and when the last unserved letter of those that this step serves reached its reader."""
    letter = session.scalars(
        select(LetterRow)
        .where(
            LetterRow.case == row.id, LetterRow.served_on.is_(None), LetterRow.letter.in_(_served(session, row, step))
        )
        .order_by(LetterRow.signed_at.desc())
    ).first()
    if letter is not None:
        letter.method, letter.served_on = method, received_on


def _served(session: Session, row: CaseRow, step: Step) -> set[str]:
    """Give the letters that a step serves: the notices it names, or those after which a case waits for service."""
    steps = session.here.mechanisms[row.mechanism].workflow.steps
    waits = {*step.origins}
    answers = {name for one in steps if one.to != STAY and waits & {*one.targets} for name in one.letters}
    return set(step.notices) or answers


def served_fact(session: Session, row: CaseRow, step: Step, given: Mapping[str, Any]) -> CaseServed:
    """Give the fact that the letter which a step served last reached its reader."""
    session.flush()
    letter = session.scalars(
        select(LetterRow)
        .where(
            LetterRow.case == row.id,
            LetterRow.served_on.is_not(None),
            LetterRow.letter.in_(_served(session, row, step)),
        )
        .order_by(LetterRow.signed_at.desc())
    ).first()
    return CaseServed(
        subject=row.id,
        letter=letter.letter if letter else "",
        method=str(given["method"]),
        received_on=given["received_on"],
        at=session.now,
    )
