"""The words of a mechanism: every msgid it shows, and which of them have no Chinese."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from shared.workflow.declare import Latest
from shared.workflow.engine import first_line, reason
from shared.workflow.mechanism import Mechanism
from shared.workflow.schema import Schema

CATALOG = Path("locale") / "zh" / "LC_MESSAGES" / "messages.po"
COMMON = Path(__file__).parent / CATALOG


def msgids(mechanism: Mechanism) -> list[str]:
    """Give every English text a mechanism shows, each once, in the order of its declaration."""
    return list(dict.fromkeys(word for word in _words(mechanism) if word))


def _words(mechanism: Mechanism) -> Iterator[str]:
    yield from (mechanism.title, mechanism.hint, *mechanism.says)
    for name in mechanism.kinds:
        kind = mechanism.kind(name)
        if kind is not None:
            yield from (kind.title, kind.hint)
            yield from _of_schema(kind.details)
    yield from (party.title for party in mechanism.parties)
    for letter in mechanism.writes.values():
        yield from (letter.title, letter.remedy)
    for step in mechanism.workflow.steps:
        yield from (step.label, reason(step) if step.guard and step.guard.__doc__ else "")
        yield from (first_line(fits) for _, fits in step.fitting if fits.__doc__)
        yield from _of_schema(step.asks)
        yield step.counts or ""
        if isinstance(step.outcome, str):
            yield mechanism.outcome_title(step.outcome)
        if isinstance(step.outcome, Latest):
            yield from map(mechanism.outcome_title, step.outcome.of.values())
    for guide in mechanism.guides.values():
        yield from guide.words
    for register in mechanism.registers:
        yield register.title
        yield from _of_schema(register.entry)


def _of_schema(schema: type[Schema] | None) -> Iterator[str]:
    for field in schema.shown().values() if schema else ():
        yield from (getattr(field, "title", ""), getattr(field, "hint", ""))
        yield from getattr(field, "options", {}).values()


def missing_translations(mechanism: Mechanism, folder: Path) -> list[str]:
    """Give a sentence for each text without Chinese, in the mechanism's catalog or the one all share."""
    try:
        known = _known(folder / CATALOG) | _common()
    except PoFileError as error:
        return [f"{CATALOG.as_posix()} can't be read ({error}); mend it"]
    except UnicodeDecodeError:
        return [f"{CATALOG.as_posix()} is not in UTF-8; save it in UTF-8"]
    return [
        f"“{word}” has no Chinese; add it to {CATALOG.as_posix()}" for word in msgids(mechanism) if word not in known
    ]


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return _known(COMMON)


def _known(path: Path) -> frozenset[str]:
    """Give the msgids that have a finished translation; a fuzzy or empty one counts as none."""
    if not path.is_file():
        return frozenset()
    with path.open("rb") as source:
        catalog = read_po(source, locale="zh", abort_invalid=True)
    return frozenset(str(message.id) for message in catalog if message.id and message.string and not message.fuzzy)
