"""Case keys: 32 random bytes each; text is sealed with XChaCha20-Poly1305, bound to its case."""

import base64

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.utils import random

KEY_SIZE = 32
NONCE_SIZE = 24


class KeyGone(Exception):  # noqa: N818 - a state: erased, or never arrived
    """The key of a case is not here."""


def new_case_key() -> bytes:
    """Make a key."""
    return bytes(random(KEY_SIZE))


def seal(key: bytes, text: str, *, context: str) -> str:
    """Seal text; `context` (the case id) must be given again to open it."""
    return base64.urlsafe_b64encode(lock(key, text.encode(), context.encode())).decode()


def open_sealed(key: bytes, token: str, *, context: str) -> str:
    """Open sealed text; raises `nacl.exceptions.CryptoError` where key, token or context don't belong together."""
    return unlock(key, base64.urlsafe_b64decode(token), context.encode()).decode()


def lock(key: bytes, content: bytes, context: bytes) -> bytes:
    """Encrypt bytes; the nonce stands in front."""
    nonce = bytes(random(NONCE_SIZE))
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(content, context, nonce, key)


def unlock(key: bytes, locked: bytes, context: bytes) -> bytes:
    """Decrypt what `lock` made."""
    return crypto_aead_xchacha20poly1305_ietf_decrypt(locked[NONCE_SIZE:], context, locked[:NONCE_SIZE], key)
