"""What Wekinator sends, to the byte."""

from __future__ import annotations

import math
import socket
import struct
from collections.abc import Iterator

import numpy as np
import pytest

from gesturemap.errors import SettingsError
from gesturemap.frames import Controls, Event, Spec
from gesturemap.outputs.wekinator import Says, Wekinator, WekinatorRun

NAMES = ("a", "b", "b/0", "b/1", "b/2", "c", "c/0", "c/1")
SAYS = Says(("a", "b", "c"), {"b": ("b/0", "b/1", "b/2"), "c": ("c/0", "c/1")})


class Sketch:
    def __init__(self, names: tuple[str, ...]) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(1.0)
        self.run: WekinatorRun = Wekinator(port=self.socket.getsockname()[1]).start(Spec.of(*names))

    def sent(self, *values: float) -> None:
        self.run.send(Controls(0.0, np.array(values), (Event("began", "x", 1.0),)))

    def heard(self, many: int) -> list[bytes]:
        found = [self.socket.recv(65536) for _ in range(many)]
        self.socket.setblocking(False)
        with pytest.raises(BlockingIOError):
            self.socket.recv(65536)
        self.socket.settimeout(1.0)
        return found

    def close(self) -> None:
        self.run.close()
        self.socket.close()


@pytest.fixture
def sketch() -> Iterator[Sketch]:
    made = Sketch(NAMES)
    made.run.choose(SAYS)
    yield made
    made.close()


def floats(head: bytes, *values: float) -> bytes:
    return head + struct.pack(f">{len(values)}f", *values)


def test_outputs_first_then_the_probabilities_each_in_a_packet_of_its_own(sketch: Sketch) -> None:
    sketch.sent(0.1, 2.0, 0.25, 0.5, 0.25, 1.0, 0.0, 1.0)
    assert sketch.heard(3) == [
        floats(b"/wek/outputs\0\0\0\0,fff\0\0\0\0", 0.1, 2.0, 1.0),
        floats(b"/b\0\0,fff\0\0\0\0", 0.25, 0.5, 0.25),
        floats(b"/c\0\0,ff\0", 0.0, 1.0),
    ]


def test_where_nobody_says_what_belongs_together_every_control_is_an_output(sketch: Sketch) -> None:
    sketch.run.choose(None)
    sketch.sent(*range(8))
    assert sketch.heard(1) == [floats(b"/wek/outputs\0\0\0\0,ffffffff\0\0\0", *range(8))]


def test_controls_that_are_no_outputs_of_the_model_are_left_out(sketch: Sketch) -> None:
    sketch.run.choose(Says(("c", "a")))
    sketch.sent(*range(8))
    assert sketch.heard(1) == [floats(b"/wek/outputs\0\0\0\0,ff\0", 5.0, 0.0)]


def test_a_match_is_sent_when_it_is_new_and_leaving_it_lets_it_come_again() -> None:
    sketch = Sketch(("one", "two", "match"))
    sketch.run.choose(Says(("one", "two"), {}, "match", ("/output_1", "/hey/two")))
    for number in (0, 1, 1, 0, 1, 2, 3, 2):
        sketch.sent(math.inf, 0.5, number)
    row = floats(b"/wek/outputs\0\0\0\0,ff\0", math.inf, 0.5)
    one, two = b"/output_1\0\0\0,\0\0\0", b"/hey/two\0\0\0\0,\0\0\0"
    assert sketch.heard(12) == [row, one, row, row, row, one, row, two, row, row, two, row]
    sketch.close()


def test_numbers_beyond_four_bytes_are_the_largest_there_is(sketch: Sketch) -> None:
    sketch.run.choose(Says(("a", "b")))
    sketch.sent(1e300, -1e300, 0, 0, 0, 0, 0, 0)
    (packet,) = sketch.heard(1)
    first, second = struct.unpack(">ff", packet[-8:])
    assert first == pytest.approx(3.4028235e38)
    assert second == -first


def test_done_training_and_the_outputs_of_a_project_that_is_opened(sketch: Sketch) -> None:
    sketch.run.told(np.array([1.0, 2.0, 3.0]))
    sketch.run.told(np.array([1.0, 2.0]))  # of other outputs: nothing
    sketch.run.trained()
    assert sketch.heard(2) == [
        floats(b"/wek/outputs\0\0\0\0,fff\0\0\0\0", 1.0, 2.0, 3.0),
        b"/wekinator/status/done-training\0,\0\0\0",
    ]


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="address"):
        Wekinator(address="wek/outputs").start(Spec.of("a"))
