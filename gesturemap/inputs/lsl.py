"""Streams of the Lab Streaming Layer (LSL): amplifiers, trackers and programs of a laboratory's network."""

from __future__ import annotations

import contextlib
import math
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, ClassVar

from gesturemap.catalog import LSL, setting
from gesturemap.clock import Clock
from gesturemap.errors import DeviceError, SettingsError, not_installed
from gesturemap.frames import Channel, Frame, Spec
from gesturemap.inputs.clocks import BACKLOG, LATE, SenderClock
from gesturemap.inputs.formats import names
from gesturemap.inputs.input import Health
from gesturemap.inputs.layout import Frames, Layout
from gesturemap.wire.lsl import library

BUFFER = 10
"""Seconds of samples that wait here at most; of an irregular stream a hundred times as many samples."""
AT_ONCE = 256
"""Samples taken at one go."""
CORRECT = 5.0
"""Seconds between two looks at how far the sender's clock stands from ours."""
LOOK = 0.01
"""Seconds between two looks for a stream that was lost."""
MOST_CHANNELS = 1024


@dataclass(frozen=True)
class Lsl:
    """Settings of an LSL stream."""

    kind: ClassVar[str] = "lsl"

    stream: str = setting(
        "", "name, type or source id of the stream; empty: the first of numbers that is found", device=LSL
    )
    channels: tuple[str, ...] = setting(
        (),
        "what its channels are, in order, each 'name unit'; '-' is left out. Empty: as the stream describes them",
    )
    wait: float = setting(0.5, "how long to look for it at each try", unit="s", low=0.05, high=10.0)

    def start(self, clock: Clock) -> LslRun:
        """Find the stream and connect to it."""
        place = f"LSL stream {self.stream!r}" if self.stream else "LSL"
        try:
            pylsl = library()
        except (ImportError, OSError, RuntimeError) as error:  # the library, or what it is made of
            raise not_installed(place, "lsl") from error
        found = _look(pylsl, _predicate(self.stream), self.wait)
        numbers = [info for info in found if info.channel_format() != pylsl.cf_string]
        if not numbers:
            others = [] if found or not self.stream else _look(pylsl, "*", LOOK * 10)
            raise _absent(place, found, others)
        line = Line(pylsl, numbers[0], self.wait)
        try:
            return LslRun(self, pylsl, line, clock)
        except BaseException:
            line.close()
            raise


class Line:
    """An open inlet and what its stream says of itself."""

    def __init__(self, pylsl: Any, info: Any, wait: float) -> None:
        self.name = str(info.name()) or "without a name"
        self.inlet = pylsl.StreamInlet(info, max_buflen=BUFFER, recover=False)
        try:
            self.inlet.open_stream(wait + 1.0)
            full = self.inlet.info(wait + 1.0)
        except (pylsl.util.LostError, TimeoutError) as error:
            self.close()
            raise DeviceError(
                f"LSL stream '{self.name}'",
                f"no answer ({error})",
                "it was found but does not send",
                "start it again",
            ) from error
        self.rate = float(full.nominal_srate())
        self.texts = _described(full)
        self.address = (
            f"LSL stream '{self.name}' ({info.type() or 'no type'}) on {info.hostname() or 'this machine'}"
        )

    def close(self) -> None:
        """Hang up."""
        self.inlet.close_stream()


