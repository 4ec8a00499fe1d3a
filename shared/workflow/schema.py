"""What a step or a kind asks. Every field says `seen`: who may read it; a field without it stops the start."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Self

from marshmallow import RAISE, ValidationError, fields, validate
from marshmallow import Schema as Marshmallow

# Unicode's control characters (but for line end and tab) and halves of surrogate pairs.
UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

Seen = Literal["public", "parties", "self", "handler", "sealed"]

SEEN_BY: Mapping[str, frozenset[str]] = {
    "public": frozenset({"public"}),
    "parties": frozenset({"public", "parties"}),
    "handler": frozenset({"public", "parties", "self", "handler"}),
    "author": frozenset({"public", "parties", "self"}),
}


class Schema(Marshmallow):
    """A form and an API body in one: unknown fields are refused, order is the order of the form."""

    class Meta:
        """Strict at the door."""

        unknown = RAISE

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
    def visible(cls, inputs: Mapping[str, Any], viewer: str) -> dict[str, Any]:
        """Give the part of `inputs` (JSON-ready) that a viewer (`public|parties|handler|author`) may read."""
        return {
            name: inputs[name]
            for name, field in cls.asked().items()
            if name in inputs and getattr(field, "seen", None) in SEEN_BY[viewer]
        }


def clean(text: str) -> str:
    """Give text in NFC with plain line ends; refuses NUL and control characters, keeps everything else."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if UNSHOWN.search(plain):
        raise ValidationError("The text holds a character that can't be shown. Type it again instead of pasting it.")
    return plain.strip()


class Text(fields.String):
    """Text of at most `max` characters; `long` draws a text area. Emoji and rare characters are kept."""

    def __init__(
        self,
        *,
        seen: Seen | None = None,
        max: int = 2_000,  # noqa: A002 - the word a declaration reads best with
        title: str = "",
        hint: str = "",
        long: bool | None = None,
        required: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(required=required, validate=_length(max, required), **more)
        self.seen, self.title, self.hint, self.max = seen, title, hint, max
        self.long = max > 200 if long is None else long  # noqa: PLR2004 - a line on paper

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return clean(super()._deserialize(value, attr, data, **kwargs) or "")


def _length(longest: int, required: bool) -> validate.Length:
    return validate.Length(
        min=1 if required else None,
        max=longest,
        error="Write between {min} and {max} characters." if required else "Write at most {max} characters.",
    )


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
    """A local date, ISO in JSON."""

    def __init__(
        self, *, seen: Seen | None = None, title: str = "", hint: str = "", required: bool = True, **more: Any
    ) -> None:
        super().__init__(required=required, **more)
        self.seen, self.title, self.hint = seen, title, hint


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
        super().__init__(required=required, strict=False, validate=validate.Range(least, most), **more)
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
        super().__init__(required=required, validate=validate.Length(max=64), **more)
        self.seen, self.title, self.hint = seen, title, hint
