"""What lists and answers share: cursors over sorted lists, ETags, keyset cursors over queries."""

import base64
import hashlib
import json
from collections.abc import Sequence
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
        (last,) = read_cursor(cursor, 1)
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


def read_cursor(cursor: str, size: int) -> list[Any]:
    """Give the sort key of a cursor that `write_cursor` made; raises `BadCursor`."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise BadCursor(field="cursor") from error
    if not isinstance(values, list) or len(values) != size:
        raise BadCursor(field="cursor")
    return values


def etagged(body: dict[str, Any], tag: str | None = None) -> Response:
    """Answer JSON with an ETag, or 304 where the caller has it already."""
    response: Response = jsonify(body)
    response.set_etag(tag or hashlib.sha256(response.get_data()).hexdigest()[:24])
    response.make_conditional(request)
    return response
