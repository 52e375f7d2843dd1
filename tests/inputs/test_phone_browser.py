"""The phone's page in a real Chromium: what a phone's browser does, but for the hand that moves it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Browser, Page, until

from gesturemap.clock import SystemClock
from gesturemap.frames import Frame
from gesturemap.inputs.phone.input import Phone, PhoneRun
from gesturemap.inputs.phone.motion import GROUPS

pytestmark = pytest.mark.long

if not CHROMIUM:
    pytest.skip("there is no Chromium (Debian: apt-get install chromium)", allow_module_level=True)

ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"
)
PAGE = Phone(port=0, host="127.0.0.1", channels=tuple(GROUPS))
MOTION = """dispatchEvent(new DeviceMotionEvent('devicemotion', {{
  accelerationIncludingGravity: {{x: {0}, y: {1}, z: {2}}}, acceleration: {{x: {3}, y: {4}, z: {5}}},
  rotationRate: {{alpha: {6}, beta: {7}, gamma: {8}}}, interval: 16}}))"""
NO_SOCKETS = "window.WebSocket = class { constructor() { setTimeout(() => this.onclose(), 1); } }"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    opened = Browser(tmp_path / "profile")
    yield opened
    opened.close()


@pytest.fixture
def run() -> Iterator[PhoneRun]:
    opened = PAGE.start(SystemClock())
    yield opened
    opened.close()


def move(page: Page, *numbers: float) -> None:
    page.js(MOTION.format(*numbers))


def frame(run: PhoneRun) -> Frame:
    found = run.read(5.0)
    assert found is not None, run.health
    return found


def named(run: PhoneRun, found: Frame) -> dict[str, float]:
    return dict(zip(run.spec.names, found.values.tolist(), strict=True))


def test_motion_arrives_with_exact_values_in_physical_units(browser: Browser, run: PhoneRun) -> None:
    page = browser.page(run.urls[0], agent=ANDROID)
    assert page.text("state") == "not started"
    page.start()
    page.call("DeviceOrientation.setDeviceOrientationOverride", alpha=90, beta=0, gamma=0)
    until(lambda: page.js("sample[11]") == 90, page)
    move(page, 1.5, -2.5, 9.75, 0.5, 0.25, -0.125, 180, -90, 45)
    found = frame(run)
    assert named(run, found) == pytest.approx(
        {
            "acc_x": 1.5, "acc_y": -2.5, "acc_z": 9.75, "lin_x": 0.5, "lin_y": 0.25, "lin_z": -0.125,
            "gyro_x": math.pi, "gyro_y": -math.pi / 2, "gyro_z": math.pi / 4,
            "quat_w": math.sqrt(0.5), "quat_x": 0.0, "quat_y": 0.0, "quat_z": math.sqrt(0.5),
            "touch_x": 0.0, "touch_y": 0.0, "touch": 0.0, "button_a": 0.0, "button_b": 0.0,
        },
        abs=1e-12,
    )  # fmt: skip
    assert found.values[:6].tolist() == [1.5, -2.5, 9.75, 0.5, 0.25, -0.125]
    until(lambda: page.text("nx") == "1.5" and page.text("ny") == "−2.5", page)
    until(lambda: run.read(0.05) is None and bool(run.phones))
    assert run.phones[0].name == "Android" and run.health.ignored_total == 0
    asked = [
        e["params"]["request"]["url"] for e in browser.events if e["method"] == "Network.requestWillBeSent"
    ]
    assert asked and all(url.startswith(("https://127.0.0.1:", "data:")) for url in asked)


@pytest.mark.long
def test_rotation_about_each_axis_of_a_gyroscope(browser: Browser, run: PhoneRun) -> None:
    """The browser's own reading of a gyroscope: which of alpha, beta and gamma turns about x is its business."""
    page = browser.page(run.urls[0], agent=ANDROID)
    for sensor, xyz in (
        ("gyroscope", (1.0, 2.0, 3.0)),
        ("accelerometer", (0.5, 1.5, 9.5)),
        ("linear-acceleration", (0.1, 0.2, 0.3)),
    ):
        page.call(
            "Emulation.setSensorOverrideEnabled", enabled=True, type=sensor, metadata={"available": True}
        )
        reading = {"xyz": dict(zip("xyz", xyz, strict=True))}
        page.call("Emulation.setSensorOverrideReadings", type=sensor, reading=reading)
    page.start()
    found = named(run, frame(run))
    assert [found[f"gyro_{axis}"] for axis in "xyz"] == pytest.approx(
        [1.0, 2.0, 3.0], abs=2e-3
    )  # 0.1 deg/s steps
    assert [found[f"acc_{axis}"] for axis in "xyz"] == pytest.approx([0.5, 1.5, 9.5], abs=0.051)
    assert [found[f"lin_{axis}"] for axis in "xyz"] == pytest.approx([0.1, 0.2, 0.3], abs=0.051)
    times = [frame(run).time for _ in range(60)]
    assert all(a < b for a, b in itertools.pairwise(times))
    until(lambda: float(page.text("hz")) > 20, page)


