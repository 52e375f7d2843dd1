"""The web output: its real process, and aiohttp's client in place of a browser."""

from __future__ import annotations

import asyncio
import json
import math
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from gesturemap.errors import SettingsError
from gesturemap.frames import Controls, Event, Spec
from gesturemap.outputs.beside import BesideRun
from gesturemap.outputs.web.output import Web

aiohttp = pytest.importorskip("aiohttp")
SPEC = Spec.of("pad.level", "speed m/s")
PATIENCE = 10.0
Begin = Callable[..., BesideRun]


@pytest.fixture
def serving() -> Iterator[Begin]:
    runs: list[BesideRun] = []

    def one(controls: Spec = SPEC, **settings: Any) -> BesideRun:
        runs.append(Web(**{"port": 0} | settings).start(controls))
        beats(runs[-1], lambda: runs[-1].open)
        return runs[-1]

    yield one
    for run in runs:
        run.close()


def beats(run: BesideRun, done: Callable[[], object]) -> None:
    """Do as the engine does, until something is so."""
    end = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < end:
        run.beat()
        select.select([], [], [], 0.01)
    assert done(), (run.fault, run.address)


def url(run: BesideRun) -> str:
    return run.address.removeprefix("web page ").partition("?")[0]


def frame(*values: float, events: tuple[Event, ...] = (), at: float = 1.0) -> Controls:
    return Controls(at, np.array(values), events)


async def until(socket: Any, enough: Callable[[dict[str, Any]], object]) -> list[dict[str, Any]]:
    """What a page receives, up to what is enough."""
    found: list[dict[str, Any]] = []
    while not found or not enough(found[-1]):
        found.append(json.loads(await asyncio.wait_for(socket.receive_str(), PATIENCE)))
    return found


def test_pages_get_values_and_every_event(serving: Begin) -> None:
    run = serving()

    async def visit() -> None:
        async with aiohttp.ClientSession() as session:
            pages = [await session.ws_connect(url(run) + "values") for _ in range(3)]
            for page in pages:
                await until(page, lambda got: got["controls"]["speed"] is None)  # nothing was sent yet
            run.send(frame(0.5, math.nan, events=(Event("began", "größe", 0.75),), at=2.5))
            run.silence()
            for page in pages:
                got = await until(page, lambda one: one.get("panic"))
                (event,) = [one for one in got if one["events"]]
                assert event == {
                    "time": 2.5,
                    "controls": {"pad.level": 0.5, "speed": None},
                    "events": [{"kind": "began", "label": "größe", "value": 0.75}],
                }
            for page in pages:
                await page.close()

    asyncio.run(visit())


def test_a_page_stays_connected_when_there_are_other_controls(serving: Begin) -> None:
    run = serving(Spec(()))

    async def visit() -> None:
        async with aiohttp.ClientSession() as session:
            page = await session.ws_connect(url(run) + "values")
            await until(page, lambda got: got["controls"] == {})
            run.retarget(SPEC.names)
            run.send(frame(0.5, 2.0))
            await until(page, lambda got: got["controls"] == {"pad.level": 0.5, "speed": 2.0})
            run.retarget(Spec.of("other").names)
            run.send(frame(0.25))
            await until(page, lambda got: got["controls"] == {"other": 0.25})
            await page.close()

    asyncio.run(visit())


def test_values_come_at_the_rate_and_the_newest_last(serving: Begin) -> None:
    run = serving(rate=50.0)

    async def visit() -> None:
        async with aiohttp.ClientSession() as session:
            page = await session.ws_connect(url(run) + "values")
            await until(page, lambda got: True)

            async def play() -> None:
                begun = time.monotonic()
                step = 0
                while (now := time.monotonic() - begun) < 1.0:
                    run.send(frame(now, float(step)))
                    step += 1
                    await asyncio.sleep(0.001)
                run.send(frame(9.0, 9.0))

            playing = asyncio.create_task(play())
            got = await until(page, lambda one: one["controls"]["pad.level"] == 9.0)
            await playing
            assert 10 <= len(got) <= 54
            await page.close()

    asyncio.run(visit())


