"""What a queue's last hour means, as a table; each sentence in both languages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from lianxin.loading import SERVICES
from services.supervision import judge as rules
from services.supervision.judge import arrived_since, drained_in, judge, rates, waiting_since

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@dataclass
class Seen:
    """A sample; at rest where nothing else is said."""

    at: datetime = NOON
    answers: bool = True
    ready: int | None = 0
    unacked: int | None = 0
    consumers: int | None = 1
    arrived: int | None = 100
    left: int | None = 100
    unsent: int = 0
    oldest_unsent: float = 0.0
    failing: int = 0
    parked: int = 0
    paused: str = ""
    unanswered: int = 0


def minutes(*samples):
    """Give samples a minute apart, the last at noon, each as (arrived, left)."""
    moments = [NOON - timedelta(minutes=len(samples) - 1 - number) for number in range(len(samples))]
    return [
        Seen(at=at, arrived=came, left=went, ready=came - went)
        for at, (came, went) in zip(moments, samples, strict=True)
    ]


STUCK = minutes(*((came, 0) for came in range(0, 130, 10)))  # nothing has left for twelve minutes


@pytest.mark.parametrize(
    ("hour", "light", "reason"),
    [
        pytest.param([Seen()], "green", "Facts go through.", id="at rest"),
        pytest.param(minutes((0, 0), (9, 0)), "green", "Facts go through.", id="a minute's work waits"),
        pytest.param([Seen(answers=False, parked=3)], "red", "It gives no answer.", id="silent: nothing else is known"),
        pytest.param([Seen(parked=1, paused="consumer")], "red", "parked", id="parked is worse than paused"),
        pytest.param(
            [Seen(unanswered=2, oldest_unsent=121)], "red", "says nothing: %(count)d", id="its timers stand still"
        ),
        pytest.param([Seen(paused="consumer", consumers=0)], "amber", "paused it: facts", id="paused on purpose"),
        pytest.param([Seen(paused="relay", oldest_unsent=900)], "amber", "what it tells", id="its relay paused"),
        pytest.param([Seen(consumers=0)], "red", "Nobody takes facts", id="no receiver"),
        pytest.param(STUCK[:5], "amber", "its queue has waited", id="four minutes late"),
        pytest.param(STUCK, "red", "its queue has waited", id="twelve minutes late"),
        pytest.param([Seen(oldest_unsent=121)], "amber", "not been sent", id="told two minutes ago, not sent"),
        pytest.param([Seen(oldest_unsent=601)], "red", "not been sent", id="told ten minutes ago, not sent"),
        pytest.param([Seen(failing=2)], "amber", "tried again: %(count)d", id="failing"),
        pytest.param([Seen(ready=None)], "amber", "can't be asked", id="the broker is away"),
    ],
)
def test_the_worst_that_is_true_is_told(hour, light, reason):
    found = judge("routing", hour)
    assert found.light == light
    assert reason in found.reason
    assert found.reason % found.values
    assert found.meaning


@pytest.mark.parametrize(
    ("samples", "waited"),
    [
        pytest.param([(0, 0), (10, 10)], 0, id="nothing waits"),
        pytest.param([(0, 0), (10, 4)], 1, id="all of it came in the last minute"),
        pytest.param([(0, 0), (10, 0), (20, 12), (30, 12)], 2, id="ten of these came within one minute, eight before"),
        pytest.param([(50, 0), (60, 0)], 1, id="it was full before we looked: at least since the first look"),
        pytest.param([(900, 900), (5, 0), (8, 2)], 2, id="the broker began anew: as long as we looked"),
    ],
)
def test_how_long_the_oldest_has_waited(samples, waited):
    assert waiting_since(minutes(*samples)) == timedelta(minutes=waited)


def test_since_when_what_waits_has_arrived():
    assert arrived_since(minutes((0, 0), (10, 10))) == NOON
    assert arrived_since(minutes((0, 0), (10, 4))) == NOON - timedelta(minutes=1)
    assert arrived_since(minutes((50, 0), (60, 0))) is None, "it was full before we looked"
    assert arrived_since([Seen(ready=None)]) is None


def test_rates_and_the_time_to_drain():
    draining = minutes((100, 0), (110, 30), (120, 60))
    assert rates(draining) == (10, 30)
    assert drained_in(draining) == timedelta(minutes=3)
    assert drained_in(STUCK) is None
    assert rates(minutes((900, 900), (5, 0))) is None
    assert rates([Seen()]) is None


def test_every_service_has_its_meanings_and_every_sentence_its_chinese():
    meanings = (rules.SILENT, rules.BEHIND, rules.UNTOLD)
    assert all(set(words) == set(SERVICES) for words in meanings)
    with (ROOT / "services/supervision/locale/zh/LC_MESSAGES/messages.po").open("rb") as source:
        known = {str(message.id) for message in read_po(source, locale="zh") if message.string}
    hours = [[Seen(answers=False)], [Seen(parked=1)], [Seen(paused="consumer")], [Seen(paused="relay")], [Seen()]]
    hours += [
        [Seen(consumers=0)],
        [Seen(unanswered=1)],
        STUCK,
        [Seen(oldest_unsent=900)],
        [Seen(failing=1)],
        [Seen(ready=None)],
    ]
    said = {judge("routing", hour).reason for hour in hours} | {rules.STANDS, rules.UNNOTED, rules.WELL}
    assert said | set(chain.from_iterable(words.values() for words in meanings)) <= known
