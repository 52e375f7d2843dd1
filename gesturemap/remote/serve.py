"""The process of remote control: ``python -m gesturemap.remote.serve``, started by `space`.

It comes in at control's door like a window, so control owes it no more than a window; it ends with control.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib.util
import time
from typing import Any

from gesturemap import addresses, companion, inner
from gesturemap.commands import Message
from gesturemap.errors import DeviceError, GesturemapError, not_installed, unforeseen
from gesturemap.inputs.remote import CONTROL_FROM
from gesturemap.inputs.senders import networks
from gesturemap.remote.hub import Hub
from gesturemap.remote.line import Line
from gesturemap.remote.port import Port
from gesturemap.remote.senders import Senders

FAST, SLOW = 0.005, 0.1
"""Seconds between two looks at the engine's rows while somebody watches them, and while nobody does."""
TELL = 0.5
"""Seconds between two reports to control, where nothing was opened meanwhile."""
ANSWERS = 0.5
"""Seconds in which control, which has ended, has still answered what it was told last, such as to quit."""
GOODBYE = 2.0
"""Seconds in which pages and the network are told of the end."""
REOPEN = 1.0
"""Seconds between two attempts to open a port that is taken."""


def main() -> None:
    """Serve until control goes."""
    with asyncio.Runner(
        loop_factory=asyncio.SelectorEventLoop
    ) as runner:  # the one that can watch UDP everywhere
        runner.run(Service(companion.orders()).serve())


