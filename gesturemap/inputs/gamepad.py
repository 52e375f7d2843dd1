"""Gamepads and other HID devices: their reports, taken apart by a table in the settings."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import HID, setting
from gesturemap.clock import Clock
from gesturemap.errors import DeviceError, SettingsError, not_installed
from gesturemap.frames import LARGEST as MOST
from gesturemap.frames import Frame, Spec
from gesturemap.inputs.input import Health
from gesturemap.inputs.raw import RawDevice, is_path
from gesturemap.wire.report import RULE, Field, parse

LARGEST = 1024
"""Bytes of one report."""
UDEV = 'write KERNEL=="hidraw*", TAG+="uaccess" into /etc/udev/rules.d/70-gesturemap.rules, plug it in again'


@dataclass(frozen=True)
class Gamepad:
    """Settings of a HID device."""

    kind: ClassVar[str] = "gamepad"

    device: str = setting(
        "",
        "054c:09cc (vendor:product), a part of its name, or a path such as /dev/hidraw0; empty: the first that is "
        "a gamepad or joystick",
        device=HID,
    )
    channels: tuple[str, ...] = setting(("x = u8 1 * 0.00784314 - 1",), f"what a report holds: {RULE}")
    report: int = setting(-1, "number of the reports wanted, their first byte; -1: all", low=-1, high=255)
    rate: float = setting(
        0.0, "reports a second, as the device sends; 0: not known", unit="Hz", low=0.0, high=1e4
    )

    def check(self) -> Spec:
        """Its channels, nothing being opened."""
        return Spec(tuple(field.channel for field in self.fields()), self.rate)

    def fields(self) -> list[Field]:
        """What is taken of a report.

        Raises
        ------
        SettingsError
            If there is nothing, or it is not written as it should be.
        """
        place = "input gamepad, channels"
        if not self.channels:
            raise SettingsError(place, "none", RULE, "name one")
        return [Field.of(text, f"{place}[{i}]") for i, text in enumerate(self.channels)]

    def start(self, clock: Clock) -> GamepadRun:
        """Open the device."""
        fields = self.fields()
        device: RawDevice | Hid = (
            RawDevice(self.device, "input") if is_path(self.device) else Hid(self.device)
        )
        try:
            return GamepadRun(self, fields, device, clock)
        except BaseException:
            device.close()
            raise


class Hid:
    """An open HID device, found by its numbers or its name."""

    def __init__(self, wanted: str) -> None:
        place = f"HID device '{wanted}'" if wanted else "HID devices"
        try:
            import hid
        except ImportError as error:
            raise not_installed(place, "hid") from error
        there: list[dict[str, Any]] = hid.enumerate()
        found = next((each for each in there if _fits(each, wanted)), None)
        if found is None:
            names = ", ".join(sorted({_named(each) for each in there}))[:200] or "none"
            raise DeviceError(place, "not found", f"there are: {names}", "plug it in, or name another")
        self.path = _named(found)
        self._device: Any = hid.device()
        try:
            self._device.open_path(found["path"])
        except OSError as error:
            raise DeviceError(place, "it cannot be opened", "you must be allowed to read it", UDEV) from error

    def read(self, seconds: float) -> bytes:
        """One report, waiting up to `seconds` for it."""
        try:
            return bytes(self._device.read(LARGEST, max(1, round(seconds * 1000))))
        except (OSError, ValueError) as error:
            raise DeviceError(self.path, f"gone ({error})", "it was unplugged", "plug it in again") from error

    def close(self) -> None:
        """Let go of the device."""
        self._device.close()


class GamepadRun:
    """An open HID device; each report is a frame."""

    def __init__(self, settings: Gamepad, fields: list[Field], device: RawDevice | Hid, clock: Clock) -> None:
        self.spec = Spec(tuple(field.channel for field in fields), settings.rate)
        self.health = Health()
        self.address = f"HID {device.path}"
        self._device, self._fields, self._clock = device, fields, clock
        self._wanted = settings.report
        self._ignored = self.health.ignored[device.path] = Counter()

    def read(self, timeout: float) -> Frame | None:
        """Return the next frame, or None after `timeout` seconds without one."""
        end = time.monotonic() + timeout
        left = timeout
        while True:
            report = self._device.read(max(0.0, left))
            if report:
                if self._wanted >= 0 and report[0] != self._wanted:
                    self._ignored[f"report {report[0]}"] += 1
                elif not (values := parse(report, self._fields)):
                    self._ignored["report too short"] += 1
                elif not all(abs(value) < MOST for value in values):
                    large = next(
                        name for name, v in zip(self.spec.names, values, strict=True) if not abs(v) < MOST
                    )
                    self._ignored[f"{large} is too large"] += 1
                else:
                    self.health.accepted += 1
                    now = self._clock.now()
                    return Frame(now, np.array(values), now)
            left = end - time.monotonic()
            if left <= 0.0:
                return None

    def close(self) -> None:
        """Let go of the device."""
        self._device.close()


def _fits(found: dict[str, Any], wanted: str) -> bool:
    """Whether a device is the one that was named; no name: the first gamepad or joystick."""
    if not wanted:
        return (found["usage_page"], found["usage"]) in ((1, 4), (1, 5))
    numbers = f"{found['vendor_id']:04x}:{found['product_id']:04x}"
    return wanted.lower() == numbers or wanted.lower() in (found["product_string"] or "").lower()


def _named(found: dict[str, Any]) -> str:
    return f"{found['vendor_id']:04x}:{found['product_id']:04x} {found['product_string'] or ''}".strip()
