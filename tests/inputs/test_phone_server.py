"""The phone's page over real HTTPS and WebSockets, with a client that can be anything."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import re
import socket
import ssl
import struct
import subprocess
import sys
import warnings
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import aiohttp
import psutil
import pytest

from gesturemap.clock import SystemClock
from gesturemap.errors import DeviceError
from gesturemap.frames import Frame
from gesturemap.inputs.phone.input import Phone, PhoneRun
from gesturemap.inputs.phone.motion import RAW
from gesturemap.inputs.phone.server import MOST_RATE, MOST_SAMPLES

PAGE = Phone(port=0, host="127.0.0.1", channels=("acc", "gyro", "touch"))
NAN = float("nan")
UNCHECKED = ssl.create_default_context()
UNCHECKED.check_hostname = False
UNCHECKED.verify_mode = ssl.CERT_NONE
Client = Any


@pytest.fixture
def run() -> Iterator[PhoneRun]:
    opened = PAGE.start(SystemClock())
    yield opened
    opened.close()


def sample(count: int, ms: float, *motion: float) -> bytes:
    """Acceleration, rotation rate (deg/s); no orientation, nothing touched."""
    acc, rate = (*motion[:3],), (*motion[3:6],) or (0.0, 0.0, 0.0)
    nothing = (float("nan"),) * 3
    return struct.pack(f"<{RAW}d", count, ms, *acc, *nothing, *rate, *nothing, 0, 0, 0, 0, 0)


def client(act: Callable[[Client], Awaitable[Any]], **headers: str) -> Any:
    """Do something with a browser of its own: one jar of cookies."""

    async def scene() -> Any:
        jar = aiohttp.CookieJar(unsafe=True)  # of a host that is a number
        connector = aiohttp.TCPConnector(ssl=UNCHECKED)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=jar, headers=headers) as session:
            try:
                return await asyncio.wait_for(act(session), 20.0)
            finally:
                await connector.close(abort_ssl=True)  # else transports outlive the loop

    try:
        return asyncio.run(scene())
    finally:
        # where the server cut the line, the client's library leaves its transport to the collector
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


async def joined(session: Client, run: PhoneRun, query: str = "") -> Any:
    """Load the page and open its socket."""
    async with session.get(run.urls[0]) as page:
        assert page.status == 200
        given = re.search(r'PASS = "([^"]+)"', await page.text())
        assert given
    return await session.ws_connect(f"https://127.0.0.1:{run.port}/motion?p={given[1]}{query}")


def frames(run: PhoneRun, count: int) -> list[Frame]:
    found = [run.read(5.0) for _ in range(count)]
    assert all(frame is not None for frame in found)
    return [frame for frame in found if frame is not None]


def ignored(run: PhoneRun, sender: str, reason: str, seconds: float = 5.0) -> int:
    """How many were counted, once at least one was."""
    clock = SystemClock()
    end = clock.now() + seconds
    while clock.now() < end:
        run.read(0.05)
        if count := run.health.ignored.get(sender, {}).get(reason, 0):
            return count
    raise AssertionError(f"{reason} was not counted: {run.health.ignored}")


def served() -> psutil.Process:
    """The page's process, among whatever else this process has started."""
    for one in psutil.Process().children():
        with contextlib.suppress(psutil.Error):  # one that ends meanwhile
            if "gesturemap.inputs.phone.serve" in one.cmdline():
                return one
    raise AssertionError("no page is served")


def test_samples_become_frames(run: PhoneRun) -> None:
    async def act(session: Client) -> None:
        socket = await joined(session, run)
        assert await socket.receive_json() == {"place": 1, "phones": 1}
        await socket.send_bytes(sample(0, 5000.0, 1, 2, 3, 180, 90, 0))
        await socket.send_bytes(sample(1, 5016.0, 4, 5, 6) + sample(4, 5064.0, 7, 8, 9))
        first, second, third = await asyncio.to_thread(frames, run, 3)
        assert first.values.tolist() == pytest.approx([1, 2, 3, 3.14159265, 1.57079633, 0, 0, 0, 0])
        assert second.values.tolist()[:3] == [4, 5, 6] and third.values.tolist()[:3] == [7, 8, 9]
        assert first.time <= second.time <= third.time <= third.arrived
        assert run.health.lost == 2 and run.health.accepted == 3
        while not (run.phones and run.phones[0].here):
            await asyncio.to_thread(run.read, 0.05)
        assert run.phones[0].name == "Android" and run.phones[0].lacks == ()  # lin and quat are not asked for

    client(act, **{"User-Agent": "Mozilla/5.0 (Linux; Android 14)"})


def test_a_phone_without_gyroscope_says_so_once(run: PhoneRun) -> None:
    async def act(session: Client) -> None:
        socket = await joined(session, run)
        for i in range(5):
            await socket.send_bytes(sample(i, i * 16.0, 1, 2, 3, NAN, NAN, NAN))
        found = await asyncio.to_thread(frames, run, 5)
        assert found[4].values.tolist() == [1, 2, 3, 0, 0, 0, 0, 0, 0]

    client(act)
    assert ignored(run, "phone 1", "gives no gyro: its last values stay") == 1
    assert run.phones[0].lacks == ("gyro",) and run.health.ignored_total == 1


