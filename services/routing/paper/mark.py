"""What a letter carries so that it can be verified: a token nobody can guess, and the sum of its text."""

import hashlib
import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else on paper
LENGTH = 20  # of 31 characters each: 99 bits
GROUP = 5
SHOWN = 16  # characters of the sum that stand on the paper


def new_token() -> str:
    """Give a letter's token: it is in the address of the QR code and leads to nothing else."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_token(typed: str) -> str | None:
    """Give a token as it is kept, however it was typed; None for what can't be one."""
    token = "".join(typed.lower().replace("-", " ").split())
    return token if len(token) == LENGTH and set(token) <= set(ALPHABET) else None


def grouped(token: str) -> str:
    """Give a token in groups, as people read it out."""
    return "-".join(token[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def fingerprint(token: str, text: str) -> str:
    """Give the sum of a letter's text (hex). The token is in it: who hasn't the letter can't try what it may say."""
    return hashlib.sha256(f"{token}\n{text}".encode()).hexdigest()


def shown(digest: str) -> str:
    """Give the part of a sum that stands on the paper, to be compared by eye."""
    short = digest[:SHOWN].upper()
    return "-".join(short[at : at + 4] for at in range(0, SHOWN, 4))
