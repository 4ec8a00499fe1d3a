"""What lists and answers share: cursors over sorted lists, ETags, keyset cursors over queries."""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Response, jsonify, request

from shared.errors import Refusal


class BadCursor(Refusal):
    """The cursor is not one of ours."""

    code = "bad-cursor"
    status = 400
    message = "This cursor is not valid."
    next_action = "Start again without a cursor."


def page_of(items: Sequence[dict[str, Any]], cursor: str, limit: int, *, key: str) -> dict[str, Any]:
    """Give a page of a list that is in memory; the cursor is the last item's key."""
    start = 0
    if cursor:
        (last,) = read_cursor(cursor, str)
        keys = [item[key] for item in items]
        if last not in keys:
            raise BadCursor(field="cursor")
        start = keys.index(last) + 1
    page = items[start : start + limit]
    more = start + limit < len(items)
    return {"items": page, "next": write_cursor(page[-1][key]) if more else None}


def write_cursor(*values: Any) -> str:
    """Make a cursor from the sort key of the last item."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: Callable[[str], Any]) -> tuple[str, ...]:
    """Give the sort key of a cursor that `write_cursor` made, as text. Raises `BadCursor`.

    Each part must be of its kind; a kind is what reads the part: `str`, `date.fromisoformat`, `moment`.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = json.loads(raw)
        for value, kind in zip(values, kinds, strict=True):
            kind(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadCursor(field="cursor") from error
    if not all(isinstance(value, str) and value.isprintable() for value in values):
        raise BadCursor(field="cursor")
    return tuple(values)


def moment(text: str) -> datetime:
    """Read a moment with its time zone. Raises `ValueError`."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return found


def etagged(body: dict[str, Any], tag: str | None = None) -> Response:
    """Answer JSON with an ETag, or 304 where the caller has it already.

    `tag` comes before the hash where a change must repeat it; the hash tells languages and days left apart.
    """
    response: Response = jsonify(body)
    digest = hashlib.sha256(response.get_data()).hexdigest()[:24]
    response.set_etag(f"{tag}.{digest}" if tag else digest)
    response.vary.update(("Accept-Language", "Authorization", "Lianxin-Receipt"))
    response.make_conditional(request)
    return response
