"""Outputs of scenes: what is the same goes on, what is left goes to rest, what waits is opened once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from gesturemap.engine.outputs import Outputs, follow
from gesturemap.frames import Controls, Event, Spec
from gesturemap.outputs.memory import Memory, MemoryRun
from gesturemap.outputs.output import FailSafe

ONE, OTHER = Spec.of("a", "b"), Spec.of("b", "c", "d")


@dataclass(frozen=True)
class Keyboard(FailSafe):
    """An output that can go on for other controls."""

    kind: ClassVar[str] = "keyboard"

    def start(self, controls: Spec) -> KeyboardRun:
        return KeyboardRun(controls, 4096)


class KeyboardRun(MemoryRun):
    closed = False
    names: tuple[str, ...] = ()

    def retarget(self, names) -> None:
        self.names = tuple(names)

    def close(self) -> None:
        self.closed = True


def outputs(settings, controls, beside=()) -> Outputs:
    return Outputs(settings, controls, lambda error: pytest.fail(str(error)), beside)


def test_what_can_go_on_for_other_controls_does_and_the_rest_is_opened_anew() -> None:
    first = outputs((Keyboard(), Memory()), ONE)
    second = outputs((Keyboard(), Memory()), OTHER, (first,))
    assert second.runs[0] is first.runs[0]
    assert second.runs[1] is not first.runs[1]
    third = outputs((Memory(), Keyboard(hold=1.0)), ONE, (second, first))
    assert third.runs[0] is first.runs[1]
    assert third.runs[1] is not first.runs[0]
    second.serve((), np.zeros(3))
    assert first.runs[0].names == ("b", "c", "d")


def test_two_that_are_the_same_are_two() -> None:
    first = outputs((Keyboard(), Keyboard()), ONE)
    second = outputs((Keyboard(), Keyboard()), OTHER, (first,))
    assert second.runs == first.runs
    assert second.runs[0] is not second.runs[1]
    third = outputs((Keyboard(), Keyboard(), Keyboard()), ONE, (first,))
    assert len({id(run) for run in third.runs}) == 3


def test_an_edit_closes_only_what_it_changes() -> None:
    before = outputs((Keyboard(), Keyboard(hold=1.0)), ONE)
    kept, gone = before.runs
    after = follow(before, (Keyboard(), Keyboard(hold=3.0)), OTHER, lambda error: pytest.fail(str(error)))
    assert after.runs[0] is kept
    assert (kept.closed, gone.closed) == (False, True)
    assert follow(after, after.settings, OTHER, lambda error: pytest.fail(str(error))) is after


def test_what_is_left_fades_to_rest_but_what_goes_on_does_not() -> None:
    left = outputs((Keyboard(), Memory(hold=5.0, fade=1.0)), ONE)
    left.serve((), np.array([0.0, 0.5]))
    left.send(Controls(1.0, np.array([1.0, 1.0]), (Event("began", "x", 1.0),)))
    shared, own = left.runs
    steps = [left.leave(1.0, seconds, (shared,)) for seconds in (0.0, 0.5, 1.0, 1.2, 1.4)]
    assert steps == [True, True, True, True, False]
    assert len(shared.kept) == 1
    values = [controls.values.tolist() for controls in own.kept]
    assert values[1:] == [[1.0, 1.0], [0.5, 0.75], [0.0, 0.5], [0.0, 0.5]]
