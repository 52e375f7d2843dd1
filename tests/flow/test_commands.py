"""The commands as a person types them: real processes, exit codes, one clear line for what is wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tomlkit
from shell import COMMAND, ask, run

from gesturemap.demonstrations import Demonstration
from gesturemap.features.biquad import Biquad
from gesturemap.features.derive import Derive
from gesturemap.frames import Spec
from gesturemap.inputs.osc import Osc
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.wire.osc_write import build


@pytest.mark.long
def test_train_keeps_a_model_that_fits(folder):
    ended = run("train", str(folder), cwd=folder)
    assert ended.returncode == 0, ended.stderr
    assert "circle (3), line (3)" in ended.stdout
    assert f"next: gesturemap perform {folder}" in ended.stdout
    assert (folder / "model.npz").stat().st_size > 1000
    assert "changed:" not in ended.stdout  # there was none before


@pytest.mark.long
def test_train_says_what_it_changed(folder):
    run("train", str(folder), cwd=folder)
    assert "changed: 0 of 6 demonstrations" in run("train", str(folder), cwd=folder).stdout
    project = read_project(folder)[0]
    swapped = [
        replace(one, label="line") if one.label == "circle" else one for one in project.demonstrations[:3]
    ]
    save_project(replace(project, demonstrations=(*swapped, *project.demonstrations[3:])), folder)
    told = run("train", str(folder), cwd=folder).stdout
    assert "changed: 3 of 6 demonstrations are heard otherwise than before" in told
    assert f"  {swapped[0].id} of 'line': was 'circle', is 'line'" in told
    (folder / "model.npz").write_bytes(b"nothing")
    assert "changed:" not in run("train", str(folder), cwd=folder).stdout


def test_train_says_it_as_json(folder):
    first, again = (json.loads(ask("train", str(folder), "--json", cwd=folder).stdout) for _ in range(2))
    assert first["gestures"] == {"circle": 3, "line": 3} and first["seconds"] > 0.0
    assert first["changes"] == [] and again["changes"][0].startswith("changed: 0 of 6 demonstrations")
    assert first["kept"] == str(folder / "model.npz")


def test_train_says_that_the_input_does_not_fit_the_demonstrations(folder):
    project = folder / "project.toml"
    project.write_text(project.read_text().replace('"x", "y", "time s"', '"acc_x furlong", "y", "time s"'))
    ended = ask("train", str(folder), cwd=folder)
    assert ended.returncode == 0
    assert "it gives acc_x, y; the demonstrations have x, y" in ended.stderr
    assert "furlong (of acc_x)" in ask("check", str(folder), cwd=folder).stdout


def test_what_a_feature_lacks_is_told_with_file_and_number(folder):
    project = folder / "project.toml"
    document = tomlkit.parse(project.read_text())
    document["features"] = [{"kind": "derive"}, {"kind": "one_euro", "columns": ["ac_x"]}]
    project.write_text(tomlkit.dumps(document))
    for words in (("train", str(folder)), ("check", str(folder)), ("features", "--of", str(folder))):
        ended = ask(*words, cwd=folder)
        assert ended.returncode == 2
        assert f"gesturemap: {project}, features[1], one_euro, columns: no channel 'ac_x'" in ended.stderr


def test_docs_are_shown_without_the_marks_of_their_source(tmp_path):
    for kind in ("one_euro", "buffer"):
        shown = ask("features", kind, cwd=tmp_path).stdout
        assert "min_cutoff" in shown or "acc_x_1 to acc_x_n" in shown
        assert "`" not in shown


def test_paths_are_tidied(tmp_path):
    (tmp_path / "x").mkdir()
    assert f"made {tmp_path / 'p1'}," in ask("new", "x/../p1", cwd=tmp_path).stdout


@pytest.mark.long
def test_lists_name_what_is_shipped(tmp_path):
    assert "phone-gestures" in run("presets", cwd=tmp_path).stdout
    assert "sensors2osc" in ask("sensors", cwd=tmp_path).stdout
    said = " ".join(run("sensors", "sensor2osc", cwd=tmp_path).stderr.split())
    assert "no such sensor" in said and "did you mean 'sensors2osc'?" in said and "..." not in said
    assert "spotter" in ask("models", cwd=tmp_path).stdout
    assert "false_per_10min" in ask("models", "auto", cwd=tmp_path).stdout
    assert run("models", "atuo", cwd=tmp_path).returncode == 2
    assert "biquad" in ask("features", cwd=tmp_path).stdout
    assert "min_cutoff" in ask("features", "one_euro", cwd=tmp_path).stdout
    assert "did you mean 'derive'?" in ask("features", "derives", cwd=tmp_path).stderr
    ended = ask("presets", "pointer", "--copy", "mine", cwd=tmp_path)
    assert ended.returncode == 0
    assert run("check", "mine", cwd=tmp_path).returncode == 0


def test_a_chain_is_shown_with_its_channels_delay_and_cost(tmp_path):
    ended = ask("features", "--of", "phone-gestures", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    rows = {line.split()[0]: line for line in ended.stdout.splitlines() if "→" in line}
    assert "3 → 6" in rows["derive"]
    assert "acc_x_d g/s" in rows["derive"]
    delays = [float(rows[step].split()[-2]) for step in ("one_euro", "derive")]
    assert float(rows["in"].split()[-2]) == pytest.approx(sum(delays), abs=0.11)
    assert all(float(row.split()[-1]) > 0 for row in rows.values())
    assert f"features {rows['in'].split()[-2]} ms late" in ask("check", "phone-gestures", cwd=tmp_path).stdout


def test_a_chain_without_demonstrations_is_tried_on_random_numbers(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    made = ask("new", "mine", "--sensor", "sensors2osc", "--port", port, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    ended = ask("features", "--of", "mine", cwd=tmp_path)
    assert "random numbers" in ended.stdout, ended.stderr
    assert "no rate is known" in ended.stdout
    mine = read_project(tmp_path / "mine")[0]
    save_project(replace(mine, features=()), tmp_path / "mine")
    assert "no features" in ask("features", "--of", "mine", cwd=tmp_path).stdout


@pytest.mark.long
def test_perform_waits_for_a_sensor_that_is_not_there_yet(folder, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("0.0.0.0", 0))
        port = holder.getsockname()[1]
        project = read_project(folder)[0]
        copied = tmp_path / "waiting"
        shutil.copytree(folder, copied)
        table = {"kind": "osc", "port": port, "arguments": ["x", "y"]}
        save_project(project.configured("input", table, "test"), copied)
        with subprocess.Popen(
            [*COMMAND, "perform", str(copied), "--sound", "off", "--wait", "--for", "1"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ) as running:  # fmt: skip
            assert running.stdout is not None
            told: list[str] = []
            for line in running.stdout:
                told.append(line)
                if line.startswith("waiting for the sensor"):
                    holder.close()
        assert running.returncode == 0, "".join(told)
        (waited,) = (line for line in told if line.startswith("waiting for the sensor"))
        assert "already in use" in waited
        assert any(line.startswith("playing: listening") for line in told), "".join(told)


@pytest.mark.long
def test_a_rate_that_nobody_says_is_measured_on_the_demonstrations(folder):
    project = read_project(folder)[0]
    takes = tuple(
        replace(d, spec=replace(d.spec, rate=0.0), time=np.arange(len(d)) / 60.1)
        for d in project.demonstrations
    )
    project = replace(project, input=replace(project.input, rate=0.0), demonstrations=takes)
    save_project(replace(project, features=(Biquad(frequency=10.0), Derive())), folder)
    shown = run("features", "--of", str(folder), cwd=folder)
    assert shown.returncode == 0, shown.stderr
    told = "no rate is known: write rate = 60.0 under [input] (measured on the demonstrations: 60.1 Hz)"
    assert told in shown.stdout
    derive = next(line for line in shown.stdout.splitlines() if line.split()[:1] == ["derive"])
    assert float(derive.split()[-2]) == pytest.approx(500.0 / 60.1, abs=0.06)
    checked = run("check", str(folder), cwd=folder)
    assert checked.returncode == 0, checked.stderr
    late = next(line for line in shown.stdout.splitlines() if line.split()[:1] == ["in"]).split()[-2]
    assert f"features {late} ms late" in checked.stdout

    save_project(replace(project, features=(Biquad(frequency=40.0),)), folder)
    for words in (("check",), ("train",), ("features", "--of")):
        ended = run(*words, str(folder), cwd=folder)
        assert ended.returncode == 2, words
        assert "biquad, frequency: 40 Hz; 60.1 frames a second" in ended.stderr
        assert "60.1 Hz is measured on the demonstrations" in ended.stderr


@pytest.mark.long
def test_perform_says_how_it_is_and_ends_in_time(folder):
    ended = run("perform", str(folder), "--for", "2.5", "--sound", "off", "--log", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    assert "Hz" in ended.stdout
    assert len(list((folder / "sessions").glob("*.xdf"))) == 1


@pytest.mark.long
@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_perform_ends_cleanly_on_a_signal(folder, which):
    with subprocess.Popen(
        [*COMMAND, "perform", str(folder), "--sound", "off"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    ) as playing:
        assert any("Hz" in line for line in iter(playing.stdout.readline, ""))
        playing.send_signal(which)
        out, error = playing.communicate(timeout=30)
    assert playing.returncode == 0
    assert "gestures" in out.splitlines()[-1]
    assert "Traceback" not in error


@pytest.mark.long
def test_no_display_is_one_clear_line_and_exit_code_2(folder):
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    ended = subprocess.run(
        [*COMMAND, "window", str(folder), "--no-sound"], env=environment, cwd=folder, capture_output=True,
        text=True, timeout=100, check=False,
    )  # fmt: skip
    assert ended.returncode == 2, ended.stderr
    assert "display" in ended.stderr.lower()
    assert "Traceback" not in ended.stderr


@pytest.mark.long
def test_no_sound_device_is_said_and_refused_only_when_it_must_be_there(folder):
    ended = run("perform", str(folder), "--for", "1", "--sound", "on", cwd=folder)
    if ended.returncode == 0:  # this machine has one: then it must say which
        assert "running" in ended.stdout
    else:
        assert ended.returncode == 2
        assert "no audio" in ended.stderr
        assert run("perform", str(folder), "--for", "1", cwd=folder).returncode == 0


@pytest.mark.long
def test_a_sound_card_that_is_not_there_is_named_where_play_begins(folder):
    save_project(read_project(folder)[0].configured("sound", {"device": "Scarlett"}, "test"), folder)
    ended = run("perform", str(folder), "--for", "1", "--sound", "on", cwd=folder)
    assert ended.returncode == 2
    assert "sound: no audio: no sound card with 'Scarlett' in its name" in ended.stderr


@pytest.mark.long
def test_a_project_is_begun_from_the_shell(tmp_path):
    ended = run("new", "mine", "--sensor", "sensors2osc", "--port", "9123", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "port 9123" in ended.stdout
    project, warnings = read_project(tmp_path / "mine")
    assert (warnings, project.name, project.gestures, project.input.port) == ([], "mine", (), 9123)
    again = run("new", "mine", cwd=tmp_path)
    assert again.returncode == 2
    assert "there is something already" in again.stderr


def with_a_stranger(project: Path) -> Path:
    """A demonstration with other channels than the rest: no model can be trained."""
    whole = read_project(project)[0]
    first = whole.demonstrations[0]
    other = Demonstration("odd-0", "odd", Spec.of("a", "b", "c"), first.time, np.tile(first.values[:, :1], 3))
    save_project(replace(whole, demonstrations=(*whole.demonstrations, other)), project)
    return project


@pytest.mark.long
def test_a_project_without_a_model_is_refused_and_anyway_says_so(folder):
    with_a_stranger(folder)
    ended = run("perform", str(folder), "--for", "1", "--sound", "off", cwd=folder)
    assert ended.returncode == 2, ended.stdout
    assert "demonstration odd-0" in ended.stderr
    assert ended.stderr.splitlines()[-1] == (
        "gesturemap: not played: mend this, or play the rest with --anyway"
    )
    ended = run("perform", str(folder), "--for", "2.5", "--sound", "off", "--anyway", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    lines = [line for line in ended.stdout.splitlines() if "Hz" in line]
    assert lines
    assert all("NO MODEL" in line for line in lines)
    assert "sound: off" in ended.stdout
    assert "stopped" not in ended.stdout


@pytest.mark.long
def test_an_export_overwrites_nothing_and_makes_no_folders(folder):
    assert run("export", str(folder), "set.json", cwd=folder).returncode == 0
    before = (folder / "set.json").read_bytes()
    again = run("export", str(folder), "set.json", cwd=folder)
    assert again.returncode == 2
    assert "there is something already" in again.stderr
    assert (folder / "set.json").read_bytes() == before
    nowhere = run("export", str(folder), "no/where/set.json", cwd=folder)
    assert nowhere.returncode == 2
    assert "no folder" in nowhere.stderr
    assert not (folder / "no").exists()


@pytest.mark.long
def test_a_sensor_that_stops_while_recording_leaves_nothing_behind(folder):
    """It sends until the recording begins, then never again."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        free = door.getsockname()[1]
    text = (folder / "project.toml").read_text()
    (folder / "project.toml").write_text(text.replace("port = 0", f"port = {free}"))
    before = {path.name for path in (folder / "demonstrations").glob("*")}
    words = ["record", str(folder), "wave", "--for", "1.5", "--count-in", "0.5"]
    with (
        subprocess.Popen(
            [*COMMAND, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as recording,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sensor,
    ):
        assert any(line.startswith("waiting") for line in iter(recording.stdout.readline, ""))
        for n in range(20):
            sensor.sendto(build("/frame", 0.1 * n, 0.2, 0.01 * n), ("127.0.0.1", free))
        out, error = recording.communicate(timeout=60)
    assert recording.returncode == 2, out
    assert "the sensor stopped" in error
    assert "kept" not in out
    assert {path.name for path in (folder / "demonstrations").glob("*")} == before
    assert {d.label for d in read_project(folder)[0].demonstrations} == {"circle", "line"}


@pytest.mark.long
@pytest.mark.parametrize(
    ("packet", "told"),
    [
        (build("/elsewhere", 1.0), "another address /elsewhere, not /frame"),
        (b'{"acc": [1, 2]}', "what arrives is not OSC but text, JSON"),
        (build("/frame", 0.1, 0.2, 1.0), "waiting for z (/other)"),
    ],
)
def test_a_recording_says_early_why_what_arrives_is_not_used(folder, packet, told):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        free = door.getsockname()[1]
    path = folder / "project.toml"
    text = path.read_text().replace("port = 0", f"port = {free}")
    if "waiting" in told:
        project = replace(
            read_project(folder)[0],
            input=Osc(free, "127.0.0.1", messages={"/frame": ("x", "y", "-"), "/other": ("z",)}),
            demonstrations=(),
        )
        save_project(project, folder)
    else:
        path.write_text(text)
    with (
        subprocess.Popen(
            [*COMMAND, "record", str(folder), "wave"], cwd=folder, stdout=subprocess.PIPE, text=True
        ) as recording,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sensor,
    ):
        said = []
        for line in iter(recording.stdout.readline, ""):
            said.append(line)
            if line.startswith("waiting for the sensor"):
                began = time.monotonic()
                for _ in range(20):
                    sensor.sendto(packet, ("127.0.0.1", free))
            if "gesturemap doctor" in line or "not OSC" in line:
                break
        gone = time.monotonic() - began
        recording.send_signal(signal.SIGINT)
        recording.communicate(timeout=30)
    text = "".join(said)
    assert "ignored from 127.0.0.1: " in text
    assert told in text
    assert ("switch that sensor on" in text) == ("waiting" in told)
    assert gone < 4.5


@pytest.mark.parametrize(
    ("sensor", "lines", "where"),
    [
        (
            "arduino-lines",
            ('device = "" # /dev/ttyACM0', 'format = "lines" #', "baud = 115200 #", '# channels = ["acc_x m/s2"'),
            "listening at a serial port: the first board found, 115200 baud; next:",
        ),
        ("gyrosc", ("port = 9999 #", "[input.messages]", '"/gyrosc/rrate" = ["gyro_x rad/s"'), "UDP port 9999; next:"),
        ("midi-keyboard", ('port = "" #',), "listening at MIDI: the first port found; next:"),
        ("", ("port = 8000 #", '# arguments = ["acc_x m/s2"'), "listening at UDP port 8000; next:"),
    ],
)  # fmt: skip
def test_a_new_project_has_written_out_what_is_to_be_edited(tmp_path, sensor, lines, where):
    made = ask("new", "my piece", *(("--sensor", sensor) if sensor else ()), cwd=tmp_path)
    assert where in made.stdout
    assert made.stdout.rstrip().endswith("gesturemap record 'my piece' GESTURE")
    text = (tmp_path / "my piece" / "project.toml").read_text()
    for line in lines:
        assert f"\n{line}" in text
    project, _ = read_project(tmp_path / "my piece")
    save_project(replace(project, gestures=("circle",)), tmp_path / "my piece")
    after = (tmp_path / "my piece" / "project.toml").read_text()
    assert all(f"\n{line}" in after for line in lines)
    example = lines[-1] if lines[-1].startswith("# ") else ""
    for mark in ("# channels", "# arguments") if example else ():
        after = after.replace(f"\n{mark}", f"\n{mark[2:]}")
    (tmp_path / "my piece" / "project.toml").write_text(after)
    read_project(tmp_path / "my piece")
