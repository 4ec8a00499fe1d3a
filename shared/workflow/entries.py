"""A choice among the entries of a register of the mechanism: who is in it travels with the offer of the step."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.errors import Invalid
from shared.workflow.case import Case
from shared.workflow.schema import Schema, Seen, Text

Choices = Mapping[str, Sequence[tuple[str, str]]]  # field: (key, as people read it) of each entry that may be chosen


class Entry(Text):
    """The key of one active entry of a register that the mechanism declares."""

    def __init__(
        self, register: str, *, seen: Seen | None = None, title: str = "", hint: str = "", required: bool = True
    ) -> None:
        super().__init__(seen=seen, title=title, hint=hint, max=64, long=False, required=required)
        self.register = register


class Entries(fields.List[Any]):
    """Keys of at most `most` entries, each once; none where nobody is chosen.

    `lines` names a field of a catalogue's entries: chosen are lines of it, of the entry with which the case began.
    """

    def __init__(
        self,
        register: str,
        *,
        most: int,
        lines: str = "",
        seen: Seen | None = None,
        title: str = "",
        hint: str = "",
    ) -> None:
        number = validate.Length(None, most, error="Choose at most {max}.")
        super().__init__(Text(max=64, long=False, required=True), required=False, validate=number)
        self.seen, self.title, self.hint, self.most, self.register = seen, title, hint, most, register
        self.lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        keys = super()._deserialize(value, attr, data, **kwargs)
        if len(set(keys)) < len(keys):
            raise ValidationError("Choose each once.")
        return keys


def entries_asked(schema: type[Schema] | None) -> dict[str, str]:
    """Give the registers of whose entries a form lets one choose, by field."""
    asked = schema.asked() if schema else {}
    return {name: one.register for name, one in asked.items() if isinstance(one, Entry | Entries)}


def must_be_entered(schema: type[Schema] | None, given: Mapping[str, Any], choices: Choices) -> None:
    """Raise `Invalid` at a field that names what is not among its choices."""
    for name in entries_asked(schema):
        said = given.get(name) or ()
        keys = {said} if isinstance(said, str) else set(said)
        if not keys <= {key for key, _ in choices.get(name, ())}:
            raise Invalid({name: ["Choose one of the options."]})


def chosen_entry(case: Case, field: str) -> str | None:
    """Give the key that a field of that name named last, whichever step asked it; None where nobody named one."""
    said = (done.inputs[field] for done in reversed(case.history) if done.inputs.get(field))
    return next((str(one) for one in said), None)
