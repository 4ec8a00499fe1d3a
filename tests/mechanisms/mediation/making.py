"""Mediations as the stories of them need them: asked for, both sides in it, in a mediator's hand."""

import re

from sqlalchemy import select

from services.notification.models import MessageRow
from shared.access.tables import PersonRow
from shared.law.local import local_day

REGISTRAR, HEAD, MEDIATOR, OTHER = "mediation-registrar", "mediation-head", "mediator-land", "mediator-family"
SAFE = {"danger": "none", "noted": "电话询问双方，无暴力迹象。"}
DETAILS = {
    "sort": "land",
    "about": "两家共用的院墙往哪边修。",
    "other": "隔壁王家，电话13800000001",
    "wish": "【甲的底线】",
}
CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b")
SESSION = {"day": "2026-11-02", "place": "调委会", "summary": "双方都愿意各让半尺。", "noted": "【甲单独说的话】"}
PLAN = [{"on": "2026-11-20", "what": "乙方修墙"}, {"on": "2026-12-20", "what": "甲方付三千元"}]


def ask_for_it(world, **more):
    details, contact = {**DETAILS, **more.pop("details", {})}, {"name": "甲", "email": "jia@example.test"}
    return world.submit("mediation", "dispute", title="院墙纠纷", details=details, contact=contact, **more)


def invite(world, case, step="screen", **inputs):
    """Invite the other side, who comes by the code in the letter; gives its receipt."""
    world.step(case, step, REGISTRAR, **({**SAFE, **inputs} if step == "screen" else {}))
    code = CODE.findall(world.desk(case, REGISTRAR)["letters"][-1]["text"])[-1]
    path = f"/api/v1/cases/{case['reference']}/parties"
    answer = world.ask("POST", path, {"code": code, "contact": {"name": "乙", "email": "yi@example.test"}})
    assert answer.status_code == 201, answer.get_json()
    world.settle()
    return answer.get_json()


def both_do(world, both, step, **inputs):
    for one in both:
        assert world.ask_step(one, step, **inputs).status_code == 202


def meet(world, *, seen=True):
    """Give both receipts of a case that a mediator has in hand whom both chose, and who has seen their papers."""
    first = ask_for_it(world)
    both = (first, invite(world, first))
    both_do(world, both, "consent")
    both_do(world, both, "choose", mediator=MEDIATOR)
    world.step(first, "take on", MEDIATOR)
    if seen:
        world.step(first, "see identity", MEDIATOR, who="both", how="paper")
    return both


def propose(world, both, instalments=()):
    plan = {"instalments": list(instalments)} if instalments else {}
    world.step(both[0], "propose", MEDIATOR, summary="院墙沿中线修，各出一半。", **plan)


def told_of(world, template):
    """Give the posts of whom a message reached, by its template."""
    with world.service("notification").reading() as session:
        told = select(PersonRow.display).join(MessageRow, MessageRow.person == PersonRow.id)
        return [name.removeprefix("岗位 ") for name in session.scalars(told.where(MessageRow.template == template))]


def sees(world, case, post):
    return world.ask("GET", f"/api/v1/desk/cases/{case['reference']}", post=post).status_code == 200


def outcome(world, case):
    seen = world.follow(case)
    return seen["phase"], seen["outcome"]


def terms(world, case):
    return [(one["rule"], one["status"], one["due"]) for one in world.desk(case, MEDIATOR)["deadlines"]]


def settle(world, both):
    """Let both agree on the page, and the mediator sign with the committee's seal."""
    both_do(world, both, "sign")
    world.step(both[0], "seal", MEDIATOR, day=local_day(world.clock.now()).isoformat())


def last_letter(world, case):
    return next(line["letter"] for line in world.follow(case)["timeline"][::-1] if line["letter"])["text"]


def offers(world, case):
    return {one["step"]: one for one in world.follow(case)["offers"]}
