"""Recording from the chair: count-in, hold or toggle, an optional length. No Qt; time is passed in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from gesturemap.commands import Again, Message, Record, StopRecording

Send = Callable[[Message], None]

REPEAT = 0.04
"""Seconds after which a key that went up stays up; where it goes down again before, the keyboard repeats it."""
ANSWER = 2.0
"""Seconds after which a recording that control never confirmed is taken as not begun."""


@dataclass
class Wishes:
    """How to record."""

    hold: bool = False
    """Record while the key is held, instead of from one press to the next."""
    count_in: float = 0.0
    """Seconds counted before it begins."""
    pre_roll: float = 0.0
    """Seconds before the beginning that belong to the demonstration too."""
    length: float = 0.0
    """Seconds after which it ends by itself; 0: when it is stopped."""
    by_movement: bool = False
    """Listen from one press to the next, and make every movement a demonstration of its own."""
    along: str = ""
    """A WAV file that is played meanwhile, or ``microphone`` to record one."""
    describe: tuple[str, ...] = ()
    """Descriptors of that sound; none: the usual ones."""


class RecordKey:
    """What the record key does, and what is to be shown: ``idle``, ``counting`` or ``recording``."""

    def __init__(self, send: Send) -> None:
        self.wishes = Wishes()
        self.state = "idle"
        self.label = ""
        self._send = send
        self._begins = 0.0
        self._repeats = False
        """Whether what is counted in is the last one again."""
        self._began = 0.0
        self._confirmed = False
        self._up: float | None = None
        """When the key went up that is held to record, while it may be the keyboard that repeats it."""
        self.listens = False
        """Whether what goes on is by movement: every movement becomes a demonstration."""
        self.kept = 0
        """Demonstrations that this recording, or listening, has given so far."""

    def press(self, label: str, now: float) -> None:
        """The record key goes down, for this gesture."""
        self._let_go(now)
        if self._up is not None:
            self.held()
        elif self.state == "recording":
            self.stop()
        elif self.state == "counting":
            self.cancel()
        elif label:
            self._count(label, now)
            self.tick(now)

    def again(self, label: str, now: float) -> None:
        """Record once more, counted in as ever: the last one, of this gesture, which is taken back when that begins;
        what is being recorded is thrown away at once.
        """
        going = self.state == "recording"
        if not self.wishes.count_in or (going and self.listens):
            self._send(Again())
            return
        if going:
            label = self.label
            self.cancel()
        self._count(label, now, repeats=not going)

    def _count(self, label: str, now: float, *, repeats: bool = False) -> None:
        self.label, self._begins, self.state = label, now + self.wishes.count_in, "counting"
        self._repeats = repeats
        if self.wishes.count_in:
            self._send(self._message(counted_in=True))

    def release(self, at: float | None = None) -> None:
        """The record key goes up; that ends a recording only in hold mode.

        Parameters
        ----------
        at : when, of a key: many a keyboard repeats one that is held by letting it up and down again, so that it is
            waited for as long. None: a button, which does not.
        """
        if self.wishes.hold and not self.wishes.by_movement:
            self._up = at
            if at is None:
                self._end()

    def held(self) -> None:
        """The key is down: it was the keyboard that let it up."""
        self._up = None

    def _let_go(self, now: float) -> None:
        """End what was recorded while the key was down, where it is up for good."""
        if self._up is not None and now - self._up >= REPEAT:
            ago, self._up = now - self._up, None
            self._end(ago)

    def _end(self, ago: float = 0.0) -> None:
        if self.state == "recording":
            self.stop(ago)
        elif self.state == "counting":
            self.cancel()

    def tick(self, now: float) -> None:
        """Begin or end what is due."""
        self._let_go(now)
        if self.state == "counting" and now >= self._begins and self._up is None:
            self.state, self._began, self._confirmed = "recording", now, False
            self.listens, self.kept = self.wishes.by_movement, 0
            self._send(Again() if self._repeats else self._message())
        elif self.state == "recording":
            if self.wishes.length > 0 and not self.listens and now - self._began >= self.wishes.length:
                self.stop()
            elif not self._confirmed and now - self._began > ANSWER:
                self.state = "idle"

    def _message(self, *, counted_in: bool = False) -> Record:
        wishes = self.wishes
        along = ("", []) if wishes.by_movement else (wishes.along, list(wishes.describe))
        return Record(self.label, wishes.pre_roll, *along, wishes.by_movement, counted_in)

    def stop(self, ago: float = 0.0) -> None:
        """End the recording and keep it, as it was so many seconds ago."""
        self.state = "idle"
        self._send(StopRecording(ago=ago))

    def cancel(self) -> None:
        """Leave it: a count-in ends, a recording is thrown away."""
        if self.state == "recording":
            self._send(StopRecording(keep=False))
        self.state = "idle"

    def leave(self) -> None:
        """Something else is done from now on: a count-in ends, and a recording is kept as it is."""
        if self.state == "recording":
            self.stop()
        self.state = "idle"

    def follow(self, recording: str, now: float, by_movement: str = "", seconds: float = 0.0) -> None:
        """What control says is being recorded, for so many seconds; somebody else (a pedal, OSC) may have begun or
        ended it.
        """
        going = by_movement or recording
        if going and self.state != "recording":
            self.state, self._began, self.label, self.kept = "recording", now - seconds, going, 0
        if going:
            self._confirmed, self.listens = True, bool(by_movement)
        elif self.state == "recording" and self._confirmed:
            self.state = "idle"

    def refused(self, place: str) -> None:
        """Control has told of a fault: what it never confirmed is not being recorded, unless its state says so yet;
        nor is it counted in where the fault is the recording's, or of the sound that was to go along.
        """
        counting = self.state == "counting" and place in ("recording", self.wishes.along)
        if counting or (self.state == "recording" and not self._confirmed):
            self.state = "idle"

    def recorded(self, label: str) -> None:
        """A demonstration is on disk."""
        if self.state == "recording" and label == self.label:
            self.kept += 1

    def count(self, now: float) -> int:
        """The number to show large while counting in: 3, 2, 1; 0 otherwise."""
        return max(1, math.ceil(self._begins - now)) if self.state == "counting" else 0

    def seconds(self, now: float) -> float:
        """How long the recording has been running, in seconds."""
        return max(0.0, now - self._began) if self.state == "recording" else 0.0
