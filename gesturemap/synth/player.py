"""The voices that play now, and how others take their place without a click."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gesturemap import catalog, compiled, inner
from gesturemap import commands as c
from gesturemap.errors import GesturemapError
from gesturemap.synth import callback, effects, stopwatch
from gesturemap.synth.block import BlockReader
from gesturemap.synth.effects import Effects
from gesturemap.synth.mixer import Mixer, compiled_modules
from gesturemap.synth.voice import Voice, waiting

RATE = 48000.0
PATIENCE = 0.08
"""Seconds to wait for the gate to close before voices are changed or the process ends."""
FLOOR = -120.0


Wanted = tuple[tuple[Voice, ...], Effects, str, tuple[str, ...], frozenset[str], float]
"""Voices, what is behind them, their folder, the vocabulary, which of them nobody plays yet, the rate."""


class Rehearsed(NamedTuple):
    """Voices that are ready to be played."""

    message: inner.Voices
    wanted: Wanted
    mixer: Mixer


class Player:
    """The voices that play, and the slot through which a sound card hears them."""

    def __init__(self, tell: Callable[[c.Message], None]) -> None:
        self.slot = callback.new_slot()
        self.rate = RATE
        self.volume = 0.8
        self.on = True
        self.late_before = 0
        """Blocks that came too late before this synth began."""
        self._hushed = False
        self.mixer: Mixer | None = None
        self.heard: Callable[[], bool] = lambda: False
        """Whether somebody takes blocks, so that a fade can be waited for."""
        self._tell = tell
        self._before: Mixer | None = None
        self._spoilt: Mixer | None = None
        """The one of which it was said that a voice of it spoils its sound."""
        self._asked: inner.Voices | None = None
        self._playing: Wanted | None = None
        self._line: BlockReader | None = None
        self._wings: dict[str, Rehearsed] = {}
        """By shared block: what will be played soon."""

    def voices(self, message: inner.Voices) -> None:
        """Play other voices, or the same on another block; what sounds goes on where it can.

        Without a block nobody plays the voices, so they wait for one.
        """
        self.turn(message.tables.get("volume", self.volume))
        voices, behind = self._read(message.tables), self._effects(message.tables)
        reader = self._reader(message.block)
        if reader is None:
            return
        self._line = reader
        wanted = self._wanted(message, voices, behind, reader)
        before, self._asked = self._asked, message
        if self.mixer is not None and wanted == self._playing:
            if before is not None and message.block != before.block:
                self.mixer.rewire(reader)
                callback.put(self.slot, self.mixer.plan)
        else:
            self._settle()
            rehearsed = self._wings.get(message.block)
            if rehearsed is not None and rehearsed.wanted == wanted:
                mixer = rehearsed.mixer
                mixer.again(reader, self.volume)
            else:
                mixer = self._mixer(wanted, reader)
            mixer.mute(self._hushed or not self.on)
            self._swap(mixer)
            self._playing = wanted
        if before is None or before != message:
            for fault in self.mixer.faults if self.mixer else ():
                self._tell(c.Fault("synth", fault))

    def prepare(self, tables: Mapping[str, Any]) -> None:
        """Compile what voices need before anybody can play them; what is wrong with one is told when it is played."""
        voices = []
        for table in tables.get("voices", ()):
            with contextlib.suppress(GesturemapError):
                voices.append(catalog.read("voices", table, "sound"))
        compiled.load(compiled_modules(voices), self._compiling)

    def rehearse(self, message: inner.Voices) -> None:
        """Have voices ready that will be played soon; what plays goes on."""
        reader = self._reader(message.block)
        if reader is None:
            return
        self._wings = {block: one for block, one in self._wings.items() if Path(block).is_file()}
        voices, behind = self._read(message.tables), self._effects(message.tables)
        wanted = self._wanted(message, voices, behind, reader)
        if self.mixer is not None and self._playing == wanted and self._line_of(message.block):
            self._wings[message.block] = Rehearsed(message, wanted, self.mixer)
            return
        before = self._wings.get(message.block)
        if before is None or before.wanted != wanted:
            self._wings[message.block] = Rehearsed(message, wanted, self._mixer(wanted, reader))

    def _wanted(
        self, message: inner.Voices, voices: tuple[Voice, ...], behind: Effects, reader: BlockReader
    ) -> Wanted:
        silent = waiting(voices, message.driven, reader.controls.names)
        return voices, behind, message.folder, tuple(message.labels), silent, self.rate

    def _line_of(self, block: str) -> bool:
        """Whether this block drives what plays."""
        return self._asked is not None and self._asked.block == block

    def _mixer(self, wanted: Wanted, reader: BlockReader) -> Mixer:
        voices, behind, folder, labels, silent, rate = wanted
        compiled.load(compiled_modules(voices), self._compiling)  # what played goes on meanwhile
        return Mixer(
            voices,
            reader.controls,
            rate,
            folder,
            labels,
            self.volume,
            reader=reader,
            effects=behind,
            waiting=silent,
        )

    def again(self, rate: float) -> None:
        """Make the voices anew when the sound card wants another rate."""
        if rate != self.rate:
            self.rate = rate
            if self._asked is not None:
                self.voices(self._asked)
            for rehearsed in list(self._wings.values()):
                self.rehearse(rehearsed.message)

    def _reader(self, block: str) -> BlockReader | None:
        """The shared block, or None when it is gone: then the engine is making another, and will say so."""
        try:
            return BlockReader(block) if Path(block).is_file() else None
        except GesturemapError as error:
            self._fault(error)
            return None

    def _read(self, tables: Mapping[str, Any]) -> tuple[Voice, ...]:
        voices: list[Voice] = []
        for index, table in enumerate(tables.get("voices", ())):
            try:
                voices.append(catalog.read("voices", table, f"sound.voices[{index}]"))
            except GesturemapError as error:
                self._fault(error)
        return tuple(voices)

    def _compiling(self, what: str, done: float) -> None:
        self._tell(c.Progress("compiling", what, done))

    def _effects(self, tables: Mapping[str, Any]) -> Effects:
        try:
            return effects.read(tables, "sound")
        except GesturemapError as error:
            self._fault(error)
            return Effects()

    def _fault(self, error: GesturemapError) -> None:
        self._tell(c.Fault(error.place, str(error)))

    def _swap(self, mixer: Mixer) -> None:
        """Put the new desk in the slot, and let the old one fade out meanwhile; it is kept until the next swap."""
        mixer.follows(self.mixer)
        callback.put(self.slot, mixer.plan)
        self._before, self.mixer = self.mixer, mixer

    def _settle(self) -> None:
        """Wait for what still fades out behind what plays."""
        if self._before is not None:
            self._until_silent(self._before)

    def fade(self) -> None:
        """Close the gate, and wait for that while somebody listens."""
        if self.mixer is None:
            return
        self.mixer.end()
        self._until_silent(self.mixer)

    def _until_silent(self, mixer: Mixer) -> None:
        end = time.monotonic() + PATIENCE
        while self.heard() and not mixer.silent and time.monotonic() < end:
            time.sleep(0.002)  # the callback may not signal: it must never wait for anybody

    def turn(self, volume: Any) -> None:
        """Set the volume, 0..1; what is no number changes nothing."""
        if isinstance(volume, int | float) and math.isfinite(volume):
            self.volume = min(max(float(volume), 0.0), 1.0)
        if self.mixer is not None:
            self.mixer.volume = self.volume

    def sound(self, on: bool) -> None:
        """Switch the sound on or off; the silence of a panic goes on until the engine ends it."""
        self.on = on
        if self.mixer is not None:
            self.mixer.mute(self._hushed or not on)

    def hush(self, on: bool) -> None:
        """Keep the voices silent while a sound goes along with a recording: it alone is heard, and recorded."""
        self._hushed = on
        if self.mixer is not None:
            self.mixer.mute(on or not self.on)

    def panic(self) -> None:
        """Silence at once."""
        if self.mixer is not None:
            self.mixer.panic()

    @property
    def underruns(self) -> int:
        """Blocks that came too late for the sound card since gesturemap began."""
        return self.late_before + int(self.slot[callback.UNDERRUNS])

    def report(self) -> None:
        """Let the engine know how many blocks came too late, and people, once, of a voice that spoils its sound."""
        if self._line is not None:
            self._line.report(self.underruns)
        count, voice = self.mixer.spoilt if self.mixer is not None else (0, "")
        if count and self._spoilt is not self.mixer:
            self._spoilt = self.mixer
            self._tell(
                c.Fault(
                    "synth",
                    f"synth, voice {voice}: {count} samples were no sound (no number, or beyond all loudness); "
                    "they are silenced, the rest plays; change its sound file or its settings",
                )
            )

    def watched(self) -> stopwatch.Blocks:
        """How the blocks went that were late or could have been; the longest since the last look."""
        return stopwatch.read(self.slot[callback.WATCH : callback.SLOT])

    @property
    def blocks(self) -> int:
        """Blocks that the sound card took."""
        return int(self.slot[callback.BLOCKS])

    def levels(self) -> list[float]:
        """Peaks since the last look, dB of full scale, left and right."""
        peaks = self.mixer.peaks() if self.mixer else (0.0, 0.0)
        return [round(max(20.0 * math.log10(peak), FLOOR), 1) if peak > 0.0 else FLOOR for peak in peaks]
