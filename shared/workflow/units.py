"""Several units of the county, each once: those that have a part in a case."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.workflow.schema import Seen, Text


class Units(fields.List[Any]):
    """Units by code, each once, between one and `most`; the form offers the units of the county."""

    def __init__(self, *, most: int, seen: Seen | None = None, title: str = "", hint: str = "") -> None:
        number = validate.Length(1, most, error="Choose as many as the question says.")
        super().__init__(Text(max=64, long=False, required=True), required=True, validate=number)
        self.seen, self.title, self.hint, self.most = seen, title, hint, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        codes = super()._deserialize(value, attr, data, **kwargs)
        if len(set(codes)) < len(codes):
            raise ValidationError("Choose each once.")
        return codes
