"""The services' master keys in one encrypted file, kept apart from every backup of the rows they open.

The code that opens it is printed once: 160 random bits, so nobody needs to think of a good one.
"""

import base64
import json
import os
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from nacl.exceptions import CryptoError

from shared.crypto.case_key import lock, unlock
from shared.crypto.keyring import Keyring
from shared.crypto.receipt import ALPHABET, LOOKS_LIKE
from shared.errors import StartError

FORMAT = 1
CHARACTERS = 32  # of 5 bits each
CONTEXT = b"lianxin-keys"


def key_file(home: Path, service: str) -> Path:
    """Give where a service's master key lies in its home."""
    return home / "keys" / f"{service}.key"


def public_of(path: Path) -> str | None:
    """Give the public key (base64) of the keyring in a file, or None where there is no file."""
    return base64.b64encode(Keyring(path.read_bytes()).public).decode() if path.exists() else None


def save_keys(homes: Mapping[str, Path], file: Path) -> str:
    """Write the keys of services, encrypted, from each one's home; gives the code that opens the file."""
    paths = {service: key_file(home, service) for service, home in homes.items()}
    if missing := [service for service, path in paths.items() if not path.exists()]:
        raise StartError(f"{', '.join(missing)}: there is no key yet; start the deployment once")
    code = "".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS))
    masters = json.dumps({service: path.read_bytes().hex() for service, path in paths.items()})
    content = {
        "format": FORMAT,
        "services": {service: public_of(path) for service, path in paths.items()},
        "sealed": base64.b64encode(lock(_key_of(code), masters.encode(), CONTEXT)).decode(),
    }
    _write_new(file, json.dumps(content, indent=1).encode())
    return "-".join(code[start : start + 4] for start in range(0, CHARACTERS, 4))


def load_keys(file: Path, code: str, homes: Mapping[str, Path]) -> Sequence[str]:
    """Put saved keys into the services' homes; gives whose. A key that is there already must be the same."""
    masters = _open(file, code)
    if unknown := sorted(set(masters) - set(homes)):
        raise StartError(f"{file} holds keys of {', '.join(unknown)}, unknown to this release; install a later one")
    for service, master in masters.items():
        path = key_file(homes[service], service)
        if path.exists() and path.read_bytes() != master:
            raise StartError(f"{path} holds another key; nothing is replaced: move it away first, or empty the volume")
    for service, master in masters.items():
        path = key_file(homes[service], service)
        if not path.exists():
            _write_new(path, master)
    return sorted(masters)


def _open(file: Path, code: str) -> dict[str, bytes]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        sealed = base64.b64decode(content["sealed"], validate=True)
        masters = json.loads(unlock(_key_of(_plain(code)), sealed, CONTEXT))
    except OSError as error:
        raise StartError(f"{file} can't be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise StartError(f"{file} is no file of keys, or it is damaged; take another copy") from error
    except CryptoError as error:
        raise StartError(f"the code does not open {file}; type it as it was printed") from error
    return {service: bytes.fromhex(master) for service, master in masters.items()}


def _plain(typed: str) -> str:
    """Give the code from how somebody typed it."""
    letters = unicodedata.normalize("NFKC", typed).upper().translate(LOOKS_LIKE)
    return "".join(letter for letter in letters if letter in ALPHABET)


def _key_of(code: str) -> bytes:
    return blake2b(code.encode(), digest_size=32, person=CONTEXT).digest()


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise StartError(f"{path} can't be written ({error.strerror}); name another place") from error
    with os.fdopen(handle, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
