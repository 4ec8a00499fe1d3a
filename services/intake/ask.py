"""A receipt holder asks for a step that is offered; routing takes it or says why not."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError

from services.intake import files
from services.intake.family import asked_as
from services.intake.models import CaseRow
from shared.access.actor import ReceiptHolder
from shared.crypto.private import Private
from shared.errors import Invalid, Refusal
from shared.facts.case import StepAsked
from shared.journal.tell import tell
from shared.kit.action import action
from shared.kit.session import Session
from shared.workflow.common import Nothing
from shared.workflow.engine import NotOffered
from shared.workflow.entries import Choices, must_be_entered
from shared.workflow.offered import must_be_offered


class ProposedAnew(Refusal):
    """What the page showed is no longer what would be agreed to."""

    code = "proposed-anew"
    status = 412
    message = "There is another proposal since you opened this page."
    next_action = "Read the new one, and agree to that if you wish."


@action
def ask_step(
    session: Session,
    who: ReceiptHolder,
    step: str,
    inputs: Mapping[str, Any],
    blobs: tuple[str, ...] = (),
    to: int | None = None,
    *,
    now: datetime,
) -> None:
    """Ask routing for a step. Raises `NotOffered` where it isn't open, or was asked for already; `Invalid` by field.

    `to` is the number of the proposal that was read, where the step replies to one. Raises `ProposedAnew`.
    """
    row = session.get_one(CaseRow, who.case, with_for_update=True)
    offer = next((one for one in row.offers if one["step"] == step and one["by"] == who.role), None)
    mechanism = session.here.mechanisms[row.mechanism]
    noted = asked_as(mechanism, who.role, step)
    if offer is None or noted in row.asked:
        raise NotOffered
    if to is not None and to != offer.get("to", 0):
        raise ProposedAnew
    given = _checked(session, row, offer, inputs)
    row.asked = {**row.asked, noted: now.isoformat()}
    row.changed_at = now
    declared = mechanism.workflow.step(step)
    own = who.role if declared and not mechanism.shares(declared) else None
    adopted = files.adopt(session, row.id, blobs, own)
    tell(
        session,
        StepAsked(
            subject=row.id,
            step=step,
            role=who.role,
            asked_at=now,
            to=offer.get("to", 0),
            inputs=Private(json.dumps(given, ensure_ascii=False, default=str)) if given else None,
            files=adopted.files,
            file_keys=adopted.keys,
        ),
    )


def _checked(session: Session, row: CaseRow, offer: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    step = session.here.mechanisms[row.mechanism].workflow.step(offer["step"])
    if step is None:
        raise NotOffered
    try:
        given = dict((step.asks or Nothing)().load(dict(inputs)))
    except ValidationError as error:
        raise Invalid(error.messages_dict) from error
    must_be_offered(step.asks, given, offer.get("units", ()))
    must_be_entered(step.asks, given, entries_of(offer))
    return given


def entries_of(offer: Mapping[str, Any]) -> Choices:
    """Give the entries that came with an offer, by the field that may name one."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in offer.get("entries", ()):
        found.setdefault(one["field"], []).append((one["key"], one["title"]))
    return found
