"""`gesturemap phone`: as a person runs it, with a phone that sends as a browser does."""

from __future__ import annotations

import asyncio
import math
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
from pathlib import Path

import aiohttp
import pytest

from gesturemap.cli.phone import Watched, suited
from gesturemap.clock import SystemClock
from gesturemap.inputs.phone.input import Phone
from gesturemap.inputs.phone.motion import RAW
from gesturemap.library import presets
from gesturemap.project.read import read_project

NAN = math.nan
COMMAND = [sys.executable, "-m", "gesturemap", "phone"]


def here() -> list[str]:
    """A free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return ["--host", "127.0.0.1", "--port", str(door.getsockname()[1])]


async def wave(url: str, stop: threading.Event) -> None:
    """Join, and send 60 samples a second until told."""
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    connector = aiohttp.TCPConnector(ssl=unchecked)
    async with aiohttp.ClientSession(connector=connector, headers={"User-Agent": "Android"}) as session:
        async with session.get(url) as page:
            found = re.search(r'PASS = "([^"]+)"', await page.text())
        assert found
        line = await session.ws_connect(f"{url.partition('?')[0]}motion?p={found[1]}")
        loop = asyncio.get_running_loop()
        begun, count = loop.time(), 0
        while not stop.is_set() and not line.closed:
            t = count / 60.0
            acc = (9.80665 * math.sin(t), 0.0, 9.80665)
            raw = (count, 1000 * t, *acc, *(NAN,) * 3, 180.0, 0.0, 0.0, *(NAN,) * 3, *(0.0,) * 5)
            await line.send_bytes(struct.pack(f"<{RAW}d", *raw))
            count += 1
            await asyncio.sleep(max(0.0, begun + count / 60.0 - loop.time()))
        await connector.close(abort_ssl=True)


def heard(arguments: list[str], wanted: str) -> list[str]:
    """Lines of the command until one has what is wanted; a phone joins as soon as there is an address."""
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    stop, lines = threading.Event(), []
    sender: threading.Thread | None = None
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.append(line)
            url = re.search(r"^https://\S+", line)
            if url and sender is None:
                sender = threading.Thread(target=lambda to: asyncio.run(wave(to, stop)), args=(url[0],))
                sender.start()
            if re.search(wanted, line):
                return lines
        raise AssertionError("".join(lines))
    finally:
        stop.set()
        if sender is not None:
            sender.join()
        process.terminate()
        process.communicate()


@pytest.mark.long
def test_the_phone_is_shown() -> None:
    lines = heard([*here(), "--for", "60"], r"1 Android +connected +[1-9]\d* Hz +-?\d")
    text = "".join(lines)
    assert "https://127.0.0.1:" in text and "no phone can reach this address" in text


@pytest.mark.long
def test_the_line_that_waits_is_not_repeated_where_there_is_no_terminal() -> None:
    ended = subprocess.run([*COMMAND, *here(), "--for", "4"], capture_output=True, text=True, check=True)
    assert ended.stdout.count("waiting: scan the code") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there it is ended at once")
@pytest.mark.long
def test_it_ends_cleanly_when_it_is_told_to() -> None:
    with subprocess.Popen([*COMMAND, *here(), "--for", "60"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any("waiting: scan the code" in line for line in process.stdout)
        process.terminate()
        assert process.wait(20) == 0


def test_a_flood_of_senders_is_told_once_and_in_short() -> None:
    run = Phone(port=0, host="127.0.0.1").start(SystemClock())
    try:
        watched = Watched(run)
        for at in range(21):
            run.health.ignore(f"10.0.0.{at}", "no token")
        assert watched.unused().count("no token") == 3
        assert watched.unused().endswith("and 18 other senders")
        before = watched.unused(counts=False)
        run.health.ignore("10.0.0.0", "no token")
        assert watched.unused(counts=False) == before
    finally:
        run.close()


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_preset_is_played_by_the_phone() -> None:
    lines = heard(["phone-gestures", *here()], r" [1-9]\d* frames, 0 lost")
    assert any("playing: listening at phone page https://127.0.0.1:" in line for line in lines)
    assert not any("it was trained on" in line for line in lines)


def test_a_project_gets_the_channels_it_was_taught_with(tmp_path: Path) -> None:
    project, _ = read_project(presets()["phone-gestures"])
    assert suited(project) == {"kind": "phone", "channels": ["acc"], "acceleration": "g"}
    own = project.configured("input", {"kind": "phone", "phones": 2}, "here")
    assert suited(own) == {"kind": "phone", "phones": 2}
    subprocess.run(
        [sys.executable, "-m", "gesturemap", "new", str(tmp_path / "mine"), "--sensor", "phone"],
        check=True,
        capture_output=True,
    )
    made, _ = read_project(tmp_path / "mine")
    assert made.input.kind == "phone" and suited(made) == {"kind": "phone"}
