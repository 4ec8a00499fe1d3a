"""Two types that forbid the mistake: `Private` is plain in one hand, `Sealed` is what travels and lies in rows."""

from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T")


class Private(Generic[T]):
    """A private value without a text form: it can't slip into a log, a template or a row; `reveal()` says it."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self) -> T:
        """Give the value; the caller answers for where it goes."""
        return self._value

    def __repr__(self) -> str:
        return "Private(…)"

    def __str__(self) -> NoReturn:
        raise TypeError("private text has no plain form: reveal() it where it may be read")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Private) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True)
class Sealed:
    """Text sealed under the key of `case`; without that key the token tells nothing but its length."""

    case: str
    token: str
