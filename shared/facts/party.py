"""The facts of a case's other parties: who was invited, and who came. The first one has the receipt of the door."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shared.facts.base import Fact
from shared.facts.values import PrivateText


@dataclass(frozen=True, kw_only=True)
class PartyInvited(Fact):
    """A letter with a one-time code goes to somebody who is a party too. What was invited as `role` before is void.

    `code` works until `until`; intake keeps no more of it than a keyed hash.
    """

    name: ClassVar[str] = "case.party_invited"
    owner: ClassVar[str] = "routing"

    role: str
    code: PrivateText
    until: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PartyJoined(Fact):
    """Somebody used the code and has a receipt of his own from now on; `contact` (JSON) is how he can be reached.

    `invited_at` says which invitation he came by (its `at`): one that another followed meanwhile is void.
    """

    name: ClassVar[str] = "case.party_joined"
    owner: ClassVar[str] = "intake"

    role: str
    invited_at: datetime
    contact: PrivateText | None = None
    language: str = "zh"
    at: datetime
