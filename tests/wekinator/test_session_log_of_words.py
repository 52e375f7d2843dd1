"""A session with control words among its frames plays again to the bit."""

from __future__ import annotations

import math

from sketch import MIXED, f32, teach

from gesturemap import commands as c
from gesturemap.engine.replay import replay_log
from gesturemap.logs.read import read_log

THREE = [
    ((0.0, 0.0, 1.0), (0.0, 0.0)),
    ((0.5, 4.2, 2.0), (0.5, 0.0)),
    ((1.0, 8.4, 3.0), (1.0, 0.0)),
]


def test_words_that_change_what_is_played_are_in_the_log(play) -> None:
    playing = play(MIXED)
    client = playing.client
    teach(playing, THREE)
    client.word("disableModelRunning", 2, tags="i")
    playing.control.obey(c.Log(True))
    playing.until(lambda: playing.figures().get("log"))
    client.inputs(0.1, 0.0)  # idle: nothing comes of it
    client.word("startRunning")
    for value in (0.2, 0.3):
        client.inputs(value, 0.0)
    client.outputs(0.0, 7.0, 1.0)
    for value in (0.4, 0.5):
        client.inputs(value, 0.0)
    client.word("enableModelRunning", 2, tags="i")
    client.inputs(0.6, 0.0)
    client.word("stopRunning")
    client.inputs(0.7, 0.0)
    client.word("startRunning")
    client.inputs(0.8, 0.0)
    heard = [numbers for address, _, numbers in playing.hear(12) if address == "/wek/outputs"]
    assert [numbers[1] for numbers in heard] == [f32(8.4), f32(8.4), 7.0, 7.0, 5.0, 6.0]
    playing.control.obey(c.Log(False))
    playing.notices.clear()
    playing.until(lambda: not playing.figures().get("log", "x"))
    (path,) = (playing.folder / "sessions").glob("*.xdf")
    result = replay_log(read_log(path))
    assert result.same, str(result)
    assert (result.frames, result.compared) == (8, 6)


def test_gestures_that_begin_with_nothing_compared_are_found_again(play) -> None:
    playing = play(model={"kind": "wekinator_dtw", "gestures": ["output_1"], "downsample": "none"})
    client, steps = playing.client, [float(step) for step in range(12)]
    client.word("startDtwRecording", 1)
    for step in steps:
        client.inputs(step, 0.0)
    client.word("stopDtwRecording")
    playing.until(lambda: playing.control.project.demonstrations and playing.control.settled)
    client.word("startRunning")
    playing.control.obey(c.Log(True))
    playing.until(lambda: playing.figures().get("log"))
    for word in ("stopRunning", "startRunning", "stopRunning"):
        for step in steps:
            client.inputs(step, 0.0)
        client.word(word)
    heard = [numbers for address, _, numbers in playing.hear(26) if address == "/wek/outputs"]
    assert [math.isinf(nearest) for (nearest,) in heard] == ([True] * 4 + [False] * 8) * 2
    playing.control.obey(c.Log(False))
    playing.notices.clear()
    playing.until(lambda: not playing.figures().get("log", "x"))
    (path,) = (playing.folder / "sessions").glob("*.xdf")
    result = replay_log(read_log(path))
    assert result.same, str(result)
    assert result.frames == 36
