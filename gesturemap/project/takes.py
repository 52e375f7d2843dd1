"""One demonstration as one file, ``demonstrations/<id>.npz``: plain arrays that any NumPy can read.

| array | shape, type | meaning |
|---|---|---|
| ``values`` | (T, C) float | the frames |
| ``time`` | (T,) float | seconds, never going back |
| ``channels`` | (C,) text | ``name unit`` each |
| ``label`` | () text | the gesture |
| ``id``, ``note`` | () text, optional | its name in the project; anything to remember |
| ``rate`` | () float, optional | nominal rate in Hz |
| ``targets``, ``outputs`` | (T, M) float, (M,) text, optional | what they should give |
| ``enabled`` | () bool, optional | whether it is learned from; yes where it is not there |
| ``layer`` | () text, optional | one of `LAYERS`; this piece's where it is not there |
| ``start``, ``end`` | () float, optional | s since the first frame; what is learned from lies between; 0, 0: all |
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Container
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from gesturemap.demonstrations import EMPTY, LAYERS, PIECE, Demonstration, checked_label
from gesturemap.errors import DataError, FileError, GesturemapError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.project.arrays import MOST_INFLATED, Array, read_npz, write_npz

SAFE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)")
"""Names that mean a device on Windows, whatever their ending."""
LONGEST_TEXT = 10_000
NEXT = "restore the file from a copy, or delete it"


def slug(label: str) -> str:
    """A label as part of a file name: plain letters, digits and ``-``."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-") or "gesture"


def new_id(label: str, taken: Container[str]) -> str:
    """A free id for a demonstration of this gesture: ``circle-04``."""
    number = 1
    while (name := f"{slug(label)}-{number:02d}") in taken:
        number += 1
    return name


def file_name(identity: str) -> str:
    """The file of a demonstration; any id gives a name that is safe in every folder."""
    if SAFE.fullmatch(identity) and not DEVICES.fullmatch(identity):
        return f"{identity}.npz"
    return f"{slug(identity)}-{hashlib.sha256(identity.encode('utf-8', 'replace')).hexdigest()[:8]}.npz"


def encode(demonstration: Demonstration) -> bytes:
    """The bytes of its file; the same demonstration gives the same bytes."""
    arrays: dict[str, Array] = {
        "id": np.array(demonstration.id),
        "label": np.array(demonstration.label),
        "note": np.array(demonstration.note),
        "channels": np.array([str(channel) for channel in demonstration.spec.channels], np.str_),
        "rate": np.array(demonstration.spec.rate),
        "time": demonstration.time,
        "values": demonstration.values,
    }
    if demonstration.outputs:
        arrays["outputs"] = np.array([str(channel) for channel in demonstration.outputs], np.str_)
        arrays["targets"] = demonstration.targets
    if not demonstration.enabled:
        arrays["enabled"] = np.array(False)
    if demonstration.layer != PIECE:
        arrays["layer"] = np.array(demonstration.layer)
    if demonstration.start or demonstration.end:
        arrays["start"], arrays["end"] = np.array(demonstration.start), np.array(demonstration.end)
    return write_npz(arrays)


def read_demonstration(path: Path, room: int = MOST_INFLATED) -> tuple[Demonstration, int]:
    """Read and check one file.

    Returns
    -------
    The demonstration, and how many bytes of `room` it took (see `arrays.read_npz`).

    Raises
    ------
    FileError, DataError
        Naming the file and what is wrong with it.
    """
    arrays, inflated = read_npz(path, str(path), room)
    missing = [name for name in ("values", "time", "channels", "label") if name not in arrays]
    if missing:
        raise FileError(
            str(path), f"no array '{missing[0]}'", "values, time, channels and label are wanted", NEXT
        )
    try:
        return _demonstration(path, arrays), inflated
    except DataError as error:
        raise DataError(f"{path}, {error.place}", error.value, error.rule, error.next_step) from error
    except GesturemapError as error:
        raise FileError(f"{path}, {error.place}", error.value, error.rule, error.next_step) from error


