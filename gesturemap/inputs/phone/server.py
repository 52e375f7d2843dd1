"""The page's server: lets phones in, checks what they send, and hands it on as datagrams.

Everything a phone or a stranger may send ends as a sample or as a counted reason; nothing raises.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from gesturemap.inputs.input import Health
from gesturemap.inputs.phone.admission import PASS_SECONDS, Admission, Bucket
from gesturemap.inputs.phone.door import Door
from gesturemap.inputs.phone.motion import REST, SAMPLE, fault, missing, physical
from gesturemap.inputs.phone.wire import FRAME, SAMPLES, STATE

MOST_SAMPLES = 32
"""Samples in one message."""
MOST_RATE = 500.0
"""Samples a second that one phone may send."""
AWAY = 3.0
"""Seconds of silence after which a phone counts as away."""
BEAT = 5.0
"""Seconds between two questions whether a phone is still there."""
STATE_EVERY = 0.1
"""Seconds between two states."""
COOKIE = "gesturemap"
REFUSAL = (
    '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
    '<body style="margin:2em;font:1.4em sans-serif;color:#eceef4;background:#14151a">{}</body></html>\n'
)
"""What a browser shows that is not let in."""
PLAIN = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


@dataclass
class Seat:
    """A place and the phone on it."""

    name: str = ""
    """What kind of phone it is, for people."""
    socket: web.WebSocketResponse | None = None
    heard: float = -1e9
    rate: Bucket = field(default_factory=lambda: Bucket(MOST_RATE, MOST_RATE))
    values: tuple[float, ...] = REST
    lacks: tuple[str, ...] = ()
    """Groups it does not give."""


class Server:
    """The web application.

    Parameters
    ----------
    places : how many phones may join.
    hosts : the hosts, with port, that a browser may have asked for (a page elsewhere cannot reach us by another name).
    wanted : the groups of channels that are used; what a phone lacks of others is of no interest.
    send : hands one datagram on.
    """

    def __init__(
        self,
        admission: Admission,
        places: int,
        hosts: set[str],
        wanted: Sequence[str],
        send: Callable[[bytes], None],
    ) -> None:
        self.admission = admission
        self.seats = [Seat() for _ in range(places)]
        self._hosts, self._wanted, self._send = hosts, frozenset(wanted), send
        self._health = Health()
        self._page = resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")
        self.door = Door(self.ignore)
        self._told = b""
        self._told_at = 0.0
        self.app = web.Application(client_max_size=MOST_SAMPLES * SAMPLE.size, middlewares=[self._guard])
        self.app.router.add_get("/", self._open_page)
        self.app.router.add_get("/motion", self._open_socket)
        self.app.router.add_post("/motion", self._take_post)

    def ignore(self, sender: str, reason: str) -> None:
        """Count what was not used."""
        self._health.ignore(sender, reason)

    # Requests

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """What holds for every answer: nothing keeps it, and a stranger's is the last on its connection."""
        response = await self._answer(request, handler)
        if not response.prepared:
            response.headers.update(PLAIN)
        if self.door.strange(request.protocol):
            response.force_close()
        return response

    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Answer who asked for us, by one of our names, from our own page or from none."""
        sender = request.remote or "?"
        origin = request.headers.get("Origin")
        if request.host not in self._hosts:
            return self._refuse(sender, 403, "another host was asked for", "Open the address of the QR code.")
        if origin is not None and origin != f"https://{request.host}":
            return self._refuse(sender, 403, "another page asked", "Open the address of the QR code.")
        try:
            response: web.StreamResponse = await handler(request)
        except web.HTTPException as error:
            return self._refuse(sender, error.status, f"refused: {error.reason}", error.reason)
        return response

    def _refuse(self, sender: str, status: int, reason: str, said: str) -> web.Response:
        self.ignore(sender, reason)
        return web.Response(status=status, text=REFUSAL.format(html.escape(said)), content_type="text/html")

    async def _open_page(self, request: web.Request) -> web.Response:
        """The page, with a pass in it: for the token, or for a phone that has been here."""
        sender, now = request.remote or "?", time.time()
        phone = self.admission.phone(request.cookies.get(COOKIE, ""), now)
        token = request.query.get("t", "")
        if not phone and not self.admission.right(token):
            if not self.admission.may_try(sender, now):
                return self._refuse(sender, 429, "wrong token too often", "Too many tries; wait a minute.")
            reason = "wrong token" if token else "no token"
            return self._refuse(sender, 403, reason, "This address is not valid any more: scan the QR code.")
        if self.admission.full_for(phone):
            said = "All places are taken. Close the page on the phone that is in; then, in the window: Another phone."
            return self._refuse(sender, 403, "all places are taken", said)
        self.door.let_in(request.protocol)
        given, nonce = self.admission.new_pass(now, phone), secrets.token_urlsafe(12)
        page = self._page.replace("{{pass}}", given).replace("{{nonce}}", nonce)
        response = web.Response(text=page, content_type="text/html")
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; "
            f"connect-src 'self' wss://{request.host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        response.set_cookie(
            COOKIE, given, max_age=int(PASS_SECONDS), secure=True, httponly=True, samesite="Strict"
        )
        return response

    def _seat(self, request: web.Request) -> tuple[int, float]:
        """Place and sign of the phone that asks; place 0 where it may not come in, then it has been counted."""
        sender = request.remote or "?"
        phone = self.admission.phone(request.query.get("p", ""), time.time())
        if not phone:
            self.ignore(sender, "wrong pass")
            return 0, 1.0
        wanted = request.query.get("place", "")
        place = self.admission.place(phone, int(wanted) if wanted.isdecimal() and len(wanted) < 4 else 0)
        if not place:
            self.ignore(sender, "all places are taken")
            return 0, 1.0
        self.door.let_in(request.protocol)
        self.seats[place - 1].name = kind_of(request.headers.get("User-Agent", ""))
        return place, -1.0 if request.query.get("ios") == "1" else 1.0

    async def _open_socket(self, request: web.Request) -> web.StreamResponse:
        """The usual road: a WebSocket, one sample or a few in each message."""
        place, sign = self._seat(request)
        if not place:
            return web.Response(status=403, text="scan the QR code again\n")
        socket = web.WebSocketResponse(
            heartbeat=BEAT, max_msg_size=MOST_SAMPLES * SAMPLE.size, compress=False, timeout=1.0
        )
        if not socket.can_prepare(request).ok:
            return self._refuse(request.remote or "?", 400, "not a WebSocket", "A WebSocket is wanted.")
        await socket.prepare(request)
        seat = self.seats[place - 1]
        before, seat.socket = seat.socket, socket
        if before is not None:
            await before.close(code=WSCloseCode.GOING_AWAY, message=b"opened again")
        try:
            await socket.send_str(self._welcome(place))
            await self._listen(socket, place, sign)
        except ConnectionError:
            pass  # it went in the middle of a word
        finally:
            if seat.socket is socket:
                seat.socket = None
        return socket

    async def _listen(self, socket: web.WebSocketResponse, place: int, sign: float) -> None:
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                self.take(place, message.data, sign)
            elif message.type is WSMsgType.TEXT:
                self.ignore(f"phone {place}", "text instead of samples")
            elif message.type is WSMsgType.ERROR:
                self.ignore(f"phone {place}", "broken or too large message")

    async def _take_post(self, request: web.Request) -> web.Response:
        """The other road: Safari opens no WebSocket to a certificate that was only waved through."""
        place, sign = self._seat(request)
        if not place:
            return web.Response(status=403, text="scan the QR code again\n")
        data = await request.read()
        if data:
            self.take(place, data, sign)
        return web.Response(text=self._welcome(place), content_type="application/json")

    def _welcome(self, place: int) -> str:
        return json.dumps({"place": place, "phones": len(self.seats)})

    # Samples

    def take(self, place: int, data: bytes, sign: float) -> None:
        """Check the samples of one message and hand them on."""
        seat, who, now = self.seats[place - 1], f"phone {place}", time.monotonic()
        if not data or len(data) % SAMPLE.size or len(data) > MOST_SAMPLES * SAMPLE.size:
            self.ignore(who, "a message of another size")
            return
        seat.heard = now
        for raw in SAMPLE.iter_unpack(data):
            if not seat.rate.take(now):
                self.ignore(who, f"more than {MOST_RATE:g} samples a second")
                return
            if reason := fault(raw):
                self.ignore(who, reason)
                continue
            lacks = tuple(group for group in missing(raw) if group in self._wanted)
            if lacks != seat.lacks:
                seat.lacks = lacks
                for group in lacks:  # told when it begins: a phone without gyroscope is no flood of faults
                    self.ignore(who, f"gives no {group}: its last values stay")
            seat.values = physical(raw, sign, seat.values)
            count = int(raw[0]) & 0xFFFFFFFF
            self._send(FRAME.pack(SAMPLES, place, count, raw[1] / 1000.0, *seat.values))

    # State

    def tell(self) -> None:
        """Hand the state on when it has changed, and once a second in any case, as datagrams may be lost."""
        now = time.monotonic()
        phones = [
            {"place": number, "name": seat.name, "here": now - seat.heard < AWAY, "lacks": list(seat.lacks)}
            for number, seat in enumerate(self.seats, 1)
            if seat.name
        ]
        ignored: dict[str, Counter[str]] = self._health.ignored
        told = json.dumps({"phones": phones, "ignored": ignored}).encode()
        if told != self._told or now - self._told_at >= 1.0:
            self._told, self._told_at = told, now
            self._send(bytes([STATE]) + told)

    async def go_on_telling(self) -> None:
        """Until cancelled."""
        while True:
            self.tell()
            await asyncio.sleep(STATE_EVERY)

    async def hang_up(self) -> None:
        """End every phone's connection; they come back by themselves when there is a server again."""
        for seat in self.seats:
            if seat.socket is not None:
                with contextlib.suppress(ConnectionError, asyncio.TimeoutError):
                    await seat.socket.close(code=WSCloseCode.GOING_AWAY, message=b"gesturemap has ended")


def kind_of(agent: str) -> str:
    """What a browser runs on, for people."""
    known = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")
    return next((name for name in known if name in agent), "phone").replace("Macintosh", "Mac")
