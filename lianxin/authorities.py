"""The certificate authorities that services trust: the system's, and those a county's office dropped into a folder."""

import ssl
from pathlib import Path

from shared.errors import StartError

SYSTEM = Path("/etc/ssl/certs/ca-certificates.crt")
DROPPED = Path("/etc/lianxin/certificates")


def authorities(dropped: Path, system: Path = SYSTEM) -> str:
    """Give all certificates in one text (PEM). Raises `StartError` that names every file that is none."""
    found = {path: path.read_bytes() for path in (system, *sorted(dropped.glob("*.crt"))) if path.exists()}
    if problems := [path.name for path, content in found.items() if not _is_pem(content)]:
        raise StartError(*(f"{name}: this is no certificate in PEM; convert it: openssl x509" for name in problems))
    return "".join(f"{content.decode('ascii').rstrip()}\n" for content in found.values())


def _is_pem(content: bytes) -> bool:
    try:
        ssl.create_default_context(cadata=content.decode("ascii"))
    except (UnicodeDecodeError, ssl.SSLError):
        return False
    return True
