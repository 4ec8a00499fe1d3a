"""RabbitMQ's HTTP interface, as far as it is needed: definitions, and what lies in queues."""

import base64
import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import unquote, urlsplit

from shared.bus.carrier import Queue
from shared.errors import StartError

PATIENCE = 30.0  # seconds
COLUMNS = "name,messages_ready,messages_unacknowledged,consumers,message_stats.publish,message_stats.ack"


class Management:
    """A broker's HTTP interface under `http://user:password@host:port`."""

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        parts = urlsplit(url)
        self._patience = patience
        self._place = f"{parts.hostname}:{parts.port or 15672}"
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        words = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        self._headers = {
            "Authorization": f"Basic {base64.b64encode(words.encode()).decode()}",
            "Content-Type": "application/json",
        }

    def definitions(self) -> dict[str, Any]:
        """Give everything the broker holds. Raises `StartError` where it can't be asked."""
        found: dict[str, Any] = json.loads(self._ask("GET", "/api/definitions"))
        return found

    def queues(self) -> dict[str, Queue]:
        """Give what waits in each queue, by its name, some seconds old. Raises `StartError`."""
        return {one["name"]: _queue(one) for one in json.loads(self._ask("GET", f"/api/queues/%2F?columns={COLUMNS}"))}

    def bindings(self) -> set[tuple[str, str, str]]:
        """Give every queue's bindings as (exchange, queue, key). Raises `StartError`."""
        found = json.loads(self._ask("GET", "/api/bindings/%2F"))
        return {(one["source"], one["destination"], one["routing_key"]) for one in found}

    def write(self, definitions: dict[str, Any]) -> None:
        """Add what is missing and change what differs; nothing is removed. Raises `StartError`."""
        self._ask("POST", "/api/definitions", json.dumps(definitions))

    def messages(self) -> int:
        """Give how many messages all queues hold. Raises `StartError`."""
        return sum(queue.get("messages", 0) for queue in json.loads(self._ask("GET", "/api/queues")))

    def _ask(self, method: str, path: str, body: str | None = None) -> bytes:
        connection = self._kind(self._place, timeout=self._patience)
        try:
            connection.request(method, path, body, self._headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            raise StartError(f"the broker at {self._place} can't be asked ({error}); is it running?") from error
        finally:
            connection.close()
        if answer.status >= 400:  # noqa: PLR2004 - HTTP's own border
            raise StartError(
                f"the broker at {self._place} answered {answer.status}: {content.decode(errors='replace')}"
            )
        return content


def _queue(one: dict[str, Any]) -> Queue:
    totals = one.get("message_stats", {})
    return Queue(
        ready=one.get("messages_ready"),
        unacked=one.get("messages_unacknowledged"),
        consumers=one.get("consumers"),
        arrived=totals.get("publish", 0),
        left=totals.get("ack", 0),
    )
