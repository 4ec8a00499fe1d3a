"""References, receipts, invitations: what a person takes home, written to be read aloud and typed on a phone."""

import secrets
import unicodedata

from shared.crypto.keyring import Keyring

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
BITS = 40
DIGITS = 16
INVITED = 15  # characters of an invitation, five bits each
LOOKS_LIKE = str.maketrans("ILOU", "110V")
PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 29)


def new_reference(county: str) -> str:
    """Make a reference such as `QH-7K4M-9T2P-C`: county, 40 random bits, a check character."""
    return reference_of(county, secrets.randbits(BITS))


def reference_of(county: str, number: int) -> str:
    """Give the reference that a number of 40 bits makes."""
    body = "".join(ALPHABET[(number >> shift) & 31] for shift in range(BITS - 5, -1, -5))
    return f"{county}-{body[:4]}-{body[4:]}-{_check(body)}"


def normalise_reference(typed: str) -> str | None:
    """Give the reference as it is kept, from how somebody typed it; None where it can't be one."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isascii() and c.isalnum())
    county, rest = plain[:-9], plain[-9:].translate(LOOKS_LIKE)
    if len(rest) != 9 or not county.isalpha() or any(c not in ALPHABET for c in rest):  # noqa: PLR2004 - 8 and a check
        return None
    return f"{county}-{rest[:4]}-{rest[4:8]}-{rest[8]}" if _check(rest[:8]) == rest[8] else None


def _check(body: str) -> str:
    """Weight each place by an odd prime: a single wrong character always shows, and most swaps do."""
    return ALPHABET[sum(ALPHABET.index(c) * prime for c, prime in zip(body, PRIMES, strict=False)) % 32]


def new_receipt() -> str:
    """Make a receipt code of 16 digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def normalise_receipt(typed: str) -> str | None:
    """Give the 16 digits from how somebody typed them (spaces, hyphens, full-width); None where they can't be one."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isdigit() and c.isascii())
    return digits if len(digits) == DIGITS else None


def new_invitation() -> str:
    """Make an invitation code of 75 random bits, in groups of five characters such as `7K4M9-2TPCA-XW03D`."""
    number = secrets.randbits(INVITED * 5)
    body = "".join(ALPHABET[(number >> shift) & 31] for shift in range(INVITED * 5 - 5, -1, -5))
    return "-".join(body[at : at + 5] for at in range(0, INVITED, 5))


def normalise_invitation(typed: str) -> str | None:
    """Give an invitation code as it is kept, from how somebody typed it; None where it can't be one."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isascii() and c.isalnum())
    code = plain.translate(LOOKS_LIKE)
    return code if len(code) == INVITED and set(code) <= set(ALPHABET) else None


def invitation_hash(keyring: Keyring, reference: str, code: str) -> bytes:
    """Give the keyed hash under which an invitation is kept."""
    return keyring.digest("invitation", reference, code)


def receipt_hash(keyring: Keyring, reference: str, receipt: str) -> bytes:
    """Give the keyed hash under which a receipt is kept."""
    return keyring.digest("receipt", reference, receipt)
