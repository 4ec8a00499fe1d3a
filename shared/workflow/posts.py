"""Several posts of the county, out of those that the case lets one choose."""

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.errors import Invalid
from shared.workflow.case import Case
from shared.workflow.declare import Chosen
from shared.workflow.schema import Schema, Seen, Text


class Posts(fields.List[Any]):
    """Posts by code, each once, between `least` and `most`; the form offers those that the case lets one choose.

    `among` names a field of posts of an earlier step: only those that were chosen there.
    """

    def __init__(
        self,
        *,
        least: int,
        most: int,
        among: Chosen | None = None,
        seen: Seen | None = None,
        title: str = "",
        hint: str = "",
    ) -> None:
        number = validate.Length(least, most, error="Choose as many as the question says.")
        super().__init__(Text(max=64, long=False, required=True), required=True, validate=number)
        self.seen, self.title, self.hint, self.most, self.among = seen, title, hint, most, among

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        codes = super()._deserialize(value, attr, data, **kwargs)
        if len(set(codes)) < len(codes):
            raise ValidationError("Choose each once.")
        return codes


class PostRef(Text):
    """A post of the county by code; the form offers those of the county file."""

    def __init__(self, *, seen: Seen | None = None, title: str = "", hint: str = "", required: bool = True) -> None:
        super().__init__(seen=seen, title=title, hint=hint, max=64, long=False, required=required)


class Visitors(Posts):
    """Posts that may go to the person: of the unit that has the case too, but nobody it is about, and no police."""


def asks_for_posts(schema: type[Schema] | None) -> bool:
    """Tell whether a form asks for posts."""
    return any(isinstance(one, Posts) for one in (schema.asked() if schema else {}).values())


def asks_for_visitors(schema: type[Schema] | None) -> bool:
    """Tell whether a form asks who goes to the person."""
    return any(isinstance(one, Visitors) for one in (schema.asked() if schema else {}).values())


def chosen_before(schema: type[Schema] | None, case: Case) -> tuple[str, ...]:
    """Give the posts that an earlier step chose and a form asks to choose among; none where it was taken otherwise."""
    asked = (one.among for one in (schema.asked() if schema else {}).values() if isinstance(one, Posts))
    return tuple(code for among in asked if among for code in case.said(str(among.step), among.field) or ())


def must_be_among(schema: type[Schema] | None, given: Mapping[str, Any], posts: Collection[str]) -> None:
    """Raise `Invalid` at a field that names a post which may not be chosen."""
    for name, one in (schema.asked() if schema else {}).items():
        if isinstance(one, Posts) and not set(given.get(name, ())) <= set(posts):
            raise Invalid({name: ["Choose among the posts of the list."]})
