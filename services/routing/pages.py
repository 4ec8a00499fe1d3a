"""The desk: today's work, lists, a case, its steps. Lawful next steps only; the others are named with the reason."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response as Answer

from services.routing.archive.download import download
from services.routing.desk import Desk, alike, open_case, open_file
from services.routing.explained import kept_in_words
from services.routing.guided import answers_before, guided_first, guides_of, unneeded
from services.routing.letters import LANGUAGE
from services.routing.recuse import recuse
from services.routing.registers import kept_here, may_change
from services.routing.step import ChangedMeanwhile, take_step
from services.routing.team import by_unit
from services.routing.unvisited import unvisited
from services.routing.visit_share import share_of_visits
from services.routing.worklist import MOST, counts, seeking, work
from shared.access import rule as access
from shared.access.rule import staff
from shared.errors import Invalid, Refusal
from shared.kit.action import here_now
from shared.law.local import local_day
from shared.web.files import ONLY_ITSELF, PAGE_OF_LETTER, disposition
from shared.web.forms import asked, field_errors, read_form
from shared.web.guides import proposed
from shared.web.i18n import current_language, translate
from shared.web.pages import moment, read_cursor, write_cursor
from shared.web.problem import say
from shared.workflow.declare import Step

desk = Blueprint("desk", __name__, url_prefix="/desk")
PAGE = 25
LONGEST_REASON = 2_000
RECUSED = "You stepped aside. The case goes on without you."


@desk.get("")
@access.rule("staff")
def today() -> str:
    """Show today's work: what is late, due, new, waiting; then the list, what is due first on top."""
    me, here = staff(), here_now.get().here
    question = request.args.get("q", "").strip()
    filters = replace(
        seeking(question),
        phase=request.args.get("phase", ""),
        mechanism=request.args.get("mechanism", ""),
        unit=request.args.get("unit", ""),
        due=request.args.get("due", ""),
    )
    cursor = request.args.get("cursor", "")
    after = read_cursor(cursor, moment, str) if cursor else None
    page = work(me, filters, (after[0], after[1]) if after else None, PAGE, now=g.now)
    return render_template(
        "routing/today.html",
        counts=None if question else counts(me, now=g.now),  # who seeks something asked for no counts
        most=MOST,
        page=page,
        next=write_cursor(*page.after) if page.after else "",
        filters=filters,
        question=question,
        too_short=filters.reference == "-",
        mechanisms=here.mechanisms,
        visiting="visits" in here.mechanisms,
        registers=any(may_change(me, one) for one in kept_here(here).values()),
        units=[unit for unit in here.county.units if unit.code in me.units],
        now=g.now,
    )


@desk.get("/places")
@access.rule("staff")
def places() -> str:
    """Show where nobody was for longest, for whoever plans a visit."""
    return render_template(
        "routing/unvisited.html", places=unvisited(staff()), share=share_of_visits(staff(), now=g.now)
    )


@desk.get("/cases/<reference>")
@access.rule("staff")
def case(reference: str) -> str:
    """Show a case with all that the reader may know, and the steps that are open."""
    return _case_page(open_case(reference, staff(), current_language(), now=g.now, form=""))


def _case_page(shown: Desk) -> str:
    here = here_now.get().here
    mechanism = here.mechanisms[shown.row.mechanism]
    return render_template(
        "routing/case.html",
        case=shown,
        mechanism=mechanism,
        kind=mechanism.kind(shown.row.kind),
        guides=guides_of(shown.offers),
        considered=kept_in_words(shown.row.explanation, here, current_language()),
    )


@desk.get("/cases/<reference>/recuse")
@access.rule("staff")
def step_aside_form(reference: str) -> str:
    """Ask why somebody steps aside."""
    shown = open_case(reference, staff(), current_language(), now=g.now)
    return render_template("routing/recuse.html", case=shown, errors={})


