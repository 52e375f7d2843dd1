"""Recording from the chair: count-in, hold or toggle, an optional length. No Qt; time is passed in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from gesturemap.commands import Message, Record, StopRecording

Send = Callable[[Message], None]

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


class RecordKey:
    """What the record key does, and what is to be shown: ``idle``, ``counting`` or ``recording``."""

    def __init__(self, send: Send) -> None:
        self.wishes = Wishes()
        self.state = "idle"
        self.label = ""
        self._send = send
        self._begins = 0.0
        self._began = 0.0
        self._confirmed = False

    def press(self, label: str, now: float) -> None:
        """The record key goes down, for this gesture."""
        if self.state == "recording":
            self.stop()
        elif self.state == "counting":
            self.cancel()
        elif label:
            self.label, self._begins, self.state = label, now + self.wishes.count_in, "counting"
            self.tick(now)

    def release(self) -> None:
        """The record key goes up; that ends a recording only in hold mode."""
        if not self.wishes.hold:
            return
        if self.state == "recording":
            self.stop()
        elif self.state == "counting":
            self.cancel()

    def tick(self, now: float) -> None:
        """Begin or end what is due."""
        if self.state == "counting" and now >= self._begins:
            self.state, self._began, self._confirmed = "recording", now, False
            self._send(Record(self.label, self.wishes.pre_roll))
        elif self.state == "recording":
            if self.wishes.length > 0 and now - self._began >= self.wishes.length:
                self.stop()
            elif not self._confirmed and now - self._began > ANSWER:
                self.state = "idle"

    def stop(self) -> None:
        """End the recording and keep it."""
        self.state = "idle"
        self._send(StopRecording())

    def cancel(self) -> None:
        """Leave it: a count-in ends, a recording is thrown away."""
        if self.state == "recording":
            self._send(StopRecording(keep=False))
        self.state = "idle"

    def follow(self, recording: str, now: float) -> None:
        """What control says is being recorded; somebody else (a pedal, OSC) may have begun or ended it."""
        if recording and self.state != "recording":
            self.state, self._began, self.label = "recording", now, recording
        if recording:
            self._confirmed = True
        elif self.state == "recording" and self._confirmed:
            self.state = "idle"

    def count(self, now: float) -> int:
        """The number to show large while counting in: 3, 2, 1; 0 otherwise."""
        return max(1, math.ceil(self._begins - now)) if self.state == "counting" else 0

    def seconds(self, now: float) -> float:
        """How long the recording has been running, in seconds."""
        return max(0.0, now - self._began) if self.state == "recording" else 0.0
