"""Where a bend rests: the pitch of a tail that still rings does not fall at a panic."""

from __future__ import annotations

import time
from dataclasses import replace

import mido
import numpy as np
import pytest
from midi_log import CONTROLS, Log, opened
from midi_ports import Cable

from gesturemap.engine.outputs import Outputs
from gesturemap.frames import Controls, Spec
from gesturemap.outputs.midi.output import Midi

LOW = -12.0


def pitches(messages: list[mido.Message]) -> list[int]:
    return [one.pitch for one in messages if one.type == "pitchwheel"]


@pytest.mark.parametrize(
    ("unsaid", "own", "rests"),
    [
        (["pad.pitch"], {}, 0),
        ([], {}, -8192),  # the mapping says its lowest value
        (["pad.pitch"], {"pad.pitch": 12.0}, 8191),
    ],
)
def test_a_bend_rests_in_the_middle_where_nobody_says_otherwise(
    cable: Cable, unsaid: list[str], own: dict[str, float], rests: int
) -> None:
    midi = Midi(port=str(cable.path), bend="pad.pitch", ranges={"pad.pitch": (LOW, -LOW)}, neutral=own)
    outputs = Outputs([midi], CONTROLS, lambda error: pytest.fail(str(error)))
    try:
        log = Log(cable)
        opened(outputs.runs[0])
        outputs.serve((), np.array([0.0, LOW, 0.0, 0.0]), unsaid)
        outputs.send(Controls(0.0, np.array([0.5, 3.0, 0.5, 0.5]), (), time.monotonic()))
        log.until(lambda found: any(pitch > 1000 for pitch in pitches(found)))
        log.clear()
        outputs.rest(0.0, ())
        log.until(lambda found: bool(pitches(found)))
        assert pitches(log.messages)[0] == rests
    finally:
        outputs.close()


def test_a_bend_of_each_gesture_too() -> None:
    midi = Midi(mpe="lower", bend="bend.{gesture}", ranges={"bend.line": (0.0, 4.0)})
    found = midi.middles(Spec.of("bend.circle", "bend.line", "bend.", "pad.level"))
    assert found == {"bend.circle": 0.5, "bend.line": 2.0}
    assert replace(midi, bend="").middles(Spec.of("pad.level")) == {}
