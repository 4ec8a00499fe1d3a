"""Every fact, by file: `case` in order of life, `deadline`, `directory`, `publication`, `platform`."""

from shared.facts import case, deadline, directory, platform, publication, supervision
from shared.facts.base import Envelope, Fact, Reach, read_fact, type_registry, write_fact

__all__ = [
    "Envelope",
    "Fact",
    "Reach",
    "case",
    "deadline",
    "directory",
    "platform",
    "publication",
    "read_fact",
    "supervision",
    "type_registry",
    "write_fact",
]
