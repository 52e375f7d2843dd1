"""Serial ports: finding, opening and reading them."""

from __future__ import annotations

import errno
import glob
import math
import os
import select
import time

import serial
from serial.tools import list_ports

from gesturemap.errors import DeviceError
from gesturemap.holders import device_holder

if os.name == "posix":
    import termios

TICK = 0.02
"""Seconds between two looks at the port where the system cannot be asked to wait for it."""
CROWDED = 0.001
"""Pieces that follow each other within so many seconds are gathered for as long: to wake for each costs most."""
PIECE = 4096
"""Bytes the system hands out at once; where so many came, more may be waiting."""
MOST = 16 * PIECE
"""Bytes taken at once of what has piled up."""


class Port:
    """An open serial port, read in whatever pieces come.

    Parameters
    ----------
    restart : whether the board may be restarted by the opening, through its line DTR.
    """

    def __init__(self, device: str, baud: int, restart: bool = True) -> None:
        self.device = device
        self.address = f"{device} at {baud} baud"
        self._serial = serial.Serial(None, baud, timeout=0, exclusive=True)
        if os.name != "posix" and not restart:
            self._serial.dtr = self._serial.rts = False
        try:
            self._serial.port = device
            self._serial.open()
        except (OSError, ValueError) as error:
            raise _refused(device, error) from error
        self._before = -CROWDED
        """When the last piece was read."""
        self._poll: select.poll | None = None
        if os.name == "posix":
            self._handle = self._serial.fileno()
            self._hang_up(restart)
            self._poll = select.poll()
            self._poll.register(self._handle, select.POLLIN)
        else:
            self._serial.timeout = TICK

    def _hang_up(self, wanted: bool) -> None:
        """Whether DTR falls when the port is closed; if it stays up, the next opening restarts nothing.

        The system itself raises DTR on opening, so the first one after plugging in restarts a board in any case.
        """
        try:
            settings = termios.tcgetattr(self._handle)
            settings[2] = settings[2] | termios.HUPCL if wanted else settings[2] & ~termios.HUPCL
            termios.tcsetattr(self._handle, termios.TCSANOW, settings)
        except termios.error:
            return  # a port without such lines

    def read(self, seconds: float) -> bytes:
        """All that is there, waiting up to `seconds` for the first byte.

        Raises
        ------
        DeviceError
            If the device is gone.
        """
        data = self._piece(seconds)
        if len(data) < PIECE - 1:
            return data
        pieces = [data]
        taken = len(data)
        while len(data) >= PIECE - 1 and taken < MOST:
            data = self._piece(0.0)
            pieces.append(data)
            taken += len(data)
        return b"".join(pieces)

    def _piece(self, seconds: float) -> bytes:
        try:
            if self._poll:
                if not self._poll.poll(math.ceil(seconds * 1000)):
                    return b""
                if time.monotonic() - self._before < CROWDED:
                    time.sleep(CROWDED)
                self._before = time.monotonic()
                # not pyserial's own read, which waits a second time
                data = os.read(self._handle, MOST)
                if not data:
                    raise _gone(self.device)  # what an unplugged port looks like to poll
                return data
            end = time.monotonic() + seconds
            while not (data := self._serial.read(max(1, self._serial.in_waiting))) and time.monotonic() < end:
                continue
            return bytes(data)
        except BlockingIOError:
            return b""
        except (OSError, TypeError) as error:  # pyserial gives both when a port goes
            raise _gone(self.device, str(error)) from error

    def close(self) -> None:
        """Let go of the port."""
        self._poll = None
        self._serial.close()


def _gone(device: str, why: str = "") -> DeviceError:
    return DeviceError(
        device, f"gone ({why})" if why else "gone", "it was unplugged or closed", "plug it in again"
    )


def boards() -> list[str]:
    """The ports that a board may be on; those on USB come first."""
    ports = [port for port in list_ports.comports() if port.vid is not None or port.hwid != "n/a"]
    return [str(port.device) for port in sorted(ports, key=lambda port: (port.vid is None, port.device))]


def matching(pattern: str) -> list[str]:
    """The ports whose names match, such as ``/dev/ttyACM*`` or ``COM*``."""
    if os.name == "posix":
        return sorted(glob.glob(pattern))  # noqa: PTH207  # a pattern from the root on
    import fnmatch

    return fnmatch.filter(boards(), pattern)


def find(device: str, baud: int, restart: bool = True) -> Port:
    """The port of this name, the first one that matches where it has a ``*``, or the first board; open.

    Raises
    ------
    DeviceError
        If there is none, or it cannot be opened, naming the others.
    """
    if device and not set(device) & set("*?"):
        return Port(device, baud, restart)
    devices = matching(device) if device else boards()
    if not devices:
        raise DeviceError(
            device or "serial ports",
            "none found",
            "a board on a USB cable, or a port, is wanted",
            "plug the board in, or name its device",
        )
    try:
        return Port(devices[0], baud, restart)
    except DeviceError as error:
        if len(devices) == 1:
            raise
        others = f"or name another device: {', '.join(devices[1:])}"
        raise DeviceError(error.place, error.value, error.rule, f"{error.next_step}, {others}") from error


def _refused(device: str, error: Exception) -> DeviceError:
    """Why a port could not be opened, and what to do."""
    code = getattr(error, "errno", None)
    if code in (errno.EAGAIN, errno.EBUSY):
        value, rule = f"already in use by {device_holder(device)}", "one program at a time reads a port"
        return DeviceError(device, value, rule, "end that program, such as a serial monitor")
    if code == errno.EACCES:
        return DeviceError(
            device,
            "not allowed",
            "you must be in the group that owns it",
            "sudo adduser $USER dialout, log in again",
        )
    if code == errno.ENOENT:
        there = ", ".join(boards()) or "none found"
        return DeviceError(
            device, "no such port", f"there are: {there}", "plug the board in, or name another"
        )
    return DeviceError(device, str(error), "a serial port is wanted", "check the device and the baud rate")
