"""What web pages get: the newest values, so many times a second, and every event at once.

A page that does not read gets, when it reads again, the events it missed (the newest of them) and the values of now;
nobody waits for it meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import math
import secrets
from collections import deque
from importlib import resources
from typing import Any

from aiohttp import WSCloseCode, web

from gesturemap.wire import relay

MOST_PAGES = 64
MOST_EVENTS = 64
"""Events that wait for one page."""
BEAT = 5.0
"""Seconds between two questions whether a page is still there."""
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class Page:
    """A page that is connected, and what waits for it."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.events: deque[str] = deque(maxlen=MOST_EVENTS)
        self.values = ""
        self.waiting = asyncio.Event()

    async def write(self) -> None:
        """Send what waits, for as long as it is there: waits only for this page."""
        with contextlib.suppress(ConnectionError):
            while not self.socket.closed:
                await self.waiting.wait()
                self.waiting.clear()
                while self.events or self.values:
                    if self.events:
                        text = self.events.popleft()
                    else:
                        text, self.values = self.values, ""
                    await self.socket.send_str(text)


class Server:
    """The web application.

    Parameters
    ----------
    orders : the fields of the output's settings by name, and ``controls``, the names of the controls.
    """

    def __init__(self, orders: dict[str, Any]) -> None:
        self.hosts: set[str] = set()
        """Hosts, with port, that a browser may have asked for."""
        self.sent = self.dropped = 0
        self._names: list[str] = orders["controls"]
        self._token: str = orders["token"]
        self._origins = frozenset(orders["origins"])
        self._period = 1.0 / float(orders["rate"])
        self._pages: set[Page] = set()
        self._time, self._controls = 0.0, dict.fromkeys(self._names)
        self._free, self._timer = -math.inf, None
        self._page = resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")
        self.app = web.Application(client_max_size=1024, middlewares=[self._guard])
        self.app.router.add_get("/", self._open_page)
        self.app.router.add_get("/values", self._open_socket)

    _timer: asyncio.TimerHandle | None

    # From the engine

    def take(self, kind: int, payload: bytes) -> None:
        """One part of what the engine sends."""
        if kind == relay.CONTROLS:
            self._time, values = relay.read_controls(payload)
            self._controls = {
                name: value if math.isfinite(value) else None
                for name, value in zip(self._names, values, strict=True)
            }
            self._send_values()
        elif kind == relay.EVENT:
            _, what, label, strength = relay.read_event(payload)
            strength = strength if math.isfinite(strength) else 0.0
            self._send_event(events=[{"kind": what, "label": label, "value": strength}])
        elif kind == relay.NAMES:
            self._names = list(relay.read_labels(payload))
            self._controls = dict.fromkeys(self._names)
        elif kind == relay.SILENCE:
            self._send_event(events=[], panic=True)

    def _text(self, **more: Any) -> str:
        return json.dumps({"time": self._time, "controls": self._controls} | {"events": []} | more)

    def _send_values(self) -> None:
        """Send the values now, or when it is time."""
        now = asyncio.get_running_loop().time()
        if now < self._free:
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_at(self._free, self._now)
            return
        self._now()

    def _now(self) -> None:
        now = asyncio.get_running_loop().time()
        kept = (
            now - self._free < self._period
        )  # on average it holds, also where frames come seldom in the moment
        self._free = (self._free if kept else now) + self._period
        self._timer = None
        if not self._pages:
            return
        text = self._text()
        for page in self._pages:
            page.values = text
            page.waiting.set()
        self.sent += 1

    def _send_event(self, **what: Any) -> None:
        text = self._text(**what)
        for page in self._pages:
            self.dropped += len(page.events) == MOST_EVENTS
            page.values = ""  # the event brings them
            page.events.append(text)
            page.waiting.set()
        self.sent += bool(self._pages)

    # To the pages

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Answer who asked for us by one of our names, from our own page, one that may, or no page at all."""
        origin = request.headers.get("Origin")
        response: web.StreamResponse
        if request.host not in self.hosts:
            response = _no("This is not the name of this server.")
        elif origin is not None and origin != f"http://{request.host}" and origin not in self._origins:
            response = _no("This page may not connect: name it in origins.")
        elif self._token and not self._right(request.query.get("t", "")):
            response = _no("The right word is wanted, as ?t=WORD.")
        else:
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = web.Response(status=error.status, text=f"{error.reason}\n")
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    def _right(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(errors="replace"), self._token.encode())

    async def _open_page(self, request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(12)
        response = web.Response(text=self._page.replace("{{nonce}}", nonce), content_type="text/html")
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; "
            f"connect-src 'self' ws://{request.host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return response

    async def _open_socket(self, request: web.Request) -> web.StreamResponse:
        if len(self._pages) >= MOST_PAGES:
            return web.Response(status=503, text="too many pages\n")
        socket = web.WebSocketResponse(heartbeat=BEAT, max_msg_size=1024, compress=False, timeout=1.0)
        if not socket.can_prepare(request).ok:
            return web.Response(status=400, text="a WebSocket is wanted\n")
        await socket.prepare(request)
        page = Page(socket)
        page.values = self._text()
        page.waiting.set()
        self._pages.add(page)
        writing = asyncio.create_task(page.write())
        try:
            async for _ in socket:  # pages have nothing to say; this hears their answers and their end
                pass
        finally:
            self._pages.discard(page)
            writing.cancel()
        return socket

    async def hang_up(self) -> None:
        """End every page's connection; they come back by themselves when there is a server again."""
        if self._timer is not None:
            self._timer.cancel()
        for page in tuple(self._pages):
            with contextlib.suppress(ConnectionError, asyncio.TimeoutError):
                async with asyncio.timeout(0.2):
                    await page.socket.close(code=WSCloseCode.GOING_AWAY, message=b"gesturemap has ended")


def _no(said: str) -> web.Response:
    return web.Response(status=403, text=said + "\n")
