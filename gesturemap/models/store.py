"""A model as bytes and back: NPZ without pickle, sizes checked before anything is allocated."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np

from gesturemap import catalog
from gesturemap.errors import DataError, GesturemapError
from gesturemap.models.model import Array, Model

VERSION = 1
MOST = 512 * 1024 * 1024
"""Bytes of all arrays of one model."""
MANY = 1_000_000
META = "meta.json"


def pack(model: Model) -> bytes:
    """Everything in a model, exact to the bit; the same model gives the same bytes."""
    table, arrays = model.pack()
    meta = {"version": VERSION, "learner": catalog.write(model.learner), "table": table}  # type: ignore[attr-defined]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(META), json.dumps(meta))
        for name, array in arrays.items():
            part = io.BytesIO()
            np.lib.format.write_array(part, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), part.getvalue())
    return buffer.getvalue()


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
        model: Model = learner.unpack(table, arrays)
    except GesturemapError as error:
        raise _wrong(place, error.value) from error
    return model


def _wrong(place: str, what: str) -> DataError:
    return DataError(place, what, f"a saved model of version {VERSION} is wanted", "train again")


def _array(data: bytes, place: str) -> Array:
    """One array, its announced size checked against the bytes there are."""
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(stream)
    count = 1
    for size in shape:
        count *= size
    if dtype.hasobject or fortran or count * dtype.itemsize != len(data) - stream.tell():
        raise _wrong(place, "an array does not have the size it announces")
    return np.frombuffer(data, dtype, count, stream.tell()).reshape(shape).copy()
