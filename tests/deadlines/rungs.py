"""An independent reading of the journal: each rung of the ladder once, in order, and none after a term's end."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from shared.county.structure import Rung
from shared.facts.base import Envelope
from shared.journal.tables import JournalRow

LIVES = {(False, False): {"started", "resumed"}, (False, True): {"breached"}, (True, False): {"paused"}}
OVER = {"met", "met_late", "extended", "voided", "lapsed"}


class Climb(NamedTuple):
    """What was told of an instance: how it stands, or a rung that it reached."""

    instance: str
    what: str
    rung: str = ""


def climbs(world: Any, case: str = "") -> list[Climb]:
    """Read routing's journal: terms and rungs in the order in which they were told, and where their case closed."""
    told = select(JournalRow.envelope).where(
        JournalRow.type.like("org.lianxin.deadline.%") | JournalRow.type.like("org.lianxin.case.closed.%")
    )
    if case:
        told = told.where(JournalRow.subject == case)
    with world.service("routing").reading() as session:
        raw = session.scalars(told.order_by(JournalRow.subject, JournalRow.seq))
        envelopes = [Envelope.from_bytes(one) for one in raw]
    return [
        Climb(one.data.get("instance", one.subject), one.type.split(".")[3], one.data.get("rung", ""))
        for one in envelopes
    ]


def wrong_rungs(told: Iterable[Climb], ladder: Sequence[Rung]) -> Iterator[str]:
    """Say what can't be true: a rung twice, out of order, after the end, or of a term that stands otherwise."""
    place = {rung.code: number for number, rung in enumerate(ladder)}
    lives = {rung.code: LIVES[rung.paused is not None, rung.late is not None] for rung in ladder}
    stands: dict[str, str] = {}
    reached: dict[str, list[str]] = {}
    for one in told:
        if one.what != "rung_reached":
            if one.what == "resumed":  # each pause has its own
                reached[one.instance] = [rung for rung in reached.get(one.instance, []) if lives[rung] != {"paused"}]
            stands[one.instance] = one.what if one.what not in ("moved", "approaching") else stands[one.instance]
            continue
        before, state = reached.setdefault(one.instance, []), stands.get(one.instance, "")
        if one.rung in before:
            yield f"{one.instance}: {one.rung} twice"
        elif any(place[rung] > place[one.rung] for rung in before):
            yield f"{one.instance}: {one.rung} after {before[-1]}"
        if state in OVER:
            yield f"{one.instance}: {one.rung} when it was {state}"
        elif state not in lives[one.rung]:
            yield f"{one.instance}: {one.rung} when it was {state or 'nothing'}"
        before.append(one.rung)
