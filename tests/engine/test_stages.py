"""What each stage costs is measured in some frames, the same comes out of all, and the others cost nothing more."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from gesturemap.engine.stages import EVERY, KEPT, Stages
from gesturemap.frames import Frame


class Part:
    """Any part: it takes a while."""

    def __init__(self, call: str, seconds: float, delay: float = 0.0) -> None:
        self.calls, self.seconds, self.delay, self.kept = 0, seconds, delay, True
        setattr(self, call, self._work)

    def _work(self, given: Any) -> Any:
        self.calls += 1
        until = time.perf_counter() + self.seconds
        while time.perf_counter() < until:
            continue
        return given


class Player:
    """An instrument of such parts."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.chain: Any = Part("step", seconds, 0.012)
        self.follower: Any = Part("step", 2 * seconds)
        self.mapping_run: Any = Part("step", 3 * seconds)
        self.outputs: Any = Part("send", 4 * seconds)
        self.fails = False

    def play(self, frame: Frame) -> tuple[()]:
        features = self.chain.step(frame)
        estimate = self.follower.step(features) if self.follower is not None else features
        assert self.follower is None or self.follower.kept
        if self.fails:
            raise ZeroDivisionError
        self.outputs.send(self.mapping_run.step(estimate))
        return ()


FRAME = Frame(0.0, np.zeros(1), 0.0)


def test_each_stage_is_told_by_itself_and_the_total_is_from_door_to_output() -> None:
    stages, player = Stages(), Player(2e-4)
    for _ in range(5 * EVERY):
        stages.play(player, FRAME)  # type: ignore[arg-type]
    figures = stages.figures(player, 2.1)  # type: ignore[arg-type]
    assert figures["features"] == pytest.approx(12.2, abs=0.2)
    assert 0.4 <= figures["model"] < figures["mapping"] < figures["output"] < 3.0
    assert figures["total"] == pytest.approx(14.1)
    assert player.chain.calls == player.outputs.calls == 5 * EVERY
    assert stages.figures(None, 1.0) == {}


def test_the_parts_are_the_same_afterwards_whatever_happens() -> None:
    stages, player = Stages(), Player()
    parts = player.chain, player.follower, player.mapping_run, player.outputs
    for fails in (False, True):
        player.fails = fails
        for _ in range(2 * EVERY):
            try:
                stages.play(player, FRAME)  # type: ignore[arg-type]
            except ZeroDivisionError:
                assert fails
            assert (player.chain, player.follower, player.mapping_run, player.outputs) == parts
    player.follower, player.fails = None, False
    for _ in range(2 * EVERY):
        stages.play(player, FRAME)  # type: ignore[arg-type]
    assert player.follower is None
    assert KEPT * EVERY > 1000


@pytest.mark.long
def test_a_frame_costs_no_more_than_a_fifth_of_a_microsecond() -> None:
    player, stages = Player(), Stages()
    player.play = lambda frame: ()  # type: ignore[method-assign,assignment]
    took = []
    for _ in range(7):
        began = time.perf_counter()
        for _ in range(100_000):
            stages.play(player, FRAME)  # type: ignore[arg-type]
        middle = time.perf_counter()
        for _ in range(100_000):
            player.play(FRAME)
        took.append((2 * middle - began - time.perf_counter()) / 100_000)
    print(f"{min(took) * 1e6:.3f} us a frame")
    assert min(took) < 1e-6
