"""Golden cases in a county that runs: stored as services of their version did, read by those that are installed."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from world import World

from services.intake.models import CaseRow as SentRow
from services.intake.submit import give_receipt
from services.routing.case import to_case
from services.routing.models import CaseRow, StepRow
from services.routing.offers import offers_of
from shared.crypto.private import Private
from shared.crypto.receipt import new_receipt, new_reference
from shared.facts.case import CaseSubmitted
from shared.ids import new_case_id
from shared.journal.tables import KeyOutRow
from shared.journal.tell import tell
from shared.workflow.golden import Golden
from shared.workflow.mechanism import Mechanism

HOLDERS = ("routing", "notification", "disclosure")


@dataclass(frozen=True)
class Stored:
    """A golden case that is in the rows now, with the way to its resident's page."""

    id: str
    receipt: dict[str, str]
    version: int
    golden: Golden


def store(world: World, mechanism: Mechanism, version: int, golden: Golden) -> Stored:
    """Let a case come in as its version told it, and put it where its steps have led."""
    now, county = world.clock.now(), world.deployment.county
    case, receipt = new_case_id(), new_receipt()
    with world.service("intake").transaction() as session:
        session.make_key(case)
        reference = new_reference(county.code)
        said: dict[str, Any] = {
            "reference": reference,
            "mechanism": mechanism.name,
            "mechanism_version": version,
            "kind": golden["kind"],
            "received_at": now,
            "channel": "web",
            "identity": "claimed",
            "category": "water-supply",
            "place": None,
            "addressed_to": None,
            "title": session.seal(case, Private(f"【题{case[:6]}】")),
            "text": session.seal(case, Private("【原话】")),
            "details": session.seal(case, Private(dump(golden["details"]))),
        }
        rows = {"language": "zh", "about": None, "contact": None, "promises": [], "changed_at": now}
        session.write(SentRow, {"id": case, **said, **rows, "root": None, "relation": None, "parent": None})
        if mechanism.parties:
            give_receipt(session, case, reference, receipt, mechanism.resident_roles[0], now)
        session.write(KeyOutRow, *({"case": case, "receiver": name} for name in HOLDERS))
        tell(session, CaseSubmitted(subject=case, unit="water-bureau", **said))
    world.settle()
    with world.service("routing").transaction() as session:
        _put(session, session.get_one(CaseRow, case), mechanism, version, golden)
    return Stored(case, {"reference": reference, "receipt": receipt}, version, golden)


def _put(session: Any, row: CaseRow, mechanism: Mechanism, version: int, golden: Golden) -> None:
    row.mechanism_version, row.state, row.outcome = version, golden["state"], golden["outcome"]
    row.phase, row.progress = mechanism.workflow.states.get(row.state, row.phase), dict(golden["progress"])
    if any(moves(mechanism, one) for one in golden["steps"]):
        row.sender = "petition-office"
    row.details = session.seal(row.id, Private(dump(golden["details"])))
    for number, one in enumerate(golden["steps"], 1):
        step = {name: one[name] for name in ("step", "role", "person", "origin", "state", "complete")}
        inputs = session.seal(row.id, Private(dump(one["inputs"]))) if one["inputs"] else None
        at = session.now + timedelta(seconds=number)
        session.add(StepRow(case=row.id, number=number, at=at, inputs=inputs, files=[], file_keys=None, **step))


def moves(mechanism: Mechanism, taken: Golden) -> bool:
    """Tell whether a step gave the case to another unit, which answers to whoever sent it from then on."""
    step = mechanism.workflow.step(taken["step"])
    return step is not None and step.moves is not None


def dump(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False)


def read(world: World, stored: Stored) -> dict[str, Any]:
    """Give how a case stands now in routing: its version, state and details, and the steps that are offered."""
    with world.service("routing").reading() as session:
        row = session.get_one(CaseRow, stored.id)
        case = to_case(session, row)
        return {
            "version": row.mechanism_version,
            "state": row.state,
            "phase": row.phase,
            "unit": row.unit,
            "details": dict(case.details),
            "history": [(done.step, dict(done.inputs)) for done in case.history],
            "offers": [offer.step for offer in offers_of(session, row, case)],
        }
