"""Pure rules of intake: what may be submitted, and what receipt promises."""

import secrets
from datetime import date, datetime

from marshmallow import ValidationError

from services.intake.catalogue import unlisted
from services.intake.new_case import NewCase, Taken
from shared.calendar.national import by_name
from shared.errors import Invalid, Refusal
from shared.facts.values import Promise
from shared.kit.session import Here, Session
from shared.law.local import local_day, start_of_day
from shared.law.office_day import part_term
from shared.law.term import Term, start_term
from shared.workflow.case import Case
from shared.workflow.common import Nothing
from shared.workflow.declare import Deadline
from shared.workflow.engine import applies
from shared.workflow.mechanism import COUNTER_ROLES, POST_ROLES, Kind, Mechanism
from shared.workflow.points import PROMISES, REFUSES, ask

WHOM_NEEDED = "Choose an office or a post, or write whom it is about."


class KindNotOffered(Refusal):
    """A county that does not run the mechanism, or it takes no new cases."""

    code = "kind-not-offered"
    message = "This county does not offer %(kind)s here."
    next_action = "Choose one of the kinds listed under /api/v1/mechanisms, or call the county's number."


class UnknownCode(Refusal):
    """A code that the county doesn't have."""

    code = "unknown-code"
    message = "“%(value)s” is not known in this county."
    next_action = "Choose one from the list."


class NameNeeded(Refusal):
    """A kind that can't be sent with that sort of identity."""

    code = "identity-not-allowed"
    message = "This kind of case can't be sent this way."
    next_action = "Choose one of the ways to give your name."


class RefusedAtTheDoor(Refusal):
    """The mechanism says that this goes another road."""

    code = "refused-at-the-door"
    message = "%(why)s"
    next_action = "Follow the road that is named, or ask the petition office."


def admitted(here: Here, new: NewCase) -> tuple[Mechanism, Kind]:
    """Give mechanism and kind where this submission is possible here; raises a `Refusal` otherwise."""
    mechanism = here.mechanisms.get(new.mechanism)
    kind = mechanism.kind(new.kind) if mechanism else None
    at_the_door = new.relation is None or new.taken is not None
    offered = kind is not None and kind.record == "case" and (kind.offered or not at_the_door)
    offered = offered and mechanism is not None and (not at_the_door or opens(mechanism, new.taken))
    if mechanism is None or kind is None or mechanism.retired or not offered:
        raise KindNotOffered(field="kind", kind=f"{new.mechanism}/{new.kind}")
    if new.identity not in kind.identity:
        raise NameNeeded(field="identity")
    _known(here, new)
    if kind.names_somebody and at_the_door and not (new.about_units or new.about_posts or new.about):
        raise Invalid({"about": [WHOM_NEEDED]})
    _details(kind, new)
    return mechanism, kind


def opens(mechanism: Mechanism, taken: Taken | None) -> bool:
    """Tell whether this may be opened: by a resident without `taken`, else by the post that takes it in."""
    return "resident" in mechanism.opened_by if taken is None else bool(taken.roles & openers(mechanism))


def openers(mechanism: Mechanism) -> frozenset[str]:
    """Give the roles of posts that may open it: those it names, and the counter's where residents may open it."""
    named = frozenset(mechanism.opened_by) & POST_ROLES
    return named | COUNTER_ROLES if "resident" in mechanism.opened_by else named


def received_at(new: NewCase, now: datetime) -> datetime:
    """Give the moment of the first receipt: the beginning of an earlier day on which the first office got it."""
    earlier = new.received_on is not None and new.received_on < local_day(now)
    return start_of_day(new.received_on) if new.received_on and earlier else now


def _known(here: Here, new: NewCase) -> None:
    county = here.county
    units, posts = {unit.code for unit in county.units}, {post.code for post in county.posts}
    checks = (
        ("place", new.place, {place.code for place in county.places}),
        ("category", new.category, {category.code for category in county.categories}),
        ("addressed_to", new.addressed_to, units),
        *((f"about.units.{number}", unit, units) for number, unit in enumerate(new.about_units)),
        *((f"about.posts.{number}", post, posts) for number, post in enumerate(new.about_posts)),
    )
    for field, value, known in checks:
        if value is not None and value not in known:
            raise UnknownCode(field=field, value=value)
    for field, value in unlisted(here, new):
        raise UnknownCode(field=field, value=value)


def _details(kind: Kind, new: NewCase) -> None:
    try:
        (kind.details or Nothing).made().load(dict(new.details))
    except ValidationError as error:
        raise Invalid(error.messages_dict, field="details") from error


def not_refused(mechanism: Mechanism, case: Case) -> tuple[str, ...]:
    """Ask the mechanism's guards at the door; raises `RefusedAtTheDoor` with the reason.

    Gives the doubts: names of points that failed. Such a case is taken in, and a person decides where it goes.
    """
    answers = [ask(REFUSES, refuse, case) for refuse in mechanism.refuses]
    for answer in answers:
        if answer.value:
            raise RefusedAtTheDoor(why=answer.value)
    return tuple(REFUSES.name for answer in answers if answer.failed)


def receipt_promises(session: Session, mechanism: Mechanism, case: Case, since: datetime) -> tuple[Promise, ...]:
    """Start the terms that receipt starts, once: routing adopts these dates unchanged."""
    terms = [_term(session, promise, case, since) for promise in mechanism.promises if applies(promise, PROMISES, case)]
    return tuple(
        Promise(instance=secrets.token_hex(8), rule=term.rule, due=term.due, due_at=term.due_at, term=term.to_dict())
        for term in terms
    )


def _term(session: Session, promise: Deadline, case: Case, since: datetime) -> Term:
    """Start a promise: by its rule, or, of an office's part, on the day that whoever asked for it has set."""
    if promise.on:
        unit = session.here.county.unit_by_code[case.details["asked_by"]]
        due = date.fromisoformat(case.details[promise.on.field])
        return part_term(since, due, (unit.code, unit.name_zh, unit.name_en))
    rule = session.here.rules.on(promise.rule, local_day(since))
    return start_term(rule, since, by_name(rule.calendar, session.calendar))
