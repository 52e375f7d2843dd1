"""Commands that cannot do what is asked: exit code 2, one clear line, nothing lost."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tomlkit
from shell import ask, run

from gesturemap.demonstrations import Demonstration
from gesturemap.project.read import read_project
from gesturemap.project.save import save_model, save_project

TAKEN = 28471


def broken_toml(project: Path) -> tuple[str, ...]:
    (project / "project.toml").write_text("[input\nkind = 'osc'")
    return ("check", str(project))


def misspelt(project: Path) -> tuple[str, ...]:
    text = (project / "project.toml").read_text()
    (project / "project.toml").write_text(text.replace("states", "stats"))
    return ("perform", str(project))


def with_nan(project: Path) -> tuple[str, ...]:
    (path, *_) = sorted((project / "demonstrations").glob("*.npz"))
    arrays = dict(np.load(path))
    arrays["values"][5, 1] = np.nan
    np.savez(path, **arrays)
    return ("train", str(project))


def emptied(project: Path) -> tuple[str, ...]:
    save_project(replace(read_project(project)[0], demonstrations=()), project)
    return ("perform", str(project))


def one_frame(project: Path) -> tuple[str, ...]:
    whole = read_project(project)[0]
    first = whole.demonstrations[0]
    tap = Demonstration("tap-0", "tap", first.spec, first.time[:1], first.values[:1])
    save_project(replace(whole, demonstrations=(*whole.demonstrations, tap)), project)
    return ("train", str(project))


def port_in_use(project: Path) -> tuple[str, ...]:
    text = (project / "project.toml").read_text()
    (project / "project.toml").write_text(text.replace("port = 0", f"port = {TAKEN}"))
    return ("perform", str(project), "--sound", "off")


def no_serial(project: Path) -> tuple[str, ...]:
    text = (project / "project.toml").read_text()
    head, _, tail = text.partition("[input]")
    _, _, tail = tail.partition("\n\n")
    serial = '[input]\nkind = "serial"\ndevice = "/dev/no-such-device"\nchannels = ["x", "y"]\n\n'
    (project / "project.toml").write_text(head + serial + tail)
    return ("record", str(project), "line")


FAULTS = {
    "missing preset": (lambda _: ("perform", "no-such-preset"), "no-such-preset"),
    "broken project file": (broken_toml, "project.toml"),
    "misspelt setting": (misspelt, "states"),
    "NaN in a demonstration": (with_nan, "finite"),
    "empty vocabulary": (emptied, "record a gesture"),
    "a gesture with one frame": (one_frame, "tap"),
    "port in use": (port_in_use, "port"),
    "no serial device": (no_serial, "/dev/no-such-device"),
    "no log": (lambda p: ("replay", str(p / "project.toml")), "XDF"),
}


@pytest.fixture
def taken() -> Iterator[None]:
    """A port that another program holds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", TAKEN))
        yield


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.usefixtures("taken")
def test_what_is_wrong_is_one_clear_line_and_exit_code_2(folder, fault):
    spoil, named = FAULTS[fault]
    words = spoil(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ended = run(*words, cwd=folder)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    lines = [line for line in ended.stderr.splitlines() if not line.startswith("compiling")]
    assert named in lines[0]
    assert lines[0].count(";") >= 2, "value; rule; next step"
    assert len(lines) <= 2
    assert "Traceback" not in ended.stderr
    assert {path: path.read_bytes() for path in before} == before, "something was lost"


@pytest.mark.parametrize(
    "words",
    [
        ("new", "mine", "--sensor", "nothing"),
        ("new", "x" * 300),
        ("new", "~nobody-of-this-name/x"),
        ("new", " "),
        ("presets", "pointer", "--copy", "x" * 300),
        ("presets", "pointer", "--copy", ""),
        ("demo", "--speed", "abc"),
        ("record", "p", "wave", "--times", "2.5"),
        ("perform", "x" * 5000),
        ("nothing",),
        ("record", "p"),
    ],
)
def test_wrong_words_are_one_line_and_code_2(words, tmp_path):
    of_its_own = words in (("nothing",), ("new", " "))  # refused by the parser, and by the command
    ended = (run if of_its_own else ask)(*words, cwd=tmp_path)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("gesturemap: ")
    assert len(ended.stderr) < 1500


def test_a_replay_whose_file_is_not_there_is_named_before_what_follows_from_it(folder):
    project = folder / "project.toml"
    document = tomlkit.parse(project.read_text())
    document["input"] = {"kind": "replay", "path": "nix.csv"}
    project.write_text(tomlkit.dumps(document))
    for file in (folder / "demonstrations").glob("*.npz"):
        file.unlink()
    ended = ask("perform", str(folder), "--sound", "off", cwd=folder)
    assert ended.returncode == 2
    assert "nix.csv" in ended.stderr.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("doctor", "pointer", "--for", "1e9"), "1e9: a number above 0 and below 1000000 is wanted"),
        (("perform", "pointer", "--for", "inf"), "inf: a number above 0 and below 1000000 is wanted"),
        (("phone", "--phones", "0"), "0: a whole number from 1 to 8 is wanted"),
        (("phone", "--phones", "500"), "500: a whole number from 1 to 8 is wanted"),
        (("perfrom", "pointer"), "'perfrom' is none of them; did you mean perform?"),
        (("perform", "pointer", "--sound", "of"), "did you mean off?"),
        (
            ("new", "p1", "--sensor", "arduino-lines", "--port", "9000"),
            "arduino-lines is a sensor of kind serial",
        ),
    ],
)
def test_what_is_out_of_range_or_misspelt_is_told_what_would_be_right(words, said, tmp_path):
    ended = ask(*words, cwd=tmp_path)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sounds", "--out", "all.wav"), "name a patch: gesturemap sounds PATCH --out all.wav"),
        (("sounds", "acid", "--out", "x.mp3"), "x.mp3: its name ends in .mp3; what is written is a WAV file"),
        (
            ("sounds", "acid", "--out", "nowhere/x.wav"),
            "there is no folder nowhere; the file is written into",
        ),
    ],
)
def test_a_sound_is_refused_before_it_is_rendered(words, said, tmp_path):
    ended = ask(*words, cwd=tmp_path)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_a_model_of_other_channels_is_not_played_unless_that_is_wanted(folder):
    """It would stay silent for a whole concert, and say so once at the beginning."""
    text = (folder / "project.toml").read_text()
    (folder / "project.toml").write_text(text.replace('"x"', '"ax"'))
    ended = run("perform", str(folder), "--for", "1", "--sound", "off", cwd=folder)
    assert ended.returncode == 2, ended.stdout
    *_, why, last = ended.stderr.splitlines()
    assert "it was trained on x" in why
    assert "name the channels in [input] as they were" in why
    assert last == "gesturemap: not played: mend this, or play the rest with --anyway"
    ended = run("perform", str(folder), "--for", "1", "--sound", "off", "--anyway", cwd=folder)
    assert ended.returncode == 0, ended.stderr


def test_check_says_of_a_saved_model_that_it_cannot_be_read(folder):
    assert "in order" in ask("check", str(folder), cwd=folder).stdout
    for broken, why in (
        (b"no model", "it cannot be read (File is not a zip"),
        (None, "it cannot be read: model.txt"),
    ):
        save_model(folder, broken or b"another", "")
        if broken is None:
            (folder / "model.npz").write_bytes(b"no model either")
        ended = ask("check", str(folder), cwd=folder)
        assert ended.returncode == 2
        assert "1 thing to look at" in ended.stdout
        (line,) = [line for line in ended.stderr.splitlines() if "model.npz" in line]
        assert why in line
        assert (
            f"fitted again when the project is opened; nothing has to be done, or: gesturemap train {folder}"
            in line
        )


def test_a_table_that_a_program_reads_is_not_cut(tmp_path):
    out = run("sounds", "glass-bells", cwd=tmp_path).stdout
    assert "glass-bells.feedback " in out
    assert "…" not in out
