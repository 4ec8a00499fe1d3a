"""What came of cases, in shares: by the mechanisms' own indicators, and nothing that stands on few."""

import pytest

from services.supervision.models import CaseRow, OutcomeRow
from services.supervision.shares import _share
from shared.access.tables import CaseAccessRow

DECISION = {"reasons": "已核实。", "summary": "已处理。", "by_when": "2027-03-31"}


@pytest.mark.quick
@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        pytest.param(10, 20, 50.0, id="enough of both"),
        pytest.param(0, 10, 0.0, id="nobody is no small number"),
        pytest.param(10, 10, 100.0, id="everybody neither"),
        pytest.param(5, 9, None, id="few in all"),
        pytest.param(9, 30, None, id="few had it"),
        pytest.param(21, 30, None, id="few had it not"),
    ],
)
def test_no_share_stands_on_few(part, whole, share):
    assert _share(part, whole) == (share, None if share is None else whole)


def test_the_shares_of_a_mechanism_are_counted_among_cases_that_ended(world):
    cases = [world.submit(addressed_to="water-bureau") for _ in range(21)]
    for number, case in enumerate(cases):
        if number < 10:
            answered(world, case)
        elif number < 20:
            world.ask_step(case, "withdraw", why="")
    shares = world.ask("GET", "/api/v1/oversight/shares", post="county-head").get_json()["items"]
    assert [(one["part"], one["of"], one["share"], one["whole"]) for one in shares] == [
        ("adopted", "closed", 50.0, 20),
        ("partly_adopted", "closed", 0.0, 20),
    ]
    assert world.ask("GET", "/api/v1/oversight/shares", post="transport-head").get_json()["items"] == []

    world.sign_in("county-head")
    page = world.client.get("/oversight/shares?lang=zh").text
    assert "共办结 20 件" in page


def answered(world, case):
    world.step(case, "accept", "water-officer")
    world.step(case, "draft", "water-officer", outcome="adopted", **DECISION)
    world.step(case, "read", "water-reader")
    world.step(case, "sign", "water-head")
    world.step(case, "serve", "water-officer", method="hand", proof="本人签收", received_on="2026-11-02")
    world.step(case, "carry out", "water-officer", done="已完成。")


def test_a_share_of_those_that_had_another_outcome_and_of_one_kind(embedded_world):
    world = embedded_world
    now = world.clock.now()
    with world.service("supervision").transaction(now) as session:
        ended(session, now, "mediation", "dispute", 24, "settled", "kept")
        ended(session, now, "mediation", "dispute", 12, "settled", "not_kept")
        ended(session, now, "mediation", "dispute", 12, "refused")
        ended(session, now, "service_window", "application", 12, "granted")
        ended(session, now, "service_window", "part", 36, "consent")
    shares = world.ask("GET", "/api/v1/oversight/shares", post="county-auditor").get_json()["items"]
    assert [(one["part"], one["of"], one["share"], one["whole"]) for one in shares] == [
        ("settled", "closed", 75.0, 48),
        ("kept", "settled", 66.7, 36),
        ("refused", "closed", 25.0, 48),
        ("granted", "closed", 100.0, 12),
        ("refused", "closed", 0.0, 12),
    ]


def ended(session, now, mechanism, kind, number, *outcomes):
    """Write so many cases that ended with the last of these outcomes, and had the others before."""
    for place in range(number):
        case = f"{mechanism[:4]}{kind[:4]}{outcomes[-1][:8]}{place}"
        row = {"reference": case, "mechanism": mechanism, "kind": kind, "channel": "web", "phase": "closed"}
        session.add(CaseRow(id=case, received_at=now, closed_at=now, outcome=outcomes[-1], unit="water-bureau", **row))
        session.add(CaseAccessRow(case=case, what="unit", code="water-bureau"))
        session.add_all(OutcomeRow(case=case, outcome=one) for one in outcomes)
