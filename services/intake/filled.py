"""Registers of intake that the county file fills: which there are, and what is wrong in them before a start."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from marshmallow import ValidationError

from shared.errors import StartError
from shared.kit.session import Here
from shared.workflow.mechanism import Mechanism, Register

Entry = Mapping[str, Any]
Filled = tuple[Mechanism, Register, tuple[dict[str, Any], ...]]
Problems = Callable[[Here, Mechanism, Entry], Iterator[str]]


def filled(here: Here, display: str) -> Iterator[Filled]:
    """Give the registers that are shown so, each with its mechanism and what the county file enters."""
    for mechanism in here.mechanisms.values():
        for register in mechanism.registers:
            if register.home == here.service and register.display == display and not mechanism.retired:
                yield mechanism, register, here.county.registers.get(f"{mechanism.name}.{register.name}", ())


def refuse_wrong(here: Here, display: str, problems: Problems) -> None:
    """Raise `StartError` with a line for each thing that is not right in the entries of such registers."""
    found = list(filled(here, display))
    wrong = [
        f"registers.{mechanism.name}.{register.name} ({entry.get(register.unique)}): {said}; mend the county file"
        for mechanism, register, entries in found
        for entry in entries
        for said in tuple(_unread(register, entry)) or problems(here, mechanism, entry)
    ]
    codes = [str(entry.get(register.unique)) for _, register, entries in found for entry in entries]
    wrong += [f"registers: {one} is there twice" for one in dict.fromkeys(codes) if codes.count(one) > 1]
    if wrong:
        raise StartError(*wrong)


def _unread(register: Register, entry: Entry) -> Iterator[str]:
    """Say for each field of an entry why its schema refuses it."""
    try:
        register.entry.made().load(dict(entry))
    except ValidationError as error:
        yield from (f"{name}: {said}" for name, said in error.messages_dict.items())
