"""Terms that end on a day which was said: by whoever gave a case away, or by an answer that promised something."""

import secrets
from datetime import date

from services.routing import clocks
from services.routing.models import CaseRow
from shared.calendar.national import by_name
from shared.kit.session import Session
from shared.law.office_day import given_term, promised_term
from shared.law.rule import GIVEN
from shared.workflow.declare import Deadline


def start(session: Session, row: CaseRow, deadline: Deadline, day: date, giver: str) -> None:
    """Start the term that ends on a day which was said: what an answer promised by then.

    Or, where `giver` gave the case away, the term in which it says what comes of it, some days longer.
    """
    if deadline.rule not in GIVEN:
        term = promised_term(session.here.rules[deadline.rule], session.now, day)
        clocks.begin(session, row, secrets.token_hex(8), term, lapses=deadline.lapses)
        clocks.refresh(session, row)
        return
    unit = session.here.county.unit_by_code[giver]
    rule = session.here.rules[deadline.rule]
    by = (unit.code, unit.name_zh, unit.name_en)
    term = given_term(rule, day, by, by_name(rule.calendar, session.calendar))
    clocks.begin(session, row, secrets.token_hex(8), term, lapses=deadline.lapses)
    clocks.refresh(session, row)
