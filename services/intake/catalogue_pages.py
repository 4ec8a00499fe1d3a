"""The catalogue's doors: what the window offers, for people and for programs."""

from typing import Any

from flask import Blueprint, abort, g, render_template, request
from marshmallow import fields, validate

from services.intake.catalogue import Matter, areas, matters
from services.intake.points import Point, points
from shared.access import rule as access
from shared.errors import NotFound
from shared.kit.action import here_now
from shared.web.i18n import current_language, translate
from shared.web.pages import page_of
from shared.web.rest import NEXT, Answer, Doors, PageAsked, declares, means

LONGEST = 60  # characters of what is searched for

door = Blueprint("catalogue", __name__, url_prefix="/matters")
api = Doors("matters", __name__, url_prefix="/api/v1/matters", description="What the service window offers")
points_api = Doors("points", __name__, url_prefix="/api/v1/helper-points", description="Where somebody near helps")


def _all() -> tuple[Matter, ...]:
    return matters(here_now.get().here, current_language(), g.now)


def _points() -> tuple[Point, ...]:
    return points(here_now.get().here, current_language())


def _found(words: str, area: str) -> list[Matter]:
    return [one for one in _all() if one.has(words[:LONGEST]) and area in ("", one.area)]


def _one(code: str) -> Matter:
    found = next((one for one in _all() if one.code == code), None)
    if found is None:
        raise NotFound
    return found


@door.get("")
@access.rule("anyone")
def listed() -> str:
    """List what can be applied for, by area of life; found by words of name, papers or law."""
    if not _all():
        abort(404)
    words, area = request.args.get("q", "").strip(), request.args.get("area", "")
    known = areas(here_now.get().here)
    found, near = _found(words, area), _points()
    return render_template("intake/matters.html", found=found, areas=known, q=words, area=area, points=near)


@door.get("/<code>")
@access.rule("anyone")
def show(code: str) -> str:
    """Show a matter whole: papers, offices, term, fee, where and when, law; and begin there."""
    one = _one(code)
    return render_template("intake/matter.html", one=one, area=areas(here_now.get().here)[one.area], points=_points())


class MattersAsked(PageAsked):
    """Which matters."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST, error="Write at most {max} characters."),
        metadata=means("Words of name, papers or law; each must be there.", "许可"),
    )
    area = fields.String(load_default="", metadata=means("An area of life.", "home"))


class MatterAnswer(Answer):
    """A matter that can be applied for."""

    code = fields.String(metadata=means("Its number in the catalogue; for `details.matter`.", "build-home"))
    mechanism = fields.String(metadata=means("For `mechanism`.", "service_window"))
    kind = fields.String(metadata=means("For `kind`.", "application"))
    name = fields.String(metadata=means("Its name.", "取水许可"))
    area = fields.String(metadata=means("Its area of life.", "home"))
    area_title = fields.String(metadata=means("That in words.", "住房和建设"))
    unit = fields.String(metadata=means("The office that leads.", "water-bureau"))
    offices = fields.List(fields.String(), metadata=means("Offices that have a part.", ["water-bureau"]))
    papers = fields.List(fields.String(), metadata=means("What is handed in.", ["营业执照"]))
    fee = fields.Integer(metadata=means("The fee in fen; 0 where it is free.", 0))
    term = fields.String(metadata=means("How long a decision takes by law.", "20个工作日"))
    article = fields.String(metadata=means("The article of that term.", "《行政许可法》42"))
    where = fields.String(metadata=means("At which window.", "县政务服务中心"))
    hours = fields.String(metadata=means("When it is open.", "周一至周五"))
    basis = fields.String(metadata=means("The law of the matter.", "《建筑法》7"))


class Matters(Answer):
    """A page of matters."""

    items = fields.List(fields.Nested(MatterAnswer), metadata=means("In the order of the county file."))
    next = fields.String(allow_none=True, metadata=NEXT)


def _described(one: Matter) -> dict[str, Any]:
    mechanism, kind = one.begins
    title = translate(current_language(), areas(here_now.get().here)[one.area])
    return {**vars(one), "mechanism": mechanism, "kind": kind, "area_title": title}


@api.get("")
@api.arguments(MattersAsked, location="query")
@api.response(200, Matters)
@access.rule("anyone")
def get_matters(asked: dict[str, Any]) -> dict[str, Any]:
    """List what the window offers; empty where no mechanism here keeps a catalogue."""
    found = [_described(one) for one in _found(asked["q"], asked["area"])]
    return page_of(found, asked["cursor"], asked["limit"], key="code")


@api.get("/<code>")
@api.response(200, MatterAnswer)
@access.rule("anyone")
@declares(NotFound)
def get_matter(code: str) -> dict[str, Any]:
    """Give one matter whole."""
    return _described(_one(code))


class PointAnswer(Answer):
    """A place at which somebody explains, helps to fill in, and takes in."""

    code = fields.String(metadata=means("Its name in the county file.", "dawa"))
    unit = fields.String(metadata=means("The unit whose clerk helps.", "dawa-committee"))
    place = fields.String(metadata=means("The place it is for; empty: the whole county.", "qh-shiqiao-dawa"))
    where = fields.String(metadata=means("Where.", "大洼村党群服务中心"))
    hours = fields.String(metadata=means("When it is open.", "周一至周五"))
    phone = fields.String(metadata=means("Telephone of the unit; empty where none is known.", "0550-0000021"))


class Points(Answer):
    """A page of helper points."""

    items = fields.List(fields.Nested(PointAnswer), metadata=means("In the order of the county file."))
    next = fields.String(allow_none=True, metadata=NEXT)


@points_api.get("")
@points_api.arguments(PageAsked, location="query")
@points_api.response(200, Points)
@access.rule("anyone")
def get_points(asked: dict[str, Any]) -> dict[str, Any]:
    """List where somebody near home helps with an application; empty where the county has no such places."""
    return page_of([vars(one) for one in _points()], asked["cursor"], asked["limit"], key="code")
