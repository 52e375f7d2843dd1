"""The synth's process: hears commands, plays the voices through the sound card, and says how it is doing."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from gesturemap import codec, companion, compiled, inner
from gesturemap import commands as c
from gesturemap.errors import GesturemapError
from gesturemap.synth.along import Microphone, Tape
from gesturemap.synth.card import RETRY, Choice, SoundCard
from gesturemap.synth.mixer import compiled_modules
from gesturemap.synth.player import FLOOR, Player

LEVELS_EVERY = 0.05
"""Seconds between two looks at how loud it is."""
HANGS = (
    "synth: the sound driver{which} hangs (the sound server has ended, or thrown us out); the synth begins again and "
    f"looks for a sound card every {RETRY:g} s: start the server again"
)


class Host:
    """The process's main: one turn hears what was said and looks after the sound card.

    Parameters
    ----------
    connection : to control; messages as in `gesturemap.commands`.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.quit = False
        self.player = Player(self.tell)
        self.card = SoundCard(self.player)
        self.tape = Tape(self.player.slot)
        self._microphone: Microphone | None = None
        self._next_look = 0.0
        self._next_status = self._next_levels = 0.0
        self._levels = [FLOOR, FLOOR]
        self._told = ""
        self._hung = self._chosen = False

    @property
    def hung(self) -> bool:
        """Whether a driver has not come back from a call, so that no device can be opened here any more."""
        return self._hung or self.card.hung

    def tell(self, message: c.Message) -> None:
        """Say something to control; if it is gone, the end is near anyway."""
        try:
            self._connection.send_bytes(codec.encode(message))
        except OSError:
            self.quit = True

    def turn(self, patience: float = 0.05) -> None:
        """Wait shortly for a message and carry it out; look after the device; report."""
        self._listen(patience)
        now = time.monotonic()
        if self.card.lost():
            self._next_look = now + RETRY
            self._say()
        if not self.card.playing and now >= self._next_look:
            self._next_look = now + RETRY
            self.card.open()
            if not self.card.hung:
                self._say()
        if now >= self._next_levels:
            self._next_levels = now + LEVELS_EVERY
            before, self._levels = self._levels, self.player.levels()
            if (
                self._levels != before or max(before) > FLOOR
            ):  # said again while anything sounds: we are alive
                self.tell(c.Levels(self._levels))
        if now >= self._next_status:
            self._next_status = now + 1.0
            self.player.report()
            self.tell(c.Status(self.figures()))
        if self.hung and not self.quit:
            which = f" of {self.card.name}" if self.card.name else ""
            self.tell(inner.Ending(HANGS.format(which=which)))
            self.quit = True

    def _listen(self, patience: float) -> None:
        try:
            if self._connection.poll(patience):
                self.hear(codec.decode(self._connection.recv_bytes()))
        except (EOFError, OSError):
            self.quit = True
        except GesturemapError as error:
            self.tell(c.Fault(error.place, str(error)))

    def hear(self, message: c.Message) -> None:
        """Carry out one command; those of others are passed over."""
        match message:
            case inner.Voices(later=True):
                self.player.rehearse(message)
            case inner.Voices():
                self._choose(message.tables)
                self.player.late_before = max(self.player.late_before, message.late)
                if message.block:
                    self.player.voices(message)
                else:
                    self.player.prepare(message.tables)
            case c.Volume():
                self.player.turn(message.value)
            case c.Sound():
                self.player.sound(message.on)
            case c.Panic():
                self.player.panic()
            case inner.Kernels():
                compiled.load(message.modules)
            case inner.PlayAlong():
                self._play_along(message.file)
            case inner.RecordAlong():
                self._record_along(message)
            case c.Quit():
                self.quit = True

    def _play_along(self, file: str) -> None:
        """Let a file be heard, or end it; without a sound card it runs unheard."""
        if not file:
            self.tape.stop(self.player.rate, self.card.choice.block)
            self.player.hush(False)
            return
        try:
            began, seconds = self.tape.play(
                Path(file), self.player.rate, self.player.volume**2, self.card.delay
            )
        except GesturemapError as error:
            self.tell(inner.SoundAlong(file, error=str(error)))
        else:
            self.player.hush(True)
            self.tell(inner.SoundAlong(file, began, seconds))

    def _record_along(self, message: inner.RecordAlong) -> None:
        """Begin to record the microphone, or end it and say what was written."""
        microphone, self._microphone = self._microphone, None
        self.player.hush(bool(message.file))
        file = message.file or (str(microphone.path) if microphone else "")
        try:
            if message.file:
                self._microphone = Microphone(Path(file), message.device)
                self.tell(inner.SoundAlong(file, time.perf_counter()))
            elif microphone is not None:
                self.tell(inner.SoundAlong(file, *microphone.stop()))
        except GesturemapError as error:
            self.player.hush(False)
            self.tell(inner.SoundAlong(file, error=str(error)))
        self._hung |= microphone is not None and microphone.hung

    def expect(self) -> None:
        """Hear which card is wanted, before any is opened; one that stands by hears it when its turn has come."""
        while not self._chosen and not self.quit:
            self._listen(1.0)

    def _choose(self, tables: Mapping[str, Any]) -> None:
        """Go to the sound card that is wanted, at once where it is another one."""
        self._chosen = True
        if self.card.choose(Choice.of(tables)):
            self._next_look = 0.0

    def _say(self) -> None:
        """Tell how the device is, once for each change."""
        if self.card.detail != self._told:
            self._told = self.card.detail
            self.tell(inner.Ready("synth", self.card.detail))

    def figures(self) -> dict[str, Any]:
        """How the synth is doing."""
        late = self.player.watched()
        return {
            "underruns": self.player.underruns,
            "peak_db": self._levels,
            "device": self.card.detail,
            "load": round(self.card.load, 4),
            "sound_ms": round(1000.0 * self.card.delay, 3),
            "blocks": self.player.blocks,
            "late": late._asdict(),
            "why_late": late.why,
        }

    def close(self) -> None:
        """Fade out, then let go of the device."""
        if self._microphone is not None:
            self._microphone.close()
            self._hung |= self._microphone.hung
        self.player.fade()
        self.card.close()


def run(connection: Connection) -> None:
    """Play until told to quit or control is gone."""
    companion.deaf()
    host = Host(connection)
    compiled.load(compiled_modules(), lambda what, done: host.tell(c.Progress("compiling", what, done)))
    gc.collect()
    gc.freeze()
    try:
        host.expect()
        while not host.quit:
            host.turn()
    finally:
        host.close()
        connection.close()
        if host.hung:  # an orderly end would call the driver once more, and wait for it
            os._exit(0)
