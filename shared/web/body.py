"""Reading a JSON body strictly: what two readers could understand differently is refused, with the place named."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from shared.errors import Invalid, Refusal
from shared.workflow.characters import unsayable

MB = 1024 * 1024
LARGEST_BODY = MB
DEEPEST = 16
LONGEST_NUMBER = 18


class NulInAddress(Refusal):
    """No address of ours holds a NUL, and PostgreSQL takes none in a text, not even to find nothing."""

    code = "nul-in-address"
    status = 400
    message = "The address holds a character that can't be shown."
    next_action = "Check the address."


class RequestTooLarge(Refusal):
    """The whole request is over the limit; the server stops reading."""

    code = "request-too-large"
    status = 413
    message = "What you sent is too large."
    next_action = "Send less, or smaller files."


class NotJson(Refusal):
    """The body comes in a format that this door does not read."""

    code = "wrong-content-type"
    status = 415
    message = "This address reads %(wanted)s."
    next_action = "Send that format and name it in Content-Type."


class BodyTooLarge(Refusal):
    """The body is larger than anything a form could say."""

    code = "body-too-large"
    status = 413
    message = "The body is larger than %(most)s MB."
    next_action = "Send less text; files are uploaded one by one under /api/v1/cases/uploads."


class NotReadable(Refusal):
    """The body can't be read as one JSON document in UTF-8."""

    code = "body-not-readable"
    status = 400
    message = "The body can't be read as JSON in UTF-8."
    next_action = "Write it with a JSON library; NaN and Infinity are no JSON."


class KeyTwice(Refusal):
    """An object names one field twice, and nobody knows which is meant."""

    code = "field-twice"
    status = 400
    message = "The field “%(name)s” is there twice."
    next_action = "Send each field once."


class TooDeep(Refusal):
    """Nested further than any form of ours."""

    code = "body-too-deep"
    status = 400
    message = "The body is nested more than %(most)s levels deep."
    next_action = "Send the fields as the documentation under /api/docs shows them."


def read_json(raw: bytes) -> Any:
    """Give the document. Raises the refusals above, or `Invalid` where a text holds what nobody can read."""
    if len(raw) > LARGEST_BODY:
        raise BodyTooLarge(most=LARGEST_BODY // MB)
    try:
        found = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_each_once,
            parse_constant=_refuse,
            parse_float=_finite,
            parse_int=_short,
        )
    except RecursionError as error:
        raise TooDeep(most=DEEPEST) from error
    except ValueError as error:
        raise NotReadable from error
    if flaws := dict(_flaws(found, "", 0)):
        raise Invalid(flaws)
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise KeyTwice(field=_sayable(twice), name=_sayable(twice))
    return found


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number beyond all measure")
    return number


def _short(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number beyond all measure")
    return int(digits)


def _flaws(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[str]]]:
    """Walk the document and name each text that holds a character nobody can read."""
    if depth > DEEPEST:
        raise TooDeep(most=DEEPEST)
    if isinstance(value, str) and (sentence := unsayable(value)):
        yield path, [sentence]
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if sentence := unsayable(name):
                yield path, [sentence]
            else:
                yield from _flaws(inner, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _flaws(inner, f"{path}.{number}" if path else str(number), depth + 1)


def _sayable(name: str) -> str:
    return name if not unsayable(name) else "?"
