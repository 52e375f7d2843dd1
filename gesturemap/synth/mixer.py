"""Voices, their controls and the master bus as one thing that renders blocks, live or offline."""

from __future__ import annotations

import difflib
import math
from collections import deque
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Event, Spec, Values
from gesturemap.synth import desk as d
from gesturemap.synth import echo, master, strip
from gesturemap.synth.block import BEAT, LABEL_WORDS, BlockReader, label_words
from gesturemap.synth.effects import NAMES, Effects, parameters_of
from gesturemap.synth.pointer import TICK_SIGNATURE, address_of
from gesturemap.synth.voice import TICK, Parameter, Part, Voice, gain, parameters

MASTER = "sound"
NOTES = {"began": 1, "ended": 2}


class Mixer:
    """A set of voices, ready to play. All memory is made here; rendering makes only the block it returns.

    Parameters
    ----------
    voices : settings, in the order of the project.
    controls : the controls that `render` is given values of; ``<voice>.<parameter>`` moves a voice.
    rate : samples per second.
    folder : where sound files are, the project's folder; empty: none.
    labels : the vocabulary, in order; gestures without a note of their own get one by their place in it.
    volume : 0..1, overall.
    reader : the shared block to follow when played live.
    effects : the echo and the room behind all voices; ``delay.time`` and so on move them.
    waiting : voices that nobody plays yet; they are silent.
    """

    def __init__(
        self,
        voices: Sequence[Voice],
        controls: Spec | Sequence[str] = (),
        rate: float = 48000.0,
        folder: str | Path = "",
        labels: Sequence[str] = (),
        volume: float = 0.8,
        seed: int = 1,
        reader: BlockReader | None = None,
        effects: Effects | None = None,
        waiting: Collection[str] = (),
    ) -> None:
        names = controls.names if isinstance(controls, Spec) else tuple(controls)
        self.rate, self.voices, self.controls = float(rate), tuple(voices), names
        self.labels = tuple(dict.fromkeys([*labels, *(label for v in voices for label in v.labels())]))
        self._index = {label: index for index, label in enumerate(self.labels)}
        home = Path(folder) if str(folder) else None
        parts = [voice.start(self.rate, home, seed + 7919 * (i + 1)) for i, voice in enumerate(voices)]
        self._waiting = frozenset(waiting)
        self._table = [(voice.name, p, rest) for voice in voices for p, rest in parameters(voice)]
        self._behind = len(self._table)
        self._table += parameters_of(effects or Effects())
        routes, faults = self._route()
        self.faults: tuple[str, ...] = (*(fault for part in parts for fault in part.faults), *faults)
        """What could not be had, one line each; everything else plays."""
        self.desk = self._desk(parts, routes, reader)
        self._kept: deque[tuple[d.Desk, NDArray[np.int64]]] = deque(maxlen=4)
        self.plan = d.plan_of(self.desk)
        """What the audio callback finds the desk by."""
        if reader is not None:
            self._heed(reader)
        self.volume = volume
        self.desk.master[master.VOLUME] = self.desk.master[master.VOLUME_AIM]

    def _route(self) -> tuple[list[tuple[int, int]], list[str]]:
        names = [*(voice.name for voice in self.voices), *NAMES]
        return route(self.controls, [(name, parameter) for name, parameter, _ in self._table], names)

    def _desk(
        self, parts: Sequence[Part], routes: Sequence[tuple[int, int]], reader: BlockReader | None
    ) -> d.Desk:
        table, moved = self._table, {i for _, i in routes}
        rows = np.zeros((len(parts), 8), np.int64)
        strips = np.zeros((len(parts), strip.COLUMNS))
        state_at, table_at, own_at = 0, 0, 0
        for v, part in enumerate(parts):
            own_end = own_at + len(parameters(self.voices[v]))
            state_end, table_end = state_at + len(part.state), table_at + len(part.table)
            address = address_of(part.tick, TICK_SIGNATURE)
            rows[v, :7] = (address, state_at, state_end, table_at, table_end, own_at, own_end)
            strips[v, strip.LOUD] = gain(self.voices[v].level)
            state_at, table_at, own_at = state_end, table_end, own_end
        moving = np.zeros((7, len(table)))
        for i, (name, parameter, rest) in enumerate(table):
            speed = 1.0 - math.exp(-TICK / (parameter.smooth * self.rate)) if parameter.smooth else 1.0
            played = i in moved or name in self._waiting
            if parameter.name == "level" and played and i < self._behind:
                rest = 0.0  # what is played by hand is silent until the hand moves
            moving[:, i] = (rest, rest, rest, 0.0, speed, parameter.low, parameter.high)
        counters = np.zeros(d.COUNTERS, np.int64)
        counters[d.FRESH], counters[d.STALE_AFTER], counters[d.EFFECTS] = 1, int(self.rate), self._behind
        return d.Desk(
            counters=counters,
            rows=rows,
            strips=strips,
            state=np.concatenate([np.zeros(0), *(part.state for part in parts)]),
            table=np.concatenate([np.zeros(0, np.float32), *(part.table for part in parts)]).astype(
                np.float32
            ),
            parameters=moving,
            pitches=np.array([v.pitches(self.labels) for v in self.voices]).reshape(-1, len(self.labels) + 1),
            names=np.array([label_words(label) for label in self.labels], np.int64).reshape(-1, LABEL_WORDS),
            queue=np.zeros((d.QUEUE, 4)),
            note=np.zeros(3),
            bus=np.zeros((8, TICK)),
            master=master.memory(self.rate),
            echo=echo.memory(self.rate),
            meters=np.zeros(8),
            **self._line(routes, reader, int(self.rate) + 1),
        )

    def _line(
        self, routes: Sequence[tuple[int, int]], reader: BlockReader | None, silent_for: int
    ) -> dict[str, Any]:
        """The part of the desk that belongs to the shared block; `silent_for` samples without a heart-beat."""
        link = [0] * 5
        if reader is not None:
            link[:] = reader.written, reader.panics, int(reader.words[BEAT]), silent_for, reader.opened
        return {
            "routes": np.array(routes, np.int64).reshape(-1, 2),
            "incoming": np.full(len(self.controls), math.nan),
            "link": np.array(link, np.int64),
            "words": reader.words if reader else np.zeros(0, np.int64),
            "values": reader.values if reader else np.zeros(0),
        }

    def rewire(self, reader: BlockReader) -> None:
        """Follow another shared block without a break: same voices, same sound, same notes ringing.

        What was written there before anybody read it is heard too: that is where notes end which the engine before
        had begun.
        """
        self.controls = reader.controls.names
        routes, faults = self._route()
        free = set(range(len(self._table))) - {parameter for _, parameter in routes}
        for i in free:
            self.desk.parameters[d.TARGET, i] = self._table[i][2]
        self.faults = tuple(faults)
        self._kept.append((self.desk, self.plan))  # the audio callback may be reading from them just now
        self.desk = self.desk._replace(**self._line(routes, reader, 0))
        if not reader.silent:  # else all of it was before the silence
            self.desk.link[d.SEEN] = reader.heard
        leaving, self.plan = self.plan[d.PARTS, 0], d.plan_of(self.desk)
        self.plan[d.PARTS, 0] = leaving
        self._heed(reader)

    def again(self, reader: BlockReader, volume: float) -> None:
        """Begin anew, after an end or before the first beginning: nothing is left of what was played."""
        self.rewire(reader)
        counters = self.desk.counters
        counters[d.CLOSING], counters[d.PANICKED], counters[d.FRESH] = 0, 0, 1
        counters[d.HEAD] = counters[d.TAIL]
        self.desk.link[d.SEEN] = reader.written
        self._heed(reader)
        self.volume = volume
        self.desk.master[master.VOLUME] = self.desk.master[master.VOLUME_AIM]

    def follows(self, before: Mixer | None) -> None:
        """Let that one fade out while this one begins; it must be kept until it is silent."""
        if before is not None:
            before.end()
        self.plan[d.PARTS, 0] = before.plan.ctypes.data if before is not None else 0

    def render(
        self, frames: int, values: Values | None = None, events: Sequence[tuple[int, Event]] = ()
    ) -> NDArray[np.float32]:
        """The next `frames` samples, (frames, 2).

        Parameters
        ----------
        values : (N,) the controls from now on; None: as they are.
        events : when, in samples from the block's beginning, in order, and what.
        """
        if values is not None:
            d.aim(self.desk, np.ascontiguousarray(values, np.float64))
        now = int(self.desk.counters[d.CLOCK])
        for offset, event in events:
            kind = NOTES.get(event.kind)
            if kind is not None:
                which = self._index.get(event.label, len(self.labels))
                d.announce(self.desk, now + int(offset), which, kind, event.strength)
        out = np.empty((frames, 2), np.float32)
        d.run(self.plan, 0, out)
        return out

    def follow(self, frames: int) -> NDArray[np.float32]:
        """The next `frames` samples as the shared block wants them now: what the audio callback does."""
        out = np.empty((frames, 2), np.float32)
        d.run(self.plan, 1, out)
        return out

    @property
    def volume(self) -> float:
        """Overall volume, 0..1; 1 is 0 dB, a half -12 dB."""
        return float(math.sqrt(self.desk.master[master.VOLUME_AIM]))

    @volume.setter
    def volume(self, value: float) -> None:
        self.desk.master[master.VOLUME_AIM] = min(max(value, 0.0), 1.0) ** 2

    def panic(self) -> None:
        """Silence within 20 ms, until a gesture begins or the silence is `lift`ed."""
        self.desk.counters[d.PANICKED] = 1

    def lift(self) -> None:
        """End the silence of a panic, as soon as all is at rest behind the gate."""
        self.desk.counters[d.LIFT] = 1

    @property
    def panicked(self) -> bool:
        """Whether it is silent after a panic."""
        return bool(self.desk.counters[d.PANICKED] > 0 and self.desk.counters[d.LIFT] == 0)

    def _heed(self, reader: BlockReader) -> None:
        """Be silent or not, as the block has it; where nobody has said it there, as before."""
        if reader.silent:
            self.panic()
        elif reader.opened:
            self.lift()

    def sound(self, on: bool) -> None:
        """Open or close the gate; opening also ends the silence of a panic."""
        self.mute(not on)
        if on:
            self.lift()

    def mute(self, on: bool) -> None:
        """Close or open the gate, and no more."""
        self.desk.counters[d.MUTED] = on

    def end(self) -> None:
        """Close the gate for good."""
        self.desk.counters[d.CLOSING] = 1

    @property
    def silent(self) -> bool:
        """Whether the gate is closed and everything behind it at rest."""
        return bool(self.desk.counters[d.SHUT] == -1)

    @property
    def spoilt(self) -> tuple[int, str]:
        """How many samples of voices were no sound and were silenced, and which voice they came from last."""
        count = int(self.desk.meters[d.SPOILT])
        if not count:
            return 0, ""
        voice = self.voices[int(self.desk.meters[d.SPOILER])]
        return count, voice.name or voice.kind

    def peaks(self) -> tuple[float, float]:
        """The largest samples of left and right since the last look."""
        meters = self.desk.meters
        left, right = float(meters[d.PEAK_LEFT]), float(meters[d.PEAK_RIGHT])
        meters[d.PEAK_LEFT], meters[d.PEAK_RIGHT] = 0.0, 0.0
        return left, right


