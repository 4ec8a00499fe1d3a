"""What an oracle says."""

from collections.abc import Iterator
from dataclasses import dataclass

Wrong = Iterator[tuple[str, str]]  # the case's id (empty where none is meant), and a sentence


@dataclass(frozen=True)
class Finding:
    """Something that can't be true: which oracle says so, about which case, in a sentence."""

    oracle: str
    case: str
    what: str
