"""The routes in force: rows that are only ever added. A county file proposes routes; a person adopts them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from structlog import get_logger

from services.routing.competence.choose import OPENED_FOR
from services.routing.competence.matter import Choice, Line
from services.routing.models import AdoptedRow, CaseRow
from shared.county.model import County
from shared.county.routes import SHORT, read, unread, written
from shared.county.structure import Route
from shared.errors import Refusal
from shared.facts.platform import RoutesAdopted
from shared.journal.tell import tell
from shared.kit.service import Warned
from shared.kit.session import Session
from shared.law.local import local_day

NEWEST = select(AdoptedRow).order_by(AdoptedRow.number.desc()).limit(1)
DIGEST = select(AdoptedRow.digest).order_by(AdoptedRow.number.desc()).limit(1)
FOUND = select(CaseRow.id).where(CaseRow.rule != OPENED_FOR).limit(1)
KNOWN = "routes in force"
SELF = "routing"  # by whom a start adopts
FIRST, NO_CASE = "the first start", "no case had come yet"
BY_THESE = "It was decided by the county's routes %(route)s."
OTHERS = (
    "The county file has other routes (%(file)s) than those in force since %(since)s (%(digest)s). Look at them by "
    "`lianxin route try`, then `lianxin route adopt`."
)
BEFORE = (
    "The county file here still has routes of before (%(file)s); others are in force since %(since)s (%(digest)s). "
    "Restart with the new file. To bring the routes of before back, look at them by `lianxin route try`, then `lianxin "
    "route adopt`."
)
UNREAD = (
    "Routes in force ask what this release doesn't know, and are left out: %(routes)s. Their cases go by the next "
    "route, or to the fallback unit. Go on with the release that wrote them, or look at other routes by `lianxin route "
    "try`, then `lianxin route adopt`."
)
GONE = (
    "Routes in force name units that the county file doesn't have: %(units)s. Their cases go by the next route, or to "
    "the fallback unit. Put each unit back with `until` and `successor`, or look at other routes by `lianxin route "
    "try`, then `lianxin route adopt`."
)

log = get_logger()


class AdoptedMeanwhile(Refusal):
    """Somebody else put other routes in force after these were looked at."""

    code = "routes-adopted-meanwhile"
    status = 409
    message = "Other routes were adopted while you looked at these."
    next_action = "Look at them again by `lianxin route try`: they change something else now."


def newest(session: Session) -> AdoptedRow | None:
    """Give the routes in force; None before routing's first start."""
    return session.scalars(NEWEST).first()


def county_in_force(session: Session) -> County:
    """Give the county by the routes in force; one look at one row, once in each transaction.

    A route that names a unit which the county file has no more is left out, and one that asks what this release doesn't
    know: the next one that fits takes its cases.
    """
    county, digest = session.here.county, _digest(session)
    if digest in (None, county.routes_digest):
        return county
    if digest not in county.by_other_routes:
        rows = session.scalars(select(AdoptedRow.routes).where(AdoptedRow.digest == digest).limit(1)).one()
        county.by_other_routes[digest] = replace(county, routes=tuple(_kept(read(rows), county)))
    return county.by_other_routes[digest]


def _digest(session: Session) -> str | None:
    if KNOWN not in session.info:
        session.info[KNOWN] = session.scalar(DIGEST)
    found: str | None = session.info[KNOWN]
    return found


def _kept(routes: Sequence[Route], county: County) -> Iterator[Route]:
    units = county.unit_by_code
    for route in routes:
        if route.unit is None or route.unit in units:
            yield replace(route, co_handlers=tuple(code for code in route.co_handlers if code in units))


def by_routes(choice: Choice, session: Session) -> Choice:
    """Give a choice that says by which routes it was made, where it was by routes; whom a resident addressed is not."""
    if choice.rule != "fallback" and not any(line.route for line in choice.explanation):
        return choice
    digest = _digest(session) or session.here.county.routes_digest
    return replace(choice, explanation=(*choice.explanation, Line(BY_THESE, route=digest[:SHORT])))


def adopt(session: Session, *, instead_of: AdoptedRow | None, by: str, reason: str) -> None:
    """Put the county file's routes in force and tell who did and why; the next transaction goes by them.

    `instead_of` are those in force when these were looked at. Raises `AdoptedMeanwhile` where others are by now.
    """
    county, before = session.here.county, instead_of.number if instead_of else 0
    now = newest(session)
    if (now.number if now else 0) != before:
        raise AdoptedMeanwhile
    named = {"digest": county.routes_digest, "by": by, "reason": reason}
    session.add(AdoptedRow(number=before + 1, routes=written(county.routes), at=session.now, **named))
    try:
        session.flush()
    except IntegrityError as error:
        raise AdoptedMeanwhile from error
    session.info.pop(KNOWN, None)
    replaces, count = instead_of.digest if instead_of else None, len(county.routes)
    tell(session, RoutesAdopted(subject=session.here.service, replaces=replaces, count=count, **named))


def adopt_at_start(session: Session, *, now: datetime) -> None:
    """Adopt the file's routes at the first start of all, and while there is no case for which a unit had to be found.

    What a person adopted stays. Every later start goes on by those in force, and says what differs.
    """
    row = newest(session)
    if row is None:
        adopt(session, instead_of=None, by=SELF, reason=FIRST)
    elif row.by == SELF and row.digest != session.here.county.routes_digest and session.scalar(FOUND) is None:
        adopt(session, instead_of=row, by=SELF, reason=NO_CASE)
    for text, values in warnings(session):
        log.warning("routes-to-look-at", service=session.here.service, reason=text % values)


def warnings(session: Session) -> Iterator[Warned]:
    """Say whether the county file has other routes than those in force, and which of these can't be followed here."""
    county, row = session.here.county, newest(session)
    if row is None or row.digest == county.routes_digest:
        return
    since, digests = local_day(row.at).isoformat(), (row.digest[:SHORT], county.routes_digest[:SHORT])
    was = session.scalar(select(AdoptedRow.number).where(AdoptedRow.digest == county.routes_digest).limit(1))
    yield OTHERS if was is None else BEFORE, {"file": digests[1], "since": since, "digest": digests[0]}
    if left_out := unread(row.routes):
        yield UNREAD, {"routes": " ".join(left_out)}
    if gone := gone_from(read(row.routes), county):
        yield GONE, {"units": ", ".join(gone)}


def gone_in_force(session: Session, county: County) -> list[str]:
    """Give the units that routes in force name and a county file doesn't have."""
    row = newest(session)
    return gone_from(read(row.routes), county) if row else []


def gone_from(routes: Sequence[Route], county: County) -> list[str]:
    """Give the units that routes name and the county file doesn't have."""
    named = {code for route in routes for code in (route.unit, *route.co_handlers) if code}
    return sorted(named - county.unit_by_code.keys())
