"""The process of the web server: ``python -m gesturemap.outputs.web.serve``, started by the output."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import socket
from typing import Any

from aiohttp import web

from gesturemap import addresses, companion
from gesturemap.errors import DeviceError
from gesturemap.holders import tcp_holder
from gesturemap.outputs.web.server import Server
from gesturemap.wire import relay

EVERY = ("0.0.0.0", "::")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SOON, REOPEN = 0.1, 1.0
"""Seconds to the first attempt to open a port that is taken, and between those after it."""
TELL = 0.5
"""Seconds between two reports of figures."""


def main() -> None:
    """Serve until the parent goes."""
    orders = companion.orders()
    asyncio.run(serve(orders, companion.call(orders)))


async def serve(orders: dict[str, Any], way: socket.socket) -> None:
    """Hand on what the engine sends to every page, until it says the end or has none."""
    reading, writing = await asyncio.open_connection(sock=way)
    server = Server(orders)
    opening = asyncio.create_task(open_port(orders, server, writing))
    telling = asyncio.create_task(go_on_telling(server, writing))
    gc.collect()
    gc.freeze()
    parts, ended = relay.Reader(), False
    while not ended:
        try:
            piece = await reading.read(1 << 16)
        except OSError:
            piece = b""
        ended = not piece
        for kind, payload in parts.take(piece):
            ended = ended or kind == relay.END
            server.take(kind, payload)
    opening.cancel()
    telling.cancel()
    await server.hang_up()
    runner = None
    with contextlib.suppress(asyncio.CancelledError):
        runner = await opening
    if runner is not None:
        await runner.cleanup()
    writing.close()


async def open_port(orders: dict[str, Any], server: Server, writing: asyncio.StreamWriter) -> web.AppRunner:
    """Open the port, as soon as it can be had, and say where."""
    runner = web.AppRunner(
        server.app, access_log=None, handle_signals=False, shutdown_timeout=0.5, keepalive_timeout=30.0
    )
    await runner.setup()
    wait, told = SOON, ""
    while True:
        try:
            door = listening(orders["host"], orders["port"])
            break
        except DeviceError as error:
            if told != str(error):
                told = str(error)
                writing.write(relay.tell(fault=[error.place, error.value, error.rule, error.next_step]))
            await asyncio.sleep(wait)
            wait = REOPEN
    port = int(door.getsockname()[1])
    server.hosts = {at(name, port) for name in known(orders["host"])} | (
        set(known(orders["host"])) if port == 80 else set()
    )
    await web.SockSite(runner, door).start()
    shown = "127.0.0.1" if orders["host"] in EVERY else orders["host"]
    ask = f"?t={orders['token']}" if orders["token"] else ""
    address = f"web page http://{at(shown, port)}/{ask}"
    writing.write(relay.tell(fault=None, address=address, keep={"port": port}))
    return runner


def listening(host: str, port: int) -> socket.socket:
    """The open port.

    Raises
    ------
    DeviceError
        If it cannot be opened, saying who holds it where that can be known.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=64)
    except OSError as error:
        place = f"TCP port {port}"
        if error.errno == errno.EADDRINUSE:
            raise DeviceError(
                place,
                f"already in use by {tcp_holder(port)}",
                "one program at a time serves at a port",
                "end that program, or choose another port",
            ) from error
        raise DeviceError(
            f"{place} of {host!r}",
            error.strerror or str(error),
            "a free port and an address of this machine are wanted",
            "choose another port, or 127.0.0.1",
        ) from error


def known(host: str) -> list[str]:
    """By which names a browser may ask for us: a page elsewhere cannot reach us by one of its own."""
    if host in EVERY:
        return [*LOOPBACK, *addresses.own(), *addresses.names()]
    return [*LOOPBACK] if host in LOOPBACK else [host]


def at(host: str, port: int) -> str:
    """Host and port as a browser writes them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def go_on_telling(server: Server, writing: asyncio.StreamWriter) -> None:
    """Until cancelled."""
    told = (0, 0)
    while True:
        await asyncio.sleep(TELL)
        now = (server.sent, server.dropped)
        if now != told:
            told = now
            writing.write(relay.tell(sent=now[0], dropped=now[1]))


if __name__ == "__main__":
    main()
