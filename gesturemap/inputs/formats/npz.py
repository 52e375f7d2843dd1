"""Recordings in an ``.npz``: arrays X (frames, C), lengths, label, user, rate, channels and, where known, t.

A demonstration of a project (values, time, channels, label) is a file of one recording.
"""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import FileError
from gesturemap.frames import Spec
from gesturemap.inputs.formats import recording
from gesturemap.inputs.formats.recording import Recording, Recordings

NPZ = "an .npz with arrays X, lengths, label, rate and channels is wanted"


def read_npz(path: Path, place: str) -> Recordings:
    """Everything in the arrays of a file."""
    arrays = as_recordings(_arrays(path, place))
    missing = [name for name in ("X", "lengths", "rate", "channels") if name not in arrays]
    if missing:
        raise FileError(place, f"no array {', '.join(missing)}", NPZ, "export it again")
    x, lengths = arrays["X"], arrays["lengths"]
    count = len(lengths) if lengths.ndim == 1 else 0
    rate = float(arrays["rate"]) if arrays["rate"].size == 1 and arrays["rate"].dtype.kind in "iuf" else 0.0
    label, user = (arrays.get(name, np.full(count, "")) for name in ("label", "user"))
    time = arrays.get("t", np.zeros(len(x)) if x.ndim else np.zeros(0))
    right = (
        x.ndim == 2
        and x.dtype.kind in "iuf"
        and lengths.dtype.kind in "iu"
        and count > 0
        and int(lengths.min()) >= 0
        and int(lengths.max()) <= len(x)
        and int(lengths.sum()) == len(x)
        and time.shape == (len(x),)
        and time.dtype.kind in "iuf"
        and label.shape == user.shape == (count,)
        and arrays["channels"].shape == (x.shape[1],)
        and math.isfinite(rate)
        and rate > 0.0
    )
    if not right:
        shapes = ", ".join(f"{name} {found.shape}" for name, found in arrays.items())
        raise FileError(place, shapes, "the arrays do not fit together", "export it again")
    spec = Spec.of(*(str(text) for text in arrays["channels"]), rate=rate)
    recordings = []
    start = 0
    for index, length in enumerate(lengths.tolist()):
        part = slice(start, start + length)
        own = time[part].astype(np.float64) if "t" in arrays else np.arange(length) / rate
        values = x[part].astype(np.float64)
        recordings.append(Recording(str(label[index]), str(user[index]), own, values))
        start += length
    return Recordings(spec, tuple(recordings))


def holds_one(path: Path) -> bool:
    """Whether a file is one demonstration of a project, not recordings; where it is neither, its reader says so."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "X.npy" not in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return True


def as_recordings(arrays: Mapping[str, NDArray[Any]]) -> Mapping[str, NDArray[Any]]:
    """The arrays of a demonstration as those of one recording, its outputs behind its channels; others as they are."""
    values, time, targets = arrays.get("values"), arrays.get("time"), arrays.get("targets")
    if "X" in arrays or values is None or time is None or values.ndim != 2 or time.shape != values.shape[:1]:
        return arrays
    made = {"X": values, "lengths": np.array([len(values)]), "t": time}
    made |= {name: arrays[name] for name in ("channels", "rate") if name in arrays}
    if "label" in arrays:
        made["label"] = np.array([str(arrays["label"])])
    if not made.get("rate", np.zeros(())).any() and len(time) > 1 and time[-1] > time[0]:
        made["rate"] = np.array((len(time) - 1) / (time[-1] - time[0]))
    if targets is not None and targets.size and targets.shape[:1] == time.shape and "outputs" in arrays:
        made["X"], made["din"] = np.hstack([values, targets]), np.array(values.shape[1])
        made["channels"] = np.concatenate([arrays["channels"], arrays["outputs"]])
    return made


def _arrays(path: Path, place: str) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
        if size > recording.LARGEST:
            raise FileError(
                place, f"{size} bytes unpacked", f"at most {recording.LARGEST} bytes", "cut it into pieces"
            )
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (
        ValueError,
        EOFError,
        KeyError,
        MemoryError,
        RuntimeError,
        zlib.error,
        zipfile.BadZipFile,
    ) as error:
        raise FileError(place, f"broken ({error})"[:200], NPZ, "export it again") from error
