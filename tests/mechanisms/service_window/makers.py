"""Makers of the service window's tests: an application, what its offices say, and moments at the edge of a term."""

from datetime import UTC, datetime

APPLICANT = {"name": "周某", "phone": "13800000000"}
LEAD, BESIDE = "housing", ("water", "transport")
OFFICES = {"offices": ["water-bureau", "transport-bureau"], "due": "2026-11-20", "reasons": "排水和道路开口。"}
CONSENT = {"outcome": "consent", "reasons": "符合排水规划。", "legal_basis": "《城镇排水与污水处理条例》21"}
NO_CONSENT = {"outcome": "no_consent", "reasons": "开口距交叉口不足。", "legal_basis": "《公路法》55"}
GRANTED = {
    "outcome": "granted",
    "reasons": "符合法定条件。",
    "legal_basis": "《行政许可法》38",
    "summary": "准予施工许可。",
}
REFUSED = {**GRANTED, "outcome": "refused", "reasons": "道路开口不符合规定。", "summary": "不予施工许可。"}
SERVED = {"method": "hand", "proof": "本人签收"}
# Received on Monday, 2 November: the fifth working day is the 9th, and it is over at midnight in Beijing.
OVER = datetime(2026, 11, 9, 16, 0, tzinfo=UTC)


def apply(world, **more):
    """Apply for a building permit at the housing bureau."""
    details = {"item": "施工许可", "who": "self", **more.pop("details", {})}
    return world.submit(
        *("service_window", "application"),
        **{"title": "自建房施工许可", "category": "housing", "contact": APPLICANT, **more},
        details=details,
    )


def terms(world, case, post="housing-officer"):
    """Give the terms of a case by rule, as the desk shows them."""
    return {one["rule"]: one for one in world.desk(case, post)["deadlines"]}


def decide(world, case, decision, day, office=LEAD):
    """Draft, read, sign and serve."""
    world.step(case, "draft", f"{office}-officer", **decision)
    world.step(case, "read", f"{office}-reader")
    world.step(case, "sign", f"{office}-head")
    world.step(case, "serve", f"{office}-officer", **SERVED, received_on=day)
