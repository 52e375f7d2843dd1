"""WAV files written: whole sounds, and such as grow piece by piece, so that an hour never has to fit into memory."""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import FileError
from gesturemap.synth.wav import peak

MOST_BYTES = 2**32 - 4096
"""That the sizes in a WAV file can tell."""


class WavWriter:
    """A file of 16 or 24 bits beside its place; it is put there, over what is there, when it is whole.

    Raises
    ------
    FileError
        If nothing can be written there.
    """

    def __init__(self, path: Path, rate: float, channels: int = 2, bits: int = 24) -> None:
        self.path, self.rate = path, rate
        self.length = 0
        """Frames so far."""
        self.peak = -math.inf
        """The largest sample, in dB of full scale."""
        self._bits, self._frame = bits, channels * bits // 8
        try:
            handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.absolute().parent)
        except OSError as error:
            raise self._error(error) from error
        self._temporary, self._raw = Path(name), os.fdopen(handle, "wb")
        self._file = wave.Wave_write(self._raw)
        self._file.setnchannels(channels)
        self._file.setsampwidth(bits // 8)
        self._file.setframerate(round(rate))

    def write(self, samples: NDArray[Any]) -> None:
        """Append (N, channels) samples in -1..1; what is no number is silence.

        Raises
        ------
        FileError
            If there is no room, on the disk or in the form.
        """
        self.length += len(samples)
        if self.length * self._frame > MOST_BYTES:
            raise FileError(
                str(self.path),
                f"more than {MOST_BYTES / self._frame / self.rate / 3600:.1f} h of sound",
                "a WAV file holds 4 GB",
                "log shorter sessions",
            )
        rows = np.nan_to_num(np.asarray(samples, float))
        self.peak = max(self.peak, peak(rows))
        top = 2.0 ** (self._bits - 1)
        whole = np.clip(np.round(rows * top), -top, top - 1).astype("<i4")
        places = whole.reshape(-1, 1).view(np.uint8)[:, : self._bits // 8]
        try:
            self._file.writeframesraw(places.tobytes())
        except OSError as error:
            raise self._error(error) from error

    def end(self) -> None:
        """Put the whole file in its place.

        Raises
        ------
        FileError
            If that does not succeed.
        """
        try:
            self._file.close()
            self._raw.flush()
            os.fsync(self._raw.fileno())
            self._raw.close()
            self._temporary.chmod(0o644)
            self._temporary.replace(self.path)
        except OSError as error:
            raise self._error(error) from error

    def drop(self) -> None:
        """Leave nothing of a file that was not ended; safe after `end`."""
        with contextlib.suppress(OSError):  # of a full disk, which was told
            self._file.close()
        with contextlib.suppress(OSError):
            self._raw.close()
        self._temporary.unlink(missing_ok=True)

    def _error(self, error: OSError) -> FileError:
        return FileError(
            str(self.path),
            error.strerror or str(error),
            "a folder with room that can be written to is wanted",
            "choose another",
        )


def write_wav(path: str | Path, samples: NDArray[Any], rate: float = 48000, bits: int = 24) -> Path:
    """Write (N, 2) or (N,) samples in -1..1 as 16 or 24 bits, in one step: the file is the old or the new one.

    Raises
    ------
    FileError
        If the folder cannot be written to.
    """
    rows = np.atleast_2d(np.asarray(samples, float).T).T
    writer = WavWriter(Path(path), rate, rows.shape[1], bits)
    try:
        writer.write(rows)
        writer.end()
    finally:
        writer.drop()
    return writer.path
