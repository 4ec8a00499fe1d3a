"""What a queue's last hour means: a light, the reason in a sentence, and what residents notice. English msgids."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

Light = Literal["red", "amber", "green"]

SLOW, STUCK = timedelta(minutes=2), timedelta(minutes=10)
OVER = 5  # samples over which rates are told


class Sample(Protocol):
    """What is read of a sample; see `SampleRow`."""

    at: datetime
    answers: bool
    ready: int | None
    unacked: int | None
    consumers: int | None
    arrived: int | None
    left: int | None
    unsent: int
    oldest_unsent: float
    failing: int
    parked: int
    paused: str
    unanswered: int


@dataclass(frozen=True)
class Verdict:
    """How a queue is; `values` fill the reason, `meaning` is for whoever asks what residents notice."""

    light: Light
    reason: str
    meaning: str
    values: Mapping[str, int] = field(default_factory=dict)


WELL = "Nothing. Everything arrives."
STANDS = "A case stands still until somebody decides. Its resident has a receipt, and its terms run on."
UNNOTED = "Terms pass unnoticed: nobody is told that they are broken, and receipt pages show them as if they still ran."
# Where a service gives no answer: what people can't do.
SILENT = {
    "intake": "Residents can't submit anything or look a case up. What they submitted before is safe.",
    "routing": "Offices can't work on cases. New cases are safe and wait; their terms run on.",
    "notification": "No message leaves. None is lost: they leave when it is back.",
    "disclosure": "The public record can't be opened.",
    "supervision": "Figures and lists of late cases can't be opened. Residents notice nothing.",
    "directory": "Staff can't sign in, and after ten minutes nobody can work at the desk. Residents can submit.",
}
# Where facts of others wait for a service: what comes late there.
BEHIND = {
    "intake": "Receipt pages show late what offices did. Submitting works.",
    "routing": "New cases are safe and residents have their receipts, but offices see them late. Terms run on.",
    "notification": "Messages to residents and offices leave late. Receipt pages are right.",
    "disclosure": "The public record is older than what happened.",
    "supervision": "Figures and lists of late cases are older than what happened. Residents notice nothing.",
    "directory": "Residents notice nothing.",
}
# Where what a service tells is not sent: what comes late everywhere else.
UNTOLD = {
    "intake": "New cases are safe and residents have their receipts, but no office sees them yet. Terms run on.",
    "routing": "What offices do shows late: on receipt pages, in messages and in the public record.",
    "notification": "Receipt pages show late which messages were sent.",
    "disclosure": "Receipt pages show late what was published.",
    "supervision": "Residents notice nothing.",
    "directory": "If it lasts ten minutes, staff are refused at the desk. Residents can submit.",
}


def judge(service: str, hour: Sequence[Sample]) -> Verdict:
    """Judge a service by the samples of its last hour, the newest last; the worst that is true is told."""
    return next(_findings(service, hour))


def _findings(service: str, hour: Sequence[Sample]) -> Iterator[Verdict]:
    """Give everything that is true of a queue, the worst first."""
    now, paused = hour[-1], hour[-1].paused.split()
    behind, untold = BEHIND.get(service, ""), UNTOLD.get(service, "")
    if not now.answers:
        yield Verdict("red", "It gives no answer.", SILENT.get(service, ""))
    if now.parked:
        yield Verdict("red", "Facts that are parked and wait for a person: %(count)d.", STANDS, {"count": now.parked})
    if now.unanswered:
        yield Verdict(
            "red", "Terms past their day of which it says nothing: %(count)d.", UNNOTED, {"count": now.unanswered}
        )
    if "consumer" in paused:
        yield Verdict("amber", "A person paused it: facts wait in its queue.", behind)
    if "relay" in paused:
        yield Verdict("amber", "A person paused it: what it tells is not sent.", untold)
    if now.consumers == 0:
        yield Verdict("red", "Nobody takes facts out of its queue.", behind)
    yield from _late(waiting_since(hour), "The oldest fact in its queue has waited for %(minutes)d minutes.", behind)
    unsent = timedelta(seconds=now.oldest_unsent)
    yield from _late(unsent, "The oldest fact that it told has not been sent for %(minutes)d minutes.", untold)
    if now.failing:
        yield Verdict("amber", "Facts that failed and are tried again: %(count)d.", behind, {"count": now.failing})
    if now.ready is None:
        yield Verdict("amber", "The broker can't be asked: how much waits is not known.", behind)
    yield Verdict("green", "Facts go through.", WELL)


def _late(waited: timedelta, reason: str, meaning: str) -> Iterator[Verdict]:
    if waited > SLOW:
        light: Light = "red" if waited > STUCK else "amber"
        yield Verdict(light, reason, meaning, {"minutes": waited // timedelta(minutes=1)})


def depth(sample: Sample) -> int | None:
    """Give how many facts a queue held, those that were handed out included; None where nobody knows."""
    return None if sample.ready is None else sample.ready + (sample.unacked or 0)


def waiting_since(hour: Sequence[Sample]) -> timedelta:
    """Give how long the oldest fact in a queue has waited, to the minute: at most, or at least since the first look."""
    if not depth(hour[-1]) or hour[-1].arrived is None:
        return timedelta(0)
    return hour[-1].at - (arrived_since(hour) or hour[0].at)


def arrived_since(hour: Sequence[Sample]) -> datetime | None:
    """Give since when all has arrived that waits in a queue, which is first in, first out; None where nobody knows.

    That is the last moment after which as many arrived as wait now.
    """
    now, waits = hour[-1], depth(hour[-1])
    if waits is None or now.arrived is None:
        return None
    came = ((one.at, now.arrived - one.arrived) for one in reversed(hour) if one.arrived is not None)
    return next((at for at, arrived in came if arrived >= waits), None)


def rates(hour: Sequence[Sample]) -> tuple[float, float] | None:
    """Give facts per minute (in, out) over the last samples; None where the totals are not known or began anew."""
    first, last = hour[-min(OVER + 1, len(hour))], hour[-1]
    minutes = (last.at - first.at) / timedelta(minutes=1)
    if minutes <= 0 or None in (first.arrived, first.left, last.arrived, last.left):
        return None
    came, went = last.arrived - first.arrived, last.left - first.left  # type: ignore[operator]  # none is None
    return (came / minutes, went / minutes) if min(came, went) >= 0 else None


def drained_in(hour: Sequence[Sample]) -> timedelta | None:
    """Give the time after which a queue is empty at the present rates; None where it does not get shorter."""
    waits, speed = depth(hour[-1]), rates(hour)
    if not waits or speed is None or speed[1] <= speed[0]:
        return None
    return timedelta(minutes=waits / (speed[1] - speed[0]))
