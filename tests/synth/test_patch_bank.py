"""Patches in projects: filled up where a project names one, its own words first, whole once it is saved."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

import pytest

from gesturemap.cli.sounds import sounds
from gesturemap.errors import FileError, SettingsError
from gesturemap.library import patches as shelf
from gesturemap.project.project import SoundSettings, read_section
from gesturemap.synth.effects import Delay, Room
from gesturemap.synth.patches import bank, read
from gesturemap.synth.wav import read as read_wav
from gesturemap.synth.wav import rms


def sound(**table) -> SoundSettings:
    return read_section("sound", table, "project.toml")["sound"]


def test_a_project_names_a_patch_and_says_what_is_otherwise():
    wanted = bank()["glass-bells"].voice
    (voice,) = sound(voices=[{"patch": "glass-bells", "level": -12.0}]).voices
    assert (voice.kind, voice.name, voice.patch, voice.level) == ("fm", "glass-bells", "glass-bells", -12.0)
    assert voice.decay == wanted.decay
    (other,) = sound(voices=[{"patch": "glass-bells", "name": "bells"}]).voices
    assert other.name == "bells"


def test_what_was_saved_is_whole_and_needs_no_bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first = sound(voices=[{"patch": "koto"}])
    table = first.table()
    assert table["voices"][0]["kind"] == "pluck"
    monkeypatch.setattr("gesturemap.library.shelves", lambda what: [tmp_path])
    assert not shelf()
    assert sound(**table) == first


def test_an_unknown_patch_is_named_with_what_was_meant():
    with pytest.raises(SettingsError, match=r"no patch 'glas-bells'; .*did you mean 'glass-bells'\?"):
        sound(voices=[{"patch": "glas-bells"}])


@pytest.mark.parametrize(
    "text", ["", "about = 3\n[voice]\nkind = 'pad'", "voice = 3", "about = ''\n[voise]\nkind = 'pad'", "["]
)
def test_a_broken_patch_of_ones_own_is_left_out_of_the_bank(tmp_path, monkeypatch, text):
    (tmp_path / "mine.toml").write_text("about = 'mine'\n[voice]\nkind = 'pad'\n")
    (tmp_path / "bad.toml").write_text(text)
    monkeypatch.setattr("gesturemap.library.shelves", lambda what: [tmp_path])
    assert list(bank()) == ["mine"]
    with pytest.raises(Exception, match=r"bad\.toml"):
        read(tmp_path / "bad.toml")


def test_effects_and_the_card_stand_in_the_section_and_come_back():
    settings = sound(
        volume=0.5,
        device="usb",
        rate=44100.0,
        block=64,
        channels=[3, 4],
        delay={"time": 0.25},
        room={"seconds": 6.0},
    )
    assert settings.effects.delay == Delay(time=0.25)
    assert settings.effects.room == Room(seconds=6.0)
    assert (settings.device, settings.block, settings.channels) == ("usb", 64, (3, 4))
    assert sound(**settings.table()) == settings
    with pytest.raises(SettingsError, match=r"sound\.room.*no setting 'secnds'"):
        sound(room={"secnds": 1.0})
    with pytest.raises(SettingsError, match=r"write \[sound\.delay\]"):
        sound(delay=3)


@pytest.mark.parametrize("name", ["theremin", "scrub-choir"])
@pytest.mark.long
def test_the_phrase_of_a_drone_that_goes_on_ends_with_a_release(name: str, tmp_path: Path):
    assert sounds(Namespace(name=name, out=str(tmp_path / "phrase.wav"))) == 0
    samples, rate = read_wav(tmp_path / "phrase.wav")
    assert rms(samples[-round(rate) : -round(0.5 * rate)]) > -40.0
    assert abs(samples[-10:]).max() < 1e-4


def test_a_broken_patch_is_left_out_and_said_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "loud.toml").write_text('about = "x"\n[voice]\nkind = "pad"\nlevel = nan\n')
    (tmp_path / "gong.toml").write_text('about = "x"\n[voice]\nkind = "gong"\n')
    (tmp_path / "soft.toml").write_text('about = "x"\n[voice]\nkind = "pad"\n')
    os.mkfifo(tmp_path / "pipe.toml")
    monkeypatch.setattr("gesturemap.library.shelves", lambda what: [tmp_path])
    assert sounds(Namespace(name=None, out=None)) == 0
    told = capsys.readouterr().out
    assert "1 patches" in told
    assert [line.partition(".toml")[0].rpartition("/")[2] for line in told.splitlines() if "left out" in line] == [
        "gong", "loud", "pipe",
    ]  # fmt: skip
    with pytest.raises(SettingsError, match="level"):
        sounds(Namespace(name="loud", out=None))


def test_nothing_is_written_over(tmp_path: Path):
    mine = tmp_path / "mine.wav"
    mine.write_bytes(b"my song")
    with pytest.raises(FileError, match="nothing is overwritten"):
        sounds(Namespace(name="acid", out=str(mine)))
    assert mine.read_bytes() == b"my song"
