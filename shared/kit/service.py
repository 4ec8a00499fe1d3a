"""What a service declares: its rooms, its doors, what it follows. Collected from modules, registered nowhere else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import MetaData

from shared.facts.base import Fact
from shared.kit.action import Handler, Sweep, Timer
from shared.kit.figures import Gauge
from shared.kit.session import Session

if TYPE_CHECKING:
    from shared.kit.running import Running

T = TypeVar("T")
Warned = tuple[str, Mapping[str, str]]
Shows = Callable[[int, int], None]  # how far long work is: (done, of how many)


@dataclass(frozen=True)
class Service:
    """One service. `follows` names the services whose facts it binds; `keeps` are facts it stores whole.

    `idles` is called with each moment to which a virtual clock jumps, before anything is due there.
    `objects` are asked before a start: a sentence for each reason why this configuration must not run on these rows.
    `before` are called before each start: work on rows in short transactions, safe to be cut off and to be done by two
    processes; a sentence for each reason why the start stops.
    `warns` are asked while it runs: a sentence (msgid, values) for each thing that somebody should look at.
    `gauges` give what its own rows say for /metrics.
    """

    name: str
    tables: MetaData
    rooms: tuple[ModuleType, ...]
    mounts: tuple[str, ...] = ()
    doors: tuple[Any, ...] = ()
    api: tuple[Any, ...] = ()
    follows: tuple[str, ...] = ()
    keeps: tuple[type[Fact], ...] = ()
    needs_keys: bool = False
    folder: Path = field(default_factory=Path)
    at_start: tuple[Any, ...] = ()
    idles: tuple[Any, ...] = ()
    objects: tuple[Callable[[Session], Iterable[str]], ...] = ()
    before: tuple[Callable[["Running", Shows], Iterable[str]], ...] = ()
    warns: tuple[Callable[[Session], Iterable[Warned]], ...] = ()
    gauges: tuple[Callable[[Session], Iterable[Gauge]], ...] = ()

    @cached_property
    def handlers(self) -> dict[str, list[Handler]]:
        """Give the handlers by wire type, kit's own included."""
        from shared.access import projection  # noqa: PLC0415 - the kit's own handlers are written with the kit
        from shared.kit import own  # noqa: PLC0415 - same

        found: dict[str, list[Handler]] = {}
        for handler in _collect((own, projection, *self.rooms), Handler):
            found.setdefault(handler.fact.wire_type(), []).append(handler)
        return found

    @cached_property
    def timers(self) -> Sequence[Timer]:
        """Give the actions that time calls."""
        from shared.kit import own  # noqa: PLC0415 - the kit's own timers are written with the kit

        return _collect((own, *self.rooms), Timer)

    @cached_property
    def sweeps(self) -> Sequence[Sweep]:
        """Give the work with the outside world."""
        return _collect(self.rooms, Sweep)

    def warnings(self, session: Session) -> list[Warned]:
        """Give what somebody should look at now, though the service runs."""
        return [warned for warns in self.warns for warned in warns(session)]

    @cached_property
    def kept_types(self) -> frozenset[str]:
        """Give the wire types that are stored on arrival, for timelines and histories."""
        return frozenset(fact.wire_type() for fact in self.keeps)


def _collect(rooms: Iterable[ModuleType], kind: type[T]) -> list[T]:
    """Find the objects of a kind that stand in these modules; one imported into a second room counts once."""
    found = {id(value): value for room in rooms for value in vars(room).values() if isinstance(value, kind)}
    return list(found.values())
