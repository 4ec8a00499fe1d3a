"""What a broker holds beside what it should: each difference is a sentence."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Key = Callable[[Mapping[str, Any]], tuple[str, ...]]


def _by(*names: str) -> Key:
    return lambda one: tuple(str(one[name]) for name in names)


# What makes an entry the same one, and which of its words have to agree.
PARTS: dict[str, tuple[Key, tuple[str, ...]]] = {
    "exchanges": (_by("name"), ("type", "durable", "arguments")),
    "queues": (_by("name"), ("durable", "arguments")),
    "bindings": (_by("source", "destination", "routing_key"), ()),
    "users": (_by("name"), ("password_hash",)),
    "permissions": (_by("user"), ("configure", "write", "read")),
    "topic_permissions": (_by("user", "exchange"), ("write", "read")),
    "policies": (_by("name"), ("pattern", "apply-to", "definition")),
}
# Left over, these let somebody read or write what the plan does not know of.
NOT_TO_BE_MORE = ("bindings", "users", "permissions", "topic_permissions")


def differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Give what is missing, what differs, and what should not be there; without wanted users none are judged."""
    for part, (key, words) in PARTS.items():
        right = {key(one): one for one in wanted[part]}
        real = {key(one): one for one in found.get(part, ())}
        for name, one in right.items():
            if name not in real:
                yield f"{part}: {' '.join(name)} is missing"
            else:
                yield from _unlike(part, name, words, one, real[name])
        if part in NOT_TO_BE_MORE and right:
            yield from (f"{part}: {' '.join(name)} should not be there" for name in real if name not in right)


def _unlike(
    part: str, name: tuple[str, ...], words: tuple[str, ...], right: Mapping[str, Any], real: Mapping[str, Any]
) -> Iterator[str]:
    for word in words:
        if real.get(word) != right[word]:
            shown = "" if part == "users" else f": {real.get(word)!r} instead of {right[word]!r}"
            yield f"{part}: {' '.join(name)} has another {word}{shown}"
