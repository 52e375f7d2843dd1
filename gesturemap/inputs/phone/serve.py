"""The process of the page's server: ``python -m gesturemap.inputs.phone.serve``, started by the input.

It is told what to do in one line of JSON, answers in one datagram, and ends when its standard input does, however
its parent ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import socket
from pathlib import Path
from typing import Any

from aiohttp import web

from gesturemap import addresses, companion
from gesturemap.errors import DeviceError, GesturemapError
from gesturemap.inputs.phone.admission import Admission
from gesturemap.inputs.phone.certificate import Identity
from gesturemap.inputs.phone.server import Server

EVERY = ("0.0.0.0", "::")
"""Hosts that stand for all addresses of this machine."""


def main() -> None:
    """Serve until the parent goes."""
    asyncio.run(serve(companion.orders()))


async def serve(orders: dict[str, Any]) -> None:
    """Open the page and say where; then hand on what comes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.bind(("127.0.0.1", 0))
        way.connect(("127.0.0.1", orders["to"]))
        way.setblocking(False)

        def send(datagram: bytes) -> None:
            with contextlib.suppress(OSError):  # a full buffer: what is newer comes soon
                way.send(datagram)

        try:
            runner, listening, server, urls, port = await opened(orders, send)
        except GesturemapError as error:
            answer = {"error": [error.place, error.value, error.rule, error.next_step]}
            way.send(json.dumps({"key": orders["key"], **answer}).encode())
            return
        where = {"urls": urls, "port": port, "from": way.getsockname()[1]}
        way.send(json.dumps({"key": orders["key"], **where}).encode())
        gc.collect()
        gc.freeze()
        telling = asyncio.create_task(server.go_on_telling())
        parent = asyncio.create_task(parent_gone())
        # a server that no longer listens ends, so that the parent notices and begins another
        await asyncio.wait({parent, telling, listening}, return_when=asyncio.FIRST_COMPLETED)
        telling.cancel()
        listening.cancel()
        await server.hang_up()
        await runner.cleanup()


async def opened(
    orders: dict[str, Any], send: Any
) -> tuple[web.AppRunner, asyncio.Task[None], Server, list[str], int]:
    """Certificate, application and open port.

    Raises
    ------
    GesturemapError
        If the certificate cannot be kept, or the port not be opened.
    """
    host, own = orders["host"], addresses.own()
    shown = own if host in EVERY else [host]
    known = ["localhost", "127.0.0.1", *own, *addresses.names(), *([] if host in EVERY else [host])]
    identity = Identity(Path(orders["folder"]), list(dict.fromkeys(known)))
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        door = socket.create_server((host, orders["port"]), family=family, backlog=128)
    except OSError as error:
        raise DeviceError(
            f"TCP port {orders['port']} of {host!r}",
            error.strerror or str(error),
            "a free port and an address of this machine are wanted",
            "choose another port, or 0.0.0.0 for all addresses",
        ) from error
    port = int(door.getsockname()[1])
    admission = Admission(orders["phones"], identity.secret)
    hosts = {_at(name, port) for name in known}
    server = Server(admission, orders["phones"], hosts, orders["channels"], send)
    runner = web.AppRunner(
        server.app,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=0.5,
        keepalive_timeout=30.0,
        lingering_time=0.5,
    )
    await runner.setup()
    handlers = runner.server
    assert handlers is not None
    listening = asyncio.create_task(server.door.open(door, handlers, identity.context()))
    urls = [f"https://{_at(name, port)}/?t={admission.token}" for name in shown or ["127.0.0.1"]]
    return runner, listening, server, urls, port


async def parent_gone() -> None:
    """Return when standard input has ended."""
    loop, gone = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(gone.set)

    companion.outlived(tell)
    await gone.wait()


def _at(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


if __name__ == "__main__":
    main()
