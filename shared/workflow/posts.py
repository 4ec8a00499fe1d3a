"""Several posts of the county, out of those that the case lets one choose."""

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.errors import Invalid
from shared.workflow.schema import Schema, Seen, Text


class Posts(fields.List[Any]):
    """Posts by code, each once, between `least` and `most`; the form offers those that the case lets one choose."""

    def __init__(self, *, least: int, most: int, seen: Seen | None = None, title: str = "", hint: str = "") -> None:
        number = validate.Length(least, most, error="Choose as many as the question says.")
        super().__init__(Text(max=64, long=False, required=True), required=True, validate=number)
        self.seen, self.title, self.hint, self.most = seen, title, hint, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        codes = super()._deserialize(value, attr, data, **kwargs)
        if len(set(codes)) < len(codes):
            raise ValidationError("Choose each once.")
        return codes


def asks_for_posts(schema: type[Schema] | None) -> bool:
    """Tell whether a form asks for posts."""
    return any(isinstance(one, Posts) for one in (schema.asked() if schema else {}).values())


def must_be_among(schema: type[Schema] | None, given: Mapping[str, Any], posts: Collection[str]) -> None:
    """Raise `Invalid` at a field that names a post which may not be chosen."""
    for name, one in (schema.asked() if schema else {}).items():
        if isinstance(one, Posts) and not set(given.get(name, ())) <= set(posts):
            raise Invalid({name: ["Choose among the posts of the list."]})
