"""To whom a message goes: each party, or staff by unit, role and post; and the row that waits to be sent."""

import json

from sqlalchemy import select

from services.notification.models import CaseRow, MessageRow
from services.notification.parties import others
from services.notification.words import FOOT, WORDS, Moved
from shared.access.cases import barred_from
from shared.access.tables import AbsenceRow, PersonRow, PostRow
from shared.crypto.private import Sealed
from shared.facts.platform import MessageSuppressed
from shared.ids import new_fact_id
from shared.journal.tell import tell
from shared.kit.own import is_history
from shared.kit.session import Session
from shared.law.local import local_day
from shared.web.i18n import translate

What = str | Moved  # what happened: a step's or a rung's name, or how a date moved


def to_resident(
    session: Session, case: CaseRow, template: str, unit: str = "", step: What = "", *, but: str = ""
) -> None:
    """Queue a message to each party, or say why none is sent; of what is history here nobody is told.

    `but` is the party that did it itself.
    """
    if is_history(session):
        return
    for to, contact, language in [("resident", case.contact, case.language), *others(session, case)]:
        if to == but:
            continue
        if reason := _why_not(session, contact):
            told = MessageSuppressed(subject=case.id, template=template, to=to, reason=reason, at=session.now)
            tell(session, told)
        else:
            _queue(session, case, template, language, to, None, unit, step)


def _why_not(session: Session, sealed: Sealed | None) -> str:
    if sealed is None:
        return "no address"
    contact = json.loads(session.reveal_or_wait(sealed))
    return "" if contact.get("email") else "no e-mail address"


def to_staff(
    session: Session,
    case: CaseRow,
    template: str,
    unit: str,
    roles: tuple[str, ...],
    *,
    step: What = "",
    about: str = "",
    but: str = "",
) -> None:
    """Queue a message to everybody of a unit who holds one of the roles, has an address and may see the case.

    `but` is a unit of whose people nobody is told, whatever other post they hold or fill in.
    """
    posts = session.scalars(select(PostRow).where(PostRow.unit == unit, PostRow.active)).all()
    codes = frozenset(post.code for post in posts if not set(roles).isdisjoint(post.roles))
    to_posts(session, case, template, codes, step=step, about=about or unit, but=but)


def to_posts(
    session: Session,
    case: CaseRow,
    template: str,
    posts: frozenset[str],
    *,
    step: What = "",
    about: str = "",
    but: str = "",
) -> None:
    """Queue a message to everybody who acts in one of these posts today, has an address and may see the case."""
    if is_history(session) or not posts:
        return
    today = AbsenceRow.in_force(local_day(session.now))
    away = {one.person: one.stand_in for one in session.scalars(select(AbsenceRow).where(today))}
    people = session.scalars(select(PersonRow).where(PersonRow.active)).all()
    acting = {away.get(one.id, one.id) for one in people if not posts.isdisjoint(one.posts)}
    barred, units = barred_from(session, case.id), dict(session.execute(select(PostRow.code, PostRow.unit)).all())
    for person in people:
        own = (person.id, *person.posts, *(units[post] for post in person.posts if post in units))
        if person.id in acting and person.email and barred.isdisjoint(own) and but not in own:
            _queue(session, case, template, session.here.county.language, "staff", person.id, about, step)


def _queue(
    session: Session, case: CaseRow, template: str, language: str, to: str, person: str | None, unit: str, step: What
) -> None:
    county, words = session.here.county, WORDS[template]
    address = session.here.settings.get("address", "")
    values = {
        "reference": case.reference,
        "unit": county.unit_name(unit, language),
        **({"step": translate(language, step)} if isinstance(step, str) else step.values(language)),
        "address": f"{address}/case" if to != "staff" else f"{address}{words.page}/{case.reference}",
    }
    body = translate(language, words.body, **values)
    if to != "staff":
        body += "\n" + translate(language, FOOT, **values)
    else:
        body += f"\n{values['address']}"
    session.add(
        MessageRow(
            id=new_fact_id(session.now),
            case=case.id,
            reference=case.reference,
            template=template,
            to=to,
            person=person,
            channel="email",
            language=language,
            subject=translate(language, words.subject, **values),
            body=f"{body}\n\n{county.name(language)} · {translate(language, 'Lianxin')}",
            status="queued",
            made_at=session.now,
            next_at=session.now,
            correlation=session.story,
        )
    )