def test_an_iphone_s_accelerations_are_turned_round(run: PhoneRun) -> None:
    async def act(session: Client) -> None:
        socket = await joined(session, run, "&ios=1")
        await socket.send_bytes(sample(0, 1.0, 0, 0, -9.81, 180, 0, 0))
        (frame,) = await asyncio.to_thread(frames, run, 1)
        assert frame.values.tolist()[:4] == pytest.approx([0, 0, 9.81, 3.14159265])

    client(act)


def test_the_same_without_a_socket(run: PhoneRun) -> None:
    """Safari refuses a WebSocket to a certificate that was only waved through; then samples come by POST."""

    async def act(session: Client) -> None:
        async with session.get(run.urls[0]) as page:
            given = re.search(r'PASS = "([^"]+)"', await page.text())
        assert given
        way = f"https://127.0.0.1:{run.port}/motion?p={given[1]}&ios=1"
        async with session.post(way, data=b"") as answer:
            assert await answer.json() == {"place": 1, "phones": 1}
        async with session.post(way, data=sample(0, 1.0, 1, 2, 3) + sample(1, 17.0, 4, 5, 6)) as answer:
            assert answer.status == 200
        first, second = await asyncio.to_thread(frames, run, 2)
        assert first.values.tolist()[:3] == [-1, -2, -3] and second.values.tolist()[:3] == [-4, -5, -6]

    client(act)


def test_the_page_is_alone_in_the_world(run: PhoneRun) -> None:
    async def act(session: Client) -> None:
        async with session.get(run.urls[0]) as page:
            text = await page.text()
            policy = page.headers["Content-Security-Policy"]
            cookie = page.headers["Set-Cookie"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Strict"))
        assert (
            page.headers["Cache-Control"] == "no-store" and page.headers["Referrer-Policy"] == "no-referrer"
        )
        assert not re.findall(r'(?:src|href)="(?!data:,)', text) and "{{" not in text
        assert len(text) < 24_000

    client(act)


def test_wrong_tokens_are_refused_and_counted(run: PhoneRun) -> None:
    at = f"https://127.0.0.1:{run.port}"

    async def act(session: Client) -> list[int]:
        found = []
        for way in (
            "/",
            "/?t=",
            "/?t=wrong",
            run.urls[0][len(at) :] + "x",
            "/motion",
            "/motion?p=a.1.b",
            "/other",
            "/%00",
        ):
            async with session.get(at + way) as answer:
                found.append(answer.status)
                assert "PASS" not in await answer.text()
        async with session.post(at + "/motion?p=x", data=sample(0, 0, 1, 2, 3)) as answer:
            found.append(answer.status)
        return found

    assert client(act) == [403, 403, 403, 403, 403, 403, 404, 404, 403]
    assert ignored(run, "127.0.0.1", "wrong token") == 2
    assert ignored(run, "127.0.0.1", "no token") == 2
    assert ignored(run, "127.0.0.1", "wrong pass") == 3
    assert run.health.accepted == 0


def test_many_wrong_tokens_are_slowed_down(run: PhoneRun) -> None:
    async def act(session: Client) -> set[int]:
        found = set()
        for _ in range(40):
            async with session.get(f"https://127.0.0.1:{run.port}/?t=guess") as answer:
                found.add(answer.status)
        async with session.get(run.urls[0]) as answer:  # whoever has the right one is let in all the same
            assert answer.status == 200
        return found

    assert client(act) == {403, 429}


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Host": "evil.example"}, "another host was asked for"),
        ({"Host": ""}, "another host was asked for"),
        ({"Origin": "https://evil.example"}, "another page asked"),
        ({"Origin": "null"}, "another page asked"),
    ],
)
def test_other_hosts_and_other_pages_are_refused(run: PhoneRun, headers: dict[str, str], reason: str) -> None:
    async def act(session: Client) -> int:
        async with session.get(run.urls[0], headers=headers) as answer:
            return int(answer.status)

    assert client(act) == 403
    assert ignored(run, "127.0.0.1", reason) == 1


def test_two_phones_and_no_third() -> None:
    run = replace(PAGE, phones=2, channels=("acc",)).start(SystemClock())

    async def second(session: Client) -> None:
        socket = await joined(session, run)
        assert (await socket.receive_json())["place"] == 2
        await socket.send_bytes(sample(0, 9000.0, 4, 5, 6))
        await socket.receive()

    async def third(session: Client) -> int:
        async with session.get(run.urls[0]) as answer:
            return int(answer.status)

    async def scene(session: Client) -> None:
        socket = await joined(session, run)
        await socket.receive_json()
        await socket.send_bytes(sample(0, 5000.0, 1, 2, 3))
        (alone,) = await asyncio.to_thread(frames, run, 1)
        assert alone.values.tolist() == [1, 2, 3, 0, 0, 0]
        other = asyncio.create_task(asyncio.to_thread(client, second))
        while len(run.phones) < 2 or not run.phones[1].here:
            await asyncio.to_thread(run.read, 0.05)
        await socket.send_bytes(sample(1, 5016.0, 1, 2, 3))
        (both,) = await asyncio.to_thread(frames, run, 1)
        assert both.values.tolist() == [1, 2, 3, 4, 5, 6]
        assert await asyncio.to_thread(client, third) == 403
        again = await joined(session, run)  # the page is loaded again: the same phone, the same place
        assert (await again.receive_json())["place"] == 1
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        await asyncio.to_thread(run.close)
        await other

    client(scene)