@desk.post("/cases/<reference>/recuse")
@access.rule("staff")
def step_aside(reference: str) -> str | Answer | tuple[str, int]:
    """Step aside: the officer sees the case no longer, and somebody else goes on with it."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        shown = open_case(reference, staff(), current_language(), now=g.now)
        return render_template(
            "routing/recuse.html", case=shown, errors={"reason": translate(current_language(), "Please answer this.")}
        ), 422
    recuse(reference, staff(), reason[:LONGEST_REASON], now=g.now)
    flash(RECUSED)
    return redirect(url_for("desk.today"), 303)


@desk.post("/cases/<reference>/archive")
@access.rule("staff")
def archive(reference: str) -> Response:
    """Give a closed case as one ZIP that can be handed over; that it was taken is noted."""
    return download(reference, staff(), now=g.now)


@desk.get("/cases/<reference>/<step>")
@access.rule("staff")
def step_form(reference: str, step: str) -> str | Answer:
    """Ask what a step needs, with its legal basis; where a guide comes first, it is gone through first."""
    shown = open_case(reference, staff(), current_language(), now=g.now, form=step.replace("-", " "))
    offered = _offered(shown, step)
    chosen = {offered.joins: request.args.get("earlier", "")} if offered.joins else {}
    guide, line = guided_first(offered), request.args.get("answers", "")
    chosen |= proposed(offered.asks, line, here_now.get().here.rules, local_day(g.now), LANGUAGE)
    if guide and not chosen:
        return redirect(url_for("guided.guide", reference=reference, name=guide), 303)
    return _form(shown, offered, chosen, {}, None)


def _offered(shown: Desk, name: str) -> Step:
    found = next((step for step in shown.offers if step.name == name.replace("-", " ")), None)
    return found or abort(404)


def _form(
    shown: Desk, step: Step, values: dict[str, Any], errors: dict[str, str], refusal: tuple[str, str] | None
) -> str:
    here, language = here_now.get().here, current_language()
    units = [(unit.code, unit.name(language)) for unit in here.county.units]
    posts, values = by_unit(shown.posts[step.name], here.county, language), values or _suggested(step)
    return render_template(
        "routing/step.html",
        case=shown,
        step=step,
        mechanism=here.mechanisms[shown.row.mechanism],
        fields=[
            one
            for one in asked(step.asks, units=units, posts=posts, entries=shown.entries[step.name])
            if one.name not in unneeded(step, values)
        ],
        guided=answers_before(step, values, language),
        values=values,
        errors=errors,
        refusal=refusal,
        bare="offline" in request.args,
        similar=alike(shown.row.reference, staff()) if step.joins else (),
    )


def _suggested(step: Step) -> dict[str, Any]:
    return {"received_on": local_day(g.now).isoformat()} if step.serves else {}


@desk.post("/cases/<reference>/<step>")
@access.rule("staff")
def take(reference: str, step: str) -> str | Answer | tuple[str, int]:
    """Take a step. What was typed is kept on any error, also where somebody else was faster."""
    me, name = staff(), step.replace("-", " ")
    mechanism_step = _declared(reference, name)
    inputs = read_form(mechanism_step.asks, request.form)
    revision = request.form.get("revision", type=int)
    try:
        take_step(reference, name, me, inputs, revision, now=g.now)
    except Invalid as refusal:
        shown = open_case(reference, me, current_language(), now=g.now)
        return _form(shown, mechanism_step, inputs, field_errors(refusal.errors), None), refusal.status
    except Refusal as refusal:
        if refusal.status not in (409, ChangedMeanwhile.status, 422):
            raise
        shown = open_case(reference, me, current_language(), now=g.now)
        errors = {refusal.field: say(refusal)[0]} if refusal.field else {}
        return _form(shown, mechanism_step, inputs, errors, say(refusal)), refusal.status
    flash(mechanism_step.label)
    return redirect(url_for("desk.case", reference=reference), 303)


def _declared(reference: str, name: str) -> Step:
    shown = open_case(reference, staff(), current_language(), now=g.now, form="")
    step = here_now.get().here.mechanisms[shown.row.mechanism].workflow.step(name)
    return step or abort(404)


@desk.get("/cases/<reference>/files/<blob>")
@access.rule("staff")
def file(reference: str, blob: str) -> Response:
    """Give a file of a case; images and PDF are shown, the rest is downloaded."""
    kind, name, chunks = open_file(reference, blob, staff())
    shown = kind.startswith("image/") or kind in ("application/pdf", PAGE_OF_LETTER)
    headers = {
        "Content-Disposition": disposition(name, inline=shown),
        "Content-Security-Policy": ONLY_ITSELF if kind == PAGE_OF_LETTER else "sandbox",
        "Cache-Control": "private, no-store",
    }
    return Response(stream_with_context(chunks), mimetype=kind, headers=headers)
