"""Submitting by web pages: one question each, a draft that is kept, check your answers, and the receipt."""

from contextlib import closing
from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.intake import book, catalogue, drafts, questions
from services.intake.drafts import Draft
from services.intake.files import MOST_FILES, upload
from services.intake.qr import picture
from services.intake.questions import CHECK, FILES, WHAT, Question
from services.intake.receipts import holder
from services.intake.submit import receipt_json, submit
from services.intake.view import view
from shared.access import rule as access
from shared.errors import NotFound, Refusal
from shared.kit.action import here_now
from shared.law.local import local_day
from shared.web.forms import asked
from shared.web.i18n import current_language, translate
from shared.web.once import once
from shared.web.problem import say
from shared.workflow.mechanism import Kind, Mechanism

COOKIE = "lx_draft"
DAY = 24 * 3600
# What the page sends by itself, or what was chosen and not written.
NOT_TYPED = frozenset(
    {
        *("csrf_token", "back_to_check", "add", "remove", "identity", "place", "category"),
        *("addressed_to", "about_unit", "about_post"),
    }
)

form = Blueprint("write", __name__, url_prefix="/new")


def offered() -> list[tuple[Mechanism, str, Kind]]:
    """Give the kinds that residents may open here, in the county's order."""
    return [
        (mechanism, name, kind)
        for mechanism in here_now.get().here.mechanisms.values()
        for name in mechanism.kinds
        if (kind := mechanism.kind(name)) is not None
        and not mechanism.retired
        and kind.offered
        and kind.record == "case"
        and "resident" in mechanism.opened_by
    ]


def _kind(draft: Draft) -> Kind:
    mechanism = here_now.get().here.mechanisms.get(draft.mechanism)
    kind = mechanism.kind(draft.kind) if mechanism else None
    if kind is None:
        raise NotFound
    return kind


def _with_cookie(response: Response, cookie: str) -> Response:
    response.set_cookie(
        COOKIE, cookie, max_age=DAY, httponly=True, samesite="Lax", secure=request.is_secure, path="/new"
    )
    return response


@form.get("")
@access.rule("anyone")
def choose() -> str:
    """Ask which kind of case it is; an unfinished draft is offered again."""
    draft = drafts.load(request.cookies.get(COOKIE, ""), now=g.now)
    unfinished = draft if draft and draft.receipt is None else None
    return render_template("intake/choose.html", kinds=offered(), draft=unfinished, gone=request.args.get("gone"))


@form.get("/start/<mechanism>/<kind>")
@access.rule("anyone")
def start(mechanism: str, kind: str) -> Response:
    """Begin a draft of this kind; answers that fit stay where somebody changes the kind."""
    _kind(Draft(mechanism, kind))
    cookie = request.cookies.get(COOKIE, "")
    before = drafts.load(cookie, now=g.now)
    keep_answers = before is not None and before.receipt is None
    draft = Draft(mechanism, kind, *((before.answers, before.files) if before and keep_answers else ()))
    here, code = here_now.get().here, request.args.get("matter", "")
    draft.answers.update(catalogue.beginning(here, (mechanism, kind), code, current_language(), g.now))
    cookie = cookie if keep_answers else drafts.new_cookie()
    drafts.keep(cookie, draft, now=g.now)
    return _with_cookie(redirect(url_for("write.ask", page=WHAT.name), 303), cookie)


def _draft() -> Draft | None:
    return drafts.load(request.cookies.get(COOKIE, ""), now=g.now)


def _gone() -> Response:
    return redirect(url_for("write.choose", gone="1"), 303)


def _question(draft: Draft, page: str) -> tuple[Question, int, int]:
    pages = questions.questions(_kind(draft))
    for number, question in enumerate(pages, 1):
        if question.name == page:
            return question, number, len(pages)
    raise NotFound


@form.get("/<page>")
@access.rule("anyone")
def ask(page: str) -> str | Response:
    """Ask one question."""
    draft = _draft()
    if page == "done":
        return _done(draft) if draft and draft.receipt else _gone()
    if draft is None:
        return _gone()
    if draft.receipt is not None:
        return redirect(url_for("write.ask", page="done"), 303)
    question, number, total = _question(draft, page)
    if question is CHECK and (hole := questions.missing(draft, _kind(draft))) is not None:
        return redirect(url_for("write.ask", page=hole.name), 303)
    return _draw(draft, question, number, total, draft.answers, {})


