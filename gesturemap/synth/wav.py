"""WAV files: read what musicians have (8 to 64 bits, whole or float, any chunks), write 16 or 24 bits."""

from __future__ import annotations

import math
import os
import struct
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import FileError

MOST_BYTES = 400 * 1024 * 1024
MOST_CHANNELS = 64
WHOLE, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
RULE = "a WAV file with 8 to 32 bits per sample, or float"
NEXT = "save it again as WAV, 24 bits"


def read(path: Path) -> tuple[NDArray[np.float32], float]:
    """Read a sound as (N, 2) samples in -1..1 and its rate in Hz; mono is doubled, more is mixed down.

    Raises
    ------
    FileError
        If it is missing, too large or no sound, saying why.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise FileError(
                str(path), f"{size / 1e6:.0f} MB", f"at most {MOST_BYTES / 1e6:.0f} MB", "use a part"
            )
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(str(path), reason, "a readable WAV file is wanted", "put the sound there") from error
    try:
        return _parse(data, path)
    except (struct.error, ValueError) as error:
        raise FileError(str(path), f"broken ({error})", RULE, NEXT) from error


def _parse(data: bytes, path: Path) -> tuple[NDArray[np.float32], float]:
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise FileError(str(path), "no RIFF/WAVE at its beginning", RULE, NEXT)
    at, form, sound = 12, b"", b""
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]  # a last chunk may be cut short: what is there is used
        if name == b"fmt ":
            form = body
        elif name == b"data":
            sound = body
            break
        at += 8 + length + length % 2
    code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", form)
    if code == EXTENSIBLE:
        (code,) = struct.unpack_from("<H", form, 24)
    if not 1 <= channels <= MOST_CHANNELS or not 1000 <= rate <= 768000:
        raise FileError(str(path), f"{channels} channels at {rate} Hz", RULE, NEXT)
    samples = _samples(sound, code, bits)
    if samples is None:
        raise FileError(str(path), f"format {code} with {bits} bits", RULE, NEXT)
    rows = samples[: len(samples) // channels * channels].reshape(-1, channels)
    if len(rows) < 2:
        raise FileError(str(path), "no sound in it", "at least two samples", "choose another file")
    stereo = rows if channels == 2 else np.repeat(rows.mean(axis=1, keepdims=True), 2, axis=1)
    return np.nan_to_num(stereo, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32), float(rate)


def _samples(sound: bytes, code: int, bits: int) -> NDArray[Any] | None:
    whole = sound[: len(sound) // max(bits // 8, 1) * max(bits // 8, 1)]
    if code == FLOAT and bits in (32, 64):
        return np.frombuffer(whole, f"<f{bits // 8}")
    if code != WHOLE or bits not in (8, 16, 24, 32):
        return None
    if bits == 8:
        return np.frombuffer(whole, np.uint8) / np.float32(128.0) - np.float32(1.0)
    if bits == 24:
        three = np.frombuffer(whole, np.uint8).reshape(-1, 3)
        four = np.zeros((len(three), 4), np.uint8)
        four[:, 1:] = three
        return four.view("<i4")[:, 0] / np.float32(2.0**31)
    return np.frombuffer(whole, f"<i{bits // 8}") / np.float32(2.0 ** (bits - 1))


def write_wav(path: str | Path, samples: NDArray[Any], rate: float = 48000, bits: int = 24) -> Path:
    """Write (N, 2) or (N,) samples in -1..1 as 16 or 24 bits: to a temporary file first, then in one step.

    Raises
    ------
    FileError
        If the folder cannot be written to.
    """
    path = Path(path)
    rows = np.atleast_2d(np.asarray(samples, float).T).T
    top = 2.0 ** (bits - 1)
    whole = np.clip(np.round(np.nan_to_num(rows) * top), -top, top - 1).astype("<i4")
    data = (
        whole.astype("<i2").tobytes() if bits == 16 else whole.reshape(-1, 1).view(np.uint8)[:, :3].tobytes()
    )
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as raw:
                with wave.open(raw, "wb") as file:
                    file.setnchannels(rows.shape[1])
                    file.setsampwidth(bits // 8)
                    file.setframerate(round(rate))
                    file.writeframes(data)
                raw.flush()
                os.fsync(raw.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileError(
            str(path), error.strerror or str(error), "a writable folder", "choose another"
        ) from error
    return path


def rms(samples: NDArray[Any]) -> float:
    """Root mean square of samples, in dB of full scale (a full sine: -3 dB); -inf for silence."""
    power = float(np.mean(np.square(np.asarray(samples, float)))) if np.size(samples) else 0.0
    return 10.0 * math.log10(power) if power > 0.0 else -math.inf


def peak(samples: NDArray[Any]) -> float:
    """The largest sample, in dB of full scale; -inf for silence."""
    top = float(np.max(np.abs(samples))) if np.size(samples) else 0.0
    return 20.0 * math.log10(top) if top > 0.0 else -math.inf
