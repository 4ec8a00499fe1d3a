"""Guides for programs: the answers so far in, the next question or the road out. Pure, and nothing is kept."""

from typing import Any

from flask import g
from marshmallow import fields, validate

from shared.access import rule as access
from shared.errors import Invalid, NotFound
from shared.kit.action import here_now
from shared.law.local import local_day
from shared.web.guides import remedies
from shared.web.i18n import current_language, translate
from shared.web.rest import Answer, Asked, Doors, declares, means
from shared.workflow.guide import LONGEST, Guide, Walk, from_line

doors = Doors("guides", __name__, url_prefix="/api/v1/mechanisms", description="Questions that lead to the right road")
WORD = "[a-z0-9_]{1,40}:[a-z0-9_]{1,40}"


class GuideAsked(Asked):
    """The answers so far."""

    answers = fields.String(
        load_default="",
        validate=[
            validate.Length(max=LONGEST, error="Write at most {max} characters."),
            validate.Regexp(f"^({WORD}(,{WORD})*)?$", error="Write it as question:answer, with commas between."),
        ],
        metadata=means("What was answered so far, as `question:answer`, with commas between.", "sort:demand,final:no"),
    )


class GuideAnswer(Answer):
    """An answer that a question takes."""

    answer = fields.String(metadata=means("For `answers`.", "no"))
    title = fields.String(metadata=means("What it says.", "否"))


class GuideQuestion(Answer):
    """A question."""

    name = fields.String(metadata=means("For `answers`.", "court"))
    title = fields.String(metadata=means("What is asked.", "是否应由法院、检察院、公安机关按法定程序处理？"))
    basis = fields.String(metadata=means("By which article.", "信访工作条例 31（一）"))
    means_ = fields.String(
        data_key="means", attribute="means", metadata=means("What it means.", "涉法涉诉事项按法律规定的程序处理。")
    )
    look = fields.String(metadata=means("What to look at or ask.", "请问是否有案号。"))
    answers = fields.List(fields.Nested(GuideAnswer), metadata=means("What can be answered."))


class GuideRoad(Answer):
    """Where the answers lead."""

    name = fields.String(metadata=means("For the step's own field, where it asks for a road.", "reconsideration"))
    title = fields.String(metadata=means("Its name.", "行政复议"))
    basis = fields.String(metadata=means("By which article.", "信访工作条例 31"))
    means_ = fields.String(data_key="means", attribute="means", metadata=means("What it means.", "由复议机关审查。"))
    step = fields.String(metadata=means("The step that an officer takes then; empty for residents.", "divert"))
    notice = fields.String(metadata=means("What a notice can say.", "您可以通过行政复议解决。"))
    remedies = fields.List(
        fields.String(), metadata=means("What can be done, where and by when.", ["可以申请行政复议。期限：60日。"])
    )
    leads = fields.String(metadata=means("The kind that fits better, for residents; or empty.", ""))


class GuideAt(Answer):
    """How far the answers lead: to a question, or to a road."""

    title = fields.String(metadata=means("The guide's name.", "属于哪条法定途径？"))
    answers = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata=means("For the step's field.", {"sort": "demand"})
    )
    question = fields.Nested(GuideQuestion, allow_none=True, metadata=means("The next question; null at the end."))
    road = fields.Nested(GuideRoad, allow_none=True, metadata=means("Where it ends; null before."))


@doors.get("/<mechanism>/guides/<guide>")
@doors.arguments(GuideAsked, location="query")
@doors.response(200, GuideAt)
@access.rule("anyone")
@declares(NotFound)
def ask_guide(asked: dict[str, Any], mechanism: str, guide: str) -> dict[str, Any]:
    """Go through a guide: send the answers so far, get the next question or the road. Nothing is kept."""
    owner = here_now.get().here.mechanisms.get(mechanism)
    found = owner.guides.get(guide) if owner else None
    if found is None:
        raise NotFound
    walk = found.walk(from_line(asked["answers"]))
    if walk.astray:
        raise Invalid({"answers": ["These answers do not lead through the questions. Begin again with the first one."]})
    said = {"title": translate(current_language(), found.title), "answers": dict(walk.answers)}
    return {**said, "question": _question(found, walk), "road": _road(found, walk)}


def _question(guide: Guide, walk: Walk) -> dict[str, Any] | None:
    if walk.question is None:
        return None
    one, language = guide.questions[walk.question], current_language()
    ways = [{"answer": name, "title": translate(language, way.title)} for name, way in one.ways.items()]
    words = {name: translate(language, getattr(one, name)) for name in ("title", "means", "look")}
    return {"name": walk.question, "basis": one.basis, "answers": ways, **words}


def _road(guide: Guide, walk: Walk) -> dict[str, Any] | None:
    if walk.road is None:
        return None
    one, language = guide.roads[walk.road], current_language()
    words = {name: translate(language, getattr(one, name)) for name in ("title", "means", "notice")}
    told = remedies(one, here_now.get().here.rules, local_day(g.now), language)
    own = {"basis": one.basis, "step": one.step, "leads": one.leads, "remedies": told}
    return {"name": walk.road, **words, **own}
