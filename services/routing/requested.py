"""What routing asks intake to open: a child of a case, by a step that was taken or a rung that was reached."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.routing.models import CaseRow
from shared.crypto.private import Private
from shared.facts.case import CaseRequested
from shared.kit.session import Session
from shared.workflow.declare import Step
from shared.workflow.directing import DIRECTIVE


def request_by(
    session: Session, row: CaseRow, step: Step, given: Mapping[str, Any], asked_at: datetime, asks: str | None
) -> CaseRequested:
    """Ask for the child case that a step opens; its terms run from the moment at which the step was asked for.

    `asks` is the unit that took the step beside the one that leads: a directive is opened there, about the other.
    """
    reasons = given.get("reasons")
    unit = asks if asks and step.relation == DIRECTIVE else given.get("unit")
    return request_of(
        row,
        str(step.opens),
        str(step.relation),
        title=step.label,
        subject=f"{row.id}/{row.revision}",
        unit=str(unit) if unit else None,
        about_units=(row.unit,) if asks else (),
        text=session.seal(row.id, Private(str(reasons))) if reasons else None,
        since=asked_at,
    )


def request_of(row: CaseRow, opens: str, relation: str, **more: Any) -> CaseRequested:
    """Give the request for a child case of `row`: `opens` is `mechanism.kind`, `relation` how it stands to its parent.

    `more` are the fact's own fields; `subject` must be another one for each child.
    """
    mechanism, _, kind = opens.partition(".")
    place = {"category": row.category, "place": row.place, "root": row.root or row.id, "parent": row.id}
    return CaseRequested(**{"mechanism": mechanism, "kind": kind, "relation": relation, **place, **more})