def _demonstration(path: Path, arrays: dict[str, Array]) -> Demonstration:
    identity = _text(path, arrays, "id")
    if file_name(identity) != path.name:
        identity = path.stem  # the file was copied or renamed: it is a demonstration of its own now
    channels = _channels(path, arrays, "channels")
    outputs = _channels(path, arrays, "outputs") if "outputs" in arrays else ()
    time = _numbers(path, arrays, "time", None)
    values = _numbers(path, arrays, "values", (len(time), len(channels)))
    targets = _numbers(path, arrays, "targets", (len(time), len(outputs))) if outputs else EMPTY
    rate = float(_numbers(path, arrays, "rate", ())) if "rate" in arrays else 0.0
    if not np.isfinite(rate) or rate < 0.0:
        raise FileError(str(path), f"rate {rate} Hz", "a rate of 0 Hz (not known) or more is wanted", NEXT)
    note = _text(path, arrays, "note")
    label = checked_label(_text(path, arrays, "label"), "label")
    start, end = (
        float(_numbers(path, arrays, name, ())) if name in arrays else 0.0 for name in ("start", "end")
    )
    demonstration = Demonstration(
        identity, label, Spec(channels, rate), time, values, outputs, targets, note,
        _truth(path, arrays, "enabled"), start, end, layer=_layer(path, arrays),
    ).check(gaps=True)  # fmt: skip
    if not np.isfinite(time).all() or (np.diff(time) < 0.0).any():
        raise FileError(
            str(path), "time that is not a number or goes back", "time stamps must not fall", NEXT
        )
    if (start or end) and not (
        0.0 <= start < math.inf and 0.0 <= end < math.inf and len(demonstration.learned)
    ):
        raise FileError(
            str(path), f"trimmed to {start:g}..{end:g} s", f"it is {demonstration.seconds:g} s long", NEXT
        )
    return demonstration


def _truth(path: Path, arrays: dict[str, Array], name: str) -> bool:
    array = arrays.get(name, np.array(True))
    if array.dtype.kind != "b" or array.ndim:
        raise FileError(
            str(path), f"'{name}' is {array.dtype} {array.shape}", "true or false is wanted", NEXT
        )
    return bool(array)


def _layer(path: Path, arrays: dict[str, Array]) -> str:
    layer = _text(path, arrays, "layer") or PIECE
    if layer not in LAYERS:
        raise FileError(str(path), f"layer {layer[:40]!r}", f"one of {', '.join(LAYERS)} is wanted", NEXT)
    return layer


def _numbers(path: Path, arrays: dict[str, Array], name: str, shape: tuple[int, ...] | None) -> Values:
    array = arrays[name]
    if array.dtype.kind not in "iuf":
        raise FileError(str(path), f"'{name}' holds {array.dtype}", "numbers are wanted", NEXT)
    if array.shape != shape and not (shape is None and array.ndim == 1):
        wanted = "one time stamp per frame" if shape is None else f"shape {shape}"
        raise FileError(str(path), f"'{name}' has shape {array.shape}", f"{wanted} is wanted", NEXT)
    return np.ascontiguousarray(array, np.float64).reshape(array.shape)


def _text(path: Path, arrays: dict[str, Array], name: str) -> str:
    array = arrays.get(name, np.array(""))
    if array.dtype.kind != "U" or array.ndim or array.dtype.itemsize > 4 * LONGEST_TEXT:
        raise FileError(
            str(path), f"'{name}' is {array.dtype} {array.shape}", "one short text is wanted", NEXT
        )
    return str(array)


def _channels(path: Path, arrays: dict[str, Array], name: str) -> tuple[Channel, ...]:
    array = arrays[name]
    if array.dtype.kind != "U" or array.ndim != 1 or array.size > 4096:
        raise FileError(
            str(path), f"'{name}' is {array.dtype} {array.shape}", "a list of names is wanted", NEXT
        )
    return tuple(Channel.parse(text) for text in array.tolist())


_ON_DISK: WeakKeyDictionary[Demonstration, tuple[Path, tuple[int, int, int]]] = WeakKeyDictionary()


def is_on_disk(demonstration: Demonstration, path: Path) -> bool:
    """Whether this file was read as, or written from, this very demonstration, untouched since."""
    return _ON_DISK.get(demonstration) == (path, _signature(path))


def remember(demonstration: Demonstration, path: Path) -> None:
    """Note that this file holds this demonstration now."""
    _ON_DISK[demonstration] = (path, _signature(path))


def _signature(path: Path) -> tuple[int, int, int]:
    try:
        state = path.stat()
    except OSError:
        return (0, 0, 0)
    return (state.st_size, state.st_mtime_ns, state.st_ino)
