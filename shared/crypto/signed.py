"""Short-lived signed tokens: Ed25519 over JSON. Who has the public key can check; only directory can make them."""

import base64
import json
from datetime import datetime
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey


def sign(key: SigningKey, content: dict[str, Any], until: datetime) -> str:
    """Make a token that holds `content` and ends at `until`."""
    body = json.dumps({**content, "until": int(until.timestamp())}, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(key.sign(body)).decode().rstrip("=")


def verify(key: VerifyKey, token: str, now: datetime) -> dict[str, Any] | None:
    """Give a token's content; None where it is forged, damaged or over."""
    content = read_signed(key, token)
    return content if content is not None and int(content["until"]) > now.timestamp() else None


def read_signed(key: VerifyKey, token: str) -> dict[str, Any] | None:
    """Give a genuine token's content even where it is over; None where it is forged or damaged."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        content = json.loads(key.verify(raw))
    except (BadSignatureError, ValueError):
        return None
    return content if isinstance(content, dict) and "until" in content else None