def test_an_iphone_asks_first_and_its_signs_are_turned(browser: Browser, run: PhoneRun) -> None:
    page = browser.page(run.urls[0], agent=IPHONE)
    page.js("DeviceMotionEvent.requestPermission = async () => { window.asked = navigator.userActivation.isActive;"
            " return 'granted'; }")  # fmt: skip
    page.start()
    assert page.js("window.asked") is True
    move(page, -1.0, -2.0, -9.81, -0.5, 0.0, 0.0, 180, 0, 0)
    found = named(run, frame(run))
    assert [found[n] for n in ("acc_x", "acc_y", "acc_z", "lin_x", "gyro_x")] == pytest.approx(
        [1, 2, 9.81, 0.5, math.pi]
    )
    until(lambda: page.text("nz") == "9.8", page)


@pytest.mark.long
def test_it_says_what_to_do_when_motion_is_not_allowed(browser: Browser, run: PhoneRun) -> None:
    page = browser.page(run.urls[0], agent=IPHONE)
    page.js("DeviceMotionEvent.requestPermission = async () => 'denied'")
    page.start()
    until(lambda: "scan the QR code again and tap Allow" in page.text("trouble"), page)
    page.tap("a")
    assert frame(run).values.shape == (run.spec.width,)  # pad and buttons work all the same
    computer = browser.page(run.urls[0], touch=False)
    assert "All places are taken" in computer.js("document.body.innerText")


def test_pad_and_buttons(browser: Browser, run: PhoneRun) -> None:
    page = browser.page(run.urls[0], agent=ANDROID)
    page.start()
    left, top, wide, high = page.js(
        "(b => [b.x, b.y, b.width, b.height])(document.getElementById('pad').getBoundingClientRect())"
    )

    def touch(kind: str, *points: dict[str, Any]) -> None:
        page.call("Input.dispatchTouchEvent", type=kind, touchPoints=list(points))

    touch("touchStart", {"x": left + wide * 0.25, "y": top + high * 0.25, "id": 1})
    found = named(run, frame(run))
    assert (found["touch_x"], found["touch_y"], found["touch"]) == pytest.approx((0.25, 0.75, 1.0), abs=0.01)
    touch("touchEnd")
    until(lambda: named(run, frame(run))["touch"] == 0.0)
    page.tap("b")
    until(lambda: named(run, frame(run))["button_b"] == 1.0)
    until(lambda: named(run, frame(run))["button_b"] == 0.0)
    move(page, 1, 2, 3, 0, 0, 0, 0, 0, 0)
    until(lambda: named(run, frame(run))["acc_z"] == 3.0)


def test_two_phones_and_one_that_is_loaded_again(browser: Browser) -> None:
    run = replace(PAGE, phones=2, channels=("acc",)).start(SystemClock())
    try:
        first, second = browser.page(run.urls[0], agent=ANDROID), browser.page(run.urls[0], agent=IPHONE)
        second.start()
        assert second.text("who") == "phone 1"
        first.start()
        assert first.text("who") == "phone 2"
        move(second, -1, -2, -3, 0, 0, 0, 0, 0, 0)
        assert frame(run).values.tolist() == [1, 2, 3, 0, 0, 0]
        second.go(run.urls[0])
        second.start()
        assert second.text("who") == "phone 1"
        until(lambda: run.read(0.3) is None)  # phone 1 is silent: phone 2 sets the pace
        move(first, 4, 5, 6, 0, 0, 0, 0, 0, 0)
        assert frame(run).values.tolist() == [1, 2, 3, 4, 5, 6]
        until(lambda: run.read(0.05) is None and len(run.phones) == 2)
        assert [phone.name for phone in run.phones] == ["iPhone", "Android"]
        third = browser.page(run.urls[0], agent=ANDROID)
        assert "All places are taken" in third.js("document.body.innerText")
    finally:
        run.close()


def test_a_wrong_token(browser: Browser, run: PhoneRun) -> None:
    page = browser.page(run.urls[0] + "x", agent=ANDROID)
    assert "scan the QR code" in page.js("document.body.innerText")
    assert page.js("document.getElementById('start')") is None
    until(lambda: run.read(0.05) is None and bool(run.health.ignored))
    assert run.health.ignored["127.0.0.1"]["wrong token"] == 1


@pytest.mark.long
@pytest.mark.parametrize("sockets", [True, False], ids=["WebSocket", "POST"])
def test_it_comes_back_by_itself_after_the_server_was_started_again(browser: Browser, sockets: bool) -> None:
    run = replace(PAGE, phones=2).start(SystemClock())
    port = run.port
    try:
        other, page = browser.page(run.urls[0], agent=IPHONE), browser.page(run.urls[0], agent=ANDROID)
        other.start()
        if not sockets:
            page.js(NO_SOCKETS)
        page.start()
        move(page, 1, 2, 3, 0, 0, 0, 0, 0, 0)
        assert frame(run).values[18:21].tolist() == [1, 2, 3]
        other.call("Page.navigate", url="about:blank")
        run.close()
        until(lambda: "lost" in page.text("state"), page)
        run = replace(PAGE, phones=2, port=port).start(SystemClock())
        until(lambda: page.text("state") == "connected", page)
        assert page.text("who") == "phone 2"  # its own place, though it comes first
        move(page, 4, 5, 6, 0, 0, 0, 0, 0, 0)
        assert frame(run).values[18:21].tolist() == [4, 5, 6]
    finally:
        run.close()
