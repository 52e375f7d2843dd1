"""A model as bytes and back: NPZ without pickle, sizes checked before anything is allocated."""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
import zlib
from typing import Any

import numpy as np

from gesturemap import catalog
from gesturemap.errors import DataError, GesturemapError
from gesturemap.models.model import Array, Model, said
from gesturemap.models.novelty import Novelty, novelty
from gesturemap.models.relevance import PartialModel, partial

VERSION = 1
MOST = 512 * 1024 * 1024
"""Bytes of all arrays of one model."""
MOST_META = 64 * 1024 * 1024
"""Bytes of what is not numbers."""
MANY = 1_000_000
META = "meta.json"
HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '<f8', 'fortran_order': False, 'shape': \(([0-9, ]{0,60})\), \} *\n",
    re.DOTALL,
)
"""An NPY header, version 1.0, of doubles; everything in a model is doubles."""


def pack(model: Model) -> bytes:
    """Everything in a model, exact to the bit; the same model gives the same bytes."""
    inner: Any = model.inner if isinstance(model, PartialModel) else model
    table, arrays = inner.pack()
    meta = {"version": VERSION, "learner": catalog.write(inner.learner), "table": table, "said": said(model)}
    if isinstance(model, PartialModel):
        meta["partial"] = model.table()
    if line := getattr(model, "line", None):
        meta["line"] = line
    known = novelty(model)
    if known is not None:
        meta["novelty"] = [*known]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(META), json.dumps(meta))
        for name, array in arrays.items():
            part = io.BytesIO()
            np.lib.format.write_array(part, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), part.getvalue())
    return buffer.getvalue()


def line_of(data: bytes) -> dict[str, Any]:
    """What a packed model says of its own threshold (its `line`), without unpacking it; empty: it has none."""
    found = _meta(data).get("line")
    return dict(found) if isinstance(found, dict) else {}


def novelty_of(data: bytes) -> Novelty | None:
    """What a packed model says is usual for its gestures (`novelty`), without unpacking it; None: it does not know."""
    found = _meta(data).get("novelty")
    if not isinstance(found, list) or len(found) != 2 or not all(isinstance(one, float) for one in found):
        return None
    return Novelty(*found)


def said_of(data: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a packed model has to say (`model.said`), without unpacking it; one of an earlier version says nothing."""
    found = _meta(data).get("said")
    if not isinstance(found, list) or len(found) != 2:
        return (), ()
    asking, about = (tuple(map(str, lines)) if isinstance(lines, list) else () for lines in found)
    return asking, about


def _meta(data: bytes) -> dict[str, Any]:
    """What is not numbers; empty where it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            meta = archive.getinfo(META)
            found = json.loads(archive.read(META)) if meta.file_size <= MOST_META else None
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError):
        return {}
    return dict(found) if isinstance(found, dict) else {}


def unpack(data: bytes, place: str = "model") -> Model:
    """The model that `pack` wrote.

    Raises
    ------
    DataError
        If the bytes are no saved model, broken or too large, naming `place`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > MOST or len(infos) > MANY:
                raise _wrong(place, "it unpacks to more than 512 MB")
            meta = json.loads(archive.read(META))
            arrays = {
                info.filename.removesuffix(".npy"): _array(archive.read(info), place)
                for info in infos
                if info.filename != META
            }
        version, table, settings = meta["version"], dict(meta["table"]), dict(meta["learner"])
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        TypeError,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _wrong(place, f"it cannot be read ({error})") from error
    if version != VERSION:
        raise _wrong(place, f"version {version}")
    try:
        learner: Any = catalog.read("models", settings, place)
        model: Any = learner.unpack(table, arrays)
        if "partial" in meta:
            model = partial(meta["partial"], model)
    except GesturemapError as error:
        raise _wrong(place, error.value) from error
    made: Model = model
    return made


def _wrong(place: str, what: str) -> DataError:
    return DataError(place, what, f"a saved model of version {VERSION} is wanted", "train again")


def _array(data: bytes, place: str) -> Array:
    """One array of the plain form that `pack` writes; its announced size must be that of the bytes there are."""
    header = HEADER.match(data)
    if header is None:
        raise _wrong(place, "an array has no plain header")
    shape = tuple(int(size) for size in header[1].decode().split(",") if size.strip())
    if math.prod(shape) * 8 != len(data) - header.end():
        raise _wrong(place, "an array does not have the size it announces")
    return np.frombuffer(data, np.float64, -1, header.end()).reshape(shape).copy()
