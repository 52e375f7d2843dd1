"""What `perform` prints while it plays."""

from __future__ import annotations

import pytest

from gesturemap import commands as c
from gesturemap.cli.status import StatusLine, unused
from gesturemap.clock import ManualClock


def told(frames: int, **ignored: dict[str, int]) -> c.Status:
    latency = {"p50": 0.1, "p99": 0.2}
    return c.Status(
        {"frames": frames, "rate": 0.0, "lost": 0, "ignored": ignored, "latency_ms": latency, "faults": 0}
    )


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed, without the line of each second."""
    return [line for line in capsys.readouterr().out.splitlines() if "Hz" not in line]


def test_a_sensor_that_falls_silent_is_told_once_and_when_it_is_back(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("my piece", lambda: True, now=clock.now)
    for second in range(1, 40):
        clock.advance(1.0)
        status(told(60 * (second if second <= 12 else 12 if second < 30 else second)))
    assert lines(capsys) == [
        "the sensor has been silent since 00:12; run: gesturemap doctor my piece",
        "the sensor is back at 00:30, after 18 s",
    ]


def test_a_mouse_that_rests_is_not_called_silent(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("my piece", lambda: True, streams=False, now=clock.now)
    for _ in range(20):
        clock.advance(1.0)
        status(told(60))
    assert lines(capsys) == []


def test_a_message_that_does_not_come_is_told_with_what_to_do(capsys):
    status = StatusLine("my piece", lambda: True)
    for count in range(3):
        status(told(0, phone={"waiting for gyro_x (/rrate)": count + 1}))
    found = lines(capsys)
    assert found[0] == "ignored from phone: waiting for gyro_x (/rrate): 1"
    (step,) = [line for line in found if "switch that sensor on" in line]
    assert 'columns = ["acc*"]' in step


def test_nothing_is_said_of_a_sender_of_which_all_is_used():
    assert unused({"/dev/ttyX": {}, "phone": {"another address": 2}}) == [
        "ignored from phone: another address: 2"
    ]
