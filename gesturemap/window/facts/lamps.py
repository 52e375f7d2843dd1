"""Whether all is well, in a few words each: sensor, engine, sound, outputs, lock, log. No Qt."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from gesturemap.plain import counted
from gesturemap.window import words
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.health import audio, health, panicked, unheard

GOOD, WARN, BAD, OFF = "good", "warn", "bad", "off"


class Lamp(NamedTuple):
    """One of them."""

    state: str
    """``good``; ``warn``: look at it; ``bad``: nothing sounds that should; ``off``: it is not there, or not wanted."""
    text: str


class Rooms:
    """For which text each lamp has room, so that none moves or becomes smaller while another one speaks.

    It is the longest of late, its numbers as long as they usually are.
    """

    RELAX = 30.0
    """Seconds after which room that nobody needs is given back."""
    DIGITS = 3

    def __init__(self) -> None:
        self._kept: list[tuple[str, float]] = []
        """Text, and when it was needed last."""

    def follow(self, found: Sequence[Lamp], wide: Callable[[str], float], now: float) -> tuple[str, ...]:
        """Take what the lamps say now; the text that each has room for.

        Parameters
        ----------
        wide : says how wide a text is.
        now : in seconds of this process.
        """
        kept = []
        for place, lamp in enumerate(found):
            text = re.sub(r"\d+", lambda digits: "0" * max(self.DIGITS, len(digits[0])), lamp.text)
            before, at = self._kept[place] if place < len(self._kept) else ("", -math.inf)
            fits = wide(before) > wide(text) and now - at < self.RELAX
            kept.append((before, at) if fits else (text, now))
        self._kept = kept
        return tuple(text for text, _ in kept)


def lamps(
    document: Document, figures: Mapping[str, Any], engine: str, troubles: Sequence[str]
) -> tuple[Lamp, ...]:
    """What a performer looks at in passing.

    Parameters
    ----------
    figures : of the newest `Status`.
    engine : why the engine does not play, or empty.
    troubles : a line for each output in trouble.
    """
    lost = BAD if engine == words.ENGINE_OFF else WARN
    found = [Lamp(lost, engine)] if engine else [_sensor(document, figures)]
    found.append(_sound(document, figures))
    if document.outputs and not document.running:
        found.append(Lamp(WARN, words.LAMP_OUTPUTS_HELD))
    elif troubles:
        found.append(Lamp(WARN, words.LAMP_OUTPUTS_TROUBLE.format(troubles[0].rpartition(": ")[2])))
    elif document.outputs:
        found.append(Lamp(GOOD, words.LAMP_OUTPUTS))
    if unheard(document) and (
        silent := panicked(figures)
    ):  # with a card it is what the sound's own lamp says
        found.append(Lamp(WARN, silent))
    if gesture := document.gesture_of(document.playing):
        found.append(Lamp(WARN, words.LAMP_PLAYS.format(gesture.label)))
    if document.locked:
        found.append(Lamp(GOOD, words.LAMP_LOCKED))
    if figures.get("log"):
        found.append(Lamp(GOOD, words.STATUS_LOG))
    if count := int(figures.get("faults", 0)):
        found.append(
            Lamp(WARN, words.STATUS_FAULT if count == 1 else words.STATUS_FAULTS.format(min(count, 999)))
        )
    return tuple(found)


def _sensor(document: Document, figures: Mapping[str, Any]) -> Lamp:
    name, rate = words.LAMP_SENSORS.get(str(document.input.get("kind")), ""), float(figures.get("rate", 0.0))
    state = health(document, figures).state
    if document.resting:
        return Lamp(OFF, words.LISTENING)
    if not document.open:
        return Lamp(WARN, words.LAMP_CLOSED.format(name or words.LAMP_SENSOR))
    if rate <= 0:
        return Lamp(WARN, words.LAMP_SILENT.format(name or words.LAMP_SENSOR))
    return Lamp(
        WARN if state == "warn" else GOOD, words.LAMP_RATE.format(name=name or words.LAMP_SENSOR, rate=rate)
    )


def _sound(document: Document, figures: Mapping[str, Any]) -> Lamp:
    state = document.processes.get("synth", "")
    if not document.sound_on:
        return Lamp(OFF, words.LAMP_SOUND_OFF)
    if not state:
        return Lamp(OFF, words.LAMP_SOUND_OFF)
    if unheard(document):
        return Lamp(BAD, audio(state))
    if not state.startswith("running"):
        return Lamp(WARN, words.STATUS_PROCESS.format(name="audio", state=state))
    if silent := figures.get("silent"):
        return Lamp(WARN, words.LAMP_PANICKED.get(str(silent), words.LAMP_SILENCED))
    late = int(figures.get("underruns", 0))
    return Lamp(WARN if late else GOOD, words.LAMP_SOUND.format(counted(late, words.DROPOUT)))
