"""Conformance: words that may not be said, packets that end Wekinator, and the next good packet is answered."""

from __future__ import annotations

import random
import struct

import pytest
from sketch import near, numbers, teach

from gesturemap.wire import osc

WEKINATORS_END = {
    "startDtwRecording in a project with outputs": osc.build("/wekinator/control/startDtwRecording", 1),
    "random bytes": bytes(random.Random(1).randrange(256) for _ in range(40)),
    "a bundle whose element is no multiple of four": b"#bundle\0"
    + bytes(8)
    + struct.pack(">i", 5)
    + b"/abcd",
    "an address with a space": osc.build("/wek inputs", 1.0, 2.0),
    "an address with a wildcard": osc.build("/wek/*", 1.0, 2.0),
}
"""After each of these Wekinator receives nothing any more."""
HOSTILE = {
    "empty": b"",
    "no slash": b"wek\0,ff\0" + bytes(8),
    "cut short": osc.build("/wek/inputs", 1.0, 2.0)[:-4],
    "cut in the middle of a number": osc.build("/wek/inputs", 1.0, 2.0)[:-2],
    "more than it says": osc.build("/wek/inputs", 1.0, 2.0) + bytes(4),
    "no type tags": b"/wek/inputs\0" + struct.pack(">ff", 1.0, 2.0),
    "unknown type": b"/wek/inputs\0,fq\0" + struct.pack(">fq", 1.0, 2),
    "60 kB blob": osc.build("/wek/inputs", bytes(60_000)),
    "negative blob": b"/wek/inputs\0,b\0\0\xff\xff\xff\xfe",
    "bad UTF-8 in the address": b"/\xc3\x28\0,ff\0" + bytes(8),
    "bundle cut": b"#bundle\0" + bytes(4),
    "bundle of negative size": b"#bundle\0" + bytes(8) + b"\x80\0\0\0",
    "a control word of nothing": osc.build("/wekinator/control/", 1),
    "a control word nobody knows": osc.build("/wekinator/control/explode", 1),
    "a control word with a blob": osc.build("/wekinator/control/outputs", b"1234"),
    "arrays": osc.build("/wekinator/control/enableModelRunning", (1, (2, 3))),
    "a huge number": osc.build("/wekinator/control/disableModelRunning", 2**62),
    "infinity": osc.build("/wekinator/control/disableModelRunning", float("inf")),
    "a text of 60 kB": osc.build("/wekinator/control/saveModelToFile", 1, "x" * 60_000),
}


def deep(levels: int) -> bytes:
    packet = osc.build("/wek/inputs", 1.0, 2.0)
    for _ in range(levels):
        packet = osc.bundle(None, packet)
    return packet


@pytest.fixture
def running(play):
    playing = play(numbers(1))
    teach(playing, [((0.0,), (0.0, 0.0)), ((1.0,), (1.0, 0.0))])
    playing.client.word("startRunning")
    return playing


def test_what_ends_wekinator_and_other_packets_cost_nothing_but_themselves(running) -> None:
    for name, packet in {**WEKINATORS_END, **HOSTILE, "200 bundles deep": deep(200)}.items():
        running.client.put(packet)
        assert running.answer(0.5, 0.0) == near([0.5]), name
    running.until(lambda: any("no such control word" in reason for reason in running.refused()))
    reasons = running.refused()
    assert "neither message nor bundle" in reasons
    assert any("another address /wek inputs" in reason for reason in reasons)
    assert any(reason.startswith("startDtwRecording: its project has outputs") for reason in reasons)
    assert running.control.engine.alive
    assert not [fault for fault in running.faults() if "report this line" in fault]


def test_mutated_packets_never_stop_the_good_ones(running) -> None:
    seeded = random.Random(5)
    whole = [
        osc.build("/wek/inputs", 1.0, 2.0),
        osc.build("/wekinator/control/disableModelRunning", 9),
        osc.build("/wekinator/control/setInputNames", "a", "b"),
        osc.bundle(None, osc.build("/wek/inputs", 1.0, 2.0), osc.build("/wekinator/control/cancelTrain")),
    ]
    for round_ in range(50):
        for _ in range(40):
            packet = bytearray(seeded.choice(whole))
            for _ in range(seeded.randint(1, 6)):
                packet[seeded.randrange(len(packet))] = seeded.randrange(256)
            running.client.put(packet[: seeded.randint(0, len(packet))])
        value = (1 + round_) / 128
        running.client.inputs(value, 0.0)
        heard = []

        def answered(value: float = value, heard: list = heard) -> bool:
            heard.extend(running.client.heard())
            return any(numbers[:1] == near((value,)) for _, _, numbers in heard)

        running.until(answered)


def test_names_are_not_changed_in_a_project_that_has_them(running) -> None:
    running.client.word("setInputNames", "x", "y")
    running.client.word("setOutputNames", "z")
    assert running.answer(0.25, 0.0) == near([0.25])
    running.until(lambda: any("setOutputNames: its project has its names" in r for r in running.refused()))
    assert running.control.project.input.names == ("inputs-1", "inputs-2")


def test_performance_mode_is_no_trouble(running) -> None:
    running.client.word("enablePerformanceMode")
    running.client.word("disablePerformanceMode", 1)
    assert running.answer(0.25, 0.0) == near([0.25])
    assert running.faults() == []


def test_control_words_from_another_machine_are_refused_and_its_inputs_are_not(play) -> None:
    """Who is not named may send inputs, and nothing else."""
    playing = play(numbers(1), control_from=["192.0.2.7"])
    client = playing.client
    client.word("startRecording")
    client.inputs(0.0, 0.0)
    playing.until(lambda: any("a control word of another machine" in r for r in playing.refused()))
    playing.until(lambda: playing.figures()["accepted"] == 1)
    assert playing.control.activity.recording == ""
