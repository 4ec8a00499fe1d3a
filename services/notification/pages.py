"""The desk's view of messages: what was sent about the cases one may see, and what could not be sent."""

from flask import Blueprint, g, render_template, request
from sqlalchemy import or_, select

from services.notification.models import MessageRow
from shared.access import rule as access
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.access.rule import staff
from shared.kit.action import here_now, query
from shared.kit.session import Session
from shared.web.pages import read_cursor, write_cursor

messages = Blueprint("messages", __name__, url_prefix="/desk/messages")
PAGE = 30


@query
def messages_for(session: Session, member: StaffMember, status: str, before: str, limit: int) -> list[MessageRow]:
    """Give messages about cases the member may see, the newest first; what detectors found, to whom it was sent."""
    his = or_(MessageRow.template != "detected", MessageRow.person == member.person)
    statement = select(MessageRow).where(may_see(member, MessageRow.case), his)
    if status:
        statement = statement.where(MessageRow.status == status)
    if before:
        statement = statement.where(MessageRow.id < before)
    return list(session.scalars(statement.order_by(MessageRow.id.desc()).limit(limit + 1)))


@messages.get("")
@access.rule("staff")
def show() -> str:
    """List messages; without a mail server they lie in the outbox, and the page says so."""
    cursor = request.args.get("cursor", "")
    status = request.args.get("status", "")
    rows = messages_for(staff(), status, read_cursor(cursor, str)[0] if cursor else "", PAGE)
    return render_template(
        "notification/messages.html",
        rows=rows[:PAGE],
        next=write_cursor(rows[PAGE - 1].id) if len(rows) > PAGE else "",
        outbox=not here_now.get().here.settings.get("smtp"),
        status=status,
        now=g.now,
    )
