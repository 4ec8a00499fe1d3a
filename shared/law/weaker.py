"""A county's own rule, held against the shipped law: what would take away from what its text gives."""

import unicodedata
from collections.abc import Iterator
from datetime import date

from shared.law.packs import Rules
from shared.law.rule import Rule

NEVER_WEAKER = "local promises may be stricter, never weaker than the law"
AS_SHIPPED = ("unit", "start", "calendar", "at_least", "extends")
STATE = "中华人民共和国"  # a law is called with it or without


def weaker(own: Rule, shipped: Rules) -> Iterator[str]:
    """Give a sentence where a county's rule would take away what the shipped law, read in its text, gives."""
    law = _extended(own, shipped)
    if law is not None and _protects(law, own):
        yield f"{own.id}: {NEVER_WEAKER}; {_source(law)} knows no such extension of {law.id}: leave the rule out"
    law = _replaced(own, shipped)
    if law is None:
        return
    yield from (f"{own.id}: {line}" for line in _back_in_time(own))
    if _protects(law, own) and (wrong := list(_differences(own, law))):
        yield f"{own.id}: {NEVER_WEAKER}; {_source(law)} says {', '.join(wrong)}: keep to it"


def stands_alone(own: Rule, shipped: Rules) -> Iterator[str]:
    """Say that a county's rule stands as another law beside or instead of a shipped one, and is not held against it."""
    for law in (_replaced(own, shipped), _extended(own, shipped)):
        if law is not None and law.confidence == "V" and not _protects(law, own):
            counts = f"{own.quantity} {own.unit}, where {_source(law)} says {law.quantity} {law.unit}"
            yield f"{own.id} ({own.pack}) stands as another law: {_source(own)}, {counts}"


def _replaced(own: Rule, shipped: Rules) -> Rule | None:
    return shipped.on(own.id, own.effective_from) if own.id in set(shipped) else None


def _extended(own: Rule, shipped: Rules) -> Rule | None:
    new = own.extends in set(shipped) and own.id not in set(shipped)
    return shipped.on(str(own.extends), own.effective_from) if new else None


def _protects(law: Rule, own: Rule) -> bool:
    """Tell whether a shipped rule binds the county here; another law that was read in its text stands for itself."""
    return law.confidence == "V" and (own.local or _called(own.law) == _called(law.law))


def _called(law: str) -> str:
    """Give a law's name without marks, blanks and the state's name: they make no other law of it."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", law).casefold() if sign.isalnum())
    return plain.removeprefix(STATE)


def _source(law: Rule) -> str:
    return f"{law.law} {law.article}".strip()


def _back_in_time(own: Rule) -> Iterator[str]:
    """Refuse a version for days before its pack was there: cases of those days began under another one."""
    try:
        there = date.fromisoformat(own.version)
    except ValueError:
        yield f"version {own.version} is no day, and this replaces a shipped rule; write it as 2026-11-01"
        return
    if own.effective_from < there:
        yield f"begins on {own.effective_from}, before its pack of {there}; give that day or a later one"


def _differences(own: Rule, law: Rule) -> Iterator[str]:
    """Name what the law says and a local version leaves: more days of an office, or fewer of a resident's."""
    yield from (f"{name} {getattr(law, name)}" for name in AS_SHIPPED if getattr(own, name) != getattr(law, name))
    if own.roll != law.roll:
        yield f"roll {law.roll} (a county chooses it under [rolls] of its file, and says so)"
    fewer_is_weaker = law.at_least or law.owner == "citizens_right"
    if own.quantity < law.quantity if fewer_is_weaker else own.quantity > law.quantity:
        yield f"{'at least' if fewer_is_weaker else 'at most'} {law.quantity} {law.unit}"
    if own.owner != law.owner and (law.right or own.owner != "local_promise"):
        yield f"owner {law.owner}"
    if more := sorted(set(own.excludes) - set(law.excludes)):
        yield f"no pause for {' or '.join(more)}"
    if own.excludes and law.pause_basis == "practice" and own.pause_basis == "law":
        yield "pause_basis practice"
    if law.publish and not own.publish:
        yield "publish true"
