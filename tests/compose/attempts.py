"""What a service's user of the broker tries with its own password: run in its container, or beside a private broker.

`attempts.py ADDRESS PORT OWN OTHER...`: the file with the broker's address, the port of its management, the service and
all others. Prints how many attempts there were, what was let through of them, and what was refused of its own: a
refusal means something only where the same password opens what it should. Nothing that is let through stays.
"""

import base64
import json
import sys
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from amqp import Message
from amqp.exceptions import AccessRefused, PreconditionFailed
from kombu import Connection

FACTS, KEYS, PUBLIC = "lianxin.facts", "lianxin.keys", "lianxin.public"
ONLY = {"sends a key": "intake", "speaks to the public": "disclosure", "asks how the broker is": "supervision"}

Attempts = dict[str, Callable[[], bool]]  # whether the broker let it through


def main(file: str, port: str, own: str, *others: str) -> None:
    """Try everything."""
    url = Path(file).read_text().strip()
    over_amqp = {name: partial(done, url, attempt) for name, attempt in [*about_all(own, *others), *about(*others)]}
    over_http = {name: partial(done_over_http, url, int(port), *asked) for name, asked in questions(own, *others)}
    tries = over_amqp | over_http
    its_own = {name: partial(done, url, attempt) for name, attempt in rights(own)}
    its_own |= {name: tries.pop(name) for name, user in ONLY.items() if user == own}
    let_through = [name for name, attempt in tries.items() if attempt()]
    refused = [name for name, attempt in its_own.items() if not attempt()]
    print(json.dumps({"tried": len(tries), "let_through": let_through, "refused": refused}))  # noqa: T201 - who runs it reads this


def done(url: str, attempt: Callable[[Any], Any]) -> bool:
    """Tell whether the broker lets it through. Whom it doesn't know at all learns nothing here, but an error."""
    with Connection(url) as connection:
        channel = connection.channel()
        try:
            attempt(channel)
        except (AccessRefused, PreconditionFailed):
            return False
    return True


def publish(exchange: str, key: str, channel: Any, **properties: Any) -> None:
    """Publish and take it back: rights are looked at before, and nobody receives it."""
    channel.tx_select()
    channel.basic_publish(Message(b"{}", **properties), exchange, key)
    channel.tx_rollback()


def rights(own: str) -> list[tuple[str, Callable[[Any], Any]]]:
    """Give what every service may."""
    return [
        ("reads its queue", lambda c: c.basic_get(f"q.{own}")),
        ("tells a fact under its name", partial(publish, FACTS, f"{own}.case.routed.v1", user_id=own)),
    ]


def about_all(own: str, other: str, *_others: str) -> list[tuple[str, Callable[[Any], Any]]]:
    """Give what concerns the whole broker, or a service's own queue; of some of it one service has the right (ONLY)."""
    return [
        ("makes a queue", lambda c: c.queue_declare("q.more", durable=True, auto_delete=False)),
        ("makes an exchange", lambda c: c.exchange_declare("more", "topic", durable=True, auto_delete=False)),
        ("deletes its queue", lambda c: c.queue_delete(f"q.{own}")),
        ("binds its queue", lambda c: c.queue_bind(f"q.{own}", FACTS, "sealed.#")),
        ("unbinds its queue", lambda c: c.queue_unbind(f"q.{own}", FACTS, "intake.#")),
        ("deletes the exchange", lambda c: c.exchange_delete(FACTS)),
        ("puts straight into its queue", partial(publish, "", f"q.{own}")),
        ("fills the shelf of the dead", partial(publish, "lianxin.dead", "")),
        ("fills the shelf of the unrouted", partial(publish, "lianxin.unrouted", "")),
        ("reads the dead", lambda c: c.basic_get("q.dead")),
        ("reads the unrouted", lambda c: c.basic_get("q.unrouted")),
        ("tells a fact under no name", partial(publish, FACTS, "case.routed.v1")),
        ("tells a fact under a name that begins like its own", partial(publish, FACTS, f"{own}x.case.routed.v1")),
        ("signs as another user", partial(publish, FACTS, f"{own}.case.routed.v1", user_id=other)),
        ("sends a key", partial(publish, KEYS, other)),
        ("speaks to the public", partial(publish, PUBLIC, "org.lianxin.public.outcome.published.v1")),
    ]


def about(*others: str) -> list[tuple[str, Callable[[Any], Any]]]:
    """Give what concerns each other service."""
    return [
        attempt
        for other in others
        for attempt in (
            (f"reads {other}", lambda c, queue=f"q.{other}": c.basic_get(queue)),
            (f"empties {other}", lambda c, queue=f"q.{other}": c.queue_purge(queue)),
            (f"puts straight into {other}", partial(publish, "", f"q.{other}")),
            (f"tells a fact as {other}", partial(publish, FACTS, f"{other}.case.routed.v1")),
        )
    ]


def questions(own: str, other: str, *_others: str) -> list[tuple[str, tuple[str, str]]]:
    """Give what is asked of the broker's management."""
    return [
        ("makes a queue over HTTP", ("PUT", "/api/queues/%2F/q.more")),
        ("makes a user over HTTP", ("PUT", "/api/users/more")),
        ("takes rights over HTTP", ("PUT", f"/api/permissions/%2F/{own}")),
        ("writes definitions over HTTP", ("POST", "/api/definitions")),
        ("reads definitions over HTTP", ("GET", "/api/definitions")),
        ("empties another queue over HTTP", ("DELETE", f"/api/queues/%2F/q.{other}/contents")),
        ("reads another queue over HTTP", ("POST", f"/api/queues/%2F/q.{other}/get")),
        ("asks how the broker is", ("GET", "/api/overview")),
    ]


def done_over_http(url: str, port: int, method: str, path: str) -> bool:
    """Tell whether the management lets it through."""
    parts = urlsplit(url)
    asked = HTTPConnection(str(parts.hostname), port, timeout=20)
    word = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
    wish = {"password": "x", "tags": "administrator", "configure": ".*", "write": ".*", "read": ".*"}
    body = json.dumps(wish | {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"})
    asked.request(method, path, body, {"Authorization": f"Basic {word}", "Content-Type": "application/json"})
    return asked.getresponse().status not in (401, 403)


if __name__ == "__main__":
    main(*sys.argv[1:])
