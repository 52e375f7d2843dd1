"""A real Chromium without a screen, driven over the DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import aiohttp
import psutil

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--ignore-certificate-errors",
    "--disable-breakpad", "--disable-dev-shm-usage", "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows", "--remote-debugging-port=0",
)  # fmt: skip
PATIENCE = 20.0


class Browser:
    """One Chromium with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.process = subprocess.Popen(
            [CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        note = folder / "DevToolsActivePort"
        until(lambda: note.exists() and note.read_text().count("\n") >= 1)
        port, path = note.read_text().split("\n")[:2]
        self._numbers = itertools.count(1)
        self.session: aiohttp.ClientSession | None = None
        self.loop.run_until_complete(self._open(f"ws://127.0.0.1:{port}{path}"))
        self.events: list[dict[str, Any]] = []

    async def _open(self, url: str) -> None:
        self.session = aiohttp.ClientSession()
        self._socket = await self.session.ws_connect(url, max_msg_size=0)

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Ask the browser, or one of its pages."""
        return self.loop.run_until_complete(asyncio.wait_for(self._call(method, session, params), PATIENCE))

    async def _call(self, method: str, session: str, params: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send_json(
            {"id": number, "method": method, "params": params, **({"sessionId": session} if session else {})}
        )
        while True:
            said = json.loads((await self._socket.receive()).data)
            if said.get("id") == number:
                if "error" in said:
                    raise AssertionError(f"{method}: {said['error']}")
                return dict(said["result"])
            self.events.append(said)

    def page(self, url: str, **device: Any) -> Page:
        """Open a page as if with another phone: cookies and storage are its own."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session, url, **device)

    def close(self) -> None:
        """End it and everything it started."""
        family = [*psutil.Process(self.process.pid).children(recursive=True)]
        self.loop.run_until_complete(self._close())
        self.loop.close()
        self.process.terminate()
        try:
            self.process.wait(5.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for process in psutil.wait_procs(family, 5.0)[1]:
            process.kill()
        psutil.wait_procs(family, 5.0)

    async def _close(self) -> None:
        await self._socket.close()
        assert self.session is not None
        await self.session.close()


class Page:
    """A page in a phone-sized window."""

    def __init__(self, browser: Browser, session: str, url: str, agent: str = "", touch: bool = True) -> None:
        self.browser, self.session = browser, session
        self.call("Page.enable")
        self.call("Network.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=2, mobile=True
        )
        if touch:
            self.call("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=5)
        if agent:
            self.call("Emulation.setUserAgentOverride", userAgent=agent)
        self.go(url)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **params)

    def go(self, url: str) -> None:
        """Open an address and wait for it."""
        self.call("Page.navigate", url=url)
        until(lambda: self.js("document.readyState === 'complete' && location.href !== 'about:blank'"))

    def js(self, expression: str) -> Any:
        """The value of an expression in the page."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def tap(self, name: str) -> None:
        """Tap in the middle of an element."""
        x, y = self.js(
            f"(b => [b.x + b.width / 2, b.y + b.height / 2])(document.getElementById('{name}').getBoundingClientRect())"
        )
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def text(self, name: str) -> str:
        return str(self.js(f"document.getElementById('{name}').textContent"))

    def start(self) -> None:
        """Tap to start, and wait for the connection."""
        self.tap("start")
        until(lambda: self.text("state") == "connected", self)

    def picture(self) -> bytes:
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


def until(so: Any, page: Page | None = None, seconds: float = PATIENCE) -> None:
    """Ask again and again until it is so."""
    end = time.monotonic() + seconds
    while not so():
        if time.monotonic() > end:
            raise AssertionError(
                f"not so after {seconds:g} s" + (f": {page.js('document.body.innerText')}" if page else "")
            )
