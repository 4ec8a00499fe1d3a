"""Before a step: the questions of its guide, one on a page, that say which road a case takes and why."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.routing.desk import open_case
from services.routing.letters import LANGUAGE
from shared.access import rule as access
from shared.access.rule import staff
from shared.kit.action import here_now
from shared.law.local import local_day
from shared.web.guides import answered, remedies, show
from shared.web.i18n import current_language, translate
from shared.workflow.declare import Step
from shared.workflow.guide import Guide, Guided, from_line

door = Blueprint("guided", __name__, url_prefix="/desk")


def _fields(step: Step) -> list[Guided]:
    return [one for one in step.asks.asked().values() if isinstance(one, Guided)] if step.asks else []


def guided_first(step: Step) -> str | None:
    """Give the guide that must be gone through before a step, if there is one."""
    return next((one.guide.name for one in _fields(step) if one.required), None)


def guides_of(steps: Iterable[Step]) -> list[Guide]:
    """Give the guides of some steps, each once."""
    return list({one.guide.name: one.guide for step in steps for one in _fields(step)}.values())


def unneeded(step: Step, values: Mapping[str, Any]) -> set[str]:
    """Give the fields that say why another road is taken, where the step follows the questions or nobody asked them."""
    named = step.asks.asked() if step.asks else {}
    walked = {
        name: one.guide.walk(from_line(values.get(name, ""))) for name, one in named.items() if isinstance(one, Guided)
    }
    return {
        one.why
        for name, one in named.items()
        if isinstance(one, Guided) and not one.road and walked[name].road in (None, *one.roads)
    }


def answers_before(step: Step, values: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """Give, for each guide that a step's form carries, what was answered: in words, and in one line."""
    fields = {name: one for name, one in (step.asks.asked() if step.asks else {}).items() if isinstance(one, Guided)}
    return [
        {
            "title": translate(language, one.title),
            "guide": one.guide.name,
            "line": values.get(name, ""),
            "lines": answered(language, one.guide, from_line(values.get(name, ""))),
        }
        for name, one in fields.items()
    ]


@door.get("/cases/<reference>/guide/<name>")
@access.rule("staff")
def guide(reference: str, name: str) -> str | Response:
    """Ask one question of a guide, or show the road it leads to and the step that follows."""
    shown = open_case(reference, staff(), current_language(), now=g.now)
    chosen = next((one for one in guides_of(shown.offers) if one.name == name), None) or abort(404)
    page = show(chosen, request.args, current_language())
    if page.onward:
        return redirect(f"{url_for('guided.guide', reference=reference, name=name)}?{page.onward}", 303)
    steps = [step for step in shown.offers if any(one.guide.name == name for one in _fields(step))]
    return render_template(
        "routing/guide.html",
        case=shown,
        page=page,
        steps=sorted(steps, key=lambda step: page.road is not None and step.name != page.road.step),
        remedies=remedies(page.road, here_now.get().here.rules, local_day(g.now), LANGUAGE) if page.road else [],
    )
