"""The proxy's faults are what they are called."""

import socket
import threading

import pytest
from proxy import Proxy


@pytest.fixture
def echo():
    """Serve an echo on a port of the loopback."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def answer(connection):
    with connection:
        try:
            while data := connection.recv(65_536):
                connection.sendall(data)
        except OSError:
            return


@pytest.fixture
def proxy(echo):
    with Proxy("127.0.0.1", echo) as made:
        yield made


@pytest.fixture
def client(proxy):
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as made:
        yield made


def heard(client, size):
    data = b""
    while len(data) < size and (more := client.recv(65_536)):
        data += more
    return data


def test_it_passes_everything_on(client):
    client.sendall(b"x" * 100_000)
    assert heard(client, 100_000) == b"x" * 100_000


def test_slow_and_jittering_is_still_whole(proxy, client):
    proxy.delay, proxy.jitter, proxy.rate = 0.01, 0.01, 1_000_000
    client.sendall(bytes(range(256)) * 100)
    assert heard(client, 25_600) == bytes(range(256)) * 100


def test_a_cut_connection_is_reset(proxy, client):
    client.sendall(b"a")
    assert heard(client, 1) == b"a"
    proxy.cut()
    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_it_cuts_after_so_many_bytes(proxy, client):
    proxy.cut_after = 10
    client.sendall(b"0123456789")
    with pytest.raises(ConnectionResetError):
        heard(client, 10)


def test_a_half_open_connection_says_nothing_and_a_new_one_works(proxy, client):
    client.sendall(b"a")
    assert heard(client, 1) == b"a"
    proxy.freeze()
    client.sendall(b"b")
    client.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.recv(1)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as other:
        other.sendall(b"c")
        assert heard(other, 1) == b"c"
        assert proxy.held == 1
    client.close()
    while proxy.held:  # a client that has given up is seen
        threading.Event().wait(0.01)


def test_a_black_hole_takes_connections_and_answers_nothing(proxy):
    proxy.black_hole = True
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=0.2) as client:
        client.sendall(b"a")
        with pytest.raises(TimeoutError):
            client.recv(1)
