"""What stands above an action: `@action` (a door calls), `@on` (a fact calls), `@when_due` and `@every` (time calls).

The kit opens the transaction, marks the inbox and commits. An action writes rows, tells facts and never commits.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from sqlalchemy.orm import DeclarativeBase

from shared.facts.base import Fact
from shared.kit.session import Session

if TYPE_CHECKING:
    from shared.kit.running import Running

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
F = TypeVar("F", bound=Fact)

here_now: ContextVar["Running"] = ContextVar("running service")


@dataclass(frozen=True)
class Action(Generic[P, R]):
    """An action. Called plainly it opens its own transaction; `within(session, ...)` joins the caller's."""

    within: Callable[Concatenate[Session, P], R]
    writes: bool = True

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run in a transaction of the service whose door this is."""
        running = here_now.get()
        with running.transaction() if self.writes else running.reading() as session:
            return self.within(session, *args, **kwargs)


def action(function: Callable[Concatenate[Session, P], R]) -> Action[P, R]:
    """Make an action that a door calls: durable when it returns."""
    return Action(function)


def query(function: Callable[Concatenate[Session, P], R]) -> Action[P, R]:
    """Make a question that a door asks: it reads one snapshot and changes nothing."""
    return Action(function, writes=False)


class Follows(Protocol):
    """The shape of an action that follows a fact."""

    def __call__(self, session: Session, fact: Any, *, now: datetime) -> None:
        """Do what the fact calls for."""


class Wakes(Protocol):
    """The shape of an action that time calls; `subject` is what its timer was planned for."""

    def __call__(self, session: Session, subject: str, *, now: datetime) -> None:
        """Do what is due."""


@dataclass(frozen=True)
class Handler:
    """An action bound to a fact. `name` is in every inbox mark: once released it never changes."""

    name: str
    fact: type[Fact]
    run: Follows


@dataclass(frozen=True)
class Timer:
    """An action bound to time; `every` makes it recur by itself with subject `-`.

    `reads` is the table whose row under the subject it asks for: of many timers that are due, all rows come at once.
    `supersedes` is the timer of the same subject that is forgotten with it: whoever runs it plans that one anew.
    """

    name: str
    run: Wakes
    every: timedelta | None = None
    reads: type[DeclarativeBase] | None = None
    supersedes: "Timer | None" = None

    @property
    def forgotten(self) -> tuple[str, ...]:
        """Give the names of the timers that are gone once it is taken."""
        return (self.name, self.supersedes.name) if self.supersedes else (self.name,)


@dataclass(frozen=True)
class Sweep:
    """Work with the outside world, in no transaction of its own: it opens short ones around each call.

    Gives how much it did; the worker calls again at once while that is not 0, but not before `every` is over.
    """

    name: str
    run: Callable[["Running", datetime], int]
    every: timedelta = timedelta(0)


def on(fact: type[F], *, name: str) -> Callable[[Callable[..., None]], Handler]:
    """Bind an action to a fact: at least once delivered, its effects once, in order per source and subject."""
    return lambda function: Handler(name, fact, function)


def when_due(
    *, name: str, reads: type[DeclarativeBase] | None = None, supersedes: Timer | None = None
) -> Callable[[Wakes], Timer]:
    """Bind an action to timers planned under `name` with `plan`."""
    return lambda function: Timer(name, function, reads=reads, supersedes=supersedes)


def every(period: timedelta, *, name: str) -> Callable[[Wakes], Timer]:
    """Bind an action to a recurring timer."""
    return lambda function: Timer(name, function, period)


def sweep(*, name: str, every: timedelta = timedelta(0)) -> Callable[[Callable[["Running", datetime], int]], Sweep]:
    """Bind a function that talks to the outside world."""
    return lambda function: Sweep(name, function, every)
