"""What is known of people when a case is routed: read only where the case names somebody or somebody is away."""

from services.routing.competence.matter import Matter, People
from shared.kit.session import Session
from shared.law.local import local_day


def people_for(session: Session, matter: Matter, root: str | None) -> People:
    """Give what routing has to know of people."""
    return People(today=local_day(session.now))
