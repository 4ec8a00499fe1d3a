"""Days off that were announced: taken in once, told to every service that counts."""

from shared.calendar.kept import kept
from shared.calendar.notice import Notice
from shared.facts.calendar import CalendarAnnounced
from shared.journal.tell import tell
from shared.kit.session import Session


def announce(session: Session, notice: Notice) -> bool:
    """Count by a notice from here on and tell it; gives whether it is news. The same one again changes nothing."""
    if notice in kept(session):
        return False
    session.count_by(notice)
    tell(
        session,
        CalendarAnnounced(
            subject=f"{notice.calendar}-{notice.year}",
            calendar=notice.calendar,
            year=notice.year,
            edition=notice.version,
            status=notice.status,
            reason=notice.source,
            off=notice.off,
            work=notice.work,
        ),
    )
    return True