def _draw(
    draft: Draft, question: Question, number: int, total: int, values: dict[str, Any], errors: dict[str, str]
) -> str:
    here, kind = here_now.get().here, _kind(draft)
    pages = questions.questions(kind)
    return render_template(
        f"intake/new_{question.name}.html",
        draft=draft,
        question=question,
        number=number,
        total=total,
        back=pages[number - 2].name if number > 1 else "",
        values=values,
        errors=errors,
        kind=kind,
        mechanism=here.mechanisms[draft.mechanism],
        what=asked(questions.What),
        whom=asked(questions.Whom),
        fields=[one for one in asked(kind.details) if one.name != "slot"],
        slots=book.free_slots(here.mechanisms[draft.mechanism], kind, local_day(g.now)),
        matter=catalogue.chosen_of(draft, current_language(), here, g.now),
        most_files=MOST_FILES,
    )


@form.post("/<page>")
@access.rule("anyone")
def answer(page: str) -> str | Response | tuple[str, int]:
    """Take an answer and go on; on an error the page comes again with all that was typed."""
    draft = _draft()
    if draft is None:
        return _too_late()
    if draft.receipt is not None:
        return redirect(url_for("write.ask", page="done"), 303)
    question, number, total = _question(draft, page)
    if question is CHECK:
        return _send(draft, number, total)
    if question is FILES:
        return _files(draft, number, total)
    typed, errors = questions.read(question, _kind(draft), here_now.get().here, request.form)
    if errors:
        return _draw(draft, question, number, total, draft.answers | typed, errors), 422
    draft.answers.update(typed)
    drafts.keep(request.cookies[COOKIE], draft, now=g.now)
    wanted = CHECK.name if request.form.get("back_to_check") else questions.questions(_kind(draft))[number].name
    return redirect(url_for("write.ask", page=wanted), 303)


def _too_late() -> tuple[str, int]:
    """Say that the draft is gone and show what was typed last, so that it can be copied."""
    typed = [value for name, value in request.form.items() if name not in NOT_TYPED and value.strip()]
    return render_template("intake/too_late.html", typed=typed), 410


def _files(draft: Draft, number: int, total: int) -> str | Response | tuple[str, int]:
    """Take files, take one back, or go on."""
    errors: dict[str, str] = {}
    remove = request.form.get("remove")
    if remove:
        draft.files = [one for one in draft.files if one["id"] != remove]
    for sent in request.files.getlist("file"):
        if not sent.filename:
            continue
        if len(draft.files) >= MOST_FILES:
            errors["file"] = translate(current_language(), "A case can carry at most %(most)s files.", most=MOST_FILES)
            break
        try:
            with closing(sent):
                stored = upload(sent.stream, sent.filename, sent.mimetype, now=g.now)
        except Refusal as refusal:
            errors["file"] = " ".join(say(refusal))
        else:
            values = {"id": stored.blob, "name": stored.name, "size": stored.size, "type": stored.type}
            draft.files.append({**values, "stripped": list(stored.stripped)})
    drafts.keep(request.cookies[COOKIE], draft, now=g.now)
    if errors:
        return _draw(draft, FILES, number, total, draft.answers, errors), 422
    stay = remove or request.form.get("add")
    following = FILES.name if stay else questions.questions(_kind(draft))[number].name
    return redirect(url_for("write.ask", page=following), 303)


def _send(draft: Draft, number: int, total: int) -> str | Response | tuple[str, int]:
    """Send the case; pressing twice sends it once."""
    cookie, language = request.cookies[COOKIE], current_language()
    if (hole := questions.missing(draft, _kind(draft))) is not None:
        return redirect(url_for("write.ask", page=hole.name), 303)
    new = questions.whole(draft, _kind(draft), language, "web")
    try:
        reply = once(
            lambda session: receipt_json(session, submit.within(session, new, now=g.now), language),
            now=g.now,
            key=cookie,
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        errors = {"": " ".join(say(refusal))}
        return _draw(draft, CHECK, number, total, draft.answers, errors), refusal.status
    draft.receipt, draft.answers, draft.files = reply, {"title": new.title}, []
    drafts.keep(cookie, draft, now=g.now)
    return redirect(url_for("write.ask", page="done"), 303)


def _done(draft: Draft) -> str:
    receipt = draft.receipt or {}
    case = view(holder(receipt["reference"], receipt["receipt"], now=g.now), current_language(), now=g.now)
    address = url_for("case.look_up", ref=case.reference, _external=True)
    return render_template("intake/done.html", receipt=receipt, case=case, qr=picture(address), address=address)


@form.post("/drop")
@access.rule("anyone")
def drop_draft() -> Response:
    """Forget the draft at once."""
    drafts.drop(request.cookies.get(COOKIE, ""))
    response = make_response(redirect("/", 303))
    response.delete_cookie(COOKIE, path="/new")
    return response
