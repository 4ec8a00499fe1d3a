"""Text as a person reads and counts it: what can't be shown is refused, an emoji of a whole family is one character."""

import re
import unicodedata
from typing import Any

from marshmallow import ValidationError, validate

# Unicode's control characters (but for line end and tab) and halves of surrogate pairs.
UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
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
