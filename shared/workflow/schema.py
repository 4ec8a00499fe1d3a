"""What a step or a kind asks. Every field says `seen`: who may read it; a field without it stops the start."""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Literal, Self

from marshmallow import RAISE, ValidationError, fields, validate, validates_schema
from marshmallow import Schema as Marshmallow

from shared.workflow.characters import Characters, clean
from shared.workflow.guide import Guided

Seen = Literal["public", "parties", "self", "handler", "sealed"]

SEEN_BY: Mapping[str, frozenset[str]] = {
    "public": frozenset({"public"}),
    "parties": frozenset({"public", "parties"}),
    "handler": frozenset({"public", "parties", "self", "handler"}),
    "author": frozenset({"public", "parties", "self"}),
    "registrar": frozenset({"public", "parties", "self", "handler", "sealed"}),
}


class Schema(Marshmallow):
    """A form and an API body in one: unknown fields are refused, order is the order of the form.

    `was` is what the step asked in an earlier release: nobody is asked that any more, but what was said stays readable.
    """

    was: ClassVar[type["Schema"] | None] = None

    class Meta:
        """Strict at the door."""

        unknown = RAISE

    @validates_schema
    def _guided(self, given: Mapping[str, Any], **_: Any) -> None:
        for name, one in self.fields.items():
            if isinstance(one, Guided):
                one.fits(given, name)
            if isinstance(one, Day):
                one.is_needed(given, name)
            if isinstance(one, Text) and one.without and not (given.get(name) or given.get(one.without)):
                raise ValidationError({name: ["Write it here, or choose above."]})

    @classmethod
    @cache
    def made(cls) -> Self:
        """Give the one instance of this schema; making one takes longer than applying it."""
        return cls()

    @classmethod
    def asked(cls) -> dict[str, fields.Field[Any]]:
        """Give the fields by name, in form order."""
        return cls.made().fields

    @classmethod
    def shown(cls) -> dict[str, fields.Field[Any]]:
        """Give the fields by name that a record may hold: what is asked, and what was asked once."""
        return {**(cls.was.shown() if cls.was else {}), **cls.asked()}

    @classmethod
    def visible(cls, inputs: Mapping[str, Any], viewer: str) -> dict[str, Any]:
        """Give the part of `inputs` (JSON-ready) that a viewer (`public|parties|handler|author|registrar`) may read."""
        return {
            name: inputs[name]
            for name, field in cls.shown().items()
            if name in inputs and getattr(field, "seen", None) in SEEN_BY[viewer]
        }


class Text(fields.String):
    """Text of at most `max` characters; `long` draws a text area. Emoji and rare characters are kept.

    `without` names a field of the same form: where that one says nothing, this one must.
    """

    def __init__(
        self,
        *,
        seen: Seen | None = None,
        max: int = 2_000,  # noqa: A002 - the word a declaration reads best with
        title: str = "",
        hint: str = "",
        long: bool | None = None,
        required: bool = False,
        without: str = "",
        **more: Any,
    ) -> None:
        super().__init__(required=required, validate=Characters(max, 1 if required else None), **more)
        self.seen, self.title, self.hint, self.max, self.without = seen, title, hint, max, without
        self.long = max > 200 if long is None else long  # noqa: PLR2004 - a line on paper

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = clean(super()._deserialize(value, attr, data, **kwargs) or "")
        if "\n" in text and not self.long:
            raise ValidationError("Write it on one line.")
        return text


class Choice(fields.String):
    """One of `options` (value to title, both English; titles are msgids)."""

    def __init__(
        self,
        options: Mapping[str, str],
        *,
        seen: Seen | None = None,
        title: str = "",
        hint: str = "",
        required: bool = True,
        **more: Any,
    ) -> None:
        one_of = validate.OneOf(list(options), error="Choose one of the options.")
        super().__init__(required=required, validate=one_of, **more)
        self.seen, self.title, self.hint, self.options = seen, title, hint, dict(options)


class Day(fields.Date):
    """A local date, ISO in JSON; a form of a step says which days it takes.

    `past`: from the day on which the case was received to today. `ahead`: after today, within ten years. `whenever`:
    any day, and why. `needed_for` names a choice of the same form and its options with which the day can't be left out.
    """

    def __init__(
        self,
        *,
        seen: Seen | None = None,
        title: str = "",
        hint: str = "",
        required: bool = True,
        past: bool = False,
        ahead: bool = False,
        whenever: str = "",
        needed_for: tuple[str, tuple[str, ...]] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(required=required and needed_for is None, **more)
        self.seen, self.title, self.hint, self.needed_for = seen, title, hint, needed_for
        self.past, self.ahead, self.whenever = past, ahead, whenever

    def is_needed(self, given: Mapping[str, Any], name: str) -> None:
        """Refuse a form that chose what needs this day, and leaves it out."""
        choice, options = self.needed_for or ("", ())
        if given.get(choice) in options and not given.get(name):
            raise ValidationError({name: ["Name the day: this answer promises something."]})


class Number(fields.Integer):
    """A whole number between `least` and `most`."""

    def __init__(
        self,
        *,
        seen: Seen | None = None,
        least: int = 0,
        most: int = 10**12,
        title: str = "",
        hint: str = "",
        required: bool = True,
        **more: Any,
    ) -> None:
        between = validate.Range(least, most, error="Write a number between {min} and {max}.")
        super().__init__(required=required, strict=False, validate=between, **more)
        self.seen, self.title, self.hint = seen, title, hint


class Flag(fields.Boolean):
    """Yes or no."""

    def __init__(self, *, seen: Seen | None = None, title: str = "", hint: str = "", **more: Any) -> None:
        super().__init__(required=False, load_default=False, **more)
        self.seen, self.title, self.hint = seen, title, hint


class UnitRef(fields.String):
    """A unit's code; the form offers the units of the county."""

    def __init__(
        self, *, seen: Seen | None = None, title: str = "", hint: str = "", required: bool = True, **more: Any
    ) -> None:
        super().__init__(required=required, validate=Characters(64, None), **more)
        self.seen, self.title, self.hint = seen, title, hint


class CaseRef(Text):
    """The reference of another case; only a case that the staff member may see is taken, and shown again."""

    def __init__(self, *, seen: Seen | None = None, title: str = "", hint: str = "", **more: Any) -> None:
        super().__init__(seen=seen, title=title, hint=hint, max=24, long=False, required=True, **more)


class Names(fields.List[Any]):
    """People by name, each once, at most `most`: a list in JSON, one on a line of a form."""

    def __init__(
        self,
        *,
        most: int,
        seen: Seen | None = None,
        title: str = "",
        hint: str = "",
        required: bool = False,
        **more: Any,
    ) -> None:
        number = validate.Length(1 if required else None, most, error=f"Name at most {most}.")
        super().__init__(Text(max=64, long=False, required=True), required=required, validate=number, **more)
        self.seen, self.title, self.hint, self.most = seen, title, hint, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        names = super()._deserialize(value, attr, data, **kwargs)
        if twice := {at: ["This name is there twice."] for at, name in enumerate(names) if name in names[:at]}:
            raise ValidationError(twice)
        return names
