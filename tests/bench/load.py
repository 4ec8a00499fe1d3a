"""The load, in a process of its own: some kept connections that submit cases, bounded in count and time, loopback only.

Reads a plan (JSON) on standard input and prints what came of it (JSON). Plain sockets and prepared bytes, because a
comfortable client would take more of the machine than the server that it measures.
"""

import json
import socket
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

LOOPBACK = "127.0.0.1"
PATIENCE = 30.0  # seconds for one answer
CREATED = 201


@dataclass
class Outcome:
    """What came of a load: seconds from due to answered, other statuses than 201, how late the latest was sent."""

    took: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    sent_late: float = 0.0


class Client:
    """One resident's program: keeps its connection, sends an Idempotency-Key, and sends again where it was cut off."""

    def __init__(self, port: int, body: bytes) -> None:
        self._port, self._body = port, body
        self._socket: socket.socket | None = None
        self._head = (
            f"POST /api/v1/cases HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\nContent-Type: application/json\r\n"
            f"Accept-Language: zh\r\nContent-Length: {len(body)}\r\nIdempotency-Key: "
        ).encode()

    def submit(self) -> int:
        """Submit one case; gives the status."""
        request = self._head + str(uuid.uuid4()).encode() + b"\r\n\r\n" + self._body
        for _ in range(2):
            try:
                return self._ask(request)
            except ConnectionError:
                self.close()  # gunicorn closes what was idle; the same key makes the second sending harmless
        raise ConnectionError("cut off twice")

    def _ask(self, request: bytes) -> int:
        if self._socket is None:
            self._socket = socket.create_connection((LOOPBACK, self._port), timeout=PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        answer = self._more(b"")
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer = self._more(answer)
        length = _length(answer[:end])
        while len(answer) < end + 4 + length:
            answer = self._more(answer)
        return int(answer[9:12])

    def _more(self, answer: bytes) -> bytes:
        got = self._socket.recv(65_536) if self._socket else b""
        if not got:
            raise ConnectionError
        return answer + got

    def close(self) -> None:
        """Let the connection go."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _length(head: bytes) -> int:
    fields = (line.split(b":", 1) for line in head.split(b"\r\n")[1:])
    return next(int(value) for name, value in fields if name.lower() == b"content-length")


def without_pause(client: Client, until: float, outcome: Outcome) -> None:
    """Submit one case after the other until the time is over."""
    while (began := time.monotonic()) < until:
        _note(client.submit(), time.monotonic() - began, outcome)
    client.close()


def by_the_clock(client: Client, moments: list[float], outcome: Outcome) -> None:
    """Submit at planned moments, however slow the answers are: a wait counts from when the case was due."""
    for due in moments:
        time.sleep(max(0.0, due - time.monotonic()))
        outcome.sent_late = max(outcome.sent_late, time.monotonic() - due)
        _note(client.submit(), time.monotonic() - due, outcome)
    client.close()


def _note(status: int, took: float, outcome: Outcome) -> None:
    if status == CREATED:
        outcome.took.append(took)
    else:
        outcome.refused.append(status)


def run(plan: dict[str, Any]) -> Outcome:
    """Put the plan's load on: `rate` cases per second, or without a rate as many as are answered."""
    outcome, body = Outcome(), json.dumps(plan["body"], ensure_ascii=False).encode()
    count, seconds, rate, start = plan["connections"], plan["seconds"], plan.get("rate"), time.monotonic() + 0.05
    threads = []
    for number in range(count):
        client = Client(plan["port"], body)
        if rate:
            moments = [start + turn / rate for turn in range(number, int(seconds * rate), count)]
            threads.append(threading.Thread(target=by_the_clock, args=(client, moments, outcome)))
        else:
            threads.append(threading.Thread(target=without_pause, args=(client, start + seconds, outcome)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


if __name__ == "__main__":
    json.dump(vars(run(json.load(sys.stdin))), sys.stdout)
