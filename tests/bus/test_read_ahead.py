"""Reading ahead of py-amqp: the same bytes in the sizes that it asks for, with fewer questions to the system."""

from typing import Never

import pytest

from shared.bus.rabbit import ReadAhead

pytestmark = pytest.mark.quick


class Line:
    """A socket that gives what it was given, part by part, and then hangs up."""

    def __init__(self, *parts):
        self.parts, self.asked = list(parts), 0

    def __call__(self, _size):
        self.asked += 1
        return self.parts.pop(0) if self.parts else b""


def test_bytes_come_in_the_sizes_that_are_asked_for():
    line = Line(b"abcdef", b"gh")
    read = ReadAhead(line)
    assert [read(2), read(3), read(2), read(9)] == [b"ab", b"cde", b"f", b"gh"]
    assert line.asked == 2


def test_the_end_is_the_end():
    read = ReadAhead(Line(b"a"))
    assert [read(1), read(1), read(1)] == [b"a", b"", b""]


def test_what_is_here_outlives_a_time_out():
    def late(_size) -> Never:
        raise TimeoutError

    read = ReadAhead(Line(b"ab"))
    assert read(1) == b"a"
    read._receive = late
    assert read(1) == b"b"
    with pytest.raises(TimeoutError):
        read(1)
