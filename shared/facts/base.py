"""What a fact is: one frozen dataclass, past tense, versioned; and its envelope, a CloudEvent.

A fact's bytes are made once, when its change commits, and are the same in journal, broker, proof and export.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, ClassVar

from cattrs import Converter
from cattrs.preconf.json import make_converter

from shared.crypto.private import Private, Sealed
from shared.ids import FactId

PREFIX = "org.lianxin"
CONTENT_TYPE = "application/cloudevents+json"
SPECVERSION = "1.0"
# Characters of an attribute: as the tables hold them, and for what stands in no table of its own.
LONGEST = {
    "id": 36,
    "source": 128,
    "subject": 128,
    "type": 96,
    "correlationid": 64,
    "causationid": 64,
    "traceparent": 64,
}
NEEDED = ("id", "source", "type", "subject", "time", "seq")
OTHERS = {"specversion", "data", "datacontenttype", "dataschema"}
ATTRIBUTES = LONGEST.keys() | {*NEEDED, *OTHERS}
ATTRIBUTE = re.compile("[a-z0-9]+")

type_registry: dict[str, type["Fact"]] = {}


class Reach(Enum):
    """How far a fact travels."""

    PUBLIC = "P"  # disclosure may derive a public fact from it
    INTERNAL = "I"  # services of this deployment
    OUTSIDE = "O"  # whoever listens at the public exchange; no service
    JOURNAL = "J"  # numbered and kept, never sent


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened to `subject` (a case, publication, register entry or unit); told by its owner only.

    Subclasses set `name` (`noun.verbed`), `version`, `reach` and `owner` (a service's name or `any`).
    """

    subject: str

    name: ClassVar[str]
    version: ClassVar[int] = 1
    reach: ClassVar[Reach] = Reach.INTERNAL
    owner: ClassVar[str] = "any"

    def __init_subclass__(cls, **extra: Any) -> None:
        """Register the type under its wire name; two facts of one name stop the import."""
        super().__init_subclass__(**extra)
        if "name" not in cls.__dict__:
            return
        if cls.wire_type() in type_registry:
            raise TypeError(f"two facts are called {cls.wire_type()}; rename one or raise its version")
        type_registry[cls.wire_type()] = cls

    @classmethod
    def wire_type(cls) -> str:
        """Give the CloudEvents type, such as `org.lianxin.case.submitted.v1`."""
        return f"{PREFIX}.{cls.name}.v{cls.version}"


@dataclass(frozen=True)
class Envelope:
    """A told fact: who, when, about what, why (`cause`), in which story (`correlation`), and its data as JSON."""

    id: FactId
    source: str
    type: str
    subject: str
    time: datetime
    seq: int
    data: dict[str, Any]
    cause: str | None = None
    correlation: str | None = None
    extra: dict[str, str] = field(default_factory=dict)
    _raw: bytes = field(default=b"", init=False, repr=False, compare=False)

    @property
    def service(self) -> str:
        """Give the telling service's name, the last word of the source."""
        return self.source.rsplit("/", 1)[-1]

    @property
    def routing_key(self) -> str:
        """Give `<service>.<noun>.<verb>.v<n>`, the key on the exchange of facts."""
        return routing_key(self.service, self.type)

    def to_bytes(self) -> bytes:
        """Give structured CloudEvents JSON: the bytes it was read from, or those the CloudEvents SDK would write."""
        return self._raw or self._written()

    def _written(self) -> bytes:
        attributes = {
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "dataschema": f"urn:lianxin:{self.type}",
            "seq": str(self.seq),
            **({"causationid": self.cause} if self.cause else {}),
            **({"correlationid": self.correlation} if self.correlation else {}),
            **self.extra,
            "specversion": SPECVERSION,
            "data": self.data,
        }
        return json.dumps(attributes).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Envelope":
        """Read what `to_bytes` wrote; raises `ValueError` (or a subclass) for anything else.

        By hand: the SDK takes ten times as long, and every fact is read at every receiver.
        """
        told = json.loads(raw.decode())
        _must_be_a_fact(told)
        read = cls(
            id=FactId(told["id"]),
            source=told["source"],
            type=told["type"],
            subject=told["subject"],
            time=datetime.fromisoformat(told["time"]),
            seq=int(told["seq"]),
            data=told["data"],
            cause=told.get("causationid"),
            correlation=told.get("correlationid"),
            extra={key: value for key in ("traceparent",) if (value := told.get(key))},
        )
        if read.time.tzinfo is None:
            raise ValueError("not a fact: its time has no offset")
        object.__setattr__(read, "_raw", raw)
        return read


def routing_key(service: str, wire_type: str) -> str:
    """Give the key on the exchange of facts."""
    return f"{service}.{wire_type.removeprefix(PREFIX + '.')}"


def _must_be_a_fact(told: Any) -> None:
    """Refuse what is no CloudEvent about a subject, and attributes that no row could hold.

    So a forged fact is never one that fails for ever.
    """
    if not isinstance(told, dict) or told.get("specversion") != SPECVERSION or not isinstance(told.get("data"), dict):
        raise ValueError("not a fact: a CloudEvent with an object as data is needed")
    needed = [told.get(name) for name in NEEDED]
    if not all(needed) or set(map(type, needed)) != {str}:
        raise ValueError(f"not a fact: {', '.join(NEEDED)} are needed")
    for name, word in told.items():
        if name in LONGEST:
            if not isinstance(word, str) or len(word) > LONGEST[name] or "\0" in word:
                raise ValueError("not a fact: an attribute is no word, is too long or holds a NUL")
        elif name not in ATTRIBUTES and ATTRIBUTE.fullmatch(name) is None:
            raise ValueError("not a fact: names of attributes are small letters and digits")


def _refuse_plain(private: Private[str]) -> str:
    raise TypeError("a private field must be sealed before it is written; tell() does it")


@cache
def converter() -> Converter:
    """Give the one codec of facts: dataclasses to JSON and back; unknown fields are ignored (additive versions)."""
    made = make_converter()
    made.register_unstructure_hook(Sealed, lambda sealed: {"case": sealed.case, "sealed": sealed.token})
    made.register_unstructure_hook(Private, _refuse_plain)
    made.register_structure_hook(Sealed, lambda value, _: Sealed(case=value["case"], token=value["sealed"]))
    made.register_structure_hook(
        Private[str] | Sealed, lambda value, _: Sealed(case=value["case"], token=value["sealed"])
    )
    made.register_structure_hook(
        Private[str] | Sealed | None,
        lambda value, _: None if value is None else Sealed(case=value["case"], token=value["sealed"]),
    )
    return made


def read_fact(envelope: Envelope) -> Fact | None:
    """Give the fact inside an envelope, or None where this deployment doesn't know the type."""
    kind = type_registry.get(envelope.type)
    return None if kind is None else converter().structure({**envelope.data, "subject": envelope.subject}, kind)


def write_fact(fact: Fact) -> dict[str, Any]:
    """Give a fact's data as JSON-ready values, without `subject`, which the envelope bears.

    A field that still holds a plain `Private` raises: the codec seals before it writes.
    """
    data: dict[str, Any] = converter().unstructure(fact)
    del data["subject"]
    return data
