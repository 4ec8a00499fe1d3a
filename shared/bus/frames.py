"""What AMQP 0-9-1 wants for a message, written by hand: pika makes eight objects and three pieces for each."""

import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pika import frame, spec

from shared.bus.carrier import Message

MOST_GATHERED = 256 * 1024  # bytes of one call to the socket
# Which properties follow, in their order: content type, delivery mode, message id, user.
FLAGS = (
    spec.BasicProperties.FLAG_CONTENT_TYPE
    | spec.BasicProperties.FLAG_DELIVERY_MODE
    | spec.BasicProperties.FLAG_MESSAGE_ID
)
PERSISTENT = b"\x02"
END = bytes((spec.FRAME_END,))
_frame, _header = struct.Struct(">BHI").pack, struct.Struct(">BHIHHQ").pack
HEADER = 12  # bytes: class, weight, size of the body


def pieces(messages: Sequence[Message], channel: int, most: int, user: str | None) -> Iterator[bytes]:
    """Give these messages as the broker reads them, persistent, many in one piece; `most` bytes of a body in a frame.

    Raises `ValueError` for a name of more than 255 bytes.
    """
    gathered = bytearray()
    for message in messages:
        identity = _short(message.id)
        before, after = _properties(message.content_type, user)
        properties = before + identity + after
        size, body = HEADER + len(properties), message.body
        gathered += _method(channel, message.exchange, message.key)
        gathered += _header(spec.FRAME_HEADER, channel, size, spec.Basic.INDEX, 0, len(body))
        gathered += properties + END
        for start in range(0, len(body), most):
            part = body[start : start + most]
            gathered += _frame(spec.FRAME_BODY, channel, len(part)) + part + END
        if len(gathered) > MOST_GATHERED:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


@lru_cache(1024)
def _method(channel: int, exchange: str, key: str) -> bytes:
    """Give the frame that says where a message goes."""
    return bytes(frame.Method(channel, spec.Basic.Publish(exchange=exchange, routing_key=key)).marshal())


@lru_cache(64)
def _properties(content_type: str, user: str | None) -> tuple[bytes, bytes]:
    """Give what stands before and after the message's id."""
    flags = FLAGS | (spec.BasicProperties.FLAG_USER_ID if user is not None else 0)
    return struct.pack(">H", flags) + _short(content_type) + PERSISTENT, _short(user) if user is not None else b""


def _short(text: str) -> bytes:
    raw = text.encode()
    if len(raw) > 255:  # noqa: PLR2004 - what a length of one byte can say
        raise ValueError("a name in AMQP has at most 255 bytes")
    return bytes((len(raw),)) + raw
