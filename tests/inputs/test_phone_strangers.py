"""Connections to the phone's page that lead to nothing."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator

import psutil
import pytest
from test_phone_server import PAGE, UNCHECKED, ignored

from gesturemap.clock import SystemClock
from gesturemap.inputs.phone.input import PhoneRun


@pytest.fixture
def run() -> Iterator[PhoneRun]:
    opened = PAGE.start(SystemClock())
    yield opened
    opened.close()


def secure(run: PhoneRun) -> ssl.SSLSocket:
    """A connection that has agreed on its keys."""
    return UNCHECKED.wrap_socket(socket.create_connection(("127.0.0.1", run.port), 10.0))


def served(run: PhoneRun) -> psutil.Process:
    """The page's process."""
    return next(
        one for one in psutil.Process().children() if "gesturemap.inputs.phone.serve" in one.cmdline()
    )


def test_connections_that_come_to_nothing_take_no_memory(run: PhoneRun) -> None:
    server = served(run)
    before = server.memory_info().rss
    for _ in range(1200):  # each has buffers of 256 kB until it is cleared away
        socket.create_connection(("127.0.0.1", run.port), 5.0).close()
    with secure(run) as way:  # those before have been taken
        way.sendall(f"GET /none HTTP/1.1\r\nHost: 127.0.0.1:{run.port}\r\n\r\n".encode())
        assert way.recv(20).startswith(b"HTTP/1.1 404")
    assert server.memory_info().rss - before < 110 << 20


def test_connections_that_say_nothing_are_closed(run: PhoneRun) -> None:
    with socket.create_connection(("127.0.0.1", run.port), 5.0) as silent, secure(run) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        for each in (silent, slow):
            each.settimeout(20.0)
            with contextlib.suppress(ConnectionError, ssl.SSLError):  # a way to be closed, too
                assert each.recv(1) == b""
    assert ignored(run, "127.0.0.1", "asked for nothing") == 1
