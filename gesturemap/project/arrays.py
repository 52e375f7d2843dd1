"""Named arrays as NPZ without pickle; every size is checked before memory is taken for it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from gesturemap.errors import FileError

Array = NDArray[Any]

MOST_MEMBERS = 64
MOST_STORED = 1024 * 1024 * 1024
"""Bytes of one file; what is stored plainly needs no more memory than that."""
MOST_INFLATED = 64 * 1024 * 1024
"""Bytes that compressed arrays of one file (or one project) may grow to."""
LONGEST_HEADER = 4096
LONGEST_DIRECTORY = 64 * 1024
END = 22
"""Length of a zip's closing record when it carries no comment, as NumPy writes it."""
KINDS = "biufU"
"""Truth values, integers, floats and text; anything else has no place in a project."""
NEXT = "restore the file from a copy, or delete it"


class Refused(Exception):  # becomes a FileError that names the file
    """A file that breaks a rule: (what was found, what is wanted)."""


def read_npz(file: Path | bytes, place: str, room: int = MOST_INFLATED) -> tuple[dict[str, Array], int]:
    """Read every array of an NPZ file.

    Parameters
    ----------
    file : a path, or the bytes themselves.
    room : bytes that compressed arrays may take.

    Returns
    -------
    The arrays, writable and the caller's own, and how many bytes of them had been compressed.

    Raises
    ------
    FileError
        If it cannot be read, is no NPZ, holds Python objects, or claims more than it has or than is allowed.
    """
    try:
        with io.BytesIO(file) if isinstance(file, bytes) else file.open("rb") as source:
            _check_end(source)
            with zipfile.ZipFile(source) as archive:
                return _members(archive, room)
    except Refused as refused:
        found, rule = refused.args
        raise FileError(place, found, rule, NEXT) from refused
    except FileNotFoundError as error:
        raise FileError(place, "no such file", "an NPZ file is wanted", "look for its name") from error
    except OSError as error:
        found = error.strerror or str(error)
        raise FileError(place, found, "a readable file is wanted", "name a file that can be read") from error
    except (zipfile.BadZipFile, ValueError, EOFError, RuntimeError, NotImplementedError, KeyError) as error:
        raise FileError(place, f"broken: {error}"[:200], "an NPZ file is wanted", NEXT) from error
    except (zipfile.zlib.error, SyntaxError, TypeError) as error:  # type: ignore[attr-defined]
        raise FileError(place, f"broken: {error}"[:200], "an NPZ file is wanted", NEXT) from error


def write_npz(arrays: Mapping[str, Array]) -> bytes:
    """The bytes of an NPZ file; the same arrays give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            npy.write_array(member, np.asanyarray(array), version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getbuffer())
    return buffer.getvalue()


def _check_end(source: IO[bytes]) -> None:
    """Look at the closing record before `zipfile` builds a list of everything that it announces."""
    size = source.seek(0, io.SEEK_END)
    if size > MOST_STORED:
        raise Refused(f"{size} bytes", f"at most {MOST_STORED} bytes are read")
    if size < END:
        raise Refused(f"{size} bytes", "an NPZ file is wanted")
    source.seek(-min(size, END + 20), io.SEEK_END)
    tail = source.read()
    end = tail[-END:]
    if end[:4] != b"PK\x05\x06" or end[-2:] != b"\0\0":
        raise Refused("the end of the file is missing or strange", "a whole NPZ file is wanted")
    members = int.from_bytes(end[10:12], "little")
    directory = int.from_bytes(end[12:16], "little")
    if members > MOST_MEMBERS or directory > LONGEST_DIRECTORY or tail[:4] == b"PK\x06\x07":
        raise Refused(f"{members} arrays", f"at most {MOST_MEMBERS} arrays are read")


def _members(archive: zipfile.ZipFile, room: int) -> tuple[dict[str, Array], int]:
    arrays: dict[str, Array] = {}
    inflated = 0
    if len(archive.infolist()) > MOST_MEMBERS:
        raise Refused(f"{len(archive.infolist())} arrays", f"at most {MOST_MEMBERS} arrays are read")
    for info in archive.infolist():
        name = info.filename.removesuffix(".npy")
        if name == info.filename or name in arrays:
            raise Refused(f"a member {info.filename[:60]!r}", "only arrays, each once, are wanted")
        if info.compress_type == zipfile.ZIP_STORED:
            if info.file_size != info.compress_size:
                raise Refused(
                    f"array '{name}' of {info.file_size} bytes", f"it has only {info.compress_size}"
                )
        elif info.compress_type == zipfile.ZIP_DEFLATED:
            inflated += info.file_size
        else:
            raise Refused(
                f"array '{name}' packed by method {info.compress_type}", "plain or deflated is read"
            )
        if inflated > room:
            raise Refused(
                f"array '{name}' unpacks to {info.file_size} bytes", f"at most {room} bytes are unpacked"
            )
        with archive.open(info) as member:
            arrays[name] = _array(member, name, info.file_size)
    return arrays, inflated


def _array(member: IO[bytes], name: str, size: int) -> Array:
    version = npy.read_magic(member)
    read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
    if read_header is None:
        raise Refused(f"array '{name}' in NPY version {version}", "versions 1.0 and 2.0 are read")
    shape, fortran, dtype = read_header(member, max_header_size=LONGEST_HEADER)
    if dtype.hasobject or dtype.kind not in KINDS:
        raise Refused(f"array '{name}' holds {dtype}", "numbers or text are wanted, never Python objects")
    count = 1
    for length in shape:
        count *= length
    wanted, there = count * dtype.itemsize, size - member.tell()
    if wanted != there or min(shape, default=0) < 0:
        raise Refused(f"array '{name}' claims {shape} x {dtype}, {wanted} bytes", f"there are {there} bytes")
    array = np.empty(shape, dtype, order="F" if fortran else "C")
    view = array.reshape(-1, order="A").view(np.uint8).data if wanted else memoryview(b"")
    done = 0
    while done < wanted:
        got = member.readinto(view[done : done + (1 << 20)])  # type: ignore[attr-defined]
        if not got:
            raise Refused(f"array '{name}' ends after {done} bytes", f"{wanted} bytes are wanted")
        done += got
    member.read(1)  # the end of the member, where its check sum is compared
    return array
