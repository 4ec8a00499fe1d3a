"""The public record, for everybody: outcomes, open affairs, what is missing."""

from datetime import date
from typing import Any

from flask import Blueprint, g, render_template, request, url_for

from services.disclosure.counted import counted
from services.disclosure.late import late
from services.disclosure.listed import listed
from services.disclosure.models import ListedRow
from services.disclosure.read import Narrowed, figures, items, outcome, outcomes, publication
from services.disclosure.visited import visited
from shared.access import rule as access
from shared.kit.action import here_now
from shared.law.local import local_day
from shared.web.i18n import current_language
from shared.web.pages import read_cursor, write_cursor

public = Blueprint("public", __name__, url_prefix="/public")
PAGE = 20


@public.get("")
@access.rule("anyone")
def record() -> str:
    """Show outcomes, the newest first, and how many came from where."""
    narrowed = Narrowed(
        mechanism=request.args.get("mechanism", ""),
        township=request.args.get("township", ""),
        outcome=request.args.get("outcome", ""),
        q=request.args.get("q", "")[:50],
    )
    cursor = request.args.get("cursor", "")
    after = read_cursor(cursor, date.fromisoformat, str) if cursor else None
    rows, last = outcomes(narrowed, (after[0], after[1]) if after else None, PAGE)
    here = here_now.get().here
    following: dict[str, Any] | None = {**request.args, "cursor": write_cursor(*last)} if last else None
    return render_template(
        "disclosure/record.html",
        rows=rows,
        narrowed=narrowed,
        mechanisms=here.mechanisms,
        townships=[place for place in here.county.places if place.level == "township"],
        figures=figures(now=g.now),
        counted=counted(local_day(g.now)),
        next=url_for("public.record", **following) if following else "",
    )


@public.get("/outcomes/<name>")
@access.rule("anyone")
def one(name: str) -> str:
    """Show one outcome."""
    row = outcome(name)
    return render_template(
        "disclosure/outcome.html", row=row, mechanism=here_now.get().here.mechanisms.get(row.mechanism)
    )


@public.get("/affairs")
@access.rule("anyone")
def affairs() -> str:
    """Show what offices owe the public: missing first, then due, then published; and broken terms."""
    return render_template("disclosure/affairs.html", items=items(), late=late(current_language()))


@public.get("/affairs/<name>")
@access.rule("anyone")
def affair(name: str) -> str:
    """Show a publication with its earlier editions."""
    item, editions = publication(name)
    return render_template("disclosure/affair.html", item=item, editions=editions)


@public.get("/visits")
@access.rule("anyone")
def visits() -> str:
    """Show by post how many visits were planned and made, and what was raised and resolved; only counts."""
    return render_template("disclosure/visits.html", rows=visited(local_day(g.now)))


@public.get("/charges")
@access.rule("anyone")
def charges() -> str:
    """Show what leaders have charge of and what is listed for supervision, by kind; nothing of a case."""
    here = here_now.get().here
    kinds: dict[tuple[str, str], list[ListedRow]] = {}
    for row in listed():
        kinds.setdefault((row.mechanism, row.kind), []).append(row)
    return render_template(
        "disclosure/charges.html",
        kinds=[
            (mechanism, mechanism.kind_title(kind), rows)
            for (name, kind), rows in kinds.items()
            if (mechanism := here.mechanisms.get(name))
        ],
    )
