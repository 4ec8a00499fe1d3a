"""Logs: JSON lines, a correlation id from the request to the last consumer, and an allow-list of fields.

A field that is not on the list is dropped, so that nothing personal gets into a log by a hasty keyword.
"""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from traceback import extract_tb
from typing import Any

import structlog
from structlog.contextvars import (
    bind_contextvars,
    clear_contextvars,
    get_contextvars,
    merge_contextvars,
    reset_contextvars,
)

ALLOWED = frozenset({
    "event", "level", "timestamp", "logger", "exception", "exc_info", "correlation", "service", "error", "reason",
    "fact", "type", "size", "timer", "subject", "endpoint", "status", "method", "took_ms", "count", "queue", "role",
    "mechanism", "extension_point", "port", "address", "seconds", "template", "channel", "attempt", "command",
})  # fmt: skip


def only_allowed(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list."""
    return {key: value for key, value in event.items() if key in ALLOWED}


def without_content(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say where an exception and its causes came from and of which type they are, never their own words.

    These may quote a resident, and a database's error quotes the whole row.
    """
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_places(error))
    return event


def _places(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _places(before)
        yield "which led to:"
    for frame in extract_tb(error.__traceback__):  # without the lines of code, which may name what they hold
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    yield type(error).__qualname__


def configure(*, json: bool = True, level: int = logging.INFO) -> None:
    """Set logging up for this process; logs go to stderr."""
    last: Any = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_content,
            only_allowed,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def begin(correlation: str | None) -> None:
    """Start a new story in this thread: every line and every fact of it bears the id."""
    clear_contextvars()
    if correlation:
        bind_contextvars(correlation=correlation)


@contextmanager
def story(correlation: str | None) -> Iterator[None]:
    """Let what happens inside belong to a story that began elsewhere; afterwards the thread is in its own again."""
    outer = bind_contextvars(correlation=correlation) if correlation else {}
    try:
        yield
    finally:
        reset_contextvars(**outer)


def correlation() -> str | None:
    """Give the id of the story this thread is in."""
    found = get_contextvars().get("correlation")
    return str(found) if found else None
