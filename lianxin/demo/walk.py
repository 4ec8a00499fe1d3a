"""The ways demo cases go: every outcome, questions answered, withdrawals, and some that are left lying."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select
from structlog import get_logger

from lianxin.demo import mediations
from lianxin.demo.moves import Move
from lianxin.deployment import Deployment
from services.intake.ask import ask_step
from services.routing.models import CaseRow
from services.routing.step import take_step
from shared.access.actor import ReceiptHolder, StaffMember
from shared.errors import Refusal
from shared.law.local import local_day
from shared.workflow.case import VISIT as VISIT_TO

log = get_logger()


class Walking(Protocol):
    """What moves."""

    case: str
    reference: str
    way: list[Move]


ASKS = {"resident": ("petitioner",), mediations.BOTH: ("applicant", "respondent")}  # who asks for a step by a receipt
AHEAD = timedelta(days=60)  # what is promised in the demo county is done by then
ACCEPT = Move("accept", "officer")
ASK = (
    Move("ask", "officer", {"question": "请问具体在哪个位置？方便时请补充一下。"}),
    Move("answer", "resident", {"answer": "就在路口往里走五十米，门口有棵大树。"}),
)
# A next visit: who comes is said beforehand, and the petitioner agrees to it or not.
OFFER = {"place": "村委会办公室", "why": "当面听一听情况，说明办理进展。"}
VISIT_OFFERED = Move("offer a visit", "officer", OFFER, later=("day",), heads=("party",))
VISIT_AGREED = Move("agree to the visit", "resident", {"time": "下午", "companion": "家里人"})
NO_VISIT = Move("no visit", "resident")
HEAR = Move("hear", "officer", {"way": "phone", "summary": "已电话听取当事人陈述，与来信一致。"}, ("day",))
READ, SIGN = Move("read", "reader"), Move("sign", "head")
SERVE = Move("serve", "officer", {"method": "hand", "proof": "本人签收"}, ("received_on",))
DONE = Move("carry out", "officer", {"done": "已按答复落实，现场核对过。"})


def _opinion(outcome: str, words: str, *later: str) -> Move:
    given = {"outcome": outcome, "facts": "经现场查看和核对材料，反映的情况基本属实。", "opinion": words}
    given |= {"legal_basis": "《信访工作条例》第三十二条", "summary": words}
    return Move("draft", "officer", given, later=later)


def _decision(outcome: str, words: str, *later: str) -> Move:
    return Move("draft", "officer", {"outcome": outcome, "reasons": words, "summary": words}, later=later)


SUPPORTED = _opinion("supported", "情况属实，予以支持，已安排维修并明确了完成时间。", "by_when")
EXPLAINED = _opinion("explained", "情况已核实，按现行规定暂不能办理，已说明依据和可以走的途径。")
NOT_SUPPORTED = _opinion("not_supported", "经核实，请求没有事实和政策依据，不予支持，并告知复查途径。")
ADOPTED = _decision("adopted", "建议合理，予以采纳，列入今年的维修计划。", "by_when")
PARTLY = _decision("partly_adopted", "部分采纳：先解决最急的一处，其余列入明年计划。", "by_when")
NOT_ADOPTED = _decision("not_adopted", "暂不采纳：现有条件做不到，理由已向建议人说明。")
HANDLED = {"sort": "demand", "final": "no", "elsewhere": "yes"}
NOT_ACCEPTED = (
    Move(
        "not accept",
        "officer",
        {
            "answers": HANDLED,
            "road": "handled",
            "notice": "该事项已由其他机关受理，并在办理期限内，不再重复受理。",
            "summary": "已由其他机关受理，不予受理。",
        },
    ),
    Move("read notice", "reader"),
    Move("sign notice", "head"),
    Move("serve notice", "officer", {"method": "hand", "proof": "本人签收"}, ("received_on",)),
)
LICENCE = {"reasons": "材料齐全，符合法定条件。", "legal_basis": "《行政许可法》第三十八条", "summary": "准予许可。"}
GRANTED = Move("draft", "officer", {"outcome": "granted", **LICENCE})
NOT_GRANTED = Move(
    "draft", "officer", {"outcome": "refused", **LICENCE, "reasons": "选址不符合规划。", "summary": "不予许可。"}
)
PAPERS = (
    Move("ask for papers", "officer", {"notice": "1. 申请人身份证明\n2. 场所权属证明"}),
    Move("note papers", "officer", {"supplied": "两项材料已补齐。"}),
)
CERTIFICATE = (
    Move("issue certificate", "head", {"notice": "准予按申请的内容和地点办理，有效期三年。"}),
    Move("serve certificate", "officer", {"method": "hand", "proof": "本人签收"}, ("received_on",)),
)
WITHDRAW = Move("withdraw", "resident", {"why": "问题已经解决了。"})

WAYS: dict[str, tuple[tuple[Move, ...], ...]] = {
    "petitions": (
        (ACCEPT, HEAR, SUPPORTED, READ, SIGN, SERVE, DONE),
        (ACCEPT, HEAR, SUPPORTED, READ, SIGN, SERVE, DONE),
        (ACCEPT, *ASK, HEAR, EXPLAINED, READ, SIGN, SERVE),
        (ACCEPT, VISIT_OFFERED, VISIT_AGREED, HEAR, SUPPORTED, READ, SIGN, SERVE, DONE),
        (ACCEPT, VISIT_OFFERED, NO_VISIT, HEAR, NOT_SUPPORTED, READ, SIGN, SERVE),
        NOT_ACCEPTED,
        (ACCEPT, HEAR),
        (WITHDRAW,),
        (),
    ),
    "suggestions": (
        (ACCEPT, ADOPTED, READ, SIGN, SERVE, DONE),
        (ACCEPT, ADOPTED, READ, SIGN, SERVE),
        (ACCEPT, *ASK, PARTLY, READ, SIGN, SERVE, DONE),
        (ACCEPT, NOT_ADOPTED, READ, SIGN, SERVE),
        (ACCEPT, NOT_ADOPTED, READ),
        (ACCEPT,),
        (),
    ),
    "service_window": (
        (ACCEPT, GRANTED, READ, SIGN, SERVE, *CERTIFICATE),
        (*PAPERS, ACCEPT, GRANTED, READ, SIGN, SERVE, *CERTIFICATE),
        (*PAPERS, ACCEPT, NOT_GRANTED, READ, SIGN, SERVE),
        (ACCEPT, GRANTED, READ, SIGN, SERVE),
        (*PAPERS[:1],),
        (),  # nobody says what is missing: the clock accepts it
    ),
}
# What the form of a mechanism's first kind asks beside title and text, and what such a case is called.
DETAILS: dict[str, Mapping[str, Any]] = {"service_window": {"item": "经营许可", "who": "self"}}
TITLES = {"service_window": "申请办理经营许可"}


def choose(chance: random.Random, mechanism: str) -> list[Move]:
    """Give a way; the last ones of each list, which leave work lying, come seldom."""
    ways = WAYS[mechanism]
    return list(chance.choices(ways, weights=[6] * (len(ways) - 3) + [1, 1, 1])[0])


def step(deployment: Deployment, staff: Mapping[str, StaffMember], case: Walking, now: datetime) -> None:
    """Take the next step of a case's way; one that is refused ends the way, as in life."""
    if not case.way:
        return
    move = case.way.pop(0)
    days = {move.today: local_day(now), move.later: local_day(now + AHEAD)}
    inputs = {**move.inputs, **{name: day.isoformat() for names, day in days.items() for name in names}}
    if move.plan:
        inputs["instalments"] = [{**move.plan, "on": days[move.later].isoformat()}]
    try:
        if move is mediations.COMES:
            mediations.other_side_comes(deployment, case.case, now)
        elif move.role in ASKS:
            with deployment.services["intake"].inside():
                for role in ASKS[move.role]:
                    ask_step(ReceiptHolder(case.case, role, now), move.step, inputs, now=now)
        else:
            _take(deployment, staff, case, move, inputs, now)
    except Refusal as refusal:
        log.info("demo-way-ends", reason=refusal.code)
        case.way.clear()


