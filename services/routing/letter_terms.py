"""What a letter says of terms: what its reader may do and by when, what the office still owes, the days of a plan."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from services.routing.models import CaseRow, DeadlineRow
from shared.kit.session import Session
from shared.law.explain import explain
from shared.law.local import local_day
from shared.law.right import right_in_words
from shared.law.rule import EXECUTED, Rule
from shared.web.i18n import day_in_words, translate
from shared.workflow.case import Case
from shared.workflow.declare import Deadline
from shared.workflow.engine import Moved
from shared.workflow.mechanism import Mechanism


def planned(said: Mapping[str, Any], language: str) -> list[str]:
    """Give the days of a plan with what is done by each, a line each; nothing where nobody made one."""
    lines = (one for value in said.values() if isinstance(value, list) for one in value)
    return [f"{day_in_words(language, str(one['on']))} {one['what']}" for one in lines if _is_planned(one)]


def _is_planned(line: Any) -> bool:
    return isinstance(line, dict) and line.keys() == {"on", "what"}


def promised(moved: Moved) -> Iterator[str]:
    """Give the input with the day by which what this letter promises is carried out, where it promises something."""
    return (term.on.field for term in moved.starts if term.on and term.rule in EXECUTED)


def remedies(
    session: Session, row: CaseRow, case: Case, mechanism: Mechanism, moved: Moved, language: str
) -> Iterator[str]:
    """Say what the reader may do: by the terms that start now or when this letter is served, or as its kind says it.

    What the law gives comes before what the county promises.
    """
    serving = (step for step in mechanism.workflow.steps if step.serves and moved.state in step.origins)
    served = [term for step in serving for term in step.terms if not term.when or term.when(case)]
    told = [*_rights(session, row, moved.starts, received=False), *_rights(session, row, served, received=True)]
    for rule, received in sorted(told, key=lambda one: one[0].local):
        yield right_in_words(rule, language, received=received)
    if own := mechanism.letter(moved.letter or "").remedy:
        yield translate(language, own)


def _rights(
    session: Session, row: CaseRow, terms: Iterable[Deadline], *, received: bool
) -> Iterator[tuple[Rule, bool]]:
    """Give the rules of the terms that are somebody's right, in the version under which the case began."""
    for term in terms:
        if term.lapses:
            yield session.here.rules.on(term.rule, local_day(row.received_at)), received


def promises(session: Session, row: CaseRow, moved: Moved, language: str) -> list[str]:
    """Explain the terms that this step began; where it began none, those that the office still owes."""
    mine = DeadlineRow.owes.is_(None)  # what other units owe this one is no promise to the reader
    running = select(DeadlineRow).where(
        DeadlineRow.case == row.id, DeadlineRow.status == "open", ~DeadlineRow.lapses, mine
    )
    owed = session.scalars(running.order_by(DeadlineRow.due_at)).all()
    begun = {term.rule for term in moved.starts}
    own = [one for one in owed if one.rule in begun or (moved.step.extends or "-") == one.term.get("extends")]
    return [explain(one.term, session.here.rules, language) for one in own or owed]
