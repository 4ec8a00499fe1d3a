"""A case as the desk shows it: all that the staff member may read, and the steps that are open."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from services.routing.case import object_or_nothing, plain_or_dash, to_case
from services.routing.entries import entries_for, is_named, with_titles
from services.routing.family import Relative, relatives
from services.routing.models import CaseRow, DeadlineRow, LetterRow, StepRow
from services.routing.outages import stood_still
from services.routing.parties import Party, parties_of
from services.routing.roles import Roles, closed_to, roles_on
from services.routing.similar import Similar, similar_cases, visible_reference
from services.routing.team import may_be_chosen
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.access.tables import PersonRow
from shared.errors import NotFound
from shared.kit.action import query
from shared.kit.session import Here, Session
from shared.law.explain import explain
from shared.law.local import local_day
from shared.web.i18n import translate
from shared.workflow.case import Case, readable_contact
from shared.workflow.declare import Step
from shared.workflow.engine import kept_from, offered
from shared.workflow.entries import Choices
from shared.workflow.mechanism import Mechanism
from shared.workflow.points import REMARKS, ask


@dataclass(frozen=True)
class Clock:
    """A deadline on the case page."""

    rule: str
    title: str
    due: date
    status: str
    days_left: int
    explanation: str


@dataclass(frozen=True)
class Taken:
    """A step as it was taken, with what was said."""

    step: Step | None
    name: str
    role: str
    person: str
    at: datetime
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """All that a staff member may know of a case."""

    row: CaseRow
    title: str
    text: str
    about: str
    contact: Mapping[str, str]
    details: Mapping[str, Any]
    offers: tuple[Step, ...]
    others: tuple[tuple[Step, str], ...]
    closed: tuple[tuple[tuple[Step, ...], str], ...]
    clocks: tuple[Clock, ...]
    steps: tuple[Taken, ...]
    letters: tuple[dict[str, Any], ...]
    files: tuple[dict[str, Any], ...] = field(default=())
    remarks: tuple[str, ...] = ()
    relatives: tuple[Relative, ...] = ()
    posts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    entries: Mapping[str, Choices] = field(default_factory=dict)
    parties: tuple[Party, ...] = ()

    @property
    def handed_over(self) -> int:
        """Count how often the case was passed on to another unit: from the third time on it is passed to and fro."""
        return sum(taken.step is not None and taken.step.moves is not None for taken in self.steps)


@query
def open_case(
    session: Session, reference: str, staff: StaffMember, language: str, *, now: datetime, form: str | None = None
) -> Desk:
    """Give a case to a staff member who may see it. Raises `NotFound` for all others, as if it did not exist.

    `form` names the step whose form is drawn, empty for none: who and what may be chosen is asked for that one alone.
    """
    row = session.scalars(
        select(CaseRow).where(CaseRow.reference == reference, may_see(staff, CaseRow.id))
    ).one_or_none()
    if row is None:
        raise NotFound
    mechanism, taken = session.here.mechanisms[row.mechanism], _taken(session, row)
    workflow, case = mechanism.workflow, to_case(session, row, taken)
    by_step: dict[str, set[str]] = {}
    for step, role in offered(workflow, case):
        by_step.setdefault(step.name, set()).add(role)
    open_steps = [step for step in workflow.steps if step.name in by_step]
    own = roles_on(session, staff, [row])[row.id]
    mine = [
        step
        for step in open_steps
        if not kept_from(case, step, staff.person)
        and any(is_named(session, case, step, staff, role) for role in by_step[step.name] & own[step.at])
    ]
    forms = [step for step in mine if form is None or step.name == form]
    return Desk(
        row=row,
        title=plain_or_dash(session, row.title),
        text=plain_or_dash(session, row.text),
        about=plain_or_dash(session, row.about),
        contact=readable_contact(object_or_nothing(session, row.contact), _viewer(own)),
        details=_readable(mechanism, row.kind, case.details, _viewer(own)),
        offers=tuple(mine),
        others=tuple((step, role) for step in open_steps if step not in mine for role in sorted(by_step[step.name])),
        closed=closed_to(workflow, case, own),
        clocks=_clocks(session, row, language, now),
        steps=_steps(session, taken, case, staff, _viewer(own)),
        letters=_letters(session, row),
        files=_opened(session, [row, *taken]),
        remarks=tuple(text for one in mechanism.remarks if (text := ask(REMARKS, one, case).value)),
        relatives=relatives(session, row, staff),
        posts={step.name: may_be_chosen(session, row, case, step) for step in forms},
        entries={step.name: entries_for(session, row, case, step) for step in forms},
        parties=parties_of(session, row, mechanism),
    )


@query
def alike(session: Session, reference: str, staff: StaffMember) -> tuple[Similar, ...]:
    """Give the earlier cases of the unit that read like this one. Raises `NotFound` as `open_case`."""
    row = session.scalars(
        select(CaseRow).where(CaseRow.reference == reference, may_see(staff, CaseRow.id))
    ).one_or_none()
    if row is None:
        raise NotFound
    return similar_cases(session, row, staff)


def _viewer(roles: Roles) -> str:
    """Give as whom somebody reads the case: what is sealed is for the registrar of the unit that has it."""
    return "registrar" if "registrar" in roles["lead"] else "handler"


def _readable(mechanism: Mechanism, kind_name: str, details: Mapping[str, Any], viewer: str) -> Mapping[str, Any]:
    """Give the fields of a case's own form that whoever handles it may read."""
    kind = mechanism.kind(kind_name)
    return kind.details.visible(details, viewer) if kind and kind.details else {}


