"""Identifiers from the seed, so that a journal replays: nothing here guards anything, the home is thrown away."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


@contextmanager
def seeded_ids(seed: int) -> Iterator[None]:
    """Draw every id, reference and receipt of this process from the seed instead of the machine's entropy.

    What is encrypted still differs: libsodium asks the machine by itself.
    """
    dice = random.Random(f"ids {seed}")  # noqa: S311 - that they can be foretold is the point
    drawn: dict[str, Any] = {
        "token_hex": lambda size=32: dice.randbytes(size).hex(),
        "token_bytes": lambda size=32: dice.randbytes(size),
        "token_urlsafe": lambda size=32: dice.randbytes(size).hex(),
        "randbits": dice.getrandbits,
        "randbelow": dice.randrange,
        "choice": dice.choice,
    }
    with patch.multiple(secrets, **drawn):
        yield
