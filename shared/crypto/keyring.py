"""A service's own keys, all derived from one master key in one file: wrapping, box, hashing, signing."""

import os
from hashlib import blake2b
from pathlib import Path

from nacl.bindings import crypto_box_seal, crypto_box_seal_open, crypto_scalarmult_base
from nacl.signing import SigningKey
from nacl.utils import random

from shared.crypto.case_key import lock, unlock
from shared.errors import StartError

MASTER_SIZE = 32
PERSON_SIZE = 16


class Keyring:
    """Keys by purpose. Losing the file loses every sealed text of this service; it is backed up apart from the data."""

    def __init__(self, master: bytes) -> None:
        if len(master) != MASTER_SIZE:
            raise StartError(f"the master key must be {MASTER_SIZE} bytes; restore the right file from the backup")
        self._master = master
        self._derived: dict[str, bytes] = {}
        self._wrapping = self.derive("wrap")
        self._box = self.derive("box")
        self.public = crypto_scalarmult_base(self._box)
        self.signing = SigningKey(self.derive("sign"))
        self.verifies = bytes(self.signing.verify_key)

    @classmethod
    def open(cls, path: Path) -> "Keyring":
        """Read the master key from a file; make it, readable by its owner only, where there is none yet."""
        try:
            return cls(path.read_bytes())
        except FileNotFoundError:
            return cls(_make(path))

    @classmethod
    def ephemeral(cls) -> "Keyring":
        """Make a keyring that lives as long as the process."""
        return cls(bytes(random(MASTER_SIZE)))

    def derive(self, purpose: str) -> bytes:
        """Give the 32-byte key for a purpose; the same for ever for the same master key."""
        if purpose not in self._derived:
            person = purpose.encode().ljust(PERSON_SIZE, b"\0")
            self._derived[purpose] = blake2b(b"", key=self._master, digest_size=32, person=person).digest()
        return self._derived[purpose]

    def wrap(self, content: bytes, context: bytes) -> bytes:
        """Encrypt something small for this service's own rows, bound to `context`."""
        return lock(self._wrapping, content, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt what `wrap` made; raises `nacl.exceptions.CryptoError` where the context differs."""
        return unlock(self._wrapping, wrapped, context)

    def open_sealed(self, sealed: bytes) -> bytes:
        """Open what another service sealed to this one."""
        return bytes(crypto_box_seal_open(sealed, self.public, self._box))

    def digest(self, purpose: str, *parts: str) -> bytes:
        """Give a keyed hash of some words; the parts can't run into each other."""
        content = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
        return blake2b(content, key=self.derive(purpose), digest_size=32).digest()


def _make(path: Path) -> bytes:
    master = bytes(random(MASTER_SIZE))
    path.parent.mkdir(parents=True, exist_ok=True)
    # Exclusive: of two processes that start at once, one makes the key and the other reads it.
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as target:
        target.write(master)
        target.flush()
        os.fsync(target.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return master


def seal_to(public: bytes, content: bytes) -> bytes:
    """Seal something to a service that has told this public key; nobody else can open it, the sender neither."""
    return bytes(crypto_box_seal(content, public))
