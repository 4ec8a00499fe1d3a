"""Who asks: anybody, the holder of a receipt, or a staff member by posts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

# What a personal token may be made for; English msgids.
SCOPES: Mapping[str, str] = {
    "desk.read": "Read the cases of the desk",
    "desk": "Take steps at the desk",
    "counter": "Take cases in at the counter",
    "oversight": "Read figures and what is late",
}


@dataclass(frozen=True)
class StaffMember:
    """A staff member: opaque person id, session, posts held, their units and roles.

    `scopes` is what a program's token was made for; None for a person who signed in, who may do all their posts may.
    """

    person: str
    session: str
    display: str
    posts: tuple[str, ...]
    units: tuple[str, ...]
    roles: frozenset[str]
    scopes: frozenset[str] | None = None

    def may(self, role: str) -> bool:
        """Tell whether one of the posts bears the role."""
        return role in self.roles


@dataclass(frozen=True)
class ReceiptHolder:
    """Somebody who showed a receipt: of which case, in which role, since when.

    What was said in that role before is somebody else's: he was invited by mistake.
    """

    case: str
    role: str
    since: datetime
