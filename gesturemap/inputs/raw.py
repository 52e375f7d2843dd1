"""Device files read as bytes: raw MIDI ports, HID devices, serial lines that need no settings but their speed."""

from __future__ import annotations

import math
import os
import select
import stat
from pathlib import Path

import serial

from gesturemap.errors import DeviceError
from gesturemap.holders import refused

LARGEST = 65536


def is_path(text: str) -> bool:
    """Whether a setting names a device file, and no port by its name."""
    return text.startswith("/") and os.name == "posix"


class RawDevice:
    """An open device file.

    Parameters
    ----------
    baud : speed, where it is a serial line.
    group : who may read such devices, for the one who may not.
    """

    def __init__(self, path: str, group: str, baud: int = 0) -> None:
        self.path = path
        self._serial: serial.Serial | None = None
        self._file = -1
        try:
            if not stat.S_ISCHR(Path(path).stat().st_mode) and not stat.S_ISFIFO(Path(path).stat().st_mode):
                raise DeviceError(
                    path, "no device", "a device file is wanted", "name a port or a device in /dev"
                )
            self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
            if os.isatty(self._file):
                os.close(self._file)
                self._file = -1
                self._serial = serial.Serial(path, baud, timeout=0)
                self._file = os.dup(self._serial.fileno())
                os.set_blocking(self._file, False)
        except (OSError, ValueError) as error:
            self.close()
            raise refused(path, error, group) from error
        self._poll = select.poll()
        self._poll.register(self._file, select.POLLIN)

    def read(self, seconds: float) -> bytes:
        """What is there, waiting up to `seconds` for the first byte.

        Raises
        ------
        DeviceError
            If the device is gone.
        """
        if self._file < 0:
            raise DeviceError(self.path, "closed", "an open device is read", "open it again")
        ready = self._poll.poll(math.ceil(max(seconds, 0.0) * 1000))
        if not ready:
            return b""
        try:
            data = os.read(self._file, LARGEST)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self._gone(error.strerror or str(error)) from error
        if not data and ready[0][1] & (select.POLLHUP | select.POLLERR):
            raise self._gone("it ended")
        return data

    def _gone(self, reason: str) -> DeviceError:
        return DeviceError(self.path, f"gone ({reason})", "it was unplugged or closed", "plug it in again")

    def close(self) -> None:
        """Let go of the device; safe to call twice."""
        if self._file >= 0:
            os.close(self._file)
        if self._serial is not None:
            self._serial.close()
        self._file, self._serial = -1, None
