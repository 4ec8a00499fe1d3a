"""Once a minute: look at every service's queue and keep what was seen, for a day."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from services.supervision.conditions import note_changes
from services.supervision.models import SampleRow
from services.supervision.watchdog import check
from shared.kit.action import sweep
from shared.kit.figures import Figures
from shared.kit.running import Running

MINUTE = timedelta(minutes=1)
KEPT = timedelta(days=1)


@sweep(name="supervision-look", every=MINUTE)
def look(running: Running, now: datetime) -> int:
    """Look, in no transaction, then write and check terms; what is older than a day goes. Changed lights are told."""
    found = running.here.look()
    with running.transaction(now) as session:
        session.execute(delete(SampleRow).where(SampleRow.at <= now - KEPT))
        for one in found:
            session.merge(_row(one, now))
        check(session)
        note_changes(session)
    return 0


def _row(one: Figures, now: datetime) -> SampleRow:
    row = SampleRow(service=one.service, at=now, answers=one.rows is not None, **vars(one.queue))
    if one.rows is not None:
        waiting = one.rows.waiting
        row.unsent, row.oldest_unsent = one.rows.unsent, one.rows.oldest_unsent
        row.waiting, row.parked = waiting["held"] + waiting["not_yet"] + waiting["retry"], waiting["parked"]
        row.failing, row.paused = waiting["retry"], " ".join(one.rows.paused)
    return row
