"""The whole way over real processes and real UDP, and what happens when a process dies."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from flow_house import Playing, execution

from gesturemap import commands as c
from gesturemap.control.controller import SPARES
from gesturemap.engine.scope import ScopeReader
from gesturemap.logs.read import read_log
from gesturemap.project.read import read_project
from gesturemap.project.save import fingerprint, save_model


def controls(heard: list) -> int:
    return sum(address == "/gesturemap/controls" for address, _ in heard)


def began(heard: list) -> list[str]:
    return [arguments[0] for address, arguments in heard if address == "/gesturemap/began"]


def test_from_packets_to_messages_one_for_one(playing):
    playing.ready()
    heard = playing.play("circle")
    assert controls(heard) == 100
    assert began(heard) == ["circle"]
    assert began(playing.play("line")) == ["line"]
    assert playing.told(c.Trained)
    happened = [(n.kind, n.label) for n in playing.told(c.Happened)]
    assert ("began", "circle") in happened
    assert ("began", "line") in happened


@pytest.fixture
def unreadable_model(folder):
    save_model(folder, b"no model", fingerprint(read_project(folder)[0]))


@pytest.mark.long
def test_a_saved_model_that_cannot_be_read_is_fitted_anew(unreadable_model, playing):
    playing.ready()
    assert began(playing.play("circle")) == ["circle"]
    assert any("model" in fault.text for fault in playing.told(c.Fault))


def test_a_killed_engine_plays_again_and_knows_everything(playing):
    playing.ready()
    first = playing.control.engine.pid
    os.kill(first, signal.SIGKILL)
    playing.until(lambda: playing.control.engine.pid not in (0, first))
    faults = playing.told(c.Fault)
    playing.notices.clear()
    playing.ready()
    heard = playing.play("circle")
    assert playing.answers(heard) == 100
    assert began(heard) == ["circle"]
    assert any("engine" in fault.text for fault in faults)


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="elsewhere it takes two minutes to be seen")
def test_an_engine_that_hangs_is_replaced_with_a_line_and_plays(playing):
    playing.ready()
    playing.until(lambda: playing.told(c.Status))
    first = playing.control.engine.pid
    os.kill(first, signal.SIGSTOP)
    playing.until(lambda: playing.control.engine.pid not in (0, first), 20.0)
    faults = [fault.text for fault in playing.told(c.Fault)]
    assert [
        text for text in faults if text.startswith("engine: it does not answer, nothing came from it for")
    ]
    playing.notices.clear()
    playing.ready()
    assert began(playing.play("circle")) == ["circle"]


@pytest.fixture
def prepared(playing):
    """It plays, and as many engines stand by as may."""
    playing.ready()
    engine = playing.control.engine

    def one_more() -> bool:
        engine.stand_by(playing.control.kernels())
        return len(engine._spares) == SPARES and all(spare.poll() for _, spare in engine._spares)

    playing.until(one_more)
    return playing


@pytest.mark.long
def test_an_engine_that_is_killed_again_at_once_is_followed_each_time_by_one_that_stood_by(prepared):
    """Figures are a matter of the machine: 0.1 s where it stood by, where one has to be begun a second of work."""
    playing, engine = prepared, prepared.control.engine
    for _ in range(SPARES):  # one more death, and it is given up
        first, next_one = engine.pid, engine._spares[0][0].pid
        os.kill(first, signal.SIGKILL)
        playing.until(lambda was=first: engine.pid not in (0, was))
        assert engine.pid == next_one
        playing.until(lambda: playing.control.activity.input_address)
        playing.patch.heard()
        assert controls(playing.play("circle", frames=20))
    assert engine._spares  # begun while the others followed, long before the next one is due in calm play
    assert engine.state.startswith("running")


@pytest.mark.long
def test_engines_that_are_killed_one_after_the_other_within_a_second_leave_one_that_plays(prepared):
    engine, shelf = prepared.control.engine, [process.pid for process, _ in prepared.control.engine._spares]
    for _ in range(SPARES):
        was, killed = engine.pid, time.monotonic()
        os.kill(was, signal.SIGKILL)
        prepared.until(lambda was=was: engine.pid not in (0, was))
        prepared.until(lambda killed=killed: time.monotonic() > killed + 0.25)
    assert engine.pid == shelf[-1]
    prepared.until(lambda: prepared.control.activity.input_address)
    prepared.patch.heard()
    rows = itertools.cycle(execution("circle", 7))

    def out() -> int:
        prepared.patch.send(next(rows), prepared.port)
        return controls(prepared.patch.heard())

    prepared.until(out)
    print(f"outputs {time.monotonic() - killed:.2f} s after the last of {SPARES} engines was killed")


@pytest.mark.long
def test_what_a_killed_engine_had_begun_is_ended_by_the_next_which_stood_by(playing):
    playing.ready()
    playing.control.engine.stand_by()
    spare = playing.control.engine._spares[0][0].pid
    heard = playing.play("circle", frames=95, rest=0.0)
    playing.until(lambda: playing.control.activity.going == ("circle",))
    os.kill(playing.control.engine.pid, signal.SIGKILL)
    heard += playing.patch.heard()
    assert "/gesturemap/ended" not in [address for address, _ in heard]
    after: list[tuple[str, tuple]] = []

    def ended() -> bool:
        after.extend(playing.patch.heard())
        return ("/gesturemap/ended", "circle") in [(address, arguments[0]) for address, arguments in after]

    playing.until(ended)
    assert playing.control.engine.pid == spare
    values = [arguments[1] for address, arguments in after if address == "/gesturemap/controls"]
    assert values[-1] == 0.0
    playing.until(lambda: playing.control.activity.going == ())


@pytest.mark.long
def test_what_was_recorded_until_the_engine_died_is_kept_and_left_out(playing):
    playing.ready()
    before = playing.control.project.demonstrations
    playing.control.obey(c.Record("circle"))
    playing.until(lambda: playing.control.activity.recording == "circle")
    sent = execution("circle", 3)[:60]
    for row in sent:
        playing.patch.send(row, playing.port)
        playing.control.turn(0.01)
    reader = ScopeReader(playing.control.scope.path)
    playing.until(lambda: np.allclose(reader.newest()[reader.columns["inputs"]], sent[-1], atol=1e-6))
    os.kill(playing.control.engine.pid, signal.SIGKILL)
    playing.until(lambda: len(playing.control.project.demonstrations) > len(before))
    (kept,) = playing.control.project.demonstrations[len(before) :]
    assert (kept.label, kept.enabled, kept.spec.names) == ("circle", False, before[0].spec.names)
    assert 2 <= len(kept) <= len(sent)
    np.testing.assert_allclose(kept.values, sent[-len(kept) :], atol=1e-6)
    assert any("kept, and left out" in fault.text for fault in playing.told(c.Fault))
    assert playing.control.activity.recording == ""


@pytest.mark.long
def test_panic_tells_what_it_ended(playing):
    playing.ready()
    playing.play("circle", frames=95, rest=0.0)
    playing.until(lambda: playing.control.activity.going == ("circle",))
    playing.control.obey(c.Panic())
    playing.until(lambda: playing.control.activity.going == ())
    assert [(n.kind, n.label) for n in playing.told(c.Happened)][-1] == ("ended", "circle")


@pytest.mark.long
def test_the_silence_of_a_panic_lasts_over_a_killed_engine_and_a_gesture_ends_it(playing):
    playing.ready()
    playing.control.obey(
        c.Configure("outputs", [*playing.control.project.tables()["outputs"], {"kind": "synth"}])
    )
    playing.until(lambda: "synth" in str(playing.control.project.outputs).lower())
    playing.control.obey(c.Panic())
    first = playing.control.engine.pid
    os.kill(first, signal.SIGKILL)
    playing.until(lambda: playing.control.engine.pid not in (0, first))
    playing.notices.clear()
    playing.until(lambda: [one for one in playing.told(c.Status) if one.figures.get("silent") == "gesture"])
    playing.ready()
    assert began(playing.play("circle")) == ["circle"]
    playing.notices.clear()
    playing.until(lambda: [one for one in playing.told(c.Status) if not one.figures.get("silent")])
    assert not playing.control.activity.silent


@pytest.mark.long
def test_a_killed_trainer_trains_again(playing):
    playing.ready()
    killed = playing.control.trainer.pid
    os.kill(killed, signal.SIGKILL)
    playing.until(lambda: any("trainer" in fault.text for fault in playing.told(c.Fault)))
    before = len(playing.told(c.Trained))
    playing.control.obey(c.Train())
    playing.until(lambda: len(playing.told(c.Trained)) > before)
    assert playing.told(c.Trained)[-1].labels == ["circle", "line"]
    assert playing.control.trainer.pid not in (0, killed)


@pytest.mark.long
def test_a_demonstration_is_on_disk_before_it_is_told(playing, folder):
    playing.ready()
    on_disk: list[int] = []

    def look(notice: c.Message) -> None:
        if isinstance(notice, c.Recorded):
            on_disk.append(len(read_project(folder)[0].demonstrations))

    playing.control.watchers.append(look)
    playing.control.obey(c.Record("line"))
    playing.play("line", seed=99)
    playing.control.obey(c.StopRecording())
    playing.until(lambda: on_disk)
    assert on_disk == [7]
    (recorded,) = playing.told(c.Recorded)
    assert 90 <= recorded.frames <= 100  # the command and the first packets take different roads
    playing.control.obey(c.Undo())
    assert len(read_project(folder)[0].demonstrations) == 6
    playing.control.obey(c.Redo())
    assert len(read_project(folder)[0].demonstrations) == 7


@pytest.mark.long
def test_retraining_never_stops_the_outputs(playing):
    playing.ready()
    for _ in range(3):
        playing.control.obey(c.DeleteDemonstration(playing.control.project.demonstrations[-1].id))
        assert 100 <= playing.answers(playing.play("circle")) <= 101  # a hand-over ends what was on
        assert playing.unanswered == set()
        playing.control.obey(c.Undo())
        assert 100 <= playing.answers(playing.play("line")) <= 101
        assert playing.unanswered == set()
    playing.until(lambda: not playing.control.activity.stale)


@pytest.mark.long
def test_the_sensor_falls_silent_and_the_outputs_rest(playing):
    playing.ready()
    heard = playing.play("circle")
    playing.until(lambda: [n for n in playing.told(c.Happened) if n.kind == "ended"], 10)
    seen: list = []

    def faded() -> bool:
        seen.extend(playing.patch.heard())
        values = [arguments[1] for address, arguments in seen if address == "/gesturemap/controls"]
        return bool(values) and values[-1] == 0.0

    playing.until(faded, 10)
    assert playing.answers(heard) == 100


@pytest.mark.long
def test_two_logs_in_one_second_are_two_files(playing, folder):
    playing.ready()
    for on in (True, False, True, False):
        playing.control.obey(c.Log(on))
        playing.play("circle")
    playing.notices.clear()
    playing.until(lambda: any(not status.figures["log"] for status in playing.told(c.Status)))
    logs = [read_log(path) for path in (folder / "sessions").glob("*.xdf")]
    assert [log.whole for log in logs] == [True, True]
    # Commands and frames come by different ways: a few frames may fall to either side.
    assert [log.frame_count for log in logs] == pytest.approx([100, 100], abs=20)


@pytest.mark.long
def test_a_killed_synth_is_followed_by_the_one_that_stood_by(folder, patch):
    playing = Playing(folder, patch, sound=True)
    control = playing.control
    try:
        playing.until(lambda: control.block and control.synth.state not in ("starting", "stopped"))
        control.stand_by()
        spare = control.synth._spares[0][0].pid
        control.beside.clear()
        playing.until(lambda: control.beside)  # it says nothing more for a second
        control.beside = {"underruns": 42}
        os.kill(control.synth.pid, signal.SIGKILL)
        playing.until(
            lambda: control.synth.pid == spare and control.synth.state not in ("starting", "restarting")
        )
        playing.until(lambda: "blocks" in control.beside)
        assert control.beside["underruns"] >= 42, "counted since gesturemap began"
        control.stand_by()
        assert control.synth._spares[0][0].pid not in (0, spare)
    finally:
        control.close()


@pytest.mark.parametrize("kind", ["engine", "trainer"])
@pytest.mark.long
def test_a_process_that_cannot_stay_alive_is_given_up_with_a_line(playing, kind):
    playing.ready()
    child = getattr(playing.control, kind)
    while "given up" not in child.state:
        pid = child.pid
        os.kill(pid, signal.SIGKILL)
        playing.until(lambda was=pid: child.pid != was)
    (told,) = [fault.text for fault in playing.told(c.Fault) if "given up" in fault.text]
    step = {"engine": (c.Run(False), "R in the window"), "trainer": (c.Train(), "training again")}[kind]
    assert f"; {step[1]}" in told
    playing.control.obey(step[0])
    playing.until(lambda: child.state.startswith("running"))
    assert playing.control.activity.running, "the engine comes back as it was"
    playing.until(lambda: playing.control.settled and playing.control.activity.input_address)
    assert controls(playing.play("circle")) > 90


@pytest.mark.long
def test_kill_9_of_the_window_during_play_and_the_outputs_go_on(playing):
    playing.ready()
    pytest.importorskip("PySide6.QtGui", exc_type=ImportError)
    command = [sys.executable, "-m", "gesturemap.window", playing.control.switchboard.door.endpoint]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    window = subprocess.Popen(command, env=environment)
    try:
        playing.until(lambda: playing.control.switchboard.clients)
        assert playing.answers(playing.play("circle")) == 100
    finally:
        window.kill()
        window.wait()
    assert playing.answers(playing.play("line")) == 100
    playing.until(lambda: not playing.control.switchboard.clients)
    again = subprocess.Popen(command, env=environment)
    try:
        playing.until(lambda: playing.control.switchboard.clients)
        assert playing.answers(playing.play("circle")) == 100
    finally:
        again.terminate()
        again.wait()
