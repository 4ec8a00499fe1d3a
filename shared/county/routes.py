"""Routes as rows hold them: in one canonical form, with the digest by which people and processes name them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from hashlib import sha256
from typing import Any

from shared.county.structure import Route

ASKED = frozenset(one.name for one in fields(Route))
SHORT = 12  # characters of a digest, where a person reads or types it


def written(routes: Iterable[Route]) -> list[dict[str, Any]]:
    """Give routes as plain values, without what they leave open, in one order: no two may tie, so it means nothing."""
    return sorted(map(_plain, routes), key=_canonical)


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Route, ...]:
    """Read back what `written` gave; a route that asks what this release doesn't know is left out.

    Without what it asks it would take cases that are not its own.
    """
    known = (row for row in rows if row.keys() <= ASKED)
    return tuple(Route(**{**row, "co_handlers": tuple(row.get("co_handlers", ()))}) for row in known)


def unread(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Give the routes that `read` leaves out, as they are written."""
    return [_canonical(row) for row in rows if not row.keys() <= ASKED]


def digest_of(routes: Iterable[Route]) -> str:
    """Give the digest of routes; the same ones in another order have the same."""
    return sha256(_canonical(written(routes)).encode()).hexdigest()


def _plain(route: Route) -> dict[str, Any]:
    asked = {one.name: getattr(route, one.name) for one in fields(route)}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asked.items()
        if value not in (None, ())
    }


def _canonical(values: Any) -> str:
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
