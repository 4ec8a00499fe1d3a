"""Two ways to say no: a `Refusal` names the next action; `NotYet` waits for a fact that is on its way."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """An answer in the negative: a problem document at the HTTP door, a task for a person at the bus door.

    `code` is API and never changes; `message` and `next_action` are English msgids, formatted with `values`
    after translation. `field` is a path like `details.wish` where one input is the cause.
    """

    code = "refused"
    status = 422
    message = "This can't be done."
    next_action = "Check what you sent and try again."
    retry_after: int | None = None  # seconds, where waiting is what helps

    def __init__(self, *, field: str | None = None, **values: str | int) -> None:
        self.field = field
        self.values: Mapping[str, str | int] = values
        super().__init__(self.code, field, dict(values))


class NotFound(Refusal):
    """One and the same answer for what does not exist and for what the asker may not know."""

    code = "not-found"
    status = 404
    message = "There is nothing here under this address, or it is not for you."
    next_action = "Check the reference and the receipt code."


class NotYet(Exception):  # noqa: N818 - a state, not an error
    """The case is not known here yet: the fact waits without counting a try and runs after the case's next fact."""


class StartError(Exception):
    """The start stops: configuration or a mechanism is wrong. Each line says what to change."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


class Invalid(Refusal):
    """Some inputs are not right; `errors` maps each field to sentences (msgids)."""

    code = "invalid"
    message = "Some answers need another look."
    next_action = "Mend the fields that are named."

    def __init__(self, errors: Mapping[str, Any], *, field: str | None = None) -> None:
        self.errors = errors
        super().__init__(field=field)
