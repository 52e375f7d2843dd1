"""Recording while something else goes wrong: what is said is true, and no take is lost."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from shell import COMMAND, run

from gesturemap import commands as c
from gesturemap.cli.news import News
from gesturemap.cli.record import Ear, afterwards, told
from gesturemap.logs.read import read_log
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.project.takes import read_demonstration
from gesturemap.wire.osc import build


@contextmanager
def sending(port: int) -> Iterator[threading.Event]:
    """A sensor that never stops, unless it is told to."""
    end = threading.Event()

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            count = 0
            while not end.wait(0.01):
                count += 1
                out.sendto(build("/frame", count / 100, 0.5, count / 100), ("127.0.0.1", port))

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield end
    finally:
        end.set()
        thread.join()


@pytest.fixture
def port(folder: Path) -> int:
    """The port that the small project listens at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind(("127.0.0.1", 0))
        free = int(asked.getsockname()[1])
    project = folder / "project.toml"
    project.write_text(project.read_text().replace("port = 0", f"port = {free}"))
    return free


def recorded(
    folder: Path, port: int, gesture: str = "wave", **environment: str
) -> subprocess.CompletedProcess[str]:
    with sending(port):
        return run(
            "record", str(folder), gesture, "--for", "1", "--count-in", "0.3", cwd=folder, **environment
        )


@contextmanager
def process(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A command that is told to end when all is seen."""
    with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, text=True, cwd=folder) as made:
        try:
            yield made
        finally:
            made.terminate()


def without_room(folder: Path) -> None:
    """Leave no demonstration in the project, and no way to write one."""
    save_project(replace(read_project(folder)[0], demonstrations=()), folder)
    shutil.rmtree(folder / "demonstrations")
    (folder / "demonstrations").write_text("nothing can be written here")


@pytest.mark.long
def test_a_model_that_cannot_be_kept_spoils_no_recording(folder, port):
    (folder / "model.npz").mkdir()
    (folder / "model.npz" / "full").write_text("")
    ended = recorded(folder, port)
    assert "model.npz" in ended.stderr
    assert "stopped" not in ended.stderr
    assert ended.returncode == 0, ended.stderr
    assert "kept " in ended.stdout
    assert "wave" in {d.label for d in read_project(folder)[0].demonstrations}


@pytest.mark.long
def test_a_take_without_room_in_the_project_goes_elsewhere_and_it_is_said_where(folder, port, tmp_path):
    without_room(folder)
    ended = recorded(folder, port, "circle", XDG_DATA_HOME=str(tmp_path / "home"))
    assert ended.returncode == 2
    assert "the project could not be written, see above" in ended.stderr
    assert "stopped" not in ended.stderr
    (file,) = (tmp_path / "home" / "gesturemap" / "rescued").rglob("*.npz")
    assert str(file.parent) in ended.stderr
    assert read_demonstration(file)[0].label == "circle"
    assert len(read_demonstration(file)[0]) > 30
    assert "Traceback" not in ended.stderr


@pytest.mark.long
def test_a_recording_that_cannot_begin_says_so_at_once(folder, port):
    without_room(folder)
    ended = recorded(folder, port)
    assert ended.returncode == 2
    assert "wave 1 is not in the project: it could not begin, see above" in ended.stderr


@pytest.mark.long
def test_the_end_of_a_performance_and_its_log_have_the_same_number_of_frames(folder, port):
    with sending(port):
        ended = run("perform", str(folder), "--for", "2.6", "--sound", "off", "--log", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    (log,) = (folder / "sessions").glob("*.xdf")
    frames = read_log(log).frame_count
    assert frames > 50
    assert ended.stdout.splitlines()[-1].startswith(f"{frames} frames, ")


def recording(sent: int, seconds: float) -> c.Recorded:
    return c.Recorded("id", "circle", sent, seconds)


def test_a_recording_that_is_shorter_than_was_asked_for_says_so():
    assert told(recording(364, 7.29), 8.0).endswith(
        "; the sensor was silent for 0.71 of the 8 s: if the gesture is not whole, delete it in the window "
        "and record it again"
    )
    assert told(recording(400, 7.98), 8.0) == "kept id: 400 frames, 7.98 s"
    assert "silent" not in told(recording(4, 1.5), 2.0)  # two frames a second


def test_what_was_cut_of_a_recording_is_said_where_it_is_recorded_and_where_it_plays(capsys):
    cut = replace(recording(400, 7.98), start=1.25)
    assert told(cut, 8.0) == "kept id: 400 frames, 7.98 s; its ends are idle: learned 1.25..7.98 s"
    for notice in (cut, recording(400, 7.98)):
        News()(notice)
    assert capsys.readouterr().out.splitlines() == [
        "recorded 'circle' (id): 400 frames, 7.98 s; its ends are idle: learned 1.25..7.98 s",
        "recorded 'circle' (id): 400 frames, 7.98 s",
    ]


@pytest.mark.long
def test_a_sensor_that_has_fallen_silent_is_not_counted_in(folder, port):
    lines = []
    words = ("record", str(folder), "circle", "--for", "1", "--count-in", "4")
    with sending(port) as end, process(folder, *words) as asked:
        for line in iter(asked.stdout.readline, ""):
            lines.append(line)
            if line.startswith("circle 1 of 1"):
                end.set()
            if line.startswith("the sensor is silent"):
                break
    assert "go\n" not in lines
    assert lines[-1].startswith("the sensor is silent: start it; ")
    assert f"gesturemap doctor {folder}" in lines[-1]


def test_a_recording_without_a_frame_is_told_in_one_line(folder, port, monkeypatch, capsys):
    fault = (
        "demonstration x of 'circle': no frames; at least one frame is wanted; delete it or record it again"
    )
    ear = Ear()
    ear(c.Fault("demonstration x of 'circle'", fault))
    assert ear.faults
    assert capsys.readouterr().err == ""


@pytest.mark.long
def test_a_sensor_with_other_channels_than_the_demonstrations_is_not_counted_in(folder, port):
    project = folder / "project.toml"
    project.write_text(project.read_text().replace('"x", "y", "time s"', '"acc_x", "acc_y", "time s"'))
    before = sorted((folder / "demonstrations").iterdir())
    ended = recorded(folder, port, "circle")
    assert ended.returncode == 2
    assert "this sensor gives acc_x, acc_y; the demonstrations have x, y" in ended.stderr
    assert "demonstrations/circle-0.npz" in ended.stderr
    assert " 1 of 1" not in ended.stdout
    assert sorted((folder / "demonstrations").iterdir()) == before


@pytest.mark.long
def test_what_comes_next_is_said(folder, port):
    whole = read_project(folder)[0]
    assert afterwards(whole, "my piece") == "next: gesturemap train 'my piece'"
    one = replace(whole, demonstrations=whole.demonstrations[:2])
    assert afterwards(one, "p") == (
        "next: another gesture, gesturemap record p GESTURE; then gesturemap train p"
    )
    assert recorded(folder, port).stdout.splitlines()[-1] == f"next: gesturemap train {folder}"