def test_hostile_messages_are_counted_and_the_next_good_one_is_read(run: PhoneRun) -> None:
    bad = [b"", b"x", sample(0, 1, 1, 2, 3)[:-1], sample(0, 1, 1, 2, 3) * (MOST_SAMPLES - 1) + b"12345678"]

    async def act(session: Client) -> None:
        socket = await joined(session, run)
        await socket.receive_json()
        for message in bad:
            await socket.send_bytes(message)
        await socket.send_str('{"t": 1}')
        await socket.send_bytes(sample(0, float("inf"), 1, 2, 3))
        await socket.send_bytes(sample(0, 1.0, 1e9, 2, 3))
        await socket.send_bytes(sample(0, 1.0, 1, 2, 3))
        (frame,) = await asyncio.to_thread(frames, run, 1)
        assert frame.values.tolist()[:3] == [1, 2, 3]
        await socket.send_bytes(sample(0, 1.0, 1, 2, 3) * (MOST_SAMPLES + 1))
        assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        again = await joined(session, run)
        await again.send_bytes(sample(1, 17.0, 4, 5, 6))
        (frame,) = await asyncio.to_thread(frames, run, 1)
        assert frame.values.tolist()[:3] == [4, 5, 6]

    client(act)
    assert ignored(run, "phone 1", "a message of another size") == 4
    assert ignored(run, "phone 1", "text instead of samples") == 1
    assert ignored(run, "phone 1", "not a finite number") == 1
    assert ignored(run, "phone 1", "a number beyond 1e+06") == 1
    assert ignored(run, "phone 1", "broken or too large message") == 1


def test_a_flood_is_cut(run: PhoneRun) -> None:
    async def act(session: Client) -> None:
        socket = await joined(session, run)
        for i in range(100):
            await socket.send_bytes(b"".join(sample(i * 30 + j, i * 30.0 + j, 1, 2, 3) for j in range(30)))
        await socket.close()

    client(act)
    assert ignored(run, "phone 1", f"more than {MOST_RATE:g} samples a second") > 10
    while run.read(0.2) is not None:
        continue
    assert run.health.accepted < 1500


def test_garbage_on_the_port_harms_nobody(run: PhoneRun) -> None:
    for data in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01" + bytes(300), bytes(5000)):
        with socket.create_connection(("127.0.0.1", run.port), 5.0) as plain:
            plain.sendall(data)
            plain.shutdown(socket.SHUT_WR)
            with pytest.raises(ConnectionError) if sys.platform == "win32" else _nothing():
                plain.settimeout(5.0)
                while plain.recv(4096):
                    continue
    with (
        socket.create_connection(("127.0.0.1", run.port), 5.0) as plain,
        UNCHECKED.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        line.sendall(b"\x00\xff nonsense\r\n\r\n")
        assert b"400" in line.recv(4096)
    test_samples_become_frames(run)


class _nothing:
    """A connection that is reset is as good as one that ends."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, *_: object) -> bool:
        return kind is not None and issubclass(kind, ConnectionError)


def test_a_port_that_is_taken(run: PhoneRun) -> None:
    with pytest.raises(DeviceError, match=f"TCP port {run.port}: already in use by PID"):
        replace(PAGE, port=run.port).start(SystemClock())


def test_an_address_that_is_not_ours() -> None:
    with pytest.raises(DeviceError, match=r"use 0.0.0.0 for all"):
        replace(PAGE, host="203.0.113.9").start(SystemClock())


def test_a_server_that_dies_is_a_device_that_is_gone_and_can_be_started_again(run: PhoneRun) -> None:
    served().kill()
    with pytest.raises(DeviceError, match="server has ended"):
        for _ in range(100):
            run.read(0.05)
    run.close()
    again = replace(PAGE, port=run.port).start(SystemClock())
    try:
        test_samples_become_frames(again)
    finally:
        again.close()


def test_the_server_ends_with_whoever_started_it() -> None:
    code = (
        "import os\nfrom gesturemap.clock import SystemClock\nfrom gesturemap.inputs.phone.input import Phone\n"
        "Phone(port=0, host='127.0.0.1').start(SystemClock())\nprint('up', flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert killed.stdout is not None and killed.stdout.readline().strip() == b"up"
    family = psutil.Process(killed.pid).children() if psutil.pid_exists(killed.pid) else []
    killed.wait()
    killed.stdout.close()
    assert not psutil.wait_procs(family, 10.0)[1]


def test_the_engine_s_process_learns_nothing_of_web_servers() -> None:
    code = (
        "import sys\nfrom gesturemap.inputs.phone import input\n"
        "print([m for m in ('aiohttp', 'asyncio', 'cryptography', 'ssl', 'segno') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
