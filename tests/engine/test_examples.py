"""Recording examples: each frame with the outputs that belong to it, however many there are."""

from __future__ import annotations

import numpy as np

from gesturemap.engine.examples import BLOCK, MOST, Examples
from gesturemap.frames import Frame, Spec, Values

SPEC = Spec.of("x", "y")


class Wanted:
    """The outputs of the next example."""

    def __init__(self) -> None:
        self.target: Values | None = np.zeros(1)


def frame(number: int) -> Frame:
    return Frame(10.0 + number, np.array([number, -number], float), 100.0 + number)


def test_every_frame_is_an_example_across_blocks() -> None:
    wanted = Wanted()
    recorder = Examples(SPEC, ["a"], wanted, lambda: None)
    recorder.add(frame(0))  # nobody records yet
    recorder.start("examples", 5.0, 0.0)
    assert recorder.began == 0.0
    many = 2 * BLOCK + 3
    for number in range(many):
        wanted.target = np.array([float(number % 7)])
        recorder.add(frame(number))
    assert (len(recorder), recorder.began) == (many, 100.0)
    made = recorder.stop()
    assert made.label == "examples"
    assert made.time.tolist() == list(range(many))
    assert made.values[:, 1].tolist() == [-float(number) for number in range(many)]
    assert made.targets.ravel().tolist() == [float(number % 7) for number in range(many)]
    assert [channel.name for channel in made.outputs] == ["a"]
    assert (len(recorder), recorder.label, recorder.began) == (0, "", 0.0)


def test_where_no_output_is_recorded_there_is_no_example_and_where_one_is_the_others_are_missing() -> None:
    wanted = Wanted()
    recorder = Examples(SPEC, ["a", "b"], wanted, lambda: None)
    recorder.start("examples", 0.0, 0.0)
    for number, target in enumerate((None, np.array([np.nan, 2.0]), None)):
        wanted.target = target
        recorder.add(frame(number))
    made = recorder.stop()
    assert made.values.tolist() == [[1.0, -1.0]]
    assert np.array_equal(made.targets, [[np.nan, 2.0]], equal_nan=True)
    assert made.time.tolist() == [0.0]


def test_a_round_without_frames_is_empty() -> None:
    recorder = Examples(SPEC, ["a"], Wanted(), lambda: None)
    recorder.start("examples", 0.0, 0.0)
    made = recorder.stop()
    assert (len(made), made.values.shape, made.targets.shape) == (0, (0, 2), (0, 1))


def test_a_long_round_is_handed_over_in_pieces_and_nothing_is_lost() -> None:
    pieces = []

    def full() -> None:
        pieces.append(recorder.stop())
        recorder.start("examples", 0.0, 0.0)

    recorder = Examples(SPEC, ["a"], Wanted(), full)
    recorder.start("examples", 0.0, 0.0)
    for number in range(2 * MOST + 5):
        recorder.add(frame(number))
    pieces.append(recorder.stop())
    assert [len(piece) for piece in pieces] == [MOST, MOST, 5]
    assert np.concatenate([piece.values[:, 0] for piece in pieces]).tolist() == list(range(2 * MOST + 5))
