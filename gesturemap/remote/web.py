"""OSCQuery over HTTP, which only reads; and WebSockets, by which web pages say and hear what others do over UDP.

A page may speak OSC (binary) or JSON: ``{"address": "/gesturemap/run", "args": [1]}``; with ``?json`` it is answered in
JSON too. ``{"COMMAND": "LISTEN", "DATA": "/gesturemap/estimate"}`` and ``IGNORE`` say what it is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from collections import deque
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from gesturemap import addresses
from gesturemap.errors import CommandError, GesturemapError
from gesturemap.outputs.web.serve import EVERY, at, known, listening
from gesturemap.remote.hub import Hub
from gesturemap.remote.senders import AGAIN, Sender
from gesturemap.remote.tree import ATTRIBUTES, find, host_info, tree
from gesturemap.remote.words import ROOT
from gesturemap.wire import osc

MOST_PAGES = 16
MOST_WAITING = 512
"""Packets that wait for one page; then the oldest is left out."""
LARGEST = 65536
"""Bytes of what a page says at once."""
RATE = 30.0
"""Estimates a second for a page."""
BEAT = 5.0
"""Seconds between two questions whether a page is still there."""
EXAMPLE = {"address": f"{ROOT}/run", "args": [1]}
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
Answer = web.StreamResponse


class Page:
    """A page that is connected, and what waits for it."""

    def __init__(self, socket: web.WebSocketResponse, sender: Sender, *, plain: bool) -> None:
        self.socket, self.sender = socket, sender
        self._plain = plain
        self._waiting: deque[bytes | str] = deque(maxlen=MOST_WAITING)
        self._there = asyncio.Event()

    def send(self, packet: bytes | str) -> None:
        """Let it wait for its turn."""
        self._waiting.append(packet)
        self._there.set()

    async def write(self) -> None:
        """Send what waits, for as long as the page is there."""
        with contextlib.suppress(ConnectionError):
            while not self.socket.closed:
                await self._there.wait()
                self._there.clear()
                while self._waiting:
                    one = self._waiting.popleft()
                    if isinstance(one, str):
                        await self.socket.send_str(one)
                    elif self._plain:
                        for message in osc.parse(one):
                            await self.socket.send_str(_json(message))
                    else:
                        await self.socket.send_bytes(one)


def _json(message: osc.Message) -> str:
    values = [
        None if isinstance(value, float) and not math.isfinite(value) else value
        for value in message.arguments
    ]
    return json.dumps({"address": message.address, "args": values}, default=str)


class Web:
    """The web application.

    Parameters
    ----------
    orders : the settings of `gesturemap.inputs.remote.Remote` by name.
    port : that of OSC.
    """

    def __init__(self, hub: Hub, orders: dict[str, Any], port: int) -> None:
        self._hub, self._port = hub, port
        self._origins = frozenset(orders["origins"])
        self._hosts: set[str] = set()
        self._pages: set[Page] = set()
        app = web.Application(client_max_size=1024, middlewares=[self._guard])
        app.router.add_get("/{path:.*}", self._get)
        self._runner = web.AppRunner(
            app, access_log=None, handle_signals=False, shutdown_timeout=0.5, keepalive_timeout=30.0
        )
        hub.opened.append(self._another_project)

    async def open(self, host: str, port: int) -> str:
        """Open the port; where the page is.

        Raises
        ------
        DeviceError
            If it cannot be opened.
        """
        door = listening(host, port)
        await self._runner.setup()
        self._hosts = {at(name, port) for name in known(host)} | (set(known(host)) if port == 80 else set())
        await web.SockSite(self._runner, door).start()
        return f"http://{at(self._usable() if host in EVERY else host, port)}/"

    def _usable(self) -> str:
        """An own address at which a browser is answered: one on this machine, or else the first that may command."""
        senders = self._hub.senders
        every = [*addresses.own(), "127.0.0.1"]
        return next((each for each in every if senders.may(each)), None) or addresses.toward(senders.first)

    async def close(self) -> None:
        """End every connection."""
        for page in tuple(self._pages):
            with contextlib.suppress(ConnectionError, asyncio.TimeoutError):
                async with asyncio.timeout(0.2):
                    await page.socket.close(code=WSCloseCode.GOING_AWAY, message=b"gesturemap has ended")
        await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> Answer:
        """Answer who may command and asked for us by one of our names; a web page only from where pages may come."""
        peer, senders = request.remote or "", self._hub.senders
        response: Answer
        if request.host not in self._hosts and senders.may(peer):
            response = self._refused(peer, "This is not the name of this server.")
        elif self._foreign(request) and senders.may(peer):
            response = self._refused(peer, "This page may not connect: name it in origins of [remote].")
        elif (sender := senders.admit((peer, 0))) is None:
            response = _no(
                403 if not senders.may(peer) else 429, "This address may not command, or not so often."
            )
        elif not senders.listens(sender):
            response = self._refused(peer, f"Too many wrong words: send the right one in {AGAIN:g} s.")
        elif not senders.trust(sender, request.query.get("t", "")):
            response = self._refused(peer, "The right word is wanted, as ?t=WORD.")
        else:
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = web.Response(status=error.status, text=f"{error.reason}\n")
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    def _foreign(self, request: web.Request) -> bool:
        """Whether a page that is not named made a browser ask; one tells so even of a picture, which has no origin."""
        origin = request.headers.get("Origin")
        if origin is not None:
            return origin not in self._origins
        return request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")

    def _refused(self, peer: str, said: str) -> Answer:
        self._hub.senders.refuse(peer, "web page")
        return _no(403, said)

    async def _get(self, request: web.Request) -> Answer:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._connect(request)
        asked = [key for key in request.query if key not in ("t", "json")]
        if "HOST_INFO" in asked:
            name = f"gesturemap {self._hub.board.project}".strip()
            return web.json_response(host_info(name, reached(request), self._port))
        node = find(tree(self._hub.board), request.match_info["path"], self._hub.board.project)
        if node is None:
            return _no(404, "There is nothing of this name.")
        if not asked:
            return web.json_response(node)
        if len(asked) > 1 or asked[0] not in ATTRIBUTES:
            return _no(400, f"One of {', '.join(ATTRIBUTES)} or HOST_INFO can be asked for.")
        if asked[0] not in node:
            return web.Response(status=204)
        return web.json_response({asked[0]: node[asked[0]]})

    # WebSockets

    async def _connect(self, request: web.Request) -> Answer:
        if len(self._pages) >= MOST_PAGES:
            return _no(503, "Too many pages.")
        socket = web.WebSocketResponse(heartbeat=BEAT, max_msg_size=LARGEST, compress=False, timeout=1.0)
        if not socket.can_prepare(request).ok:
            return _no(400, "A WebSocket is wanted.")
        sender = self._hub.senders.newcomer((request.remote or "", -id(socket)))
        sender.trusted = math.inf  # it has shown the token, or none is asked for
        await socket.prepare(request)
        page = Page(socket, sender, plain="json" in request.query)
        self._pages.add(page)
        writing = asyncio.create_task(page.write())
        try:
            async for said in socket:
                if self._hub.senders.again(sender):
                    self._said(page, said.type, said.data)
        finally:
            self._pages.discard(page)
            self._hub.watchers.remove(sender.source)
            self._hub.watchers.remove(page)
            writing.cancel()
        return socket

    def _said(self, page: Page, kind: WSMsgType, data: Any) -> None:
        """One message of a page."""
        if kind == WSMsgType.BINARY:
            self._hub.heard(page.sender, data, page.send)
            return
        try:
            told = read(data)
            if "COMMAND" in told:
                self._listen(page, told["COMMAND"], str(told.get("DATA", "")))
                return
            packet = osc.build(told["address"], *told.get("args", []))
        except GesturemapError as error:
            self._hub.refuse(page.sender, "", "JSON: refused", page.send, str(error))
            return
        self._hub.heard(page.sender, packet, page.send)

    def _listen(self, page: Page, command: Any, path: str) -> None:
        """Begin or end to be told of what is behind a path.

        Raises
        ------
        CommandError
            If there is no such topic, or no such command.
        """
        if command == "LISTEN":
            self._hub.watchers.add(page, page.send, path, RATE, math.inf)
            self._hub.show(path, page.send)
        elif command == "IGNORE":
            self._hub.watchers.remove(page, path)
        else:
            raise CommandError(
                "COMMAND", f"{command!r:.60}", "there are LISTEN and IGNORE", "a word is said by its address"
            )

    def _another_project(self) -> None:
        for page in self._pages:
            page.send(json.dumps({"COMMAND": "PATH_CHANGED", "DATA": "/"}))


def reached(request: web.Request) -> str:
    """The own address that a request came to."""
    assert request.transport is not None  # it has just come
    return str(request.transport.get_extra_info("sockname")[0])


def read(data: str) -> dict[str, Any]:
    """What a page says in JSON.

    Raises
    ------
    CommandError
        If it is no JSON, or no object with an address, or with a command.
    """
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        said, told = f"no JSON ({error})", None
    else:
        said = f"{data:.60}"
    if isinstance(told, dict) and "COMMAND" in told:
        return told
    if (
        isinstance(told, dict)
        and isinstance(told.get("address"), str)
        and isinstance(told.get("args", []), list)
    ):
        return told
    raise CommandError(
        "WebSocket", said, "an object with an address, and a list of args", f"send {json.dumps(EXAMPLE)}"
    )


def _no(status: int, said: str) -> web.Response:
    return web.Response(status=status, text=said + "\n")
