"""Which baud rate may be right, told from bytes that cannot be read."""

from __future__ import annotations

COMMON = (9600, 19200, 38400, 57600, 115200, 230400, 250000, 460800, 500000, 921600, 1000000)
"""In use on boards."""
USUAL = (115200, 9600, 57600)
"""What most sketches are set to, first the most usual."""
ENOUGH = 200
"""Bytes that must have been seen before anything is said."""
STRANGE = 0.25
"""Share of bytes that are no text, above which the rate is wrong rather than the line disturbed."""
CALM = 2.65
"""Changes from bit to bit within a byte, on average: text has 3.6; read too fast, every bit lasts for several."""

_TEXT = bytes([9, 10, 13, *range(32, 127)])
_CHANGES = bytes(((byte ^ (byte >> 1)) & 0x7F).bit_count() for byte in range(256))
"""Of each byte, how often one bit differs from the next."""


class Doubt:
    """Looks at what could not be read.

    Parameters
    ----------
    baud : at which it was read; 0: not known.
    """

    def __init__(self, baud: int) -> None:
        self._baud = baud
        self._seen = self._strange = self._changes = 0

    def clear(self) -> None:
        """Something good has come."""
        self._seen = self._strange = self._changes = 0

    def see(self, data: bytes) -> None:
        """Take bytes that were not used."""
        self._seen += len(data)
        self._strange += len(data.translate(None, _TEXT))
        self._changes += sum(data.translate(_CHANGES))

    @property
    def advice(self) -> str:
        """What is wrong and what to try, or nothing."""
        if self._seen < ENOUGH or self._strange < STRANGE * self._seen:
            return ""
        tries = " or ".join(map(str, self.rates()))
        return f"unreadable bytes: the baud rate is wrong, try {tries}"

    def rates(self) -> list[int]:
        """The rates to try, likeliest first, at most three."""
        slower = self._changes < CALM * self._seen
        if not self._baud:
            return list(USUAL)
        fitting = [rate for rate in COMMON if (rate < self._baud if slower else rate > self._baud)]
        fitting.sort(key=lambda rate: (USUAL.index(rate) if rate in USUAL else len(USUAL), rate))
        return fitting[:3] or [rate for rate in USUAL if rate != self._baud]
