"""The desk's registers: who is in one, entered and closed by whoever keeps it; drawn from the entry's schema."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from services.routing.registers import Kept, close, enter, entries, kept_for, kept_here, may_change
from shared.access import rule as access
from shared.access.rule import staff
from shared.errors import Invalid, Refusal
from shared.kit.action import here_now
from shared.web.forms import asked, field_errors, in_words, read_form
from shared.web.i18n import current_language, translate
from shared.web.pages import read_cursor, write_cursor
from shared.web.problem import say

door = Blueprint("registers", __name__, url_prefix="/desk/registers")
PAGE = 50


@door.get("")
@access.rule("staff")
def show_all() -> str:
    """List the registers that one keeps."""
    kept = [one for one in kept_here(here_now.get().here).values() if may_change(staff(), one)]
    return render_template("routing/registers.html", kept=kept)


def _kept(name: str) -> Kept:
    return kept_for(here_now.get().here, name, staff())


@door.get("/<name>")
@access.rule("staff")
def show(name: str) -> str:
    """Show a register's entries, and the form for another one."""
    return _draw(_kept(name), {}, {})


def _draw(kept: Kept, values: dict[str, Any], errors: dict[str, str]) -> str:
    cursor = request.args.get("cursor", "")
    rows = entries(kept.name, str(read_cursor(cursor, str)[0]) if cursor else "", PAGE + 1)
    fields = asked(kept.register.entry, posts=_posts())
    return render_template(
        "routing/register.html",
        kept=kept,
        rows=[(row, _said(kept, row.entry)) for row in rows[:PAGE]],
        next=write_cursor(rows[PAGE - 1].key) if len(rows) > PAGE else "",
        fields=fields,
        values=values,
        errors=errors,
    )


def _posts() -> list[tuple[str, str]]:
    county, language = here_now.get().here.county, current_language()
    return [(post.code, post.name(language)) for post in county.posts]


def _said(kept: Kept, entry: dict[str, Any]) -> list[str]:
    """Give what an entry says, each field in the reader's words and in the form's order."""
    language, county = current_language(), here_now.get().here.county
    fields = kept.register.entry.asked()

    def known_as(code: str) -> str:
        post = county.post_by_code.get(code)
        return post.name(language) if post else county.unit_name(code, language)

    return [in_words(language, one, entry[name], known_as) if entry.get(name) else "" for name, one in fields.items()]


@door.post("/<name>")
@access.rule("staff")
def add(name: str) -> str | Answer | tuple[str, int]:
    """Enter somebody; what was typed is kept on any error."""
    kept = _kept(name)
    typed = read_form(kept.register.entry, request.form)
    try:
        enter(kept, typed, now=g.now)
    except Invalid as refusal:
        return _draw(kept, typed, field_errors(refusal.errors)), 422
    except Refusal as refusal:
        return _draw(kept, typed, {"": " ".join(say(refusal))}), refusal.status
    flash(translate(current_language(), "Entered"))
    return redirect(url_for("registers.show", name=name), 303)


@door.post("/<name>/close")
@access.rule("staff")
def end(name: str) -> Answer:
    """Close an entry."""
    close(_kept(name), request.form.get("key", ""), now=g.now)
    flash(translate(current_language(), "Entry closed"))
    return redirect(url_for("registers.show", name=name), 303)
