"""A TCP proxy that misbehaves on request, for the way between a service and its broker or its database."""

import asyncio
import random
import socket
import struct
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit, urlunsplit

CHUNK = 16_384  # bytes read at once
AT_ONCE = struct.pack("ii", 1, 0)  # linger: close with a reset, what is not sent yet is lost


@dataclass
class Link:
    """One connection through the proxy: both ends, and how much has passed."""

    ends: tuple[StreamWriter, StreamWriter]
    client: StreamReader
    frozen: bool
    passed: int = 0

    @property
    def held(self) -> bool:
        """Tell whether its client keeps it though it is frozen."""
        return self.frozen and not self.client.at_eof() and self.client.exception() is None

    def reset(self) -> None:
        """Break it off at both ends."""
        for end in self.ends:
            if end.is_closing():
                continue
            end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            end.transport.abort()


@dataclass
class Proxy:
    """Passes bytes on; what it does to them may be changed at any time, for open connections too.

    `delay` and `jitter` in seconds for each chunk, `rate` in bytes per second, `cut_after` in bytes of both ways
    together; `black_hole` keeps new connections open and passes nothing.
    """

    host: str
    target: int
    delay: float = 0
    jitter: float = 0
    rate: float = 0
    cut_after: int | None = None
    black_hole: bool = False
    port: int = 0
    accepted: int = 0
    passed: int = 0
    _links: list[Link] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - mischief, not secrets

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        serving = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._pass, "127.0.0.1", 0), self._loop)
        self._server = serving.result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self) -> None:
        """Reset every open connection."""
        self._on_links(Link.reset)

    def freeze(self) -> None:
        """Leave every open connection half open: nothing passes, and nobody is told. New ones pass."""
        self._on_links(lambda link: setattr(link, "frozen", True))

    @property
    def held(self) -> int:
        """Count the frozen connections that their clients have not given up."""
        return sum(link.held for link in tuple(self._links))

    def _on_links(self, do: Callable[[Link], None]) -> None:
        async def on_all() -> None:
            for link in self._links:
                do(link)

        asyncio.run_coroutine_threadsafe(on_all(), self._loop).result(10)

    async def _pass(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.accepted += 1
        try:
            there, back = await asyncio.open_connection(self.host, self.target)
        except OSError:
            writer.transport.abort()
            return
        link = Link((writer, back), reader, frozen=self.black_hole)
        self._links.append(link)
        await asyncio.gather(self._pump(link, reader, back), self._pump(link, there, writer))
        self._links.remove(link)
        for end in link.ends:
            end.close()

    async def _pump(self, link: Link, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._hold_up(len(data))
                room = len(data) if self.cut_after is None else max(0, self.cut_after - link.passed)
                link.passed += len(data)
                self.passed += len(data)
                if not link.frozen:
                    writer.write(data[:room])
                    await writer.drain()
                if room < len(data):
                    link.reset()
        if not link.frozen and not writer.is_closing():
            writer.close()

    async def _hold_up(self, size: int) -> None:
        wait = self.delay + self.jitter * self._chance.random() + (size / self.rate if self.rate else 0)
        if wait:
            await asyncio.sleep(wait)

    async def _end(self) -> None:
        self._server.close()
        for link in tuple(self._links):
            link.reset()
        if others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=5)


def proxy_to(url: str) -> Proxy:
    """Make a proxy to the server of an address."""
    parts = urlsplit(url)
    if parts.hostname is None or parts.port is None:
        raise ValueError(f"no host and port in {url}")
    return Proxy(parts.hostname, parts.port)


def through(proxy: Proxy, url: str) -> str:
    """Give the same address by way of the proxy."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{proxy.port}"))
