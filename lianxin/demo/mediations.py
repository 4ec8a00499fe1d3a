"""Mediations of the demo: one that both sides agreed to, and one that is under way when somebody looks."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lianxin.demo.moves import Move
from lianxin.deployment import Deployment
from services.intake.invited import accept
from services.routing.models import CaseRow, LetterRow

NAME = "mediation"
BOTH = "both sides"
COMES = Move("comes", "the other side")
CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b")
OTHER = {"name": "王芳", "phone": "13800000008"}
DISPUTE = {
    "sort": "neighbours",
    "about": "两家之间的院墙倒了，重修时往哪边让、钱谁出，谈不拢。",
    "other": "隔壁王家，电话13800000008",
    "wish": "墙按老基础修，钱一家一半。",
}
TITLE = "院墙重修的纠纷"

TALKING = (
    Move("screen", "registrar", {"danger": "none", "noted": "已分别电话询问双方，没有危险迹象。"}),
    COMES,
    Move("consent", BOTH, {"words": "愿意坐下来谈。"}),
    Move("choose", BOTH, {"mediator": "mediator-land"}),
    Move("take on", "mediator"),
    Move("see identity", "mediator", {"who": "both", "how": "paper"}),
    Move("meet", "mediator", {"place": "村委会调解室", "summary": "双方看了老地基，都愿意按老基础修。"}, ("day",)),
)
PLAN = {"what": "院墙修好，费用各付一半"}
AGREED = (
    *TALKING,
    Move("propose", "mediator", {"summary": "院墙按老基础重修，费用双方各承担一半。"}, plan=PLAN),
    Move("sign", BOTH),
    Move("seal", "mediator", {}, ("day",)),
)
# How many days before the end of the demo each is asked for: the second one is still talked about then.
ASKED = {50: AGREED, 28: TALKING}


def other_side_comes(deployment: Deployment, case: str, now: datetime) -> None:
    """Let the other side come by the code of its letter, as from the page."""
    with deployment.services["routing"].reading(now) as session:
        row = session.get_one(CaseRow, case)
        letters = select(LetterRow.text).where(LetterRow.case == case).order_by(LetterRow.signed_at.desc())
        text = session.reveal(session.scalars(letters.limit(1)).one())
        reference = row.reference
    with deployment.services["intake"].inside():
        accept(reference, CODE.findall(text)[-1], OTHER, "zh", now=now)


def in_county(mechanisms: Mapping[str, Any]) -> Mapping[int, tuple[Move, ...]]:
    """Give by days before the end the ways of the mediations that a county's demo has."""
    return ASKED if NAME in mechanisms else {}
