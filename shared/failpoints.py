"""Named places where a process under test dies, so that what a death there leaves behind can be counted.

Armed only by the environment a process starts with: `LIANXIN_FAILPOINT=relay.before_send:3` ends it, as `kill -9` does,
when it comes to that place for the third time. Nothing that arrives later (a request, a message, a row) can arm one.
"""

import itertools
import os
import signal
from typing import Literal, get_args

VARIABLE = "LIANXIN_FAILPOINT"

Place = Literal[
    "door.after_commit_before_answer",
    "transaction.before_commit",
    "transaction.after_commit",
    "relay.before_send",
    "relay.after_send_before_confirm",
    "relay.after_confirm_before_mark",
    "relay.after_mark",
    "seals.after_telling_before_commit",
    "keys.before_send",
    "keys.after_store_before_commit",
    "inbox.after_receive_before_transaction",
    "inbox.after_effects_before_commit",
    "inbox.after_commit_before_ack",
    "inbox.after_ack",
    "inbox.after_waiting_before_commit",
    "inbox.after_failure_before_commit",
    "timers.after_run_before_commit",
    "timers.after_commit",
    "messages.after_send_before_mark",
]
PLACES: tuple[Place, ...] = get_args(Place)

_armed, _, _times = os.environ.get(VARIABLE, "").partition(":")
if _armed and _armed not in PLACES:
    raise ValueError(f"{VARIABLE} names no place: {_armed}; choose among {', '.join(PLACES)}")
_last = int(_times or 1)
_passes = itertools.count(1)


def failpoint(place: Place) -> None:
    """Die here if this place is armed and has been passed often enough; otherwise cost one comparison."""
    if place == _armed and next(_passes) == _last:
        os.write(2, f"failpoint {place}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
