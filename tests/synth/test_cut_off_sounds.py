"""A sound file that was cut off, as a copy that broke off leaves it: what there is plays, and a line says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gesturemap.synth.corpus import Corpus
from gesturemap.synth.grains import Grains
from gesturemap.synth.mixer import Mixer
from gesturemap.synth.sampler import Sampler
from gesturemap.synth.scrub import Scrub
from gesturemap.synth.wav_write import write_wav

VOICES = (
    Scrub(file="a.wav"),
    Grains(file="a.wav"),
    Sampler(files={"hit": "a.wav"}),
    Corpus(sounds=("a.wav",)),
)


@pytest.mark.long
@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.kind)
def test_it_gives_one_line_and_its_remainder_plays(voice, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", 0.3 * np.sin(np.arange(3 * 48000) / 20.0)[:, None].repeat(2, 1))
    assert Mixer((voice,), folder=tmp_path).faults == ()
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 3)
    (line,) = Mixer((voice,), folder=tmp_path).faults
    for part in (
        "a.wav",
        "1.00 s of sound are in it",
        "header says 3.00 s",
        "what there is plays",
        "copy it",
    ):
        assert part in line
