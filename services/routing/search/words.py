"""Text as it is searched: only letters and digits count, in one form. No row, no key and no clock is read here.

Two texts are compared by what is left of them: full-width forms become narrow, capitals small, spaces and marks are
gone. Traditional and simplified characters stay apart. A text is found by its pairs of neighbouring characters, where
three stand together that Latin is written with, or digits, by all three: pairs of those are in nearly every text.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

FEWEST = 2  # characters; one alone is in nearly every case
LONGEST = 60  # characters of a question that are looked at
AROUND = 24  # characters that are shown on each side of what was found


def folded(text: str) -> str:
    """Give the letters and digits of a text in one form."""
    if text.isascii():
        return "".join(filter(str.isalnum, text.lower()))
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(filter(str.isalnum, plain))


def asked_for(question: str) -> tuple[str, ...]:
    """Give what a text must hold, each part between two spaces for itself; nothing where it is too short to be sought.

    A part of one character narrows what the others find.
    """
    parts = tuple(dict.fromkeys(filter(None, map(folded, question[:LONGEST].split()))))
    return parts if any(len(part) >= FEWEST for part in parts) else ()


def found_by(text: str) -> Iterator[str]:
    """Give every word by which a folded text is found."""
    for start in range(len(text) - 1):
        yield text[start : start + 2]
        if _is_latin(three := text[start : start + 3]):
            yield three


def sought(part: str) -> Iterator[str]:
    """Give the words by which a folded part of a question is sought: those that the fewest texts have."""
    in_threes = {at for at in range(len(part) - 1) if _is_latin(part[at : at + 3])}
    for at in range(len(part) - 1):
        if at in in_threes:
            yield part[at : at + 3]
        elif at - 1 not in in_threes:
            yield part[at : at + 2]


def _is_latin(three: str) -> bool:
    return len(three) == 3 and three.isascii()  # noqa: PLR2004 - as it is called


def says(texts: Sequence[str], parts: Sequence[str]) -> bool:
    """Tell whether each part is somewhere in these folded texts; no part runs from one text into the next."""
    return all(any(part in text for text in texts) for part in parts)


def marked(text: str, parts: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Cut a text as it was written into pieces; True where a piece is what was sought."""
    plain, origin = _with_origin(text)
    inside = [False] * len(text)
    for part in parts:
        start = plain.find(part)
        while start >= 0:
            first, last = origin[start], origin[start + len(part) - 1]
            inside[first : last + 1] = [True] * (last + 1 - first)
            start = plain.find(part, start + len(part))
    cuts = [0, *(at for at in range(1, len(text)) if inside[at] != inside[at - 1]), len(text)]
    return tuple((text[one:two], inside[one]) for one, two in pairwise(cuts) if one < two)


def excerpt(texts: Sequence[str], parts: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Give what stands around the first of these texts' places that was sought, cut into pieces; empty without one."""
    for text in texts:
        pieces = marked(text, parts)
        first = next((number for number, (_, hit) in enumerate(pieces) if hit), None)
        if first is None:
            continue
        before = "".join(piece for piece, _ in pieces[:first])
        start = max(0, len(before) - AROUND)
        end = len(before) + len(pieces[first][0]) + AROUND
        shown = marked(text[start:end], parts)
        return (*((("…", False),) if start else ()), *shown, *((("…", False),) if end < len(text) else ()))
    return ()


def _with_origin(text: str) -> tuple[str, list[int]]:
    """Fold a text, and give for each character that is left where it stood.

    Character for character: a letter and an accent that was typed after it are not joined here, only not marked.
    """
    plain, origin = [], []
    for at, character in enumerate(text):
        left = folded(character)
        plain.append(left)
        origin += [at] * len(left)
    return "".join(plain), origin
