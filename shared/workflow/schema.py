"""What a step or a kind asks. Every field says `seen`: who may read it; a field without it stops the start."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Self

from marshmallow import RAISE, ValidationError, fields, validate, validates_schema
from marshmallow import Schema as Marshmallow

from shared.workflow.guide import Guided

# Unicode's control characters (but for line end and tab) and halves of surrogate pairs.
UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

Seen = Literal["public", "parties", "self", "handler", "sealed"]

SEEN_BY: Mapping[str, frozenset[str]] = {
    "public": frozenset({"public"}),
    "parties": frozenset({"public", "parties"}),
    "handler": frozenset({"public", "parties", "self", "handler"}),
    "author": frozenset({"public", "parties", "self"}),
    "registrar": frozenset({"public", "parties", "self", "handler", "sealed"}),
}


class Schema(Marshmallow):
    """A form and an API body in one: unknown fields are refused, order is the order of the form."""

    class Meta:
        """Strict at the door."""

        unknown = RAISE

    @validates_schema
    def _guided(self, given: Mapping[str, Any], **_: Any) -> None:
        for name, one in self.fields.items():
            if isinstance(one, Guided):
                one.fits(given, name)

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
        """Give the part of `inputs` (JSON-ready) that a viewer (`public|parties|handler|author|registrar`) may read."""
        return {
            name: inputs[name]
            for name, field in cls.asked().items()
            if name in inputs and getattr(field, "seen", None) in SEEN_BY[viewer]
        }


# Marks that turn the direction of text around can make a name or a number read as another one. Left-to-right and
# right-to-left marks (U+200E, U+200F), which Uyghur needs, and the joiners of emoji stay.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
JOINER = "\u200d"
LONGEST_CHARACTER = 10  # code points; a family emoji with skin tones has so many


def unsayable(text: str) -> str | None:
    """Give the sentence (a msgid) that says why nobody can read this text; None where it is fine."""
    if UNSHOWN.search(text):
        return "The text holds a character that can't be shown. Type it again instead of pasting it."
    if TURNING.search(text):
        return "The text holds hidden marks that turn its direction around. Type it again instead of pasting it."
    return None


def clean(text: str) -> str:
    """Give text in NFC with plain line ends; refuses what `unsayable` names, keeps everything else."""
    if sentence := unsayable(text):
        raise ValidationError(sentence)
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def count_characters(text: str) -> int:
    """Count as a person counts: an emoji of a whole family is one, and so is a letter with its accents."""
    count, joined, flag = 0, False, False
    for character in text:
        regional = "\U0001f1e6" <= character <= "\U0001f1ff"
        if not (joined or _belongs_to_the_last(character) or (regional and flag)):
            count += 1
        joined, flag = character == JOINER, regional and not flag
    return count


def _belongs_to_the_last(character: str) -> bool:
    """Tell marks, variation selectors, joiners, skin tones and the letters of a flag's tag."""
    return (
        character == JOINER
        or unicodedata.category(character) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


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
        super().__init__(required=required, validate=Characters(max, 1 if required else None), **more)
        self.seen, self.title, self.hint, self.max = seen, title, hint, max
        self.long = max > 200 if long is None else long  # noqa: PLR2004 - a line on paper

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = clean(super()._deserialize(value, attr, data, **kwargs) or "")
        if "\n" in text and not self.long:
            raise ValidationError("Write it on one line.")
        return text


class Characters(validate.Length):
    """A length as a person counts it."""

    def __init__(self, most: int, least: int | None) -> None:
        wanted = "Write between {min} and {max} characters." if least else "Write at most {max} characters."
        super().__init__(min=least, max=most, error=wanted)
        self.most = most

    def __call__(self, value: Any) -> Any:
        """Refuse text that is too long or too short."""
        # The first test spares the counting, and no heap of accents counts as one letter.
        if len(value) > self.most * LONGEST_CHARACTER:
            raise ValidationError(self._format_error(value, self.error or ""))
        super().__call__("x" * count_characters(value))
        return value


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
    any day, and why.
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
        **more: Any,
    ) -> None:
        super().__init__(required=required, **more)
        self.seen, self.title, self.hint = seen, title, hint
        self.past, self.ahead, self.whenever = past, ahead, whenever


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
