"""The first start: how far it has compiled, and what plays without a sensor."""

from __future__ import annotations

import re
import time
from pathlib import Path

from little_control import DOCUMENT
from PySide6.QtCore import Qt

from gesturemap import commands as c
from gesturemap.window import words


def test_the_first_start_is_said_where_one_looks_and_never_runs_backwards(shown) -> None:
    window, processes = shown.window, DOCUMENT["processes"] | {"engine": "starting"}
    shown.change(processes=processes, input_address="", trained=None)
    pad = window.teach.stage.pad
    shown.until(lambda: pad.hint != words.PAD_HINT)
    told: list[str] = []

    def share() -> str:
        told.extend(re.findall(r"(\d+)%", window.status.model.text()))
        return told[-1] if told else ""

    for done, shown_then in ((0.1, "10"), (0.7, "40"), (0.2, "40"), (0.5, "47"), (0.96, "55"), (0.6, "69")):
        shown.control.tell(c.Progress("compiling", "em.mix", done))
        shown.until(lambda then=shown_then: share() == then)
    assert told == sorted(told)
    said = words.FIRST_START.format(0.69)
    assert pad.hint == f"{said}\n{words.FIRST_START_STEP}"
    once = [
        window.teach.stage.curves.empty.text(),
        window.teach.sources.health.text(),
        window.teach.recognised.winner.text(),
    ]
    assert once == [words.AFTER_COMPILING] * 3 and not window.teach.recognised.empty.text()
    assert "em.mix" not in window.status.model.text()
    assert window.status.model.text() == words.STATUS_FIRST_START.format(said)
    assert window.bench.verdict.text == said
    model = window.status.model
    shown.until(
        lambda: model.width() >= model.sizeHint().width()
    )  # nothing of it is left out where there is room
    shown.change(processes=DOCUMENT["processes"], input_address="127.0.0.1, UDP port 50000")
    shown.until(lambda: pad.hint == words.PAD_HINT)


def test_recordings_that_came_with_a_project_play_in_place_of_its_sensor(shown, tmp_path: Path) -> None:
    sources = shown.window.teach.sources
    project = DOCUMENT["project"] | {"path": str(tmp_path)}
    shown.change(project=project, input={"kind": "osc", "port": 8001})
    assert sources.recordings.isHidden()
    (tmp_path / "recordings.npz").write_bytes(b"")
    shown.change(project=project, input={"kind": "osc", "port": 8001}, undo="")
    assert sources.recordings.isVisible()
    sources.recordings.click()
    (asked,) = shown.heard(c.Configure)
    assert asked == c.Configure("input", {"kind": "replay", "path": str(tmp_path / "recordings.npz")})
    shown.change(input=asked.table)
    assert sources.recordings.isHidden()


def test_the_curves_ask_for_no_movement_while_it_compiles_before_the_source_is_open(shown) -> None:
    shown.change(input={"kind": "pointer"}, input_address="", trained=None)
    shown.control.tell(c.Progress("compiling", "em.mix", 0.2))
    pad, curves = shown.window.teach.stage.pad, shown.window.teach.stage.curves
    shown.until(lambda: words.FIRST_START_STEP in pad.hint)
    shown.until(lambda: curves.empty.text() == words.AFTER_COMPILING)
    shown.change(input={"kind": "osc"}, input_address="", trained=None)
    shown.until(lambda: words.FIRST_START_STEP in curves.empty.text())


def test_compiling_is_said_until_the_model_plays_whichever_process_is_ready_before(shown) -> None:
    window, bench, pad = shown.window, shown.window.bench, shown.window.teach.stage.pad
    starting = DOCUMENT["processes"] | {"engine": "starting", "trainer": "starting"}
    bench.live.labels = ()
    shown.change(processes=starting, input_address="", trained=None, training=False)
    shown.control.tell(c.Progress("compiling", "em.mix", 0.4))
    shown.until(lambda: bench.preparing)
    said = bench.preparing

    def everywhere() -> None:
        shown.turn(2)
        bench.live.labels = ()
        window.tick()
        assert bench.verdict.text == said
        assert window.status.model.text() == words.STATUS_FIRST_START.format(said)
        assert bench.document.open or pad.hint == f"{said}\n{words.FIRST_START_STEP}"

    everywhere()
    shown.change(processes=DOCUMENT["processes"] | {"trainer": "starting"})
    everywhere()  # the trainer compiles still
    shown.change(processes=DOCUMENT["processes"], training=True)
    everywhere()
    shown.change(input_address="127.0.0.1, UDP port 50000")
    shown.control.tell(c.Progress("training", "circle", 0.5))
    everywhere()
    shown.control.tell(c.Trained(["circle"], 0.05, []))
    shown.change(training=False)
    shown.until(lambda: not bench.preparing)


def test_what_the_record_key_is_answered_before_the_sensor_is_open_goes_as_answers_do(shown) -> None:
    faults = shown.window.faults
    text = "recording: the sensor is not open; frames of an open sensor are recorded; wait until it is open"
    shown.change(input_address="")
    shown.control.tell(c.Fault("recording", text, refused=True))
    shown.until(lambda: faults.texts() == [text])
    faults.tick(time.perf_counter() + 100.0)
    assert faults.texts() == []
    shown.control.tell(c.Fault("recording", text))
    shown.until(lambda: faults.texts() == [text])
    shown.change(input_address="127.0.0.1, UDP port 50000")
    assert faults.texts() == []


def test_another_project_does_not_set_back_how_far_it_has_compiled(shown) -> None:
    window, processes = shown.window, DOCUMENT["processes"] | {"engine": "starting"}
    shown.change(processes=processes, input_address="", trained=None)
    shown.control.tell(c.Progress("compiling", "em.mix", 0.6))
    shown.until(lambda: "60%" in window.status.model.text())
    project = DOCUMENT["project"] | {"path": "/tmp/pointer", "name": "pointer"}
    shown.change(project=project, undo="", processes=processes)  # as the first question is answered
    assert "60%" in window.bench.preparing
    shown.control.tell(c.Progress("compiling", "loop.step", 0.1))
    shown.turn(3)
    assert "60%" in window.bench.preparing


def test_a_record_key_that_is_pressed_while_it_compiles_is_told_so(shown) -> None:
    window, processes = shown.window, DOCUMENT["processes"] | {"engine": "starting"}
    shown.change(processes=processes, input_address="", trained=None)
    shown.control.tell(c.Progress("compiling", "em.mix", 0.6))
    shown.until(lambda: window.bench.preparing)
    shown.key(Qt.Key.Key_Space)
    assert words.RECORD_COMPILES.format(window.bench.preparing) in window.faults.texts()
    assert shown.heard(c.Record) == [] and window.bench.record_key.state == "idle"
    shown.change(processes=DOCUMENT["processes"], input_address="127.0.0.1, UDP port 50000")
    shown.turn(2)
    shown.key(Qt.Key.Key_Space)
    assert len(shown.heard(c.Record)) == 1
