"""The QR codes of the phone's page in a terminal."""

from __future__ import annotations

import importlib.util
import re
import sys
from urllib.parse import urlsplit

from rich.console import Console

from gesturemap import commands as c
from gesturemap.doctor.network import CONNECT
from gesturemap.errors import install

CONSOLE = Console(soft_wrap=True, highlight=False)
WARNING = (
    "The browser will warn, as this computer made the certificate itself. "
    "Android: Advanced, Proceed. iPhone: Show Details, visit this website."
)

HERE = ("127.0.0.1", "localhost", "::1")
"""Hosts that only this computer reaches."""


def show_codes(address: str) -> None:
    """Print every address of the page that is in this text, each with its QR code."""
    urls = re.findall(r"https://\S+", address)
    if urls and all(urlsplit(url).hostname in HERE for url in urls):
        CONSOLE.print(urls[0], markup=False)
        CONSOLE.print(f"no phone can reach this address of the computer itself: {CONNECT}", markup=False)
        return
    drawn = importlib.util.find_spec("segno") is not None
    for url in urls:
        if drawn:
            import segno

            segno.make(url, error="l", micro=False).terminal(out=sys.stdout, border=2, compact=True)
        CONSOLE.print(url, markup=False)
    if not drawn:
        CONSOLE.print(f"for a QR code: {install('phone')}", markup=False)
    if len(urls) > 1:
        CONSOLE.print("Scan the one of the network that the phone is in; most often it is the first.")
    CONSOLE.print(WARNING, markup=False)


class Codes:
    """Prints the codes whenever a playing project opens the page."""

    def __init__(self) -> None:
        self._shown = ""

    def __call__(self, notice: c.Message) -> None:
        """Hear a notice."""
        if isinstance(notice, c.State) and notice.document["input"].get("kind") == "phone":
            address = str(notice.document["input_address"])
            if address not in ("", self._shown):
                self._shown = address
                show_codes(address)
