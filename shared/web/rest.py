"""A service's REST doors: bodies read strictly, and each door declares what it refuses, takes and gives.

Whatever can be derived (sign-in, receipt, body, lists) is not declared: `shared.web.openapi` knows it from the door.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from flask import Request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict

from shared.errors import Invalid, Refusal
from shared.web.body import NotJson, read_json

F = TypeVar("F", bound=Callable[..., Any])
MARK = "rest_door"
EVERYWHERE = frozenset({"lang"})  # the language, which any address takes


@dataclass(frozen=True)
class Declared:
    """What a door says about itself: refusals of its own, header parameters, headers of the answer, whether a file.

    `file` may name its only type.
    """

    refuses: tuple[type[Refusal], ...] = ()
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    file: bool | str = False


def declares(
    *refuses: type[Refusal], takes: tuple[str, ...] = (), gives: tuple[str, ...] = (), file: bool | str = False
) -> Callable[[F], F]:
    """Declare a door's own refusals, the headers it reads and gives, and whether it answers with a file."""

    def mark(view: F) -> F:
        setattr(view, MARK, Declared(refuses, takes, gives, file))
        return view

    return mark


def declared(view: Any) -> Declared:
    """Give what a door declared; nothing where it didn't."""
    return getattr(view, MARK, Declared())


def means(description: str, example: Any = None, **more: Any) -> dict[str, Any]:
    """Describe a field for the documentation: what it is, and an example."""
    return {"description": description, **({"examples": [example]} if example is not None else {}), **more}


class Asked(Schema):
    """What a caller sends: an unknown field is refused."""

    class Meta:
        """Strict at the door."""

        unknown = RAISE


class Answer(Schema):
    """What we send: every field is there each time, and no other."""

    class Meta:
        """Said so in the document."""

        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Require each field."""
        field_obj.required = True


class PageAsked(Asked):
    """Where a page of a list begins, and how long it is."""

    cursor = fields.String(
        load_default="",
        validate=validate.Length(max=200, error="Write at most {max} characters."),
        metadata=means("What `next` of the page before gave; without it the list begins."),
    )
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(1, 200, error="Write a number between {min} and {max}."),
        metadata=means("How many items a page has at most.", 50),
    )


NEXT = means("Send it as `cursor` to get the next page; null at the end.", "WyJxaC1saXVoZSJd")


class StrictParser(FlaskParser):
    """Reads bodies and queries, and answers in the one error shape."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}  # noqa: RUF012

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Give the JSON document of the body."""
        if req.mimetype != "application/json":
            raise NotJson(wanted="application/json")
        return read_json(req.get_data(cache=True))

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """Give the query without the language."""
        own = MultiDict([(name, value) for name, value in req.args.items(multi=True) if name not in EVERYWHERE])
        return self._makeproxy(own, schema)

    def load_files(self, req: Request, schema: Schema) -> Any:
        """Give the files of a form."""
        if req.mimetype != "multipart/form-data":
            raise NotJson(wanted="multipart/form-data")
        errors = {name: ["Unknown field."] for name in req.form if name not in schema.fields}
        errors |= {name: ["Send one file at a time."] for name in req.files if len(req.files.getlist(name)) > 1}
        if errors:
            raise Invalid(errors)
        return self._makeproxy(req.files, schema)

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **_: Any) -> NoReturn:
        """Name each field with a sentence."""
        found: dict[str, Any] = {}
        for messages in error.messages_dict.values():
            found |= messages if isinstance(messages, dict) else {"": messages}
        raise Invalid(found) from error


class Doors(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A group of REST doors."""

    ARGUMENTS_PARSER = StrictParser()