class Service:
    """Everything that this process does.

    Parameters
    ----------
    orders : the settings of `gesturemap.inputs.remote.Remote` by name, the ``endpoint`` of control's door, and
        ``home``, the folder of the project that gesturemap was started with, and ``saves``, that in which it lies, if
        it may be written to.
    """

    def __init__(self, orders: dict[str, Any]) -> None:
        self._orders = orders
        self._figures: dict[str, Any] = {"address": "", "query": "", "announced": False}
        self._told: dict[str, Any] = {}
        self._faults: dict[str, str] = {}
        """Place -> what was last said to be wrong there."""
        self._opened = asyncio.Event()
        """Something was, which is told at once."""
        self._knows = asyncio.Event()
        """What plays is known: before that, a word behind the project's name would be refused."""
        self._gone = asyncio.Event()

    async def serve(self) -> None:
        """Open all there is to open, and be there until control goes."""
        loop = asyncio.get_running_loop()
        senders = Senders(
            networks(tuple(self._orders["control_from"]), CONTROL_FROM),
            self._orders["token"],
            self._orders["rate"],
            time.monotonic,
        )
        self._senders = senders
        home, saves, roots = (self._orders[name] for name in ("home", "saves", "roots"))
        self._hub = Hub(senders, self._tell, roots, home, time.monotonic, saves=saves)

        def heard(notice: Message | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                loop.call_soon_threadsafe(self._heard, notice)

        try:
            self._line = Line(self._orders["endpoint"], heard)
        except DeviceError:
            return  # control has ended meanwhile

        def orphaned() -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._leave)

        companion.outlived(orphaned)
        gc.collect()
        gc.freeze()
        opening = asyncio.create_task(self._open())
        works = [opening, asyncio.create_task(self._watch()), asyncio.create_task(self._report())]
        ended = asyncio.create_task(self._gone.wait())
        await asyncio.wait(
            [*works, ended], return_when=asyncio.FIRST_COMPLETED
        )  # what fails ends this process too
        for work in works:
            fault = work.exception() if work.done() else None
            if isinstance(fault, Exception):
                self._fault("process", unforeseen("remote", fault))
        self._gone.set()
        await asyncio.wait([opening], timeout=GOODBYE)
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
        self._line.close()

    def _leave(self) -> None:
        self._leaving = asyncio.ensure_future(self._answered())

    async def _answered(self) -> None:
        """Go as soon as everybody has the answer to what was asked: what control said may still be on its way."""
        end = time.monotonic() + ANSWERS
        while self._hub.waits and time.monotonic() < end:
            await asyncio.sleep(FAST)
        self._gone.set()

    def _tell(self, message: Message) -> bool:
        return self._line.tell(message)

    def _heard(self, notice: Message | None) -> None:
        if notice is None:
            self._gone.set()
        else:
            self._hub.notice(notice)
        if notice is None or self._hub.board.document:
            self._knows.set()

    async def _open(self) -> None:
        """Open the port as soon as it can be had, then the page and the announcement."""
        host, number = self._orders["host"], self._orders["port"]
        port: Port | None = None
        await self._knows.wait()
        try:
            while port is None and not self._gone.is_set():
                try:
                    host = _numbers(host)
                    port = Port(host, number, self._hub)
                except GesturemapError as error:
                    if await self._ends(error, "port"):
                        return
            if port is None:
                return
            self._open_now("address", f"UDP {host}:{port.number}")
            if self._orders["query"]:
                await self._query(host, port.number)
            else:
                await self._gone.wait()
        finally:
            if port is not None:
                port.close()

    async def _query(self, host: str, number: int) -> None:
        """Answer OSCQuery, and say so in the network, until the end."""
        if importlib.util.find_spec("aiohttp") is None:
            self._fault("query", not_installed("OSCQuery and web pages", "remote"))
            await self._gone.wait()
            return
        from gesturemap.remote.web import Web

        web = Web(self._hub, self._orders, number)
        async with contextlib.AsyncExitStack() as opened:
            while not self._figures["query"]:
                try:
                    self._open_now("query", await web.open(host, number))
                except GesturemapError as error:
                    if await self._ends(error, "query"):
                        return
            opened.push_async_callback(web.close)
            if self._orders["announce"]:
                await self._announce(opened, host, number)
            await self._gone.wait()

    async def _ends(self, error: GesturemapError, place: str) -> bool:
        """Say what is wrong, and wait until it is tried again; True if the end comes first."""
        self._fault(place, error)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._gone.wait(), REOPEN)
        return self._gone.is_set()

    async def _announce(self, opened: contextlib.AsyncExitStack, host: str, number: int) -> None:
        if importlib.util.find_spec("zeroconf") is None:
            self._fault("announce", not_installed("announcing remote control", "remote"))
            return
        from gesturemap.remote.announce import announced

        try:
            await opened.enter_async_context(announced(host, number))
        except GesturemapError as error:
            self._fault("announce", error)
        else:
            self._open_now("announced", True)

    async def _watch(self) -> None:
        """Tell of estimates at their times."""
        while True:
            self._hub.tick()
            await asyncio.sleep(FAST if self._hub.watchers.wants_estimates() else SLOW)

    async def _report(self) -> None:
        """Tell control how this is, where that has changed."""
        while True:
            refused = {host: dict(reasons) for host, reasons in self._senders.refused.items()}
            figures = {
                **self._figures,
                "accepted": self._senders.accepted,
                "refused": refused,
                "said": [[*why, said] for why, said in self._senders.said.items()],
                "watchers": len(self._hub.watchers),
            }
            if figures != self._told and self._tell(inner.Beside({"remote": figures})):
                self._told = figures
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._opened.wait(), TELL)
            self._opened.clear()

    def _open_now(self, what: str, told: str | bool) -> None:
        """Have control know at once: somebody may be waiting for it."""
        self._figures[what] = told
        self._opened.set()

    def _fault(self, place: str, error: GesturemapError) -> None:
        """Say once what is wrong; it is tried again."""
        if self._faults.get(place) != str(error):
            self._faults[place] = str(error)
            self._tell(inner.Beside({}, str(error)))


def _numbers(host: str) -> str:
    """The address that a name of this machine stands for.

    Raises
    ------
    DeviceError
        If it stands for none.
    """
    try:
        return str(addresses.udp(host, 0)[1][0])
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DeviceError(
            f"remote, host {host!r}",
            reason,
            "an address of this machine, or a name of one",
            "write 127.0.0.1",
        ) from error


if __name__ == "__main__":
    main()
