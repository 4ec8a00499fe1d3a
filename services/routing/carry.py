"""Cases of an earlier version of their mechanism go on under the installed one: carried once, before anybody works."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from services.routing import clocks
from services.routing.case import dump, object_or_nothing, readable, to_case
from services.routing.models import CaseRow, DeadlineRow, StepRow
from services.routing.offers import offers_of
from services.routing.search.index import index_later
from shared.access.tables import CaseAccessRow
from shared.crypto.private import Private
from shared.errors import NotYet
from shared.facts.case import CaseCarried, CaseSubmitted
from shared.journal.tell import tell
from shared.kit.action import when_due
from shared.kit.running import Running
from shared.kit.service import Shows
from shared.kit.session import Here, Session
from shared.kit.timers import plan
from shared.workflow.carry import CantCarry, carry, must_stay, newer
from shared.workflow.engine import paused_by
from shared.workflow.mechanism import Mechanism

AT_ONCE = 100
LATER = timedelta(minutes=1)  # until a key that was lost is looked for again


def carry_before_start(running: Running, shows: Shows) -> list[str]:
    """Carry every case, each transaction some of them; what is carried stays so if the process dies, the rest follows.

    All are tried first: where one can't be carried, none is, and a sentence for each reason says what to mend.
    """
    with running.reading() as session:
        number = _number(session)
        problems = [*_newer(session), *(_tried(session, shows, number) if number else ())]
    done = 0
    after: str | None = ""
    while number and not problems and after is not None:
        with running.transaction() as session:
            after, carried_now = _carry_some(session, after)
        done += carried_now
        shows(done, number)
    return problems


def _carry_some(session: Session, after: str) -> tuple[str | None, int]:
    """Carry the next cases; gives the last of them, and how many were. Another process may carry at the same time."""
    found = [row.id for row in _some(session, after)]
    held = select(CaseRow).where(CaseRow.id.in_(found), _earlier(session.here)).order_by(CaseRow.id)
    rows = session.scalars(held.with_for_update(), execution_options={"populate_existing": True}).all()
    return (found[-1] if found else None), sum(carry_case(session, row) for row in rows)


def carry_case(session: Session, row: CaseRow) -> bool:
    """Carry a case whose row is locked: state, details, names of states in its steps, terms, what finds it, offers.

    False where there is nothing to carry, or where its key is lost: it is carried when intake has sent it again.
    """
    mechanism = session.here.mechanisms[row.mechanism]
    if row.mechanism_version == mechanism.version:
        return False
    if row.details is not None and not readable(session, row) and _is_known(session, row):
        plan(session, carry_later, row.id, session.now + LATER)
        return False
    steps = session.scalars(select(StepRow).where(StepRow.case == row.id).order_by(StepRow.number)).all()
    names, details = _carried(session, mechanism, row, steps)
    before, version = row.state, row.mechanism_version
    for step in steps:
        step.origin, step.state = names[step.origin], names[step.state]
    row.mechanism_version, row.state = mechanism.version, names[row.state]
    row.phase = mechanism.workflow.states[row.state]
    row.revision += 1
    _stand_still_or_go_on(session, row, mechanism)
    if readable(session, row):
        row.details = session.seal(row.id, Private(dump(details))) if details else None
        index_later.run(session, row.id, now=session.now)
    tell_carried(session, row, version, before)
    return True


def tell_carried(session: Session, row: CaseRow, version: int, state: str) -> None:
    """Tell how the case stands now that stood in a state of a version."""
    can_be_read = readable(session, row)
    tell(
        session,
        CaseCarried(
            subject=row.id,
            mechanism_version_from=version,
            mechanism_version=row.mechanism_version,
            state_from=state,
            state=row.state,
            phase=row.phase,
            at=session.now,
            details=row.details if can_be_read else None,
            offers=offers_of(session, row, to_case(session, row)) if can_be_read else (),
        ),
    )


@when_due(name="routing-carry-later")
def carry_later(session: Session, subject: str, *, now: datetime) -> None:
    """Carry a case whose key was lost when the others were carried."""
    row = session.get(CaseRow, subject, with_for_update=True)
    if row is not None:
        carry_case(session, row)


def carried(session: Session, fact: CaseSubmitted, mechanism: Mechanism) -> CaseSubmitted:
    """Give a submission that was on its way during an upgrade as the installed version has it.

    It stands nowhere yet, so only its details are carried. A newer one waits until the newer version is installed here.
    """
    if fact.mechanism_version == mechanism.version:
        return fact
    if fact.mechanism_version > mechanism.version:
        raise NotYet(str(newer(mechanism, fact.mechanism_version)))
    said = json.loads(session.reveal_or_wait(fact.details)) if fact.details else {}
    _, details = carry(mechanism, fact.mechanism_version, fact.kind, mechanism.workflow.start, said)
    private = session.seal(fact.subject, Private(dump(details))) if details else None
    return replace(fact, mechanism_version=mechanism.version, details=private)


def _carried(
    session: Session, mechanism: Mechanism, row: CaseRow, steps: Sequence[StepRow]
) -> tuple[dict[str, str], dict[str, object]]:
    """Give what each state is called now in which the case stands or stood, and its details. Raises `CantCarry`."""
    version, said = row.mechanism_version, object_or_nothing(session, row.details)
    stood = {row.state, *(name for step in steps for name in (step.origin, step.state))}
    became = {name: carry(mechanism, version, row.kind, name, said) for name in sorted(stood)}
    state, details = became[row.state]
    must_stay(mechanism, version, row.phase, state)
    return {name: after for name, (after, _) in became.items()}, details


def _stand_still_or_go_on(session: Session, row: CaseRow, mechanism: Mechanism) -> None:
    """Let open terms stand still, or go on, where the state does that now and did not before."""
    pause = paused_by(mechanism.workflow, row.state)
    stands = select(DeadlineRow.instance).where(DeadlineRow.case == row.id, DeadlineRow.status == "paused").limit(1)
    stood = session.scalar(stands) is not None
    if pause and not stood:
        clocks.pause(session, row, pause)
    elif stood and not pause:
        clocks.resume(session, row)


def _is_known(session: Session, row: CaseRow) -> bool:
    """Tell whether a case is anybody's still: nobody may see one that was erased."""
    return session.scalar(select(CaseAccessRow.case).where(CaseAccessRow.case == row.id).limit(1)) is not None


