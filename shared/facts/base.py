"""What a fact is: one frozen dataclass, past tense, versioned; and its envelope, a CloudEvent.

A fact's bytes are made once, when its change commits, and are the same in journal, broker, proof and export.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, ClassVar

from cattrs import Converter
from cattrs.preconf.json import make_converter
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.crypto.private import Private, Sealed
from shared.ids import FactId

PREFIX = "org.lianxin"
CONTENT_TYPE = "application/cloudevents+json"

type_registry: dict[str, type["Fact"]] = {}


class Reach(Enum):
    """How far a fact travels."""

    PUBLIC = "P"  # disclosure may derive a public fact from it
    INTERNAL = "I"  # services of this deployment
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

    @property
    def service(self) -> str:
        """Give the telling service's name, the last word of the source."""
        return self.source.rsplit("/", 1)[-1]

    def to_bytes(self) -> bytes:
        """Write structured CloudEvents JSON."""
        attributes = {
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time,
            "datacontenttype": "application/json",
            "dataschema": f"urn:lianxin:{self.type}",
            "seq": str(self.seq),
            **({"causationid": self.cause} if self.cause else {}),
            **({"correlationid": self.correlation} if self.correlation else {}),
            **self.extra,
        }
        return JSONFormat().write(CloudEvent(attributes, self.data))

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Envelope":
        """Read what `to_bytes` wrote; raises `ValueError` (or a subclass) for anything else."""
        event = JSONFormat().read(CloudEvent, raw)
        data = event.get_data()
        subject, time, seq = event.get_subject(), event.get_time(), event.get_extension("seq")
        if not isinstance(data, dict) or subject is None or time is None or seq is None:
            raise ValueError("not a fact: subject, time, seq and an object as data are needed")
        return cls(
            id=FactId(event.get_id()),
            source=event.get_source(),
            type=event.get_type(),
            subject=subject,
            time=time,
            seq=int(seq),
            data=data,
            cause=event.get_extension("causationid"),
            correlation=event.get_extension("correlationid"),
            extra={key: value for key in ("traceparent",) if (value := event.get_extension(key))},
        )


def routing_key(service: str, wire_type: str) -> str:
    """Give `<service>.<noun>.<verb>.v<n>`, a fact's key on the exchange of facts."""
    return f"{service}.{wire_type.removeprefix(PREFIX + '.')}"


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
