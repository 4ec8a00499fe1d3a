"""The bodies of intake's API, strict: an unknown field is an error that names it."""

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import ValidationError, fields, post_load, pre_load, validate, validates_schema

from services.intake.new_case import NewCase
from shared.web.rest import Asked, means
from shared.workflow.case import AGREED
from shared.workflow.characters import Characters
from shared.workflow.schema import Text

LONGEST_TITLE = 120
LONGEST_TEXT = 5_000
MOST_NAMED = 10
CODE = Characters(64, 1)
NAMED = validate.Length(max=MOST_NAMED, error="Name at most {max}.")
CHOOSE = "Choose one of the options."


class ContactSchema(Asked):
    """How to reach the person; every field may be left out."""

    name = Text(max=64, long=False, metadata=means("The person's name; not kept where identity is anonymous.", "周某"))
    phone = Text(max=32, long=False, metadata=means("A telephone number in full.", "13800000000"))
    email = Text(
        max=254, long=False, metadata=means("An e-mail address; what happens is told there.", "zhou@example.com")
    )
    address = Text(max=200, long=False, metadata=means("Where letters reach the person.", "石桥镇大洼村二组"))

    electronic = fields.Boolean(
        allow_none=True,
        metadata=means(
            "Letters may be served electronically. Needs a telephone or an e-mail address; can be taken back.",
            False,
        ),
    )

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
        if values.get(AGREED) and not (values.get("phone") or values.get("email")):
            errors[AGREED] = ["Give an e-mail address or a telephone number, where letters reach you."]
        return errors


class AboutSchema(Asked):
    """Whom the case is about: units and posts by code, free text, or both; a plain string is free text."""

    units = fields.List(
        fields.String(validate=CODE),
        validate=NAMED,
        metadata=means("Codes of units, from /api/v1/units.", ["water-bureau"]),
    )
    posts = fields.List(
        fields.String(validate=CODE), validate=NAMED, metadata=means("Codes of posts.", ["water-officer"])
    )
    text = Text(
        max=1_000,
        metadata=means(
            "In the person's own words. Nobody is found out by them: a complaint of conduct that names no code bars "
            "the unit it is addressed to and the one its category would go to.",
            "县水利局的值班人员",
        ),
    )

    @pre_load
    def _plain_text(self, data: Any, **_: Any) -> Any:
        return {"text": data} if isinstance(data, str) else data


class NewCaseSchema(Asked):
    """A case as somebody submits it. Required are `mechanism`, `kind`, `title` and `text`."""

    mechanism = fields.String(
        required=True, validate=CODE, metadata=means("A mechanism from /api/v1/mechanisms.", "petitions")
    )
    kind = fields.String(required=True, validate=CODE, metadata=means("One of its kinds.", "petition"))
    title = Text(
        required=True, max=LONGEST_TITLE, long=False, metadata=means("What it is about, on one line.", "自来水发黄")
    )
    text = Text(
        required=True,
        max=LONGEST_TEXT,
        metadata=means("What happened and what is wished for.", "三天了，水一直是黄的。"),
    )
    place = fields.String(
        validate=CODE, allow_none=True, metadata=means("Where: a code from /api/v1/places.", "qh-shiqiao-dawa")
    )
    category = fields.String(
        validate=CODE,
        allow_none=True,
        metadata=means(
            "What sort of matter: a code from /api/v1/mechanisms. Without it the fallback owner gets it.", "water"
        ),
    )
    contact = fields.Nested(ContactSchema, allow_none=True, metadata=means("How to reach the person."))
    about = fields.Nested(
        AboutSchema,
        allow_none=True,
        metadata=means(
            "Whom the case is about; a complaint of somebody's conduct needs it. Posts that it names, and their direct "
            "superiors, never see that complaint; of a unit of which it names no post, nobody does."
        ),
    )
    addressed_to = fields.String(
        validate=CODE,
        allow_none=True,
        metadata=means("The unit the person turns to, from /api/v1/units.", "water-bureau"),
    )
    identity = fields.String(
        validate=validate.OneOf(("verified", "claimed", "anonymous"), error=CHOOSE),
        metadata=means(
            "Without it: claimed where a name is given, else anonymous. Nobody is verified by saying so: `verified` is "
            "kept as claimed until an office has seen a document. The receipt says what was kept.",
            "claimed",
        ),
    )
    attachments = fields.List(
        fields.String(validate=CODE),
        validate=NAMED,
        metadata=means("Ids of files uploaded within a day; each belongs to one case.", []),
    )
    urgent = fields.Boolean(
        metadata=means("Somebody or something would come to harm by waiting; in danger to life call 110 first.", False)
    )
    details = fields.Dict(
        keys=fields.String(),
        metadata=means("The kind's own fields, from /api/v1/mechanisms.", {"request": "请检修管道。"}),
    )
    language = fields.String(
        validate=validate.OneOf(("zh", "en"), error=CHOOSE), metadata=means("In which language we write back.", "zh")
    )

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewCase:
        return new_case(data)


def new_case(data: dict[str, Any]) -> NewCase:
    """Make the submission from checked values; raises `ValidationError` where the contact can't be right.

    Without a word about identity it is claimed where a name is given, else anonymous; who stays anonymous leaves no
    name behind. Nobody is verified by saying so: what says `verified` from outside is kept as claimed until an office
    has seen a document.
    """
    contact = {key: "yes" if value is True else value for key, value in (data.get("contact") or {}).items() if value}
    if errors := ContactSchema.plausible(contact):
        raise ValidationError({"contact": errors})
    about = data.get("about") or {}
    identity = data.get("identity") or ("claimed" if contact.get("name") else "anonymous")
    if identity == "anonymous":
        contact.pop("name", None)
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
        urgent=data.get("urgent", False),
    )


class StepSchema(Asked):
    """What a step needs: the fields it asks, and files."""

    inputs = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata=means("The fields that the step asks.", {"reason": "已经修好了"}),
    )
    attachments = fields.List(
        fields.String(validate=CODE), load_default=list, validate=NAMED, metadata=means("Ids of uploaded files.", [])
    )
    to = fields.Integer(
        load_default=None,
        allow_none=True,
        metadata=means("The offer's `to`: what you agree to is what you read. Left out, the present proposal.", 0),
    )


class InvitedSchema(Asked):
    """What whoever was invited says: the code of the letter, and how to be reached."""

    code = fields.String(required=True, metadata=means("The one-time code in the letter.", "7K4M9-2TPCA-XW03D"))
    contact = fields.Nested(ContactSchema, load_default=dict, metadata=means("How to reach the party."))
    language = fields.String(
        load_default="zh",
        validate=validate.OneOf(("zh", "en"), error=CHOOSE),
        metadata=means("In which language we write to the party.", "zh"),
    )

    @validates_schema
    def _plausible(self, data: dict[str, Any], **_: Any) -> None:
        if errors := ContactSchema.plausible(data.get("contact") or {}):
            raise ValidationError({"contact": errors})


class FileSchema(Asked):
    """A form with one file."""

    file = Upload(
        required=True,
        error_messages={"required": "Choose a file."},
        metadata=means("A picture (JPEG, PNG, WebP, GIF), PDF, Word, Excel or plain text, at most 20 MB."),
    )
