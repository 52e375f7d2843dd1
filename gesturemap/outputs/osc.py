"""OSC out over UDP: controls in one message, one each or one bundle, and what gestures do."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from gesturemap.catalog import setting
from gesturemap.errors import GesturemapError
from gesturemap.frames import Controls, Event, Spec
from gesturemap.outputs import osc_words
from gesturemap.outputs.output import FailSafe
from gesturemap.outputs.receiver import Receiver, read_target
from gesturemap.wire.osc import Template, build, bundle, check_address

PLACE = "outputs, osc"
LEAST, MOST = -(2.0**31), 2.0**31 - 1.0
"""The whole numbers that OSC's ``i`` holds."""


@dataclass(frozen=True)
class Osc(FailSafe):
    """Messages to other programs and machines."""

    kind: ClassVar[str] = "osc"
    patient: ClassVar[bool] = True

    host: str = setting("127.0.0.1", "name or address of the receiver")
    port: int = setting(12000, "UDP port of the receiver", low=1, high=65535)
    targets: tuple[str, ...] = setting((), "more receivers, host:port")
    address: str = setting("/gesturemap", "what every address begins with")
    together: bool = setting(True, "all controls in one message, <address>/controls; else one message each")
    form: str = setting(
        "",
        "what a frame becomes: one message of all controls, a message for each, or one bundle of these with the "
        "events; empty: as together says",
        choices=("", "one", "each", "bundle"),
    )
    control_address: str = setting(
        "", "address of a control, such as /synth/{control}; empty: <address>/control/{control}"
    )
    event_address: str = setting(
        "", "address of an event, such as /gesture/{label}/{kind}; empty: <address>/{kind}"
    )
    numbers: str = setting(
        "f", "controls as floats, doubles or whole numbers", choices=("f", "d", "i")
    )  # fmt: skip
    stamp: bool = setting(False, "the frame's own time in seconds as first argument, a double")
    timetag: bool = setting(False, "bundles carry this machine's time; else they are for at once")
    changes_only: bool = setting(False, "send controls only when one has changed")
    dead_band: float = setting(0.0, "a control must move by more than this to be sent again", low=0.0)
    rate: float = setting(0.0, "how often controls are sent at most; 0: every frame", unit="Hz",
                          low=0.0, high=5000.0)  # fmt: skip

    @property
    def becomes(self) -> str:
        """What a frame becomes: one, each or bundle."""
        return self.form or ("one" if self.together else "each")

    def start(self, controls: Spec) -> OscRun:
        """Look the receivers up and open sockets."""
        return OscRun(self, controls)

    def check(self, controls: Spec) -> None:
        """Whether these settings make sense for these controls.

        Raises
        ------
        SettingsError
            If an address or a receiver is not written as it must be.
        """
        super().check(controls)
        Addresses.of(self, controls.names)
        self.receivers()

    def receivers(self) -> list[tuple[str, int]]:
        """Host and port of each."""
        return [
            (self.host, self.port), *(read_target(text, f"{PLACE}, targets") for text in self.targets)
        ]  # fmt: skip

    def hosts(self) -> list[str]:
        """The machines it sends to."""
        return [host for host, _ in self.receivers()]


class Addresses(NamedTuple):
    """Where everything goes."""

    root: str
    together: str
    """Of the message with all controls; empty: each has its own."""
    each: list[str]
    event: str

    @classmethod
    def of(cls, settings: Osc, names: Sequence[str]) -> Addresses:
        """As the settings say for these controls.

        Raises
        ------
        SettingsError
            If one is no address.
        """
        root = check_address(settings.address, f"{PLACE}, address").rstrip("/")
        place, together, each = f"{PLACE}, control_address", "", []
        if settings.becomes == "one":
            together = osc_words.check(settings.control_address or f"{root}/controls", (), place)
        else:
            template = settings.control_address or f"{root}/control/{{control}}"
            each = osc_words.for_controls(template, names, place)
        event = settings.event_address or f"{root}/{{kind}}"
        return cls(root, together, each, osc_words.check(event, ("label", "kind"), f"{PLACE}, event_address"))