def _clocks(session: Session, row: CaseRow, language: str, now: datetime) -> tuple[Clock, ...]:
    rows = session.scalars(select(DeadlineRow).where(DeadlineRow.case == row.id).order_by(DeadlineRow.due_at))
    here, today = session.here, local_day(now)
    return tuple(
        Clock(
            rule=one.rule,
            title=here.rules.title(one.rule, language, one.term["pack"]),
            due=one.due,
            status=one.status,
            days_left=session.calendar.between(today, one.due),
            explanation=_explained(one, here, language),
        )
        for one in rows
    )


def _explained(deadline: DeadlineRow, here: Here, language: str) -> str:
    """Say how the day was counted, and which outage kept a breach from being noted at its moment."""
    noted = stood_still(deadline.stopped_since, deadline.stopped_until, language)
    known = here.county.rung_by_code
    rungs = [known[code].name(language) for code in deadline.rungs or () if code in known]
    climbed = translate(language, "Told so far: %(rungs)s.", rungs="; ".join(rungs)) if rungs else ""
    return " ".join(filter(None, (explain(deadline.term, here.rules, language), noted, climbed)))


def _taken(session: Session, row: CaseRow) -> Sequence[StepRow]:
    return session.scalars(select(StepRow).where(StepRow.case == row.id).order_by(StepRow.number)).all()


def _steps(session: Session, rows: Sequence[StepRow], case: Case, staff: StaffMember, viewer: str) -> tuple[Taken, ...]:
    """Give the steps with what was said in them, which the case has opened already."""
    mechanism = session.here.mechanisms[case.mechanism]
    people = dict(
        session.execute(
            select(PersonRow.id, PersonRow.display).where(PersonRow.id.in_({one.person for one in rows}))
        ).all()
    )
    return tuple(
        Taken(
            step=mechanism.workflow.step(one.step),
            name=one.step,
            role=one.role,
            person=people.get(one.person, ""),
            at=one.at,
            inputs=_inputs(session, mechanism, mechanism.workflow.step(one.step), done.inputs, staff, viewer),
        )
        for one, done in zip(rows, case.history, strict=True)
    )


def _inputs(
    session: Session, mechanism: Mechanism, step: Step | None, given: Mapping[str, Any], staff: StaffMember, viewer: str
) -> Mapping[str, Any]:
    """Give what was said, as far as whoever handles the case may read it.

    Another case that was named is named only to who may see that one too.
    """
    said = step.asks.visible(given, viewer) if step and step.asks else {}
    said = with_titles(session, mechanism, step, said) if step else said
    if step and step.joins in said and not visible_reference(session, said[step.joins], staff):
        return {name: value for name, value in said.items() if name != step.joins}
    return said


def _letters(session: Session, row: CaseRow) -> tuple[dict[str, Any], ...]:
    rows = session.scalars(select(LetterRow).where(LetterRow.case == row.id).order_by(LetterRow.signed_at))
    return tuple(
        {
            "number": one.number,
            "text": plain_or_dash(session, one.text),
            "courtesy": object_or_nothing(session, one.paper).get("courtesy", ""),
            "files": one.files,
            "signed_at": one.signed_at,
            "served_on": one.served_on,
        }
        for one in rows
    )


def _opened(session: Session, holders: Sequence[CaseRow | StepRow | LetterRow]) -> tuple[dict[str, Any], ...]:
    sealed = [(one.files, one.file_keys) for one in holders]
    groups = [(files, object_or_nothing(session, keys)) for files, keys in sealed]
    return tuple(
        {
            **one,
            "name": opens.get(one["blob"], {}).get("name", one["blob"]),
            "key": opens.get(one["blob"], {}).get("key"),
        }
        for files, opens in groups
        for one in files
    )


def _all_files(session: Session, row: CaseRow) -> tuple[dict[str, Any], ...]:
    printed = session.scalars(select(LetterRow).where(LetterRow.case == row.id)).all()
    return _opened(session, [row, *_taken(session, row), *printed])


@query
def open_file(session: Session, reference: str, blob: str, staff: StaffMember) -> tuple[str, str, Iterator[bytes]]:
    """Give (type, name, chunks) of a case's file to who may see the case. Raises `NotFound`."""
    row = session.scalars(
        select(CaseRow).where(CaseRow.reference == reference, may_see(staff, CaseRow.id))
    ).one_or_none()
    found = next((one for one in _all_files(session, row) if one["blob"] == blob), None) if row else None
    if found is None or not found["key"]:
        raise NotFound
    return found["type"], found["name"], session.here.blobs.open(blob, base64.b64decode(found["key"]))
