"""The questions of a submission, one page each: which pages a kind has, and what each page's form says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from services.intake.drafts import Draft
from services.intake.new_case import NewCase
from services.intake.rules import WHOM_NEEDED
from services.intake.schemas import LONGEST_TEXT, LONGEST_TITLE, ContactSchema, new_case
from shared.kit.session import Here
from shared.web.forms import asked, errors_by_line, field_errors, read_form
from shared.workflow.case import AGREED
from shared.workflow.mechanism import Kind
from shared.workflow.schema import Schema, Text


class What(Schema):
    """The matter in the person's own words."""

    title = Text(
        seen="parties", title="What is it about?", hint="One line, such as: The street light at the bridge is broken",
        required=True, max=LONGEST_TITLE, long=False,
    )  # fmt: skip
    text = Text(
        seen="parties", title="What happened, and what do you wish for?",
        hint="When, where, what. Leave out ID numbers and bank cards.", required=True, max=LONGEST_TEXT,
    )  # fmt: skip


class Noted(Schema):
    """What staff record for the office."""

    title = Text(seen="handler", title="Heading", required=True, max=LONGEST_TITLE, long=False)
    text = Text(seen="handler", title="What is to be noted", required=True, max=LONGEST_TEXT)


class Whom(Schema):
    """Who it is about, in the person's own words, where no list has it."""

    about = Text(
        seen="handler",
        title="Who was it, as far as you know?",
        hint="A name, a counter, the day and hour: whatever helps to find out who it was. Words alone keep out only "
        "the office that you turned to and the one that your kind of matter would go to. If it was somebody of another "
        "one, choose that office above; if you named neither, the petition office reads this.",
        max=1_000,
    )


@dataclass(frozen=True)
class Question:
    """A page: its name in the address, and its heading (a msgid)."""

    name: str
    title: str


WHAT = Question("what", "What happened")
WHERE = Question("where", "Where is it?")
ABOUT = Question("about", "What kind of matter is it?")
WHOM = Question("whom", "Whom is it about?")
DETAILS = Question("details", "A few more questions")
FILES = Question("files", "Photos and documents")
YOU = Question("you", "May we know who you are?")
CHECK = Question("check", "Check your answers")


def questions(kind: Kind) -> tuple[Question, ...]:
    """Give a kind's pages in order; one that names nobody, or has no fields of its own, has no page for that."""
    whom = (WHOM,) if kind.names_somebody else ()
    details = (DETAILS,) if kind.details and kind.details.asked() else ()
    return (WHAT, WHERE, ABOUT, *whom, *details, FILES, YOU, CHECK)


def read(
    question: Question, kind: Kind, here: Here, form: MultiDict[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give a page's answers as typed and, in the reader's language, one error for each field that is not right."""
    readers = {
        "what": _read_what,
        "where": _read_where,
        "about": _read_about,
        "whom": _read_whom,
        "details": _read_details,
        "you": _read_you,
    }
    return readers[question.name](kind, here, form)


def _checked(schema: type[Schema], values: Mapping[str, Any]) -> dict[str, str]:
    try:
        schema().load(dict(values))
    except ValidationError as error:
        return errors_by_line(error.messages_dict)
    return {}


def _read_what(kind: Kind, here: Here, form: MultiDict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    typed = read_form(What, form)
    return typed, _checked(What, typed)


def _one_of(form: MultiDict[str, str], name: str, known: Mapping[str, Any], errors: dict[str, list[str]]) -> str:
    value = form.get(name, "")
    if value and value not in known:
        errors[name] = ["Choose one from the list."]
    return value


def _read_where(kind: Kind, here: Here, form: MultiDict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    errors: dict[str, list[str]] = {}
    return {"place": _one_of(form, "place", here.county.place_by_code, errors)}, field_errors(errors)


def _read_about(kind: Kind, here: Here, form: MultiDict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    errors: dict[str, list[str]] = {}
    values = {
        "category": _one_of(form, "category", here.county.category_by_code, errors),
        "addressed_to": _one_of(form, "addressed_to", here.county.unit_by_code, errors),
    }
    return values, field_errors(errors)


def _read_whom(kind: Kind, here: Here, form: MultiDict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    errors: dict[str, list[str]] = {}
    unit = _one_of(form, "about_unit", here.county.unit_by_code, errors)
    post = _one_of(form, "about_post", here.county.post_by_code, errors)
    typed = read_form(Whom, form)
    errors |= {name: [sentence] for name, sentence in _checked(Whom, typed).items()}
    if not errors and not (unit or post or typed.get("about")):
        errors["about_unit"] = [WHOM_NEEDED]
    named = {"units": [unit] if unit else [], "posts": [post] if post else [], "text": typed.get("about", "")}
    return {"about": named}, field_errors(errors)


def _read_details(kind: Kind, here: Here, form: MultiDict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    schema = kind.details or Schema
    typed = read_form(schema, form)
    return {"details": typed}, _checked(schema, typed)


def _read_you(kind: Kind, here: Here, form: MultiDict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    identity = form.get("identity", "")
    contact = {name: form.get(name, "").strip() for name in ("name", "phone", "email", "address")}
    contact[AGREED] = "yes" if form.get(AGREED) else ""
    values = {"identity": identity, "contact": contact}
    errors: dict[str, Any] = {}
    if identity not in kind.identity:
        errors["identity"] = ["Choose whether you give your name."]
    if identity == "claimed" and not contact["name"]:
        errors["name"] = ["Write your name, or choose to stay anonymous."]
    if identity == "anonymous":
        contact["name"] = ""
    try:
        ContactSchema().load({name: value for name, value in contact.items() if value})
    except ValidationError as error:
        errors.update(error.messages_dict)
    return values, field_errors(errors | ContactSchema.plausible(contact))


def whole(draft: Draft, kind: Kind, language: str, channel: str) -> NewCase:
    """Make the submission of a draft; raises `ValidationError` where the contact can't be right.

    What this kind doesn't ask stays behind: who changed the kind no longer sees it on any page.
    """
    own = kind.details.asked() if kind.details else {}
    given = {key: value for key, value in draft.answers.items() if value and (key != "about" or kind.names_somebody)}
    given["details"] = {name: value for name, value in given.get("details", {}).items() if name in own}
    return new_case(
        {
            **given,
            "mechanism": draft.mechanism,
            "kind": draft.kind,
            "title": given.get("title", ""),
            "text": given.get("text", ""),
            "attachments": [one["id"] for one in draft.files],
            "language": language,
            "channel": channel,
        }
    )


def missing(draft: Draft, kind: Kind) -> Question | None:
    """Give the first page that still needs an answer, or None."""
    answers = draft.answers
    if not answers.get("title") or not answers.get("text"):
        return WHAT
    if kind.names_somebody and not any(answers.get("about", {}).values()):
        return WHOM
    if kind.details and any(one.required and one.name not in answers.get("details", {}) for one in asked(kind.details)):
        return DETAILS
    return None if answers.get("identity") else YOU