class OscRun:
    """Open sockets and the messages of these controls, laid out beforehand."""

    def __init__(self, settings: Osc, controls: Spec, now: Callable[[], float] = time.monotonic) -> None:
        names, letter = controls.names, settings.numbers
        to, stamp = Addresses.of(settings, names), "d" if settings.stamp else ""
        self._stamp, self._whole, self._bundled = (
            settings.stamp, letter == "i", settings.becomes == "bundle"
        )  # fmt: skip
        self._all = Template(to.together, stamp + letter * len(names)) if to.together else None
        self._each = [Template(address, stamp + letter) for address in to.each]
        self._event_address, self._underruns = to.event, f"{to.root}/underruns"
        self._labelled = "{label}" in self._event_address
        self._timetag = settings.timetag
        self._sparing, self._band = settings.changes_only or settings.dead_band > 0.0, settings.dead_band
        self._before: list[float | None] = [None] * len(names)
        self._period = 1.0 / settings.rate if settings.rate else 0.0
        self._now, self._free = now, -math.inf
        self._late: tuple[float, list[float]] | None = None
        """Controls that came too soon after the last; newer ones take their place."""
        self._wrong = 0
        self._receivers: list[Receiver] = []
        try:
            for host, port in settings.receivers():
                self._receivers.append(Receiver(host, port))
        except GesturemapError:
            self.close()
            raise
        self.address = "OSC " + ", ".join(receiver.name for receiver in self._receivers)

    @property
    def faults(self) -> int:
        """What could not be sent."""
        return self._wrong + sum(receiver.faults for receiver in self._receivers)

    @property
    def reason(self) -> str:
        """Why something could not be sent."""
        lost = next((receiver.reason for receiver in self._receivers if receiver.reason), "")
        return lost or ("a value or label that OSC has no way to write" if self._wrong else "")

    @property
    def unheard(self) -> int:
        """Packets to a port of this machine where nobody listens: not a fault, but worth showing."""
        return sum(receiver.unheard for receiver in self._receivers)

    @property
    def sent(self) -> int:
        """Packets handed to the network."""
        return sum(receiver.sent for receiver in self._receivers)

    def send(self, controls: Controls) -> None:
        """Send one frame of controls, if it is time for them, then its events."""
        self._late = controls.time, controls.values.tolist()
        packets = self._due()
        packets += [packet for event in controls.events if (packet := self._event(event))]
        self._out(packets)

    def tell_underruns(self, count: int) -> None:
        """Say how many blocks of the built-in synth came too late for the sound card."""
        self._out([build(self._underruns, count, tags="i")])

    def tick(self) -> None:
        """Send controls that came too soon, once it is time."""
        if self._late is not None:
            self._out(self._due())

    def _due(self) -> list[bytes]:
        """The messages of the newest controls, where it is time for them and they are worth it."""
        if self._late is None:
            return []
        if self._period:
            now = self._now()
            if now < self._free:
                return []
            kept = (
                now - self._free < self._period
            )  # a frame comes seldom in the very moment: on average it holds
            self._free = (self._free if kept else now) + self._period
        (stamp, values), self._late = self._late, None
        try:
            return list(self._messages(stamp, values))
        except (ValueError, OverflowError):  # what is no number cannot be a whole one
            self._wrong += 1
            return []

    def _messages(self, stamp: float, values: list[float]) -> Iterator[bytes]:
        moved = [not self._sparing or self._differs(i, value) for i, value in enumerate(values)]
        if self._all is not None:
            if any(moved) or not self._sparing:
                self._before = list(values)
                yield self._built(self._all, stamp, values)
            return
        for index, template in enumerate(self._each):
            if moved[index]:
                self._before[index] = values[index]
                yield self._built(template, stamp, values[index : index + 1])

    def _differs(self, index: int, value: float) -> bool:
        before = self._before[index]
        if before is None or math.isfinite(value) != math.isfinite(before):
            return True
        return abs(value - before) > self._band  # never for what is no number, twice

    def _built(self, template: Template, stamp: float, values: Sequence[float]) -> bytes:
        if self._whole:
            values = [round(min(max(value, LEAST), MOST)) for value in values]
        return template.build([stamp, *values] if self._stamp else values)

    def _event(self, event: Event) -> bytes:
        value = float(event.value)
        address = self._event_address.replace("{kind}", event.kind)
        try:
            if self._labelled:
                return build(address.replace("{label}", osc_words.word(event.label)), value, tags="f")
            return build(address, event.label, value, tags="sf")
        except GesturemapError:
            self._wrong += 1  # a label that OSC has no way to write
            return b""

    def _out(self, packets: list[bytes]) -> None:
        if self._bundled and packets:
            packets = [bundle(time.time() if self._timetag else None, *packets)]
        for packet in packets:
            for receiver in self._receivers:
                receiver.put(packet)

    def silence(self) -> None:
        """Nothing is held by OSC; what follows a panic is sent again even if it has not changed."""
        self._before = [None] * len(self._before)

    def close(self) -> None:
        """Close the sockets."""
        for receiver in self._receivers:
            receiver.close()