PUBLISH = (
    Move(
        "prepare",
        "officer",
        {"headline": "【演示】本期公开内容", "body": "收入、支出和结余已逐项列出，原始凭证可以在村部查看。"},
    ),
    Move("check", "reader", {"remark": "未发现涉密和个人隐私内容。"}),
    Move("publish", "head"),
)
VISIT = {
    "due": Move(
        "record",
        "leader",
        {
            "sort": "reception",
            "heard": "群众主要反映用水、道路和停车问题，均已当场登记。",
            "headline": "【演示】县领导接待群众",
            "body": "接待群众十余人，谈了用水、道路和停车。",
        },
        ("day",),
    ),
    "made": Move(
        "close",
        "leader",
        {"headline": "【演示】接待日办理结果", "body": "所提事项均已交办，多数办结。", "raised": 14, "resolved": 14},
    ),
}
VISITED = {
    "due": Move("record the visit", "head", {"how": "person", "told": "当面说明了办理进展。"}, ("day",)),
    "made": Move("end", "head"),
}
MOVES = {"visits": VISIT}  # of other mechanisms, what is published is prepared, checked and published


def see_to_duties(
    deployment: Deployment, staff: Mapping[str, StaffMember], chance: random.Random, now: datetime
) -> None:
    """Move some due items, and visits that were agreed to, one step on; a few stay lying and show as missing."""
    with deployment.services["routing"].reading(now) as session:
        rows = session.execute(
            select(CaseRow.id, CaseRow.reference, CaseRow.state, CaseRow.mechanism, CaseRow.relation).where(
                CaseRow.relation.in_(("duty", VISIT_TO)), CaseRow.phase != "closed"
            )
        ).all()
    moves = dict(zip(("due", "prepared", "checked"), PUBLISH, strict=True))
    for case, reference, state, mechanism, relation in rows:
        its = VISITED if relation == VISIT_TO else MOVES.get(mechanism, moves)
        if chance.random() < 0.12 and state in its:  # noqa: PLR2004 - most in time, some late, a few not at all
            step(deployment, staff, Item(case, reference, [its[state]]), now)


@dataclass
class Item:
    """A due item for one step."""

    case: str
    reference: str
    way: list[Move]


def _take(
    deployment: Deployment,
    staff: Mapping[str, StaffMember],
    case: Walking,
    move: Move,
    inputs: Mapping[str, Any],
    now: datetime,
) -> None:
    routing = deployment.services["routing"]
    with routing.reading(now) as session:
        row = session.get(CaseRow, case.case)
        unit = row.unit if row is not None else ""
    posts = [one for one in deployment.county.posts if one.unit == unit]
    post = next(one.code for one in posts if move.role in one.roles)
    heads = [one.code for one in posts if "head" in one.roles][:1]
    inputs = {**inputs, **dict.fromkeys(move.heads, heads)}
    with routing.inside():
        take_step(case.reference, move.step, staff[post], inputs, now=now)
