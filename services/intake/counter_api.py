"""The counter's REST door, for programs of the staff: a telephone exchange, a scanning desk."""

from typing import Any

from flask import g
from marshmallow import fields, post_load

from services.intake import answers
from services.intake.book import NothingLeft
from services.intake.counter import OPENERS
from services.intake.files import TooManyFiles, UnknownUpload
from services.intake.rules import KindNotOffered, NameNeeded, RefusedAtTheDoor, UnknownCode
from services.intake.schemas import NewCaseSchema, new_case
from services.intake.submit import receipt_json, submit
from services.intake.taking import Taking, taken_in
from shared.access import rule as access
from shared.access.rule import NoRight, staff
from shared.kit.action import here_now
from shared.kit.session import Session
from shared.law.local import local_day
from shared.web.i18n import current_language
from shared.web.once import BadKey, KeyWithOtherBody, once
from shared.web.rest import Doors, declares, means

counter = Doors("counter_api", __name__, url_prefix="/api/v1/counter", description="Take cases in at the counter")


class CounterCaseSchema(NewCaseSchema):
    """A case as the counter takes it in: what a resident would send, and how it came."""

    taking = fields.Nested(Taking, required=True, metadata=means("How it came in."))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"new": new_case(data), "taking": data["taking"]}


@counter.post("/cases")
@counter.arguments(CounterCaseSchema())
@counter.response(201, answers.Receipt)
@access.rule(*OPENERS, scope="counter")
@declares(
    KindNotOffered,
    NameNeeded,
    NoRight,
    UnknownCode,
    UnknownUpload,
    TooManyFiles,
    RefusedAtTheDoor,
    NothingLeft,
    KeyWithOtherBody,
    BadKey,
    takes=("Idempotency-Key",),
)
def take_case(asked: dict[str, Any]) -> dict[str, Any]:
    """Take a case in for somebody who wrote, called or came. 201: it is on disk; the receipt is the person's."""
    who, language, new = staff(), current_language(), asked["new"]
    mechanism = here_now.get().here.mechanisms.get(new.mechanism)
    if mechanism is None:
        raise KindNotOffered(field="kind", kind=f"{new.mechanism}/{new.kind}")

    def work(session: Session) -> dict[str, Any]:
        said = {"withheld": False, **asked["taking"]}
        taken = taken_in(session, new, said, who, mechanism, local_day(g.now))
        return receipt_json(session, submit.within(session, taken, now=g.now), language)

    return once(work, now=g.now)
