"""Several inputs as one: a board and a phone, two hands, motion and muscles."""

from __future__ import annotations

import math
import queue
import threading
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from gesturemap import catalog
from gesturemap.catalog import setting
from gesturemap.clock import Clock
from gesturemap.errors import DeviceError, GesturemapError, SettingsError
from gesturemap.frames import Channel, Frame, Spec
from gesturemap.inputs.input import Checked, Health, Input, InputRun
from gesturemap.inputs.steady import Steady

WAIT = 0.05
"""Seconds for which a thread waits at its input, so that closing waits no longer."""
AGAIN = 1.0
"""Seconds between two attempts to open an input that is gone, and of silence before it is told."""
MOST_WAITING = 4096


@dataclass(frozen=True)
class Merge:
    """Settings of several inputs that make one frame."""

    kind: ClassVar[str] = "merge"

    inputs: dict[str, dict[str, Any]] = setting(
        {}, "name -> an input as in [input]; its channels are then called name_channel", of="inputs"
    )
    rate: float = setting(
        100.0, "frames a second, the latest of each input in them; 0: one with whatever arrives", unit="Hz",
        low=0.0, high=10_000.0,
    )  # fmt: skip
    folder: str = setting("", "what file names are relative to")

    def check(self) -> Spec | None:
        """The channels of all inputs, nothing being opened; None where one of them cannot say."""
        channels: list[Channel] = []
        for name, table in self.inputs.items():
            settings = self._settings(name, table)
            spec = settings.check() if isinstance(settings, Checked) else None
            if spec is None:
                return None
            channels += named(name, spec)
        return Spec(tuple(channels), self.rate) if channels else None

    def start(self, clock: Clock) -> InputRun:
        """Open every input.

        Raises
        ------
        SettingsError, DeviceError, FileError
            If one of them cannot be opened; the others are closed again.
        """
        if not self.inputs:
            raise SettingsError(
                "input merge, inputs", "none", "it merges inputs", "write [input.inputs.left] and so on"
            )
        settings = {name: self._settings(name, table) for name, table in self.inputs.items()}
        run = MergeRun(settings, clock)
        return Steady(run, self.rate, clock) if self.rate else run

    def _settings(self, name: str, table: dict[str, Any]) -> Input:
        place = f"input merge, {name}"
        if not name.strip():
            raise SettingsError(
                "input merge, inputs", repr(name), "each has a name", "write [input.inputs.left]"
            )
        if table.get("kind") == self.kind:
            raise SettingsError(place, "a merge in a merge", "one level is enough", "name its inputs here")
        read: Any = catalog.read("inputs", table, place)
        return replace(read, folder=self.folder) if hasattr(read, "folder") else read  # type: ignore[no-any-return]


def named(name: str, spec: Spec) -> list[Channel]:
    """The channels of one of the inputs, as they are called in the frame."""
    return [Channel(f"{name}_{channel.name}", channel.unit) for channel in spec.channels]


class MergeRun:
    """Open inputs, each read by a thread of its own; a frame comes with every arrival, once all have given one."""

    def __init__(self, inputs: dict[str, Input], clock: Clock) -> None:
        self._clock = clock
        self._arrivals: queue.Queue[tuple[int, Frame]] = queue.Queue(MOST_WAITING)
        self._end = threading.Event()
        self._sources: list[_Source] = []
        try:
            for name, settings in inputs.items():
                run = settings.start(clock)
                self._sources.append(
                    _Source(len(self._sources), name, settings, run, clock, self._arrivals, self._end)
                )
        except BaseException:
            self.close()
            raise
        self.spec = Spec(
            tuple(channel for source in self._sources for channel in named(source.name, source.spec))
        )
        self.address = " and ".join(source.address for source in self._sources)
        widths = [source.spec.width for source in self._sources]
        ends = np.cumsum(widths)
        self._places = [slice(int(end - width), int(end)) for end, width in zip(ends, widths, strict=True)]
        self._values = np.full(self.spec.width, np.nan)
        self._waiting = set(range(len(self._sources)))
        self._health = Health()
        self._last = -math.inf
        for source in self._sources:
            source.start()

    @property
    def health(self) -> Health:
        """What came in at all doors; senders of one input carry its name."""
        together = self._health
        together.lost = sum(source.health.lost for source in self._sources)
        together.ignored.clear()
        for source in self._sources:
            for sender, reasons in tuple(source.health.ignored.items()):
                together.ignored[f"{source.name}: {sender}"] = reasons
            if source.trouble:
                together.ignore(source.name, source.trouble)
        return together

    def read(self, timeout: float) -> Frame | None:
        """Return the next frame, or None after `timeout` seconds without one."""
        try:
            at, frame = self._arrivals.get(timeout=timeout) if timeout > 0.0 else self._arrivals.get_nowait()
        except queue.Empty:
            return None
        self._values[self._places[at]] = frame.values
        if self._waiting:
            self._waiting.discard(at)
            if self._waiting:
                return None
        self._health.accepted += 1
        self._last = max(self._last, frame.arrived)  # two threads may come in the other order
        return Frame(self._last, self._values.copy(), frame.arrived)

    def close(self) -> None:
        """Let go of every input."""
        self._end.set()
        for source in self._sources:
            source.close()


class _Source(threading.Thread):
    """Reads one input, and opens it again when it is gone."""

    def __init__(
        self,
        at: int,
        name: str,
        settings: Input,
        run: InputRun,
        clock: Clock,
        arrivals: queue.Queue[tuple[int, Frame]],
        end: threading.Event,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.spec, self.address, self.health = run.spec, run.address, run.health
        self.trouble = ""
        """Why it gives nothing; empty: it does."""
        self._at, self._settings, self._clock = at, settings, clock
        self._run: InputRun | None = run
        self._arrivals, self._end = arrivals, end
        self._last = clock.now()

    def run(self) -> None:
        """Read until the end."""
        while not self._end.is_set():
            if self._run is None:
                self._open()
                continue
            try:
                frame = self._run.read(WAIT)
            except DeviceError as error:
                self._lose(str(error))
                continue
            now = self._clock.now()
            if not isinstance(frame, Frame):
                if now - self._last > AGAIN:
                    self.trouble = "silent: its last values are held"
                continue
            self._last, self.trouble = now, ""
            try:
                self._arrivals.put_nowait((self._at, frame))
            except queue.Full:
                self.health.ignore(self.address, "nobody took it")

    def _lose(self, trouble: str) -> None:
        self.trouble = trouble
        if self._run is not None:
            self._run.close()
        self._run = None

    def _open(self) -> None:
        """Try to open it again, once a second."""
        if self._end.wait(AGAIN):
            return
        try:
            run = self._settings.start(self._clock)
        except GesturemapError as error:
            self.trouble = str(error)
            return
        if run.spec.names != self.spec.names:
            run.close()
            self.trouble = f"gives other channels now: {', '.join(run.spec.names)}"
            return
        self._run, self.health, self.trouble = run, run.health, ""

    def close(self) -> None:
        """End it and let go of the input."""
        if self.is_alive():
            self.join(2.0)
        if self._run is not None:
            self._run.close()
