"""A choice among units that only the case knows: they travel with the offer of the step that asks for one."""

from collections.abc import Collection, Mapping
from typing import Any

from shared.errors import Invalid
from shared.workflow.schema import Schema, UnitRef


class OfferedUnit(UnitRef):
    """One of the units that the step's offer names; where it names none, nobody is asked and no answer is taken."""


def asks_among_units(schema: type[Schema] | None) -> bool:
    """Tell whether a form asks for one of the units that its offer names."""
    return any(isinstance(one, OfferedUnit) for one in (schema.asked() if schema else {}).values())


def must_be_offered(schema: type[Schema] | None, given: Mapping[str, Any], units: Collection[str]) -> None:
    """Raise `Invalid` at a field that names a unit which the offer doesn't."""
    for name, one in (schema.asked() if schema else {}).items():
        if isinstance(one, OfferedUnit) and given.get(name) and given[name] not in units:
            raise Invalid({name: ["Choose one of the options."]})