def _earlier(here: Here) -> ColumnElement[bool]:
    parts = ((one.name, one.version) for one in here.mechanisms.values() if one.version > 1)
    return or_(False, *((CaseRow.mechanism == name) & (CaseRow.mechanism_version < number) for name, number in parts))


def _number(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(CaseRow).where(_earlier(session.here))) or 0


def _some(session: Session, after: str) -> Sequence[CaseRow]:
    """Give the next cases to carry, with their keys."""
    some = select(CaseRow).where(_earlier(session.here), CaseRow.id > after).order_by(CaseRow.id).limit(AT_ONCE)
    rows = session.scalars(some).all()
    session.load_keys(row.id for row in rows)
    return rows


def _newer(session: Session) -> Iterator[str]:
    stored = select(CaseRow.mechanism, CaseRow.mechanism_version, func.count()).group_by(
        CaseRow.mechanism, CaseRow.mechanism_version
    )
    for name, version, number in session.execute(stored):
        mechanism = session.here.mechanisms.get(name)
        if mechanism is not None and version > mechanism.version:
            yield _sentence(newer(mechanism, version), number)


def _tried(session: Session, shows: Shows, number: int) -> Iterator[str]:
    """Carry every case in the mind only; nothing is written."""
    found: Counter[str] = Counter()
    refusals: dict[str, CantCarry] = {}
    done, rows = 0, _some(session, "")
    while rows:
        for row in rows:
            steps = session.scalars(select(StepRow).where(StepRow.case == row.id)).all()
            try:
                _carried(session, session.here.mechanisms[row.mechanism], row, steps)
            except CantCarry as cant:
                found[str(cant)] += 1
                refusals[str(cant)] = cant
        done += len(rows)
        shows(done, number)
        rows = _some(session, rows[-1].id)
    for reason in sorted(found):
        yield _sentence(refusals[reason], found[reason])


def _sentence(cant: CantCarry, number: int) -> str:
    said = cant.message % cant.values
    return f"{cant.values['mechanism']}: {said} ({number} cases) {cant.next_action}"