class LslRun:
    """An open stream; one that is lost is looked for and taken up again when it is there."""

    def __init__(self, settings: Lsl, pylsl: Any, line: Line, clock: Clock) -> None:
        texts = settings.channels or line.texts
        place = "input lsl, channels"
        if len(texts) != len(line.texts):
            raise SettingsError(
                place,
                f"{len(texts)} names",
                f"the stream has {len(line.texts)} channels",
                "name each, or leave it empty",
            )
        layout = Layout.of(texts, place)
        self.spec: Spec = layout.spec(line.rate)
        self.health = Health()
        self.address = line.address
        self._settings, self._pylsl, self._lost = settings, pylsl, pylsl.util.LostError
        self._line: Line | None = line
        self._resolver: Any = None
        self._texts = line.texts
        self._frames = Frames(layout, self.health)
        self._source = (line.name, 0)
        self._now = clock.now
        self._offset = clock.now() - pylsl.local_clock()
        """Our clock less that of LSL on this machine."""
        self._correction = math.nan
        """LSL's clock on this machine less the sender's; NaN: not known."""
        self._clock: SenderClock | None = None
        """The sender's, corrected."""
        self._next = 0.0
        self._queue: deque[Frame] = deque()
        self._correct(settings.wait + 1.0)

    def read(self, timeout: float) -> Frame | None:
        """Return the next frame, or None after `timeout` seconds without one."""
        if self._queue:
            return self._queue.popleft()
        if self._line is None and not self._found(timeout):
            return None
        assert self._line is not None
        inlet = self._line.inlet
        try:
            sample, stamp = inlet.pull_sample(timeout)
            if sample is None:
                return None
            arrived = self._now()
            samples, stamps = inlet.pull_chunk(0.0, AT_ONCE)
        except self._lost:
            self._gone()
            return None
        if arrived >= self._next:
            self._correct(0.0)
        known = not math.isnan(self._correction)
        shift = self._correction + self._offset
        if known and self._clock is None:
            right = -BACKLOG < (stamps[-1] if stamps else stamp) + shift - arrived < LATE
            self._clock = SenderClock(0.0 if right else None)
        for values, stamped in zip((sample, *samples), (stamp, *stamps), strict=True):
            time, off = arrived, False
            if self._clock is not None:
                time, off = self._clock.time(stamped + shift, arrived)
            if off:
                self.health.ignore(self._source[0], "its time is off")
            frame = self._frames.make(values, self._source, arrived, time)
            if frame is not None:
                self._queue.append(frame)
        return self._queue.popleft() if self._queue else None

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
        self._line = self._resolver = None

    def _correct(self, seconds: float) -> None:
        """Ask how far the sender's clock stands from ours; only the first answer has to be waited for."""
        assert self._line is not None
        self._next = self._now() + CORRECT
        with contextlib.suppress(TimeoutError, self._lost, RuntimeError):
            self._correction = float(self._line.inlet.time_correction(seconds))

    def _gone(self) -> None:
        self.health.ignore(self._source[0], "the stream was lost; waiting for it")
        self.close()
        self._resolver = self._pylsl.ContinuousResolver(
            pred=_predicate(self._settings.stream or self._source[0])
        )

    def _found(self, timeout: float) -> bool:
        """Whether the stream is there again, after waiting a little.

        Raises
        ------
        DeviceError
            If it came back with other channels, or this run was closed.
        """
        if self._resolver is None:
            raise DeviceError(self.address, "closed", "an open input is read", "start it again")
        time.sleep(min(max(timeout, 0.0), LOOK))  # the resolver can be asked, not waited for
        cf_string = self._pylsl.cf_string
        infos = [info for info in self._resolver.results() if info.channel_format() != cf_string]
        if not infos:
            return False
        try:
            line = Line(self._pylsl, infos[0], self._settings.wait)
        except DeviceError:
            return False
        if line.texts != self._texts:
            line.close()
            raise DeviceError(
                self.address,
                "it came back with other channels",
                "it begins anew with those",
                "look at what is taught",
            )
        self._line, self._resolver, self._correction, self._clock = line, None, math.nan, None
        self._correct(self._settings.wait)
        return True


def _predicate(stream: str) -> str:
    """What liblsl looks for, in XPath."""
    if not stream:
        return "not(channel_format='string')"
    if "'" in stream and '"' in stream:
        raise SettingsError(
            "input lsl, stream",
            repr(stream),
            "a name has one kind of quotation mark",
            "use its type or source id",
        )
    quoted = f'"{stream}"' if "'" in stream else f"'{stream}'"
    return f"name={quoted} or type={quoted} or source_id={quoted}"


def _look(pylsl: Any, predicate: str, seconds: float) -> list[Any]:
    """The streams that answer within `seconds`, as soon as there is one.

    liblsl's own one-shot search may take five seconds more than it was given.
    """
    resolver = pylsl.ContinuousResolver(pred=predicate)
    end = time.monotonic() + seconds
    while not (found := list(resolver.results())) and time.monotonic() < end:
        time.sleep(LOOK)  # it can be asked, not waited for
    return found


def _absent(place: str, found: list[Any], others: list[Any]) -> DeviceError:
    """Why there is nothing to read."""
    if found:
        value = f"'{found[0].name()}' is a stream of texts (markers)"
        return DeviceError(place, value, "a stream of numbers is wanted", "name another")
    there = ", ".join(sorted({f"'{info.name()}' ({info.type()})" for info in others})) or "none"
    return DeviceError(
        place,
        "no such stream found",
        f"in this network there are: {there[:200]}",
        "start the sender, or name another; a firewall must let LSL through",
    )


def _described(info: Any) -> tuple[str, ...]:
    """Name and unit of every channel, as the stream describes them; in_1, in_2 ... where it does not."""
    count = min(int(info.channel_count()), MOST_CHANNELS)
    described: list[str] = []
    units: list[str] = []
    channel = info.desc().child("channels").child("channel")
    for _ in range(count):
        described.append("" if channel.empty() else str(channel.child_value("label") or ""))
        units.append("" if channel.empty() else str(channel.child_value("unit") or ""))
        channel = channel.next_sibling("channel") if not channel.empty() else channel
    made = []
    for index, (label, sent) in enumerate(zip(described, units, strict=True)):
        name = "_".join(label.split())
        if name in ("", "-"):
            name = f"in_{index + 1}"
        elif name in ("time", "count"):  # names that mean something else in a layout
            name = f"{name}_{index + 1}"
        made.append(Channel(name, names.unit(_known(sent), name)))
    return tuple(str(channel) for channel in names.distinct(made))


def _known(unit: str) -> str:
    """Units as LSL's tools spell them out."""
    return {"microvolts": "uV", "microvolt": "uV", "volts": "V", "millivolts": "mV", "meters": "m"}.get(
        unit, unit
    )