def route(
    controls: Sequence[str], table: Sequence[tuple[str, Parameter]], names: Sequence[str]
) -> tuple[list[tuple[int, int]], list[str]]:
    """Pairs of control and parameter, and a line for each control that names a voice but not its
    parameter."""
    places: dict[str, list[int]] = {}
    for i, (name, parameter) in enumerate(table):
        places.setdefault(f"{name}.{parameter.name}", []).append(i)
    pairs: list[tuple[int, int]] = []
    faults: list[str] = []
    for index, control in enumerate(controls):
        pairs += [(index, i) for i in places.get(control, ())]
        voice, _, wanted = control.partition(".")
        if control not in places and wanted and voice in names:
            has = [parameter.name for name, parameter in table if name == voice]
            near = difflib.get_close_matches(wanted, has, 1)
            hint = f"did you mean '{voice}.{near[0]}'?" if near else "rename the control"
            faults.append(f"control {control}: no parameter '{wanted}'; {voice} has {', '.join(has)}; {hint}")
    return pairs, faults


KERNEL_MODULES: tuple[str, ...] = (
    "gesturemap.synth.block",
    "gesturemap.synth.master",
    "gesturemap.synth.desk",
    "gesturemap.synth.callback",
)
"""What `compiled.load` prepares before anything plays."""


def compiled_modules(voices: Sequence[Any] = ()) -> tuple[str, ...]:
    """`KERNEL_MODULES` and those of these voices."""
    return tuple(dict.fromkeys([*KERNEL_MODULES, *(type(voice).__module__ for voice in voices)]))