def test_a_page_that_does_not_read_stops_nobody(serving: Begin) -> None:
    names = tuple(f"control_{i:03d}" for i in range(400))
    run = serving(Spec.of(*names), rate=1000.0)

    async def visit() -> None:
        async with aiohttp.ClientSession() as session:
            deaf = socket.create_connection(("127.0.0.1", int(url(run).rpartition(":")[2].strip("/"))))
            host = url(run).removeprefix("http://").strip("/")
            deaf.sendall(
                f"GET /values HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            page = await session.ws_connect(url(run) + "values")
            slowest = 0.0
            for step in range(600):  # 7 MB, more than the kernel keeps for the one that does not read
                run.send(Controls(float(step), np.full(400, float(step)), (Event("began", str(step), 1.0),)))
                sent = time.monotonic()
                await until(page, lambda one: one["events"] and one["events"][0]["label"] == str(step))  # noqa: B023
                slowest = max(slowest, time.monotonic() - sent)
            assert slowest < 2.0
            beats(run, lambda: run.dropped > 0)
            deaf.close()
            await page.close()

    asyncio.run(visit())


async def status(address: str, **headers: str) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.get(address, headers={name.title(): value for name, value in headers.items()}) as answer,
    ):
        await answer.read()
        return int(answer.status)


@pytest.mark.parametrize("path", ["", "values"])
def test_another_host_or_page_is_refused(serving: Begin, path: str) -> None:
    run = serving(origins=("http://localhost:5173",))
    here = url(run).removeprefix("http://").strip("/")
    port = here.rpartition(":")[2]
    fine = 200 if not path else 400  # no WebSocket was asked for
    for headers, expected in (
        ({}, fine),
        ({"origin": f"http://{here}"}, fine),
        ({"origin": "http://localhost:5173"}, fine),
        ({"host": f"localhost:{port}"}, fine),
        ({"host": f"evil.example:{port}"}, 403),
        ({"host": f"evil.example:{port}", "origin": f"http://evil.example:{port}"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": f"https://{here}"}, 403),
    ):
        assert asyncio.run(status(url(run) + path, **headers)) == expected, headers


def test_a_token_is_asked_for_where_one_is_set(serving: Begin) -> None:
    run = serving(token="violet")
    assert run.address.endswith("/?t=violet")
    for path in ("", "values"):
        assert asyncio.run(status(url(run) + path)) == 403
        assert asyncio.run(status(url(run) + path + "?t=viole")) == 403
    assert asyncio.run(status(url(run) + "?t=violet")) == 200

    async def visit() -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(url(run) + "values?t=violet") as page,
        ):
            await until(page, lambda got: True)

    asyncio.run(visit())


def test_the_page_is_served_and_runs_nothing_from_elsewhere(serving: Begin) -> None:
    run = serving()

    async def visit() -> None:
        async with aiohttp.ClientSession() as session, session.get(url(run)) as answer:
            text = await answer.text()
            policy = answer.headers["Content-Security-Policy"]
            nonce = policy.split("'nonce-")[1].partition("'")[0]
            assert f'<script nonce="{nonce}">' in text
            assert "{{" not in text
            assert "default-src 'none'" in policy
            assert answer.headers["Cache-Control"] == "no-store"

    asyncio.run(visit())


def test_a_server_that_is_killed_comes_back_at_its_port(serving: Begin) -> None:
    run = serving()
    before = url(run)
    assert run._process is not None
    os.kill(run._process.pid, signal.SIGKILL)
    beats(run, lambda: not run.open)
    assert "its process has ended" in str(run.fault)
    run.send(frame(0.25, 0.5, at=7.0))
    beats(run, lambda: run.open)
    assert url(run) == before

    async def visit() -> None:
        async with aiohttp.ClientSession() as session, session.ws_connect(before + "values") as page:
            got = await until(page, lambda one: one["time"] == 7.0)
            assert got[-1]["controls"] == {"pad.level": 0.25, "speed": 0.5}

    asyncio.run(visit())


def test_a_port_that_is_taken_is_said_and_opened_once_it_is_free(serving: Begin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        run = Web(port=other.getsockname()[1]).start(SPEC)
        try:
            beats(run, lambda: run.fault is not None)
            assert f"TCP port {other.getsockname()[1]}: already in use by PID {os.getpid()}" in str(run.fault)
            other.close()
            beats(run, lambda: run.open)
            assert run.fault is None
        finally:
            run.close()


def test_what_is_no_origin_is_refused() -> None:
    with pytest.raises(SettingsError, match="no path"):
        Web(origins=("localhost:5173",)).start(SPEC)
