"""Pedals: MIDI controllers and notes that give commands instead of numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from gesturemap.catalog import MIDI_IN, setting
from gesturemap.errors import SettingsError
from gesturemap.wire.midi import CONTROL, NOTE_OFF, NOTE_ON, PROGRAM, Midi

ACTIONS = {
    "record": "a demonstration as long as it is held, of the gesture named behind it or else of the one chosen",
    "start": "begin a demonstration, of the gesture named behind it or else of the one chosen",
    "stop": "end the demonstration and keep it",
    "again": "throw away what is being recorded, or else take the last recording back, and record it again",
    "keep": "keep the last movement, of the gesture named behind it or else of the one chosen",
    "next": "choose the next gesture of the vocabulary",
    "undo": "take the last edit back",
    "redo": "do it again",
    "run": "let the outputs play",
    "hold": "hold the outputs still",
    "toggle": "the one of run and hold that is not so now",
    "panic": "silence everything",
    "switch": "hear the other one of A and B, while two ways of playing are compared",
    "prefer": "keep the one of A and B that is heard",
    "tap": "the beat is now; twice or more within 2 s, the tempo too",
    "train": "fit the model",
    "open": "open the project or preset named behind it",
    "scene": "recall the scene of the setlist whose name or number stands behind it",
    "scene/next": "recall the next scene",
    "scene/previous": "recall the scene before",
}
"""What a pedal can do."""
NAMED, NAMELESS = ("record", "start", "keep", "open", "scene"), ("open", "scene")
"""Actions that take a name, and those that are nothing without one."""
DOWN, UP = 64, 55
"""A controller's value from which on it is pressed, and up to which it is let go."""
PLACE = "pedal, commands"
SOURCE = re.compile(r"(cc|note|program)\s+([0-9]{1,3})")
KINDS = {"cc": CONTROL, "note": NOTE_ON, "program": PROGRAM}


@dataclass(frozen=True)
class Pedal:
    """The section ``[pedal]``."""

    port: str = setting(
        "",
        "name of the MIDI port or a part of it, or a device such as /dev/snd/midiC1D0; empty: the first found",
        device=MIDI_IN,
    )
    channel: int = setting(0, "MIDI channel; 0: all", low=0, high=16)
    commands: dict[str, str] = setting(
        {},
        f"'cc 64', 'note 36' or 'program 5' -> what it does: {', '.join(ACTIONS)}; empty: there is no pedal",
    )
    baud: int = setting(31250, "speed, where the port is a serial line", unit="baud", low=50, high=4_000_000)

    def __post_init__(self) -> None:
        """Refuse what is no command."""
        taken: dict[tuple[str, int], str] = {}
        for source, action in self.commands.items():
            found = SOURCE.fullmatch(source.strip())
            if found is None or int(found[2]) > 127:
                raise SettingsError(
                    PLACE,
                    repr(source),
                    "'cc N', 'note N' or 'program N', N from 0 to 127",
                    'write "cc 64" = "record"',
                )
            first = taken.setdefault((found[1], int(found[2])), source)
            if first != source:
                raise SettingsError(
                    PLACE, f"{first!r} and {source!r}", "both are the same pedal", "leave one of them out"
                )
            verb, _, name = action.strip().partition(" ")
            if verb not in ACTIONS or (name and verb not in NAMED) or (verb in NAMELESS and not name):
                raise SettingsError(
                    f"{PLACE}, {source}",
                    repr(action),
                    f"one of {', '.join(ACTIONS)}",
                    "record, start, keep, open and scene take a name",
                )

    def renamed(self, old: str, new: str) -> Pedal:
        """With another name of a gesture, or without those that name it where the new one is empty."""
        found: dict[str, str] = {}
        for source, action in self.commands.items():
            verb, _, name = action.strip().partition(" ")
            if name.strip() != old or verb in NAMELESS:
                found[source] = action
            elif new:
                found[source] = f"{verb} {new}"
        return self if found == self.commands else replace(self, commands=found)


class Turn(NamedTuple):
    """A pedal that was pressed or let go."""

    action: str
    down: bool


class Feet:
    """Which pedals are down; each turn is said once."""

    def __init__(self, pedal: Pedal) -> None:
        self._channel = pedal.channel
        self._actions: dict[tuple[int, int], str] = {}
        for source, action in pedal.commands.items():
            what, number = source.split()
            self._actions[KINDS[what], int(number)] = " ".join(action.split())
        self._down: set[tuple[int, int]] = set()

    def take(self, message: Midi) -> Turn | None:
        """What the message means; None: nothing new."""
        if self._channel and message.channel != self._channel:
            return None
        kind = NOTE_ON if message.kind == NOTE_OFF else message.kind
        key = (kind, message.first)
        action = self._actions.get(key)
        if action is None:
            return None
        if kind == PROGRAM:  # nobody lets go of it
            return Turn(action, down=True)
        was = key in self._down
        if kind == NOTE_ON:
            down = message.kind == NOTE_ON and message.second > 0
        else:
            down = message.second >= DOWN if not was else message.second > UP
        if down == was:
            return None
        (self._down.add if down else self._down.discard)(key)
        return Turn(action, down)

    def lift(self) -> list[Turn]:
        """Let go of everything, as when the cable is pulled."""
        found = [Turn(self._actions[key], down=False) for key in self._down]
        self._down.clear()
        return found
