"""A sample of every fact, made from its types: the same one every time."""

import dataclasses
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from shared.crypto.private import Sealed
from shared.facts.base import PREFIX, Envelope, Fact, write_fact
from shared.ids import FactId

HERE = Path(__file__).parent
RENEW = bool(os.environ.get("RENEW_FACTS"))
MOMENT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
CASE = "0123456789abcdef0123456789abcdef"
PLAIN = {
    str: "text",
    int: 7,
    datetime: MOMENT,
    date: MOMENT.date(),
    Any: "anything",
    Sealed: Sealed(case=CASE, token="c2VhbGVk"),
}


def sample(kind: type[Any]) -> Any:
    """Give a value of a dataclass with every field filled in, none as it would be by itself."""
    hints = get_type_hints(kind)
    return kind(
        **{
            item.name: item.default is not True if hints[item.name] is bool else value_of(hints[item.name])
            for item in dataclasses.fields(kind)
        }
    )


def value_of(hint: Any) -> Any:
    """Give a value of a field's type."""
    if hint in PLAIN:
        return PLAIN[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return PLAIN[Sealed] if Sealed in parts else value_of(parts[0])
    if origin is tuple:
        return (value_of(parts[0]),)
    if origin is dict:
        return {"key": value_of(parts[1])}
    return sample(hint)


def envelope_of(fact: Fact) -> Envelope:
    """Give the envelope in which the fact would travel."""
    return Envelope(
        id=FactId("01a199c5-3280-7000-8000-000000000001"),
        source=f"/counties/qinghe/services/{'intake' if fact.owner == 'any' else fact.owner}",
        type=fact.wire_type(),
        subject=fact.subject,
        time=MOMENT,
        seq=3,
        data=write_fact(fact),
        cause="01a199c5-3280-7000-8000-000000000000",
        correlation="a-story-of-a-test",
    )


def golden(kind: type[Fact]) -> Path:
    """Give the place of a fact's golden sample."""
    return HERE / "golden" / f"{kind.wire_type().removeprefix(f'{PREFIX}.')}.json"


def written(fact: Fact) -> str:
    """Give the sample's text: the envelope's bytes, made readable."""
    document = json.loads(envelope_of(fact).to_bytes())
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
