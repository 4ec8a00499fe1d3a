"""Frames written by hand are the very bytes that pika writes."""

from typing import Any

import pika
import pytest
from pika.adapters.select_connection import SelectConnection

from shared.bus.carrier import FACTS, KEYS, Message
from shared.bus.frames import MOST_GATHERED, pieces

pytestmark = pytest.mark.quick

MOST = 1_000  # bytes of a body's frame
SMALL = Message("0193-id", FACTS, "intake.case.submitted.v1", b'{"a": "\xe5\xbf\x83"}', "application/cloudevents+json")
EMPTY = Message("key:c:routing", KEYS, "routing", b"", "application/vnd.lianxin.case-key")
EXACT = SMALL._replace(id="exact", body=b"x" * MOST)
LARGE = SMALL._replace(id="large", body=b"x" * (3 * MOST + 1), key="t.心.v1")


class Written(SelectConnection):  # type: ignore[misc]  # pika says nothing of its types
    """pika's own writing, without a socket."""

    def __init__(self) -> None:
        self.bytes_sent = self.frames_sent = 0
        self.connection_state, self._body_max_length, self.out = self.CONNECTION_OPEN, MOST, bytearray()

    def _adapter_emit_data(self, data: bytes) -> None:
        self.out += data


def by_pika(messages: list[Message], channel: int, user: str | None) -> bytes:
    """Let pika write these."""
    written: Any = Written()
    for one in messages:
        properties = pika.BasicProperties(
            content_type=one.content_type, delivery_mode=2, message_id=one.id, user_id=user
        )
        method = pika.spec.Basic.Publish(exchange=one.exchange, routing_key=one.key)
        written._send_message(channel, method, (properties, one.body))
    return bytes(written.out)


@pytest.mark.parametrize("user", [None, "intake"])
@pytest.mark.parametrize("channel", [1, 300])
def test_frames_are_those_of_pika(user: str | None, channel: int) -> None:
    """Whatever the size of the body, the channel and the user."""
    messages = [SMALL, EMPTY, EXACT, LARGE]
    assert b"".join(pieces(messages, channel, MOST, user)) == by_pika(messages, channel, user)


def test_pieces_are_large_and_not_endless() -> None:
    """Many messages make few pieces; a message is never parted between two."""
    many = [SMALL._replace(id=str(number), body=b"x" * 700) for number in range(2_000)]
    made = list(pieces(many, 1, MOST, None))
    assert b"".join(made) == by_pika(many, 1, None)
    assert all(MOST_GATHERED < len(piece) < MOST_GATHERED + MOST for piece in made[:-1])
    assert 1 < len(made) < 10


def test_a_name_that_no_frame_can_hold_is_refused() -> None:
    """A length of one byte says at most 255."""
    with pytest.raises(ValueError, match="255"):
        list(pieces([SMALL._replace(id="x" * 256)], 1, MOST, None))
