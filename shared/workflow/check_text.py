"""What a mechanism's forms, registers and letters say: every field has readers, no field judges a person."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from jinja2 import Environment, TemplateSyntaxError, meta

from shared.workflow.mechanism import Mechanism
from shared.workflow.schema import Schema, Seen

HOMES = ("intake", "routing", "notification", "disclosure", "supervision", "directory")

# The words that routing puts into every letter; any other would fail when the head has already signed.
LETTER_WORDS = frozenset(
    (
        *("county", "unit", "kind", "reference", "number", "title", "day", "party", "outcome", "facts", "opinion"),
        *("legal_basis", "reasons", "summary", "notice", "road", "remedy", "basis", "promises"),
        *("hearing_day", "hours", "room", "participants", "record", "answers", "instead", "days_to_object", "by_when"),
        *("plan", "code", "offices", "papers"),
    )
)

# No field may record how risky, quiet or watched a person is (MECHANISMS: people who petition are safe, 1).
# Compared without case, spaces and underscores.
FORBIDDEN = (
    *("risklevel", "riskscore", "riskgrade", "riskrating", "stability", "controllevel", "controlperson"),
    *("personcontrol", "personundercontrol", "keyperson", "keypeople", "troublemaker", "blacklist", "watchlist"),
    *("维稳", "稳控", "稳定风险", "重点人", "风险等级", "管控人员", "人员管控", "黑名单", "缠访", "闹访"),
)


def forms(mechanism: Mechanism) -> dict[str, type[Schema]]:
    """Give every schema by the place where it is asked: kinds, then steps, then registers."""
    kinds = {name: mechanism.kind(name) for name in mechanism.kinds}
    found = {f"kind {name}": kind.details for name, kind in kinds.items() if kind and kind.details}
    found |= {f"step {step.name}": step.asks for step in mechanism.workflow.steps if step.asks}
    return found | {f"register {one.name}": one.entry for one in mechanism.registers}


def field_problems(mechanism: Mechanism) -> Iterator[str]:
    """Find fields that nobody may see, and fields that judge a person."""
    for place, schema in forms(mechanism).items():
        for name, field in schema.shown().items():
            if getattr(field, "seen", None) not in get_args(Seen):
                yield f"{place}: the field {name} does not say who may see it; add seen="
            if judges(name, getattr(field, "title", ""), *_options(field)):
                yield f"{place}: the field {name} judges a person; remove it, no case may record that"


def _options(field: Any) -> Iterator[str]:
    for value, title in getattr(field, "options", {}).items():
        yield from (value, title)


def judges(*words: str) -> bool:
    """Tell whether one of the words speaks of a person's risk, stability or control, however it is spelt."""
    plain = ("".join(filter(str.isalnum, unicodedata.normalize("NFKC", word).lower())) for word in words)
    return any(forbidden in word for word in plain for forbidden in FORBIDDEN)


def register_problems(mechanism: Mechanism) -> Iterator[str]:
    """Find registers that no service would keep, or that count by a field their entries lack."""
    for register in mechanism.registers:
        if register.home not in HOMES:
            yield f"register {register.name}: its home {register.home} is no service; choose among {', '.join(HOMES)}"
        for name in filter(None, (register.unique, register.capacity)):
            if name not in register.entry.asked():
                yield f"register {register.name}: {name} is no field of its entries; add it or mend the name"


def letter_problems(mechanism: Mechanism, folder: Path) -> Iterator[str]:
    """Find letters without a template, and templates that could not be written out when the letter is signed."""
    for letter in mechanism.letters:
        path = folder / "templates" / f"{letter}.txt"
        if path.is_file():
            yield from _template_problems(path, invites=letter in mechanism.invitations)
        else:
            yield f"the letter {letter} has no template; write templates/{letter}.txt"
        courtesy = path.with_suffix(".en.txt")
        if courtesy.is_file():
            yield from _template_problems(courtesy, invites=letter in mechanism.invitations)
    signs = Counter(one.sign for one in mechanism.writes.values())
    yield from (f"{n} letters have the sign {sign}; give each kind its own" for sign, n in signs.items() if n > 1)
    for name in mechanism.writes.keys() - set(mechanism.letters):
        yield f"no step writes the letter {name}; mend its name under writes or remove it"


def _template_problems(path: Path, *, invites: bool) -> Iterator[str]:
    name = f"templates/{path.name}"
    try:
        parsed = Environment(autoescape=False).parse(path.read_text(encoding="utf-8"))  # noqa: S701 - nothing is rendered
    except UnicodeDecodeError:
        yield f"{name} is not in UTF-8; save it in UTF-8"
    except TemplateSyntaxError as error:
        yield f"{name} can't be read (line {error.lineno}: {error.message}); mend it"
    else:
        words = meta.find_undeclared_variables(parsed)
        if invites != ("code" in words):
            wanted = "has no {{ code }}, without which nobody can come" if invites else "has a code, and invites nobody"
            yield f"{name} {wanted}; mend the template, or say at its step whom it invites"
        for word in sorted(words - LETTER_WORDS):
            yield f"{name} uses {word}, which no letter is given; choose among its words or drop it"
