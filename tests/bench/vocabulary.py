"""Words as frequent as in a language: few of them make up most of a text (Zipf, with Mandelbrot's shift)."""

import random
from functools import cached_property
from itertools import accumulate

WORDS = 40_000
# Of ten words of newspapers about seven have two characters, two have three or more, one has one.
LENGTHS, SHARES = (1, 2, 3, 4), (0.12, 0.7, 0.12, 0.06)
OF_WORDS, OF_CHARACTERS = 10, 30  # Mandelbrot's shift: the commonest word is in every third case


class Vocabulary:
    """Words in the order of how frequent they are, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - a sample, no secret
        common = [*_common()]
        chance.shuffle(common)
        weights = _zipf(len(common), OF_CHARACTERS)
        found: dict[str, None] = {}
        while len(found) < WORDS:
            (length,) = chance.choices(LENGTHS, SHARES)
            found["".join(chance.choices(common, cum_weights=weights, k=length))] = None
        self.words = [*found]
        self._weights = _zipf(WORDS, OF_WORDS)

    def text(self, chance: random.Random, words: int) -> str:
        """Give a text of so many words, with a comma after some and a full stop at its end."""
        chosen = chance.choices(self.words, cum_weights=self._weights, k=words)
        return "，".join("".join(chosen[at : at + 7]) for at in range(0, words, 7)) + "。"

    @cached_property
    def pairs(self) -> list[str]:
        """Give the words of two characters, the commonest first."""
        return [word for word in self.words if len(word) == 2]


def _common() -> str:
    """Give the 3,755 characters of the first level of GB 2312: those that everybody writes."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", errors="ignore") for code in codes)


def _zipf(many: int, shift: int) -> list[float]:
    return [*accumulate(1 / (rank + shift) for rank in range(1, many + 1))]
