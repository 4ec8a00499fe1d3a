"""An independent reading of the journal: every obligation ends exactly once, and when the clock says so."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from rungs import climbs, wrong_rungs
from sqlalchemy import select

from services.routing.models import DeadlineRow
from shared.facts.base import Envelope
from shared.journal.tables import JournalRow

AT_MOST = timedelta(seconds=60)
AFTER = {
    "": {"started"},
    "open": {"paused", "approaching", "moved", "met", "breached", "extended", "voided", "lapsed"},
    "paused": {"resumed", "moved", "met", "voided"},
    "breached": {"met_late"},
}
BECOMES = {"started": "open", "resumed": "open", "approaching": "open"}
BEFORE_IT_IS_OVER = {"met", "extended", "paused", "approaching"}


class Entry(NamedTuple):
    """What was told about an instance: when, and its due moment where that was set."""

    instance: str
    what: str
    at: datetime
    due_at: datetime | None = None


def entries(world: Any) -> list[Entry]:
    """Read routing's journal in the order it was told, whatever its clock did."""
    told = select(JournalRow.envelope).where(
        JournalRow.type.like("org.lianxin.deadline.%"), JournalRow.type.not_like("%.rung_reached.%")
    )
    with world.service("routing").reading() as session:
        envelopes = map(Envelope.from_bytes, session.scalars(told.order_by(JournalRow.subject, JournalRow.seq)))
        return [_entry(one.type.split(".")[3], one.data) for one in envelopes]


def _entry(what: str, data: dict[str, Any]) -> Entry:
    moved = what in {"started", "resumed", "moved"}
    due_at = datetime.fromisoformat(data["due_at"]) if moved else None
    return Entry(data["instance"], what, datetime.fromisoformat(data["at"]), due_at)


def wrong(told: Iterable[Entry], now: datetime) -> Iterator[str]:
    """Say what can't be true of these entries at this moment."""
    state: dict[str, str] = {}
    due: dict[str, datetime] = {}
    for one in told:
        before = state.get(one.instance, "")
        if one.what not in AFTER.get(before, set()):
            yield f"{one.instance}: {one.what} after {before or 'nothing'}"
        state[one.instance] = before if one.what == "moved" else BECOMES.get(one.what, one.what)
        due[one.instance] = one.due_at or due[one.instance]
        if one.what in {"breached", "lapsed"} and one.at < due[one.instance]:
            yield f"{one.instance}: {one.what} before it was due"
        if one.what in BEFORE_IT_IS_OVER and one.at >= due[one.instance]:
            yield f"{one.instance}: {one.what} when it was over"
    for instance, last in state.items():
        if last == "open" and due[instance] + AT_MOST < now:
            yield f"{instance}: over, and nothing said"


def outcome(world: Any) -> dict[str, str]:
    """Give how the rows say that each instance stands."""
    with world.service("routing").reading() as session:
        return dict(session.execute(select(DeadlineRow.instance, DeadlineRow.status)).all())


def assert_each_ended_once(world: Any) -> None:
    """Hold the journal against the automaton, and the rows against the journal; rungs against the ladder."""
    assert list(wrong_rungs(climbs(world), world.deployment.county.ladder)) == []
    told = entries(world)
    assert list(wrong(told, world.clock.now())) == []
    stands = {one.instance: BECOMES.get(one.what, one.what) for one in told if one.what != "moved"}
    assert outcome(world) == stands
