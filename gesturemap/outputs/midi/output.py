"""Settings of MIDI out, and how a process is begun that plays it."""

from __future__ import annotations

import dataclasses
import difflib
import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gesturemap.catalog import CONTROL, CONTROL_KEYS, GESTURE_KEYS, MIDI_OUT, setting
from gesturemap.errors import SettingsError, not_installed
from gesturemap.frames import Spec
from gesturemap.outputs.beside import BesideRun
from gesturemap.outputs.midi.plan import OWN
from gesturemap.outputs.output import FailSafe, known

PLACE = "outputs, midi"


@dataclass(frozen=True)
class Midi(FailSafe):
    """Notes for gestures, and controllers, bend and pressure for controls."""

    kind: ClassVar[str] = "midi"

    port: str = setting(
        "",
        "name of the port or a part of it, a device such as /dev/snd/midiC1D0, or virtual: a port of our own that "
        "others connect to (virtual NAME: called so); empty: the first that is no through port",
        device=MIDI_OUT,
    )
    channel: int = setting(1, "MIDI channel", low=1, high=16)
    play: str = setting(
        "all",
        "which gestures play notes: all, those listed in notes, or none",
        choices=("all", "listed", "none"),
    )
    notes: dict[str, int] = setting(
        {}, "gesture -> note; others play the pentatonic", low=0, high=127, names=GESTURE_KEYS
    )
    root: int = setting(60, "first note of the pentatonic", low=0, high=127)
    velocity: tuple[int, int] = setting((30, 127), "velocity of the faintest and strongest gesture",
                                        low=1, high=127)  # fmt: skip
    length: float = setting(
        0.0, "length of every note; 0: as long as the gesture", unit="s", low=0.0, high=60.0
    )
    cc: dict[str, int] = setting({}, "control -> controller of 7 bits", low=0, high=119, names=CONTROL_KEYS)
    cc14: dict[str, int] = setting(
        {},
        "control -> controller of 14 bits: its number, and that plus 32",
        low=0,
        high=31,
        names=CONTROL_KEYS,
    )
    bend: str = setting("", "control that bends; the middle of its range is no bend", names=CONTROL)
    pressure: str = setting("", "control that presses", names=CONTROL)
    timbre: str = setting("", "control of controller 74", names=CONTROL)
    program: dict[str, int] = setting(
        {}, "gesture -> program that is chosen when it begins, from 0", low=0, high=127, names=GESTURE_KEYS
    )
    ranges: dict[str, tuple[float, float]] = setting(
        {}, "control -> its values at the lowest and highest bit; others go from 0 to 1", names=CONTROL_KEYS
    )
    rate: float = setting(200.0, "how often one controller is sent at most; 0: no limit", unit="Hz",
                          low=0.0, high=5000.0)  # fmt: skip
    mpe: str = setting(
        "off",
        "a channel for each note (MPE), and which zone; bend, pressure and timbre may then be a control of each "
        f"gesture, such as bend.{OWN}",
        choices=("off", "lower", "upper"),
    )
    members: int = setting(15, "channels of the zone for notes", low=1, high=15)
    bend_range: int = setting(
        0, "how far bend goes, told to the receiver; 0: not told", unit="semitones", low=0, high=96
    )
    clock: bool = setting(False, "send MIDI clock, start and stop")
    tempo: float = setting(120.0, "quarter notes a minute of the clock", low=20.0, high=400.0)
    baud: int = setting(31250, "speed, where the port is a serial line", unit="baud", low=50, high=4_000_000)

    def start(self, controls: Spec) -> BesideRun:
        """Begin the process that plays; it opens the port, now or when it is plugged in.

        Raises
        ------
        SettingsError, DeviceError
            If a control is named that there is not, a controller is used twice, or the library is not installed.
        """
        self.check(controls)
        if not self.port.startswith("/") and importlib.util.find_spec("rtmidi") is None:
            raise not_installed("MIDI", "midi")
        orders = dataclasses.asdict(self) | {"controls": list(controls.names)}
        return BesideRun("gesturemap.outputs.midi.serve", orders, f"MIDI {self.port or 'port'}")

    def middles(self, controls: Spec) -> dict[str, float]:
        """What bends, and where it does not."""
        before, own, after = self.bend.partition(OWN)
        least = len(before) + len(after)
        bends = [
            name
            for name in controls.names
            if (
                len(name) > least and name.startswith(before) and name.endswith(after)
                if own
                else name == before
            )
        ]
        return {name: sum(self.ranges.get(name, (0.0, 1.0))) / 2.0 for name in bends}

    def check(self, controls: Spec) -> None:
        """Whether these settings make sense for these controls.

        Raises
        ------
        SettingsError
            If they do not.
        """
        super().check(controls)
        for name in ("cc", "cc14", "ranges"):
            known(getattr(self, name), controls, f"{PLACE}, {name}")
        for name in ("bend", "pressure", "timbre"):
            control = getattr(self, name)
            if OWN in control and self.mpe == "off":
                raise SettingsError(
                    f"{PLACE}, {name}", control, f"{OWN} needs a channel for each note", 'write mpe = "lower"'
                )
            if control and OWN not in control:
                known((control,), controls, f"{PLACE}, {name}")
        for name, (low, high) in self.ranges.items():
            if low == high:
                raise SettingsError(
                    f"{PLACE}, ranges.{name}", f"both {low:g}", "its ends differ", "move one of them"
                )
        numbers = list(self._numbers())
        twice = next((number for number in numbers if numbers.count(number) > 1), None)
        if twice is not None:
            raise SettingsError(
                f"{PLACE}, cc and cc14", f"controller {twice} twice", "each moves one thing", "choose another"
            )

    def strangers(self, labels: Sequence[str]) -> list[SettingsError]:
        """Of gestures that are to play a note or choose a program."""
        found = []
        for name in ("notes", "program"):
            for label in getattr(self, name):
                if label not in labels:
                    near = difflib.get_close_matches(label, labels, 1)
                    found.append(SettingsError(
                        f"{PLACE}, {name}", f"no gesture {label!r}", f"there are {', '.join(labels)}",
                        f"did you mean '{near[0]}'?" if near else "name one of them, or record it first",
                    ))  # fmt: skip
        return found

    def _numbers(self) -> Iterator[int]:
        """Every controller that controls move on the main channel."""
        yield from self.cc.values()
        for number in self.cc14.values():
            yield from (number, number + 32)
        if self.timbre and self.mpe == "off":
            yield 74
