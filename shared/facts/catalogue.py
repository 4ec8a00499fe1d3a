"""The catalogue of facts as a page: who tells what, when, with which fields, how far it travels. Made from the code."""

import dataclasses
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any, get_type_hints

from shared.crypto.private import Private
from shared.facts import calendar, case, deadline, directory, outside, party, platform, publication, supervision
from shared.facts.base import Fact, Reach, type_registry

FILES = (case, party, deadline, calendar, publication, outside, directory, supervision, platform)
REACHES = {
    Reach.PUBLIC: "P, may reach the public record",
    Reach.INTERNAL: "I, internal",
    Reach.OUTSIDE: "O, outsiders only",
    Reach.JOURNAL: "J, journal only: numbered, never sent",
}
HEAD = """\
# The facts

Made from `shared/facts/`; a test fails when this page and the code differ, and `RENEW_FACTS=1 pytest tests/facts`
writes it again. The owner tells a fact, everybody else reads it. A field with `?` may be left out or empty; 🔒 is
private text, sealed under the key of its case. A version only ever gains fields that may be left out; any other change
is a new version.
"""


def shipped_facts() -> list[type[Fact]]:
    """Give our facts in the order of their files; what tests or mechanisms add is not among them."""
    names = [module.__name__ for module in FILES]
    return sorted(
        (kind for kind in type_registry.values() if kind.__module__ in names),
        key=lambda kind: (names.index(kind.__module__), list(type_registry).index(kind.wire_type())),
    )


def catalogue() -> str:
    """Write the page."""
    return "\n".join([HEAD, *(line for module in FILES for line in _section(module))])


def _section(module: ModuleType) -> Iterator[str]:
    yield f"## {module.__name__.rpartition('.')[2].capitalize()}\n"
    yield f"{(module.__doc__ or '').splitlines()[0]}\n"
    for kind in shipped_facts():
        if kind.__module__ == module.__name__:
            yield from _entry(kind)


def _entry(kind: type[Fact]) -> Iterator[str]:
    owner = "any service" if kind.owner == "any" else kind.owner
    yield f"### {kind.name} v{kind.version}\n"
    yield f"Told by {owner}. Reach: {REACHES[kind.reach]}.\n"
    yield " ".join((kind.__doc__ or "").split()) + "\n"
    fields = ", ".join(_fields(kind))
    yield f"Fields: {fields}.\n" if fields else "No fields beside its subject.\n"


def _fields(kind: type[Fact]) -> Iterable[str]:
    hints = get_type_hints(kind)
    for item in dataclasses.fields(kind):
        if item.name != "subject":
            optional = item.default is not dataclasses.MISSING or item.default_factory is not dataclasses.MISSING
            lock = " 🔒" if is_private(hints[item.name]) else ""
            yield f"`{item.name}`{'?' if optional else ''}{lock}"


def is_private(hint: Any) -> bool:
    """Tell whether a field's type speaks of private text, at any depth."""
    parts = getattr(hint, "__args__", ())
    return hint is Private or getattr(hint, "__origin__", None) is Private or any(is_private(part) for part in parts)
