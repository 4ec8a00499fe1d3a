"""What routing asks intake to open: a child of a case, by a step that was taken or a rung that was reached."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from services.routing.agreed import agreed
from services.routing.competence.above import directs
from services.routing.models import CaseRow
from shared.crypto.private import Private
from shared.errors import Invalid
from shared.facts.case import CaseRequested
from shared.kit.session import Session
from shared.law.local import local_day
from shared.workflow.case import DIRECTIVE, Case
from shared.workflow.declare import Step


def must_find_somebody(session: Session, step: Step, given: Mapping[str, Any], asks: str | None = None) -> None:
    """Raise `Invalid` at `unit` where somebody has to take up in person what the step opens, and nobody there can.

    Or where `asks`, a unit above the one that leads, names one that does not stand under it.
    """
    opened = session.here.mechanisms.get(str(step.opens).partition(".")[0])
    if opened is None or not opened.in_person or not given.get("unit"):
        return
    roles = {role for post in session.here.county.posts_of_unit.get(given["unit"], ()) for role in post.roles}
    if roles.isdisjoint(opened.first_roles):
        raise Invalid({"unit": ["Nobody there can take this up. Choose another one."]})
    ordered, county = given["unit"], session.here.county
    if step.at == "above" and ordered != asks and not directs(str(asks), ordered, county, local_day(session.now)):
        raise Invalid({"unit": ["Only a leader of your own unit, or of one under it, can be ordered."]})


def _must_be_others(session: Session, row: CaseRow, step: Step, given: Mapping[str, Any]) -> None:
    """Raise `Invalid` where a step asks a unit for a part that is none of the county's, or the one that leads."""
    known = session.here.county.unit_by_code
    if step.each and any(unit not in known or unit == row.unit for unit in given[step.each]):
        raise Invalid({step.each: ["Choose offices beside the one that leads."]})


def requests_by(
    session: Session,
    row: CaseRow,
    step: Step,
    given: Mapping[str, Any],
    asked_at: datetime,
    asks: str | None,
    case: Case,
) -> Iterator[CaseRequested]:
    """Ask for the child case that a step opens, or for one each; their terms run from when the step was asked for.

    `asks` is the unit that took the step beside the one that leads: a directive is opened there, about the other.
    What was agreed to (`Step.replies`) says itself whose case it is, and from which day.
    """
    _must_be_others(session, row, step, given)
    if step.replies:
        given, asked_at = agreed(session, row, step, given, case, asked_at)
    reasons, subject = given.get("reasons"), f"{row.id}/{row.revision}"
    unit = asks if asks and step.relation == DIRECTIVE else given.get("unit")
    part = {"due": given["due"].isoformat(), "asked_by": row.unit} if step.each else {}
    for one in given[step.each] if step.each else (unit,):
        yield request_of(
            row,
            str(step.opens),
            str(step.relation),
            title=step.label,
            subject=f"{subject}/{one}" if step.each else subject,
            unit=str(one) if one else None,
            about_units=(row.unit,) if asks else (),
            text=session.seal(row.id, Private(str(reasons))) if reasons else None,
            since=asked_at,
            details=part,
        )


def request_of(row: CaseRow, opens: str, relation: str, **more: Any) -> CaseRequested:
    """Give the request for a child case of `row`: `opens` is `mechanism.kind`, `relation` how it stands to its parent.

    `more` are the fact's own fields; `subject` must be another one for each child.
    """
    mechanism, _, kind = opens.partition(".")
    place = {"category": row.category, "place": row.place, "root": row.root or row.id, "parent": row.id}
    return CaseRequested(**{"mechanism": mechanism, "kind": kind, "relation": relation, **place, **more})
