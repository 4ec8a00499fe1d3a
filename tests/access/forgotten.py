"""The planted bug of the access tests: whom a case bars is asked nowhere."""

from typing import Any

from sqlalchemy import ColumnElement, true

from services.routing import listed, worklist
from shared.access import cases


def forget_bars(monkeypatch: Any) -> None:
    """Let nobody be barred, and questions that are made once be made anew: they hold who is barred."""
    for room in (cases, listed):
        monkeypatch.setattr(room, "not_barred", nobody_is_barred)
    for made in ("_counted", "_listed"):
        monkeypatch.setattr(worklist, made, getattr(worklist, made).__wrapped__)


def nobody_is_barred(_names: object, _case: object) -> ColumnElement[bool]:
    return true()
