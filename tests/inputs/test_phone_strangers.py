"""Connections to the phone's page that lead to nothing."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import sys
from collections.abc import Iterator

import aiohttp
import psutil
import pytest
from test_phone_server import PAGE, UNCHECKED, Client, client, frames, ignored, joined, sample, served

from gesturemap.clock import SystemClock
from gesturemap.inputs.phone.door import AT_ONCE, OF_ONE
from gesturemap.inputs.phone.input import PhoneRun


@pytest.fixture
def run() -> Iterator[PhoneRun]:
    opened = PAGE.start(SystemClock())
    yield opened
    opened.close()


def secure(run: PhoneRun) -> ssl.SSLSocket:
    """A connection that has agreed on its keys."""
    return UNCHECKED.wrap_socket(socket.create_connection(("127.0.0.1", run.port), 10.0))


@pytest.mark.long
def test_connections_that_come_to_nothing_take_no_memory(run: PhoneRun) -> None:
    server = served()
    before = server.memory_info().rss
    for _ in range(1200):  # each has buffers of 256 kB until it is cleared away
        socket.create_connection(("127.0.0.1", run.port), 5.0).close()
    with secure(run) as way:  # those before have been taken
        way.sendall(f"GET /none HTTP/1.1\r\nHost: 127.0.0.1:{run.port}\r\n\r\n".encode())
        assert way.recv(20).startswith(b"HTTP/1.1 404")
    assert server.memory_info().rss - before < 110 << 20


def held(run: PhoneRun) -> int:
    """How many connections the server holds."""
    return sum(one.status == psutil.CONN_ESTABLISHED for one in served().net_connections("tcp"))


def ended(way: socket.socket) -> bool:
    """Whether the other side ends a connection before it waits too long."""
    way.settimeout(20.0)
    with contextlib.suppress(ConnectionError, ssl.SSLError):  # a way to be closed, too
        return way.recv(1) == b""
    return True


@pytest.mark.long
def test_connections_that_say_nothing_are_closed(run: PhoneRun) -> None:
    with socket.create_connection(("127.0.0.1", run.port), 5.0) as silent, secure(run) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        assert ended(silent) and ended(slow)
    assert ignored(run, "127.0.0.1", "asked for nothing") in (1, 2)


def test_an_answer_to_a_stranger_is_the_last(run: PhoneRun) -> None:
    with secure(run) as way:
        way.sendall(
            f"POST /motion HTTP/1.1\r\nHost: 127.0.0.1:{run.port}\r\nContent-Length: 9\r\n\r\n".encode()
        )
        answer = b""
        while part := way.recv(4096):
            answer += part
    assert answer.startswith(b"HTTP/1.1 403") and b"Connection: close" in answer
    with secure(run) as way:
        way.sendall(
            f"GET /?t={run.urls[0].partition('=')[2]} HTTP/1.1\r\nHost: 127.0.0.1:{run.port}\r\n\r\n".encode()
        )
        assert way.recv(12) == b"HTTP/1.1 200"
        while b"</html>" not in answer:
            answer += way.recv(4096)
        way.sendall(f"GET /none HTTP/1.1\r\nHost: 127.0.0.1:{run.port}\r\n\r\n".encode())
        assert way.recv(12) == b"HTTP/1.1 404"


def test_of_one_address_only_a_few_strangers_are_held(run: PhoneRun) -> None:
    with contextlib.ExitStack() as many:
        ways = [
            many.enter_context(socket.create_connection(("127.0.0.1", run.port), 5.0))
            for _ in range(3 * OF_ONE)
        ]
        assert ignored(run, "127.0.0.1", f"more than {OF_ONE} connections at once") >= 1
        assert all(ended(way) for way in ways[OF_ONE:])
        assert held(run) <= OF_ONE


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere this machine has one address of its own")
def test_of_all_addresses_only_so_many_strangers_are_held(run: PhoneRun) -> None:
    with contextlib.ExitStack() as many:
        ways = []
        for i in range(2 * AT_ONCE):
            ways.append(many.enter_context(socket.socket()))
            ways[-1].bind((f"127.0.1.{1 + i // OF_ONE}", 0))
            ways[-1].connect(("127.0.0.1", run.port))
        assert ignored(run, "127.0.1.1", f"more than {AT_ONCE} connections at once") >= 1
        assert all(ended(way) for way in ways[:AT_ONCE])
        assert held(run) <= AT_ONCE
        with secure(run) as newest:
            newest.sendall(f"GET /none HTTP/1.1\r\nHost: 127.0.0.1:{run.port}\r\n\r\n".encode())
            assert newest.recv(12) == b"HTTP/1.1 404"


def test_a_known_phone_gets_in_among_strangers(run: PhoneRun) -> None:
    async def act(session: Client) -> None:
        with contextlib.ExitStack() as many:
            socket_of_phone = await joined(session, run)
            for _ in range(3 * OF_ONE):
                many.enter_context(socket.create_connection(("127.0.0.1", run.port), 5.0))
            for count in range(3):
                await socket_of_phone.send_bytes(sample(count, count * 16.0, 1, 2, 3))
            assert len(await asyncio.to_thread(frames, run, 3)) == 3
            await socket_of_phone.close()
            fresh = aiohttp.TCPConnector(ssl=UNCHECKED)  # no line of before is used again
            jar = session.cookie_jar
            async with aiohttp.ClientSession(connector=fresh, cookie_jar=jar) as later:
                again = await joined(later, run)
                await again.send_bytes(sample(3, 48.0, 1, 2, 3))
                assert len(await asyncio.to_thread(frames, run, 1)) == 1
                await again.close()
                await fresh.close(abort_ssl=True)

    client(act)
