"""What is read of WAV files that are broken, huge, cut short, or no files at all."""

from __future__ import annotations

import os
import re
import struct
import tracemalloc

import numpy as np
import pytest

from gesturemap.errors import FileError
from gesturemap.synth import wav


def write(path, data, *, channels=1, rate=48000, bits=16, code=1, promised=None):
    wide = channels * bits // 8
    form = struct.pack("<HHIIHH", code, channels, rate, rate * wide, wide, bits)
    length = len(data) if promised is None else promised
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", length) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def tone(seconds=1.0):
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(48000 * seconds)) / 48000)


@pytest.mark.parametrize(("kind", "bad"), [("<f8", 1e300), ("<f4", 3e38), ("<f4", np.nan), ("<f8", -np.inf)])
def test_numbers_that_are_no_sound_are_counted_and_refused(tmp_path, kind, bad):
    samples = tone()
    samples[[100, 40000]] = bad
    path = write(tmp_path / "bad.wav", samples.astype(kind).tobytes(), bits=8 * int(kind[2]), code=3)
    with pytest.raises(FileError, match=re.escape(f"{path}: 2 samples are no sound")):
        wav.read(path)


def test_a_float_file_that_is_a_little_too_loud_is_read(tmp_path):
    path = write(tmp_path / "loud.wav", (4.0 * tone()).astype("<f4").tobytes(), bits=32, code=3)
    sound, rate = wav.read(path)
    assert rate == 48000
    assert sound[:, 1] == pytest.approx(4.0 * tone(), abs=1e-6)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path):
    os.mkfifo(tmp_path / "x.wav")
    with pytest.raises(FileError, match="a pipe or a device"):
        wav.read(tmp_path / "x.wav")
    with pytest.raises(FileError, match="a folder"):
        wav.read(tmp_path)


def test_a_long_sound_takes_little_more_memory_than_it_must(tmp_path):
    path = write(tmp_path / "long.wav", np.full(4_000_000, 192, np.uint8).tobytes(), bits=8)
    tracemalloc.start()
    try:
        sound, _ = wav.read(path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sound.nbytes == 32_000_000
    assert most < sound.nbytes + 4_000_000
    assert (sound == 0.5).all()


def test_a_sound_that_is_too_long_is_refused_before_it_is_read(tmp_path):
    path = write(tmp_path / "long.wav", b"")
    with path.open("r+b") as file:
        file.truncate(44 + 2 * 48000 * 601)
        file.seek(40)
        file.write(struct.pack("<I", 2 * 48000 * 601))
    with pytest.raises(FileError, match="601 s at 48000 Hz; a sound has at most 600 s"):
        wav.read(path)


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_pieces_join_without_a_seam_at_every_depth(tmp_path, bits):
    count = 2 * wav.PIECE + 7
    whole = np.linspace(-0.9, 0.9, 2 * count).reshape(-1, 2)
    top = 2 ** (bits - 1)
    if bits == 8:
        data = np.round(whole * top + top).astype(np.uint8).tobytes()
    else:
        four = np.round(whole * top).astype("<i4")
        data = four.reshape(-1, 1).view(np.uint8)[:, : bits // 8].tobytes()
    sound, _ = wav.read(write(tmp_path / "x.wav", data, channels=2, bits=bits))
    assert sound.shape == (count, 2)
    assert sound == pytest.approx(whole, abs=0.51 / top + 1e-6)


def test_what_is_there_of_a_sound_that_was_cut_short_is_used_and_known(tmp_path):
    data = (tone() * 32767).astype("<i2").tobytes()
    cut = wav.about(write(tmp_path / "cut.wav", data, promised=3 * len(data)))
    assert (cut.frames, cut.promised) == (48000, 144000)
    streamed = wav.about(write(tmp_path / "streamed.wav", data, promised=0xFFFFFFFF))
    assert (streamed.frames, streamed.promised) == (48000, 48000)
    assert len(wav.read(tmp_path / "cut.wav")[0]) == 48000


@pytest.mark.parametrize(
    "form", [b"", b"\x01\x00", b"\xfe\xff" + bytes(20)], ids=["none", "short", "extensible"]
)
def test_a_header_that_ends_before_it_says_what_it_is_is_told_so(tmp_path, form):
    path = tmp_path / "bad.wav"
    chunk = b"fmt " + struct.pack("<I", len(form)) + form if form else b""
    path.write_bytes(b"RIFF\0\0\0\0WAVE" + chunk)
    with pytest.raises(
        FileError, match="it ends before it says what sound it has; a WAV file with 8 to 32 bits"
    ):
        wav.about(path)
