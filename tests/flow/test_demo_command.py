"""The demo as a person starts it: one run, hurried."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import pytest
from shell import run

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    """One run of the demo, hurried."""
    place = tmp_path_factory.mktemp("demo")
    ended = run("demo", "--speed", "12", "--json", "--silent", "--out", "out", cwd=place)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout), place


def test_the_demo_recognises_and_loses_nothing(demo):
    figures, _ = demo
    assert figures["gestures_sent"] == 35
    assert figures["accuracy"] >= 0.95
    assert figures["gestures_recognised"] == round(figures["accuracy"] * 35)
    assert figures["none_answers"] <= 35 - figures["gestures_recognised"]
    assert figures["packets_sent"] == figures["packets_received"] > 5000
    assert figures["messages_checked"] >= figures["packets_sent"] - 2
    assert 0 < figures["latency_ms"]["p50"] <= figures["latency_ms"]["p99"] <= figures["latency_ms"]["max"]
    assert 0.3 < figures["decision_point"] < 1


def test_the_demo_leaves_sound_in_the_time_of_the_gestures(demo):
    figures, place = demo
    with wave.open(str(place / figures["wav"])) as file:
        seconds = file.getnframes() / file.getframerate()
        assert file.getnchannels() == 2
    assert 90 < seconds < 110  # 35 recordings of 2.2 s, rests of 0.5 s between them, and the end ringing out
    picture = (place / figures["plot"]).read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(picture) > 50_000


def test_the_log_of_the_demo_plays_again_to_the_bit(demo):
    figures, place = demo
    ended = run("replay", figures["log"], "--csv", "csv", cwd=place)
    assert ended.returncode == 0, ended.stdout
    assert "the same to the bit" in ended.stdout
    assert (place / "csv" / "frames.csv").stat().st_size > 100_000


def test_the_project_of_the_demo_is_in_order(demo):
    _, place = demo
    ended = run("check", "out/project", cwd=place)
    assert ended.returncode == 0, ended.stderr
    assert "5 gestures, 15 demonstrations" in ended.stdout
