"""Before somebody writes: is this the right road? A few plain questions that nobody has to answer and nothing keeps."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.intake.write import offered
from shared.access import rule as access
from shared.kit.action import here_now
from shared.law.local import local_day
from shared.web.guides import remedies, show
from shared.web.i18n import current_language

door = Blueprint("before", __name__, url_prefix="/new")


@door.get("/guide/<mechanism>/<kind>")
@access.rule("anyone")
def guide(mechanism: str, kind: str) -> str | Response:
    """Ask one question, or show where they lead; whatever they say, the case may be sent."""
    kinds = {f"{owner.name}.{name}": one for owner, name, one in offered()}
    chosen = kinds.get(f"{mechanism}.{kind}")
    if chosen is None or chosen.guide is None:
        abort(404)
    page = show(chosen.guide, request.args, current_language())
    if page.onward:
        return redirect(f"{url_for('before.guide', mechanism=mechanism, kind=kind)}?{page.onward}", 303)
    leads = page.road.leads if page.road else ""
    return render_template(
        "intake/before.html",
        page=page,
        kind=chosen,
        address=url_for("before.guide", mechanism=mechanism, kind=kind),
        start=url_for("write.start", mechanism=mechanism, kind=kind),
        other=kinds.get(leads),
        other_start=url_for("write.start", mechanism=leads.partition(".")[0], kind=leads.partition(".")[2])
        if leads in kinds
        else "",
        remedies=remedies(page.road, here_now.get().here.rules, local_day(g.now), current_language())
        if page.road
        else [],
    )
