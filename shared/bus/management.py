"""RabbitMQ's HTTP interface, as far as the command line needs it: definitions, and what lies in queues."""

import base64
import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import unquote, urlsplit

from shared.errors import StartError

PATIENCE = 30.0  # seconds


class Management:
    """A broker's HTTP interface under `http://user:password@host:port`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
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

    def write(self, definitions: dict[str, Any]) -> None:
        """Add what is missing and change what differs; nothing is removed. Raises `StartError`."""
        self._ask("POST", "/api/definitions", json.dumps(definitions))

    def messages(self) -> int:
        """Give how many messages all queues hold. Raises `StartError`."""
        return sum(queue.get("messages", 0) for queue in json.loads(self._ask("GET", "/api/queues")))

    def _ask(self, method: str, path: str, body: str | None = None) -> bytes:
        connection = self._kind(self._place, timeout=PATIENCE)
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
