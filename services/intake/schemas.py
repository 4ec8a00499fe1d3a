"""The bodies of intake's API, strict: an unknown field is an error that names it."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate

from services.intake.submit import NewCase
from shared.workflow.schema import Text

LONGEST_TITLE = 120
LONGEST_TEXT = 5_000
CODE = validate.Length(min=1, max=64)


class Strict(Schema):
    """Unknown fields are refused."""

    class Meta:
        """Strict at the door."""

        unknown = RAISE


class ContactSchema(Strict):
    """How to reach the person; every field may be left out."""

    name = Text(max=64, long=False)
    phone = Text(max=32, long=False)
    email = Text(max=254, long=False)
    address = Text(max=200, long=False)

    @staticmethod
    def plausible(values: dict[str, str]) -> dict[str, list[str]]:
        """Give a sentence for each field that can't be right."""
        errors = {}
        digits = [c for c in values.get("phone", "") if c.isdigit()]
        if values.get("phone") and not 7 <= len(digits) <= 15:  # noqa: PLR2004 - E.164
            errors["phone"] = ["Write the telephone number in full: a mobile number has 11 digits."]
        name, at, host = values.get("email", "").partition("@")
        if values.get("email") and not (name and at and "." in host and " " not in host):
            errors["email"] = ["Write the e-mail address in full, such as name@example.com."]
        return errors


class AboutSchema(Strict):
    """Whom the case is about: units and posts by code, or free text."""

    units = fields.List(fields.String(validate=CODE), load_default=list, validate=validate.Length(max=10))
    posts = fields.List(fields.String(validate=CODE), load_default=list, validate=validate.Length(max=10))
    text = Text(max=1_000)

    @pre_load
    def _plain_text(self, data: Any, **_: Any) -> Any:
        return {"text": data} if isinstance(data, str) else data


class NewCaseSchema(Strict):
    """What `POST /api/v1/cases` takes."""

    mechanism = fields.String(required=True, validate=CODE)
    kind = fields.String(required=True, validate=CODE)
    title = Text(required=True, max=LONGEST_TITLE, long=False)
    text = Text(required=True, max=LONGEST_TEXT)
    place = fields.String(validate=CODE, allow_none=True)
    category = fields.String(validate=CODE, allow_none=True)
    contact = fields.Nested(ContactSchema, allow_none=True)
    about = fields.Nested(AboutSchema, allow_none=True)
    addressed_to = fields.String(validate=CODE, allow_none=True)
    identity = fields.String(
        validate=validate.OneOf(("verified", "claimed", "anonymous"), error="Choose one of the options.")
    )
    attachments = fields.List(fields.String(validate=CODE), validate=validate.Length(max=10))
    details = fields.Dict(keys=fields.String())
    language = fields.String(validate=validate.OneOf(("zh", "en")))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewCase:
        return new_case(data)


def new_case(data: dict[str, Any]) -> NewCase:
    """Make the submission from checked values; raises `ValidationError` where the contact can't be right.

    Without a word about identity it is claimed where a name is given, else anonymous. Nobody is verified by saying
    so: what says `verified` from outside is kept as claimed until an office has seen a document.
    """
    contact = {key: value for key, value in (data.get("contact") or {}).items() if value}
    if errors := ContactSchema.plausible(contact):
        raise ValidationError({"contact": errors})
    about = data.get("about") or {}
    identity = data.get("identity") or ("claimed" if contact.get("name") else "anonymous")
    return NewCase(
        mechanism=data["mechanism"],
        kind=data["kind"],
        title=data["title"],
        text=data["text"],
        place=data.get("place") or None,
        category=data.get("category") or None,
        contact=contact,
        about_units=tuple(about.get("units", ())),
        about_posts=tuple(about.get("posts", ())),
        about=about.get("text", ""),
        addressed_to=data.get("addressed_to") or None,
        identity="claimed" if identity == "verified" else identity,
        attachments=tuple(data.get("attachments", ())),
        details=data.get("details") or {},
        channel=data.get("channel", "api"),
        language=data.get("language", "zh"),
    )


class PromiseSchema(Schema):
    """A date with its explanation."""

    rule = fields.String()
    title = fields.String()
    due = fields.String(metadata={"format": "date"})
    due_at = fields.String(metadata={"format": "date-time"})
    status = fields.String()
    explanation = fields.String()
    working_days_left = fields.Integer()


class ReceiptSchema(Schema):
    """What `POST /api/v1/cases` gives: `receipt` is shown this once."""

    reference = fields.String()
    receipt = fields.String()
    identity = fields.String()
    handled_outside = fields.Boolean(metadata={"description": "True where this deployment has no desk."})
    promises = fields.List(fields.Nested(PromiseSchema))


class LineSchema(Schema):
    """One line of a timeline."""

    event = fields.String()
    at = fields.String(metadata={"format": "date-time"})
    text = fields.String()
    note = fields.String()
    letter = fields.Dict(allow_none=True)


class CaseSchema(Schema):
    """A case as its receipt holder sees it."""

    reference = fields.String()
    mechanism = fields.String()
    kind = fields.String()
    title = fields.String()
    received_at = fields.String(metadata={"format": "date-time"})
    phase = fields.String()
    outcome = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)
    handled_outside = fields.Boolean(metadata={"description": "True where this deployment has no desk."})
    offers = fields.List(fields.Dict())
    promises = fields.List(fields.Nested(PromiseSchema))
    timeline = fields.List(fields.Nested(LineSchema))
    files = fields.List(fields.Dict())


class AskedSchema(Strict):
    """What a resident's step needs: the step's own fields, and files."""

    inputs = fields.Dict(keys=fields.String(), load_default=dict)
    attachments = fields.List(fields.String(validate=CODE), load_default=list)


class UploadSchema(Schema):
    """A stored upload; `stripped` says what was taken out of it."""

    id = fields.String()
    type = fields.String()
    size = fields.Integer()
    name = fields.String()
    stripped = fields.List(fields.String())


class PlaceSchema(Schema):
    """A place a case may be about."""

    code = fields.String()
    name = fields.String()
    level = fields.String()
    parent = fields.String(allow_none=True)


class CursorSchema(Strict):
    """Where a page of a list begins, and how long it is."""

    cursor = fields.String(load_default="", validate=validate.Length(max=200))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))
