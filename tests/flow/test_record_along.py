"""Mapping by demonstration through the real processes: a sound is played, a movement recorded, a model learns both."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from shell import ask, run
from test_record_faults import sending

from gesturemap.cli.record import MICROPHONE_THERE, synth_there
from gesturemap.doctor import children
from gesturemap.project.read import read_project
from gesturemap.synth.wav_write import write_wav

RATE = 24000


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    time = np.arange(2 * RATE) / RATE
    phase = np.cumsum(440 * 2 ** ((60 + 6 * time - 69) / 12)) / RATE
    return write_wav(tmp_path / "glide.wav", 0.3 * np.sin(2 * np.pi * phase), RATE)


@pytest.mark.long
def test_a_movement_made_to_a_sound_has_it_as_its_outputs(tmp_path, sound):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind(("127.0.0.1", 0))
        free = int(asked.getsockname()[1])
    made = run("new", "mine", "--port", str(free), "--sound", str(sound), cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "next: gesturemap record mine GESTURE --with mine/sounds/glide.wav" in made.stdout
    folder = tmp_path / "mine"
    with sending(free):
        done = run("record", "mine", "wave", "--with", str(sound), "--count-in", "0.2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[lines.index("go") - 1] == "wave 1 of 1: in 0.2 s", (
        "nothing is waited for once it is counted in"
    )
    project, warnings = read_project(folder)
    assert not warnings
    (demonstration,) = project.demonstrations
    assert [channel.name for channel in demonstration.outputs] == ["loudness", "pitch", "centroid"]
    assert 1.5 < demonstration.seconds < 2.1
    pitch = demonstration.targets[:, 1]
    heard = demonstration.targets[:, 0] > -60
    assert pitch[heard][5] == pytest.approx(60.0, abs=2.5)
    assert pitch[heard][-5] == pytest.approx(72.0, abs=2.5)
    assert (np.diff(pitch[heard][5:-5]) > -0.1).all()
    assert (folder / "sounds" / "glide.wav").is_file()
    check = run("check", "mine", cwd=tmp_path)
    assert "model hhmr" in check.stdout


def test_nothing_is_counted_in_before_the_synth_is_there(capsys):
    class Control:
        quit, turns = False, 0
        synth = SimpleNamespace(state="starting")

        def turn(self, _: float) -> None:
            self.turns += 1
            if self.turns == 3:
                self.synth.state = "no sound card"

    control = Control()
    for _ in range(2):
        synth_there(control)
    assert control.turns == 3
    assert capsys.readouterr().out == "waiting for the synth, through which the sound goes\n"


@pytest.mark.long
def test_a_preset_and_a_file_that_is_no_sound_are_refused_before_anything_is_recorded(
    tmp_path, folder, sound
):
    (tmp_path / "text.wav").write_text("no sound")
    refused = run("record", str(folder), "wave", "--with", str(tmp_path / "text.wav"), cwd=tmp_path)
    assert refused.returncode == 2
    assert "no RIFF/WAVE at its beginning" in refused.stderr
    wrong = run("record", str(folder), "wave", "--with", str(sound), "--describe", "warmth", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "there are loudness, pitch" in wrong.stderr


@pytest.mark.long
def test_a_sound_cut_short_is_named_and_the_sensor_is_not_blamed(tmp_path, folder, sound):
    """The header says 2 s, half a second is there, and 3 s are asked for: what sounded is kept."""
    cut = tmp_path / "cut.wav"
    cut.write_bytes(sound.read_bytes()[: 44 + 3 * RATE // 2])
    tiny = tmp_path / "tiny.wav"
    tiny.write_bytes(sound.read_bytes()[: 44 + 18])
    for refused in (
        ask("new", "mine", "--sound", str(tiny), cwd=tmp_path),
        ask("record", str(folder), "wave", "--with", str(tiny), cwd=tmp_path),
    ):
        assert refused.returncode == 2
        assert "0.000 s of sound are in it, though its header says 2.00 s" in refused.stderr
    assert not (tmp_path / "mine").exists()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind(("127.0.0.1", 0))
        free = int(asked.getsockname()[1])
    made = ask("new", "mine", "--port", str(free), "--sound", str(cut), cwd=tmp_path)
    assert made.returncode == 0
    line = "cut.wav: 0.50 s of sound are in it, though its header says 2.00 s"
    assert line in made.stderr
    with sending(free):
        done = run(
            "record", "mine", "wave", "--with", str(cut), "--for", "3", "--count-in", "0.2", cwd=tmp_path
        )
    assert line in done.stderr
    assert done.returncode == 0, done.stderr
    assert "kept " in done.stdout
    assert "the sensor was silent" not in done.stdout


@pytest.mark.long
def test_a_take_whose_sound_is_silent_is_kept_and_said(tmp_path, folder):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind(("127.0.0.1", 0))
        free = int(asked.getsockname()[1])
    silent = write_wav(tmp_path / "silent.wav", np.zeros(RATE), RATE)
    made = ask("new", "mine", "--port", str(free), "--sound", str(silent), cwd=tmp_path)
    assert made.returncode == 0
    with sending(free):
        done = run("record", "mine", "wave", "--with", str(silent), "--count-in", "0.2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "\nkept " in done.stdout
    assert (
        "recording of 'wave': its sound, sounds/silent.wav, is silent, nothing in it is above -80 dB; "
        "the movement is kept; delete it and record again" in done.stderr
    )


@pytest.mark.long
def test_without_an_input_nobody_is_counted_in(tmp_path):
    if not children.ask(["-c", MICROPHONE_THERE], 60.0).table().get("fault"):
        pytest.skip("there is a microphone here")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind(("127.0.0.1", 0))
        free = int(asked.getsockname()[1])
    assert ask("new", "mine", "--port", str(free), cwd=tmp_path).returncode == 0
    with sending(free):
        done = run("record", "mine", "wave", "--microphone", "--count-in", "0.2", cwd=tmp_path)
    assert done.returncode == 2
    assert (
        "microphone: there is no input device; an input of a sound card is wanted; connect one" in done.stderr
    )
    assert "go" not in done.stdout.splitlines()
    assert "wave 1 of 1" not in done.stdout
