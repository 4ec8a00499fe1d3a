"""What a case says: every text by which it may be found, as everybody who handles it may read it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from services.routing.case import object_or_nothing, plain_or_dash
from services.routing.models import CaseRow, LetterRow, StepRow
from shared.crypto.private import Sealed
from shared.kit.session import Session
from shared.workflow.mechanism import Mechanism
from shared.workflow.schema import CaseRef, Names, Schema, Text


def said_in(session: Session, rows: Sequence[CaseRow]) -> Iterator[list[str]]:
    """Give for each of these cases every text by which it may be found: two questions for all; keys are loaded."""
    for row, later in zip(rows, said_later(session, rows), strict=True):
        yield [*said_at_first(session, row), *later]


def said_at_first(session: Session, row: CaseRow) -> list[str]:
    """Give the texts with which a case came; not who wrote it and how to reach them."""
    mechanism = session.here.mechanisms.get(row.mechanism)
    kind = mechanism.kind(row.kind) if mechanism else None
    details = words_of(kind.details if kind else None, object_or_nothing(session, row.details))
    return [*(plain_or_dash(session, one) for one in (row.title, row.text, row.about)), *details, row.reference]


def said_later(session: Session, rows: Sequence[CaseRow]) -> list[Iterator[str]]:
    """Give for each of these cases what its steps said and its letters' numbers, each opened when it is asked for."""
    cases = [row.id for row in rows]
    steps: dict[str, list[Row[str, str, Sealed | None]]] = {case: [] for case in cases}
    letters: dict[str, list[str]] = {case: [] for case in cases}
    if cases:
        taken = select(StepRow.case, StepRow.step, StepRow.inputs).where(StepRow.case.in_(cases))
        for one in session.execute(taken.order_by(StepRow.case, StepRow.number)):
            steps[one.case].append(one)
        numbers = select(LetterRow.case, LetterRow.number).where(LetterRow.case.in_(cases)).order_by(LetterRow.id)
        for case, number in session.execute(numbers):
            letters[case].append(number)
    mechanisms = session.here.mechanisms
    return [_said_by(session, mechanisms.get(row.mechanism), steps[row.id], letters[row.id]) for row in rows]


def _said_by(
    session: Session, mechanism: Mechanism | None, steps: Iterable[Row[str, str, Sealed | None]], letters: Iterable[str]
) -> Iterator[str]:
    for taken in steps:
        step = mechanism.workflow.step(taken.step) if mechanism else None
        if step and step.asks:
            yield from words_of(step.asks, object_or_nothing(session, taken.inputs))
    yield from letters


def words_of(schema: type[Schema] | None, given: Mapping[str, Any]) -> Iterator[str]:
    """Give the words of the fields that everybody who handles a case may read.

    Not the reference of another case: only who may see that one is told it.
    """
    if schema is None or not given:
        return
    fields = schema.shown()
    for name, value in schema.visible(given, "handler").items():
        if isinstance(fields[name], CaseRef):
            continue
        if isinstance(fields[name], Text) and isinstance(value, str):
            yield value
        elif isinstance(fields[name], Names):
            yield from value
