"""A WAV file that grows piece by piece: an hour of sound never has to fit into memory."""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import FileError
from gesturemap.synth.wav import peak

FRAME = 6
"""Bytes of one sample of two channels, 24 bits each."""
LARGEST = 2**32 - 4096
"""Bytes that the sizes in a WAV file can tell."""


class GrowingWav:
    """A file of 24 bits in stereo beside its place; it is put there when it is whole.

    Raises
    ------
    FileError
        If there is something already, or nothing can be written there.
    """

    def __init__(self, path: Path, rate: float) -> None:
        self.path, self.rate = path, rate
        self.length = 0
        """Samples so far."""
        self.peak = -math.inf
        """The largest, in dB of full scale."""
        if path.exists():
            raise FileError(
                str(path), "there is something already", "nothing is overwritten", "choose another name"
            )
        if not path.absolute().parent.is_dir():
            raise FileError(
                str(path), f"no folder {path.parent}", "a file goes into one that is there", "make it first"
            )
        try:
            handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.absolute().parent)
        except OSError as error:
            raise self._error(error) from error
        self._temporary, self._raw = Path(name), os.fdopen(handle, "wb")
        self._file = wave.Wave_write(self._raw)
        self._file.setnchannels(2)
        self._file.setsampwidth(3)
        self._file.setframerate(round(rate))

    def write(self, samples: NDArray[np.float32]) -> None:
        """Append (N, 2) samples in -1..1.

        Raises
        ------
        FileError
            If there is no room, on the disk or in the form.
        """
        self.length += len(samples)
        if self.length * FRAME > LARGEST:
            raise FileError(
                str(self.path),
                f"more than {LARGEST / FRAME / self.rate / 3600:.1f} h of sound",
                "a WAV file holds 4 GB",
                "log shorter sessions",
            )
        self.peak = max(self.peak, peak(samples))
        top = 2.0**23
        whole = np.clip(np.round(samples.astype(float) * top), -top, top - 1).astype("<i4")
        try:
            self._file.writeframesraw(whole.reshape(-1, 1).view(np.uint8)[:, :3].tobytes())
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
            "a folder with room that can be written to",
            "choose another",
        )
