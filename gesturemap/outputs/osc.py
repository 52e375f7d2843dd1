"""OSC out over UDP: all controls in one message or one message each, and what gestures do."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import ClassVar

from gesturemap.catalog import setting
from gesturemap.errors import DeviceError, GesturemapError
from gesturemap.frames import Controls, Event, Spec
from gesturemap.outputs.output import FailSafe
from gesturemap.wire.osc import Template, build, check_address


@dataclass(frozen=True)
class Osc(FailSafe):
    """Messages to another program or machine."""

    kind: ClassVar[str] = "osc"

    host: str = setting("127.0.0.1", "name or address of the receiver")
    port: int = setting(12000, "UDP port of the receiver", low=1, high=65535)
    address: str = setting("/gesturemap", "what every address begins with")
    together: bool = setting(True, "all controls in one message, <address>/controls; else one message each")
    stamp: bool = setting(False, "the frame's own time in seconds as first argument, a double")
    changes_only: bool = setting(False, "send controls only when one has changed")

    def start(self, controls: Spec) -> OscRun:
        """Look the receiver up and open a socket."""
        return OscRun(self, controls)


class OscRun:
    """An open socket and the messages of these controls, laid out beforehand."""

    def __init__(self, settings: Osc, controls: Spec) -> None:
        root = check_address(settings.address, "outputs, osc, address").rstrip("/")
        self.address = f"OSC {settings.host}:{settings.port}"
        self.faults = 0
        self.unheard = 0
        """Packets to a port of this machine where nobody listens: not a fault, but worth showing."""
        self.sent = 0
        """Packets handed to the network."""
        time = "d" if settings.stamp else ""
        names = controls.names
        self._all = Template(f"{root}/controls", time + "f" * len(names)) if settings.together else None
        self._each = [
            Template(f"{root}/control/{name.replace('.', '/')}", time + "f")
            for name in names
            if not settings.together
        ]
        self._root, self._stamp, self._changes, self._last = root, settings.stamp, settings.changes_only, b""
        self._before: list[float | None] = [None] * len(names)
        self._socket = _socket(settings.host, settings.port, self.address)

    def send(self, controls: Controls) -> None:
        """Send one frame of controls, then its events."""
        if self._all is not None:
            self._together(self._all, controls)
        else:
            self._apart(controls)
        for event in controls.events:
            self._event(event)

    def _together(self, template: Template, controls: Controls) -> None:
        if self._changes:
            now = controls.values.tobytes()
            if now == self._last:
                return
            self._last = now
        values: list[float] = controls.values.tolist()
        self._put(template, [controls.time, *values] if self._stamp else values)

    def _apart(self, controls: Controls) -> None:
        values: list[float] = controls.values.tolist()
        before = self._before
        for index, (template, value) in enumerate(zip(self._each, values, strict=True)):
            if self._changes and value == before[index]:
                continue
            before[index] = value
            self._put(template, (controls.time, value) if self._stamp else (value,))

    def _event(self, event: Event) -> None:
        try:
            packet = build(f"{self._root}/{event.kind}", event.label, float(event.value), tags="sf")
        except GesturemapError:
            self.faults += 1  # a label that OSC has no way to write
            return
        self._out(packet)

    def _put(self, template: Template, values: list[float] | tuple[float, ...]) -> None:
        self._out(template.build(values))

    def _out(self, packet: bytes) -> None:
        """Hand a packet to the network; what it will not take now is lost and counted."""
        try:
            try:
                self._socket.send(packet)
            except ConnectionRefusedError:  # the answer to an earlier packet; this one has not been tried yet
                self.unheard += 1
                self._socket.send(packet)
            self.sent += 1
        except ConnectionRefusedError:
            self.unheard += 1
        except OSError:
            self.faults += 1

    def silence(self) -> None:
        """Nothing is held by OSC; what follows a panic is sent again even if it has not changed."""
        self._last, self._before = b"", [None] * len(self._before)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def _socket(host: str, port: int, place: str) -> socket.socket:
    """A socket that never waits, bound to one receiver."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        opened = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DeviceError(place, reason, "a name or address that can be reached", "check host") from error
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        opened.setblocking(False)
        opened.connect(address)
    except OSError as error:
        opened.close()
        reason = error.strerror or str(error)
        raise DeviceError(place, reason, "a receiver in a network", "check host and network") from error
    return opened
