"""How evenly frames come in."""

from __future__ import annotations

import pytest

from gesturemap.engine.pace import Pace


def fed(pace: Pace, *arrivals: float) -> dict[str, float]:
    for arrived in arrivals:
        pace.add(arrived)
    return pace.figures()


def test_even_arrivals_have_neither_jitter_nor_gaps() -> None:
    figures = fed(Pace(), *(i * 0.01 for i in range(100)))
    assert figures["jitter"] == pytest.approx(0.0, abs=1e-6)
    assert figures["longest"] == pytest.approx(10.0)
    assert figures["gaps"] == 0


def test_a_gap_is_counted_once_also_between_two_looks() -> None:
    pace = Pace()
    assert fed(pace, *(i * 0.01 for i in range(50)), *(1.0 + i * 0.01 for i in range(50)))["gaps"] == 1
    figures = fed(pace, *(2.0 + i * 0.01 for i in range(50)))
    assert figures["gaps"] == 2
    assert figures["longest"] == pytest.approx(510.0)
    assert pace.figures()["gaps"] == 2


def test_frames_of_one_packet_are_no_jitter() -> None:
    figures = fed(Pace(), *(t for i in range(50) for t in (i * 0.02, i * 0.02 + 1e-5)))
    assert figures["jitter"] == pytest.approx(0.0, abs=0.03)
    assert figures["longest"] == pytest.approx(20.0, abs=0.1)


def test_more_than_it_keeps_is_no_harm() -> None:
    pace = Pace(16)
    for _ in range(2):
        figures = fed(pace, *(i * 0.01 for i in range(1000)))
        assert (figures["longest"], figures["gaps"]) == (pytest.approx(10.0), 0)
