"""Somebody who is barred from a case goes to every door that could tell him of it, signed in as himself."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select
from werkzeug.test import TestResponse

from lianxin.simulate.people import Person, Staff
from lianxin.simulate.town import Town
from shared.access.signin import COOKIE
from shared.crypto.signed import sign
from shared.journal.tables import AppliedRow, SubjectRow
from shared.kit.running import Running

FORBIDDEN = 403
HOST = "localhost"
COOKIE_LASTS = timedelta(minutes=15)
DOORS: Mapping[str, Sequence[str]] = {  # what a service shows of cases to its staff
    "routing": (
        "/api/v1/desk/cases/{case}",
        "/api/v1/desk/cases?limit=100",
        "/desk",
        "/desk/cases/{case}",
        "/desk/cases/{case}/recuse",
    ),
    "notification": ("/desk/messages",),
    "supervision": ("/oversight", "/oversight/late", "/oversight/cases/{case}", "/api/v1/oversight/late"),
}


def trespass(town: Town, staff: Staff, person: Person, case: str, reference: str) -> Iterator[tuple[str, TestResponse]]:
    """Try every door; gives each with its answer.

    A service that stood still when the bar was told need not know it yet, and is not asked.
    """
    town.client.set_cookie(COOKIE, _cookie(town, person), domain=HOST)
    for service, doors in DOORS.items():
        if service in town.deployment.services and service not in town.down and _has_heard(town, service, case):
            for door in doors:
                path = door.format(case=reference)
                yield door, town.ask("GET", path, headers=staff.headers(person) if path.startswith("/api/") else None)
    town.client.delete_cookie(COOKIE, domain=HOST)


def shows(door: str, answer: TestResponse, reference: str, marks: Sequence[str]) -> bool:
    """Tell whether an answer says that there is such a case: by its status, or by the reference or a mark in it."""
    said, named = answer.get_data(as_text=True), "{case}" in door
    found = named and answer.status_code < FORBIDDEN  # whoever asks for a case by its name may be answered with it
    return found or any(mark in said for mark in (*marks, *([] if named else [reference])))


def _cookie(town: Town, person: Person) -> str:
    """Sign a browser's cookie as a sign-in does; no session is begun, for that would be told."""
    signing = town.service("directory").here.keyring.signing
    content = {"person": person.id, "session": f"simulated-{person.login}"}
    return sign(signing, content, town.clock.now() + COOKIE_LASTS)


def _has_heard(town: Town, service: str, case: str) -> bool:
    """Tell from the rows of order whether all that routing told about a case was applied."""
    routing = town.service("routing")
    if service == routing.name:
        return True
    with routing.reading() as session:
        told = session.scalar(select(SubjectRow.last).where(SubjectRow.subject == case)) or 0
    return _applied(town.service(service), routing, case) >= told


def _applied(follower: Running, source: Running, case: str) -> int:
    of = AppliedRow.source == source.here.source, AppliedRow.subject == case
    with follower.reading() as session:
        return session.scalar(select(AppliedRow.last).where(*of)) or 0
