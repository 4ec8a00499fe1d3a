"""The words of a mechanism: every msgid it shows, and which of them have no Chinese."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

from shared.workflow.engine import reason
from shared.workflow.mechanism import Mechanism
from shared.workflow.schema import Schema

COMMON = Path(__file__).parent / "locale" / "zh" / "LC_MESSAGES" / "messages.po"


def msgids(mechanism: Mechanism) -> list[str]:
    """Give every English text a mechanism shows, each once, in the order of its declaration."""
    return list(dict.fromkeys(word for word in _words(mechanism) if word))


def _words(mechanism: Mechanism) -> Iterator[str]:
    yield from (mechanism.title, mechanism.hint)
    for name in mechanism.kinds:
        kind = mechanism.kind(name)
        if kind is not None:
            yield from (kind.title, kind.hint)
            yield from _of_schema(kind.details)
    yield from (party.title for party in mechanism.parties)
    for step in mechanism.workflow.steps:
        yield from (step.label, reason(step))
        yield from _of_schema(step.asks)


def _of_schema(schema: type[Schema] | None) -> Iterator[str]:
    for field in schema.asked().values() if schema else ():
        yield from (getattr(field, "title", ""), getattr(field, "hint", ""))
        yield from getattr(field, "options", {}).values()


def missing_translations(mechanism: Mechanism, folder: Path) -> list[str]:
    """Give a sentence for each text without Chinese in the mechanism's catalog or the common one."""
    own = _known(folder / "locale" / "zh" / "LC_MESSAGES" / "messages.po")
    known = own | _known(COMMON)
    return [
        f"“{word}” has no Chinese; add it to locale/zh/LC_MESSAGES/messages.po"
        for word in msgids(mechanism)
        if word not in known
    ]


@lru_cache
def _known(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    with path.open("rb") as source:
        catalog = read_po(source, locale="zh", abort_invalid=True)
    return frozenset(str(message.id) for message in catalog if message.id and message.string and not message.fuzzy)
