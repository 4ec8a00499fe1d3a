"""How far routing is heard, and since when it is at work, as tables: what the watchdog may hold against it."""

from datetime import timedelta

import pytest

from services.supervision.watchdog import OLD, at_work_since, heard_until
from tests.ops.test_judge import NOON, Seen, minutes

pytestmark = pytest.mark.quick

MINUTE = timedelta(minutes=1)
WELL = minutes((0, 0), (0, 0), (0, 0))
SILENT, AWAY = {"answers": False}, {"consumers": 0}


def looks(*changes):
    """Give samples a minute apart, the last at noon; each as what is unlike rest."""
    return [Seen(at=NOON - MINUTE * (len(changes) - 1 - number), **one) for number, one in enumerate(changes)]


@pytest.mark.parametrize(
    ("teller", "own", "until"),
    [
        pytest.param(WELL, WELL, NOON, id="nothing is on its way"),
        pytest.param(looks({}, {"oldest_unsent": 90}), WELL, NOON - timedelta(seconds=90), id="some is not sent"),
        pytest.param(WELL, minutes((0, 0), (5, 5), (9, 5)), NOON - MINUTE, id="some waits in our queue"),
        pytest.param(WELL, minutes((0, 0), (0, 0), (9, 0)), NOON - MINUTE, id="all of it does"),
        pytest.param(
            looks({}, {"oldest_unsent": 1_800}, {}),
            minutes((0, 0), (0, 0), (9, 0)),
            NOON - MINUTE - timedelta(seconds=1_800),
            id="what waits was told long before it was sent",
        ),
        pytest.param(looks({}, SILENT), WELL, None, id="routing says nothing about itself"),
        pytest.param(looks({}, SILENT, {}), minutes((0, 0), (0, 0), (9, 0)), None, id="nor did it when that was told"),
        pytest.param(WELL, [Seen(ready=None)], None, id="the broker can't be asked"),
        pytest.param(WELL, minutes((50, 0), (60, 0)), None, id="our queue was full before we looked"),
    ],
)
def test_routing_is_heard_until(teller, own, until):
    assert heard_until(teller, own) == (until and until - OLD)


@pytest.mark.parametrize(
    ("hour", "since"),
    [
        pytest.param(looks({}, {}, {}), NOON - 2 * MINUTE, id="all the time"),
        pytest.param(looks({}, SILENT, {}, {}), NOON - 3 * MINUTE, id="one look that failed is no outage"),
        pytest.param(
            looks({}, SILENT, {}, {}, SILENT, {}, SILENT), NOON - 6 * MINUTE, id="nor are some, each by itself"
        ),
        pytest.param(looks({}, SILENT, SILENT, {}, {}), NOON - MINUTE, id="it is back for a minute"),
        pytest.param(looks({}, AWAY, AWAY, {}), NOON, id="somebody takes from its queue again"),
        pytest.param(looks({}, {"consumers": None}), NOON - MINUTE, id="the broker can't be asked, which is no outage"),
        pytest.param(looks({}, SILENT, SILENT), None, id="it is silent"),
        pytest.param(looks({}, AWAY, SILENT), None, id="nobody takes from its queue"),
        pytest.param(looks(SILENT), None, id="it was never seen at work"),
        pytest.param([Seen(at=NOON - 4 * MINUTE), *looks({}, {})], NOON - 4 * MINUTE, id="two looks left out"),
        pytest.param([Seen(at=NOON - 9 * MINUTE), *looks({}, {})], NOON - MINUTE, id="nobody looked for a while"),
    ],
)
def test_routing_is_at_work_since(hour, since):
    assert at_work_since(hour) == since
