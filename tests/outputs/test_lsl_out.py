"""LSL out: what a real inlet in another process receives."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from gesturemap.errors import SettingsError
from gesturemap.frames import Controls, Event, Spec
from gesturemap.outputs.lsl import Lsl

pytest.importorskip("pylsl")
RECEIVER = """
import json, pylsl, sys
found = {}
def inlet(name):
    resolver = pylsl.ContinuousResolver(pred=f"name='{name}'")
    while not resolver.results():
        pass
    made = pylsl.StreamInlet(resolver.results()[0])
    made.open_stream(10.0)
    return made
numbers, marks = inlet("piece"), inlet("piece events")
print("ready", flush=True)
rows = [numbers.pull_sample(10.0) for _ in range(3)]
texts = [marks.pull_sample(10.0) for _ in range(2)]
channel, labels = numbers.info(10.0).desc().child("channels").child("channel"), []
while not channel.empty():
    labels.append([channel.child_value("label"), channel.child_value("unit")])
    channel = channel.next_sibling()
print(json.dumps([rows, texts, labels]), flush=True)
"""


def test_controls_and_events_are_received() -> None:
    controls = Spec.of("pad.level", "pad.cutoff Hz")
    run = Lsl(name="piece").start(controls)
    receiver = subprocess.Popen([sys.executable, "-c", RECEIVER], stdout=subprocess.PIPE)
    assert receiver.stdout is not None
    assert receiver.stdout.readline() == b"ready\n"
    for number in range(3):
        events = (Event("began" if number == 0 else "ended", "Größe", 1.0),) if number < 2 else ()
        run.send(Controls(number * 0.01, np.array([number, np.pi]), events, number * 0.01))
    rows, texts, labels = json.loads(receiver.communicate(timeout=20.0)[0])
    assert [values for values, _ in rows] == [[0.0, np.pi], [1.0, np.pi], [2.0, np.pi]]
    assert [values for values, _ in texts] == [["began Größe"], ["ended Größe"]]
    assert labels == [["pad.level", ""], ["pad.cutoff", "Hz"]]
    stamps = [stamp for _, stamp in rows]
    assert stamps == sorted(stamps)
    assert (run.faults, run.sent) == (0, 5)
    run.close()
    run.close()


def test_a_name_is_needed() -> None:
    with pytest.raises(SettingsError, match="a stream has a name"):
        Lsl(name=" ").start(Spec.of("a"))
