"""Intake's REST doors: submit, upload, follow with the receipt, ask for a step; and what a form needs."""

from contextlib import closing
from typing import Any

from flask import Response, g, request, stream_with_context
from werkzeug.datastructures import FileStorage

from services.intake import answers, schemas
from services.intake.ask import ProposedAnew, ask_step
from services.intake.book import NothingLeft
from services.intake.files import TooManyFiles, UnknownUpload, open_file, upload
from services.intake.invited import NoInvitation, come
from services.intake.new_case import NewCase
from services.intake.receipts import holder
from services.intake.rules import KindNotOffered, NameNeeded, RefusedAtTheDoor, UnknownCode
from services.intake.submit import receipt_json, submit
from services.intake.view import Erased, as_json, view
from shared.access import rule as access
from shared.blobs.check import REFUSED
from shared.kit.action import here_now
from shared.kit.session import Session
from shared.web.files import disposition
from shared.web.forms import asked as fields_of
from shared.web.i18n import current_language, translate
from shared.web.once import BadKey, KeyWithOtherBody, once
from shared.web.pages import etagged, page_of
from shared.web.rest import Doors, PageAsked, declares
from shared.workflow.engine import NotOffered

RECEIPT = "Lianxin-Receipt"

cases = Doors("cases", __name__, url_prefix="/api/v1/cases", description="Submit a case and follow it")
county = Doors("county", __name__, url_prefix="/api/v1", description="What a form needs to know")


def _holder(reference: str) -> Any:
    return holder(reference, request.headers.get(RECEIPT, ""), now=g.now)


@cases.post("")
@cases.arguments(schemas.NewCaseSchema())  # made once: a schema of this size takes longer to make than to apply
@cases.response(201, answers.Receipt)
@access.rule("anyone")
@declares(
    KindNotOffered,
    NameNeeded,
    UnknownCode,
    UnknownUpload,
    TooManyFiles,
    RefusedAtTheDoor,
    NothingLeft,
    KeyWithOtherBody,
    BadKey,
    takes=("Idempotency-Key",),
)
def submit_case(new: NewCase) -> dict[str, Any]:
    """Take a case in. 201: it is on disk; routing follows on its own. `Idempotency-Key` is honoured for 24 hours."""
    language = current_language()
    return once(lambda session: receipt_json(session, submit.within(session, new, now=g.now), language), now=g.now)


@cases.get("/<reference>")
@cases.response(200, answers.Case)
@access.rule("receipt")
@declares(Erased, takes=("If-None-Match",), gives=("ETag",))
def get_case(reference: str) -> Any:
    """Follow a case with the header `Lianxin-Receipt`. Wrong receipt and unknown reference are one and the same 404."""
    language = current_language()
    return etagged(as_json(view(_holder(reference), language, now=g.now), language))


@cases.post("/<reference>/steps/<step>")
@cases.arguments(schemas.StepSchema)
@cases.response(202, answers.AskedFor)
@access.rule("receipt")
@declares(
    *(NotOffered, ProposedAnew, UnknownUpload, TooManyFiles, KeyWithOtherBody, BadKey),
    takes=("Idempotency-Key",),
)
def ask(asked: dict[str, Any], reference: str, step: str) -> dict[str, str]:
    """Ask for a step that `offers` names: answer a question, withdraw, object. The timeline tells what came of it."""
    who = _holder(reference)

    def work(session: Session) -> dict[str, str]:
        blobs = tuple(asked["attachments"])
        ask_step.within(session, who, step.replace("-", " "), asked["inputs"], blobs, asked["to"], now=g.now)
        return {"step": step, "status": "asked"}

    return once(work, now=g.now)


@cases.post("/<reference>/parties")
@cases.arguments(schemas.InvitedSchema)
@cases.response(201, answers.Came)
@access.rule("receipt")
@declares(NoInvitation, KeyWithOtherBody, BadKey, takes=("Idempotency-Key",))
def join_case(asked: dict[str, Any], reference: str) -> dict[str, str]:
    """Use the one-time code of an invitation: the party gets a receipt of its own, shown this once.

    Wrong, unknown, used and ended are one and the same 404.
    """
    contact = {key: value for key, value in asked["contact"].items() if value}
    return come(reference, asked["code"], contact, asked["language"], now=g.now)


@cases.post("/uploads")
@cases.arguments(schemas.FileSchema, location="files")
@cases.response(201, answers.Upload)
@access.rule("anyone")
@declares(*REFUSED)
def upload_file(sent: dict[str, FileStorage]) -> dict[str, Any]:
    """Upload one file (field `file`) for a case that follows within a day; place and camera data are removed."""
    with closing(sent["file"]) as file:
        stored = upload(file.stream, file.filename or "", file.mimetype, now=g.now)
    return {
        "id": stored.blob,
        "type": stored.type,
        "size": stored.size,
        "name": stored.name,
        "stripped": list(stored.stripped),
    }


@cases.get("/<reference>/files/<blob>")
@cases.response(200)
@access.rule("receipt")
@declares(file=True)
def get_file(reference: str, blob: str) -> Response:
    """Give back a file of the case."""
    found = open_file(_holder(reference), blob)
    return Response(
        stream_with_context(found.chunks),
        mimetype=found.type,
        headers={"Content-Disposition": disposition(found.name), "Cache-Control": "private, no-store"},
    )


@county.get("/places")
@county.arguments(PageAsked, location="query")
@county.response(200, answers.Places)
@access.rule("anyone")
def get_places(asked: dict[str, Any]) -> dict[str, Any]:
    """List the county's places."""
    language = current_language()
    places = [
        {"code": place.code, "name": place.name(language), "level": place.level, "parent": place.parent}
        for place in here_now.get().here.county.places
    ]
    return page_of(places, asked["cursor"], asked["limit"], key="code")


@county.get("/mechanisms")
@county.response(200, answers.Mechanisms)
@access.rule("anyone")
def get_mechanisms() -> dict[str, Any]:
    """List what can be submitted here: mechanisms, their kinds and the fields of each."""
    here, language = here_now.get().here, current_language()
    categories = [{"code": one.code, "name": one.name(language)} for one in here.county.categories]
    items = [_described(mechanism, language) for mechanism in here.mechanisms.values() if not mechanism.retired]
    return {"items": items, "next": None, "categories": categories}


def _described(mechanism: Any, language: str) -> dict[str, Any]:
    return {
        "name": mechanism.name,
        "version": mechanism.version,
        "title": translate(language, mechanism.title),
        "hint": translate(language, mechanism.hint),
        "guides": list(mechanism.guides),
        "kinds": [
            {
                "name": name,
                "record": kind.record,
                "title": translate(language, kind.title),
                "hint": translate(language, kind.hint),
                "identity": list(kind.identity),
                "fields": _fields(kind, language),
            }
            for name in mechanism.kinds
            if (kind := mechanism.kind(name)) is not None and kind.offered
        ],
    }


def _fields(kind: Any, language: str) -> list[dict[str, Any]]:
    declared = kind.details.asked() if kind.details else {}
    return [
        {
            "name": one.name,
            "title": one.label,
            "hint": one.hint,
            "type": one.draw,
            "required": one.required,
            "max": one.max or None,
            "seen": declared[one.name].seen,
            "options": dict(one.options),
        }
        for one in fields_of(kind.details)
    ]
