"""WAV files as musicians have them: 8 to 64 bits, whole or float, any chunks."""

from __future__ import annotations

import math
import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import FileError

MOST_BYTES = 400 * 1024 * 1024
MOST_CHANNELS = 64
MOST_SECONDS, MOST_FRAMES = 600.0, 600 * 96000
"""Of one sound; in memory a frame takes 8 bytes."""
MOST_CHUNKS = 1000
LOUDEST = 8.0
"""Samples beyond this, 18 dB above full scale, are no sound."""
PIECE = 1 << 16
"""Frames that are read at once."""
ENDLESS = 0xFFFFFF00
"""From here on a length in a header means that whoever wrote it did not know it yet."""
WHOLE, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
FORM, LONG_FORM = 16, 26
"""Bytes in which a header says what it is, and where it says that it is extensible."""
RULE = "a WAV file with 8 to 32 bits per sample, or float"
NEXT = "save it again as WAV, 24 bits"


class Form(NamedTuple):
    """What the header says, and what is there."""

    code: int
    bits: int
    channels: int
    rate: int
    start: int
    """First byte of the sound."""
    frames: int
    """That are there."""
    promised: int
    """That there are by the header; as many as are there where it does not know."""


def about(path: Path) -> Form:
    """What kind of sound is in a file, and how much.

    Raises
    ------
    FileError
        If it is missing, no plain file, too large or no sound, saying why.
    """
    with _opened(path) as file:
        return _header(file, path)


def read(path: Path) -> tuple[NDArray[np.float32], float]:
    """Read a sound as (N, 2) samples in -1..1 and its rate in Hz; mono is doubled, more is mixed down.

    Raises
    ------
    FileError
        If it is missing, no plain file, too large or too long, or no sound, saying why.
    """
    with _opened(path) as file:
        form = _header(file, path)
        return _sound(file, form, path), float(form.rate)


def torn(path: Path) -> str:
    """A line about a sound of which less is there than its header says; empty where it is whole.

    Raises
    ------
    FileError
        As `about`.
    """
    form = about(path)
    if form.promised <= form.frames:
        return ""
    there, promised = form.frames / form.rate, form.promised / form.rate
    return (
        f"{path}: {there:.2f} s of sound are in it, though its header says {promised:.2f} s; "
        "what there is plays; copy it once more to have the rest"
    )


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file, open; what goes wrong with it is told by its name."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # to open a pipe would be to wait for whoever writes into it
            what = "a folder" if stat.S_ISDIR(about.st_mode) else "no plain file but a pipe or a device"
            raise FileError(str(path), what, "a readable WAV file is wanted", "put the sound there")
        size = about.st_size
        if size > MOST_BYTES:
            raise FileError(
                str(path), f"{size / 1e6:.0f} MB", f"at most {MOST_BYTES / 1e6:.0f} MB", "use a part"
            )
        with path.open("rb") as file:
            yield file
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(str(path), reason, "a readable WAV file is wanted", "put the sound there") from error
    except (struct.error, ValueError) as error:
        raise FileError(str(path), f"broken ({error})", RULE, NEXT) from error


def _header(file: BinaryIO, path: Path) -> Form:
    size = os.fstat(file.fileno()).st_size
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise FileError(str(path), "no RIFF/WAVE at its beginning", RULE, NEXT)
    at, form, length = 12, b"", 0
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        if len(chunk := file.read(8)) < 8:
            break
        name, length = struct.unpack("<4sI", chunk)
        if name == b"data":
            break
        if name == b"fmt ":
            form = file.read(min(length, 64))
        at, length = at + 8 + length + length % 2, 0
    if len(form) < (LONG_FORM if form[:2] == EXTENSIBLE.to_bytes(2, "little") else FORM):
        raise FileError(str(path), "it ends before it says what sound it has", RULE, NEXT)
    code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", form)
    if code == EXTENSIBLE:
        (code,) = struct.unpack_from("<H", form, 24)
    if not 1 <= channels <= MOST_CHANNELS or not 1000 <= rate <= 768000:
        raise FileError(str(path), f"{channels} channels at {rate} Hz", RULE, NEXT)
    if bits not in {WHOLE: (8, 16, 24, 32), FLOAT: (32, 64)}.get(code, ()):
        raise FileError(str(path), f"format {code} with {bits} bits", RULE, NEXT)
    wide, start = channels * bits // 8, at + 8
    frames = max(min(length, size - start), 0) // wide  # a sound may be cut short: what is there is used
    if frames < 2:
        raise FileError(str(path), "no sound in it", "at least two samples", "choose another file")
    if frames > min(MOST_SECONDS * rate, MOST_FRAMES):
        raise FileError(
            str(path),
            f"{frames / rate:.0f} s at {rate} Hz",
            f"a sound has at most {MOST_SECONDS:.0f} s, and at most {MOST_FRAMES / 1e6:.1f} million samples a channel",
            "use a part of it",
        )
    return Form(code, bits, channels, rate, start, frames, frames if length >= ENDLESS else length // wide)


def _sound(file: BinaryIO, form: Form, path: Path) -> NDArray[np.float32]:
    """The sound in stereo; read in pieces, so that hardly more memory is used than it takes in the end."""
    out, strange = np.zeros((form.frames, 2), np.float32), 0
    wide = form.channels * form.bits // 8
    file.seek(form.start)
    for first in range(0, form.frames, PIECE):
        data = file.read(min(PIECE, form.frames - first) * wide)
        rows = _samples(data, form.code, form.bits).reshape(-1, form.channels)
        if form.code == FLOAT:
            strange += int(np.count_nonzero(~(np.abs(rows) <= LOUDEST)))
            if strange:
                continue
        out[first : first + len(rows)] = rows if form.channels == 2 else rows.mean(axis=1, keepdims=True)
    if strange:
        raise FileError(
            str(path),
            f"{strange} samples are no sound (no number, or beyond {LOUDEST:g})",
            "samples lie between -1 and 1",
            NEXT,
        )
    return out


def _samples(data: bytes, code: int, bits: int) -> NDArray[Any]:
    if code == FLOAT:
        return np.frombuffer(data, f"<f{bits // 8}")
    if bits == 8:
        return np.frombuffer(data, np.uint8) / np.float32(128.0) - np.float32(1.0)
    if bits == 24:
        three = np.frombuffer(data, np.uint8).reshape(-1, 3)
        four = np.zeros((len(three), 4), np.uint8)
        four[:, 1:] = three
        return four.view("<i4")[:, 0] / np.float32(2.0**31)
    return np.frombuffer(data, f"<i{bits // 8}") / np.float32(2.0 ** (bits - 1))


def rms(samples: NDArray[Any]) -> float:
    """Root mean square of samples, in dB of full scale (a full sine: -3 dB); -inf for silence."""
    power = float(np.mean(np.square(np.asarray(samples, float)))) if np.size(samples) else 0.0
    return 10.0 * math.log10(power) if power > 0.0 else -math.inf


def peak(samples: NDArray[Any]) -> float:
    """The largest sample, in dB of full scale; -inf for silence."""
    top = float(np.max(np.abs(samples))) if np.size(samples) else 0.0
    return 20.0 * math.log10(top) if top > 0.0 else -math.inf
