"""Routes as rows hold them: in one canonical form, with the digest by which people and processes name them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from hashlib import sha256
from typing import Any

from shared.county.structure import Route

SHORT = 12  # characters of a digest, where a person reads or types it


def written(routes: Iterable[Route]) -> list[dict[str, Any]]:
    """Give routes as plain values, without what they leave open, in one order: no two may tie, so it means nothing."""
    return sorted(map(_plain, routes), key=_canonical)


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Route, ...]:
    """Read back what `written` gave."""
    return tuple(Route(**{**row, "co_handlers": tuple(row.get("co_handlers", ()))}) for row in rows)


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
