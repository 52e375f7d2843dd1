"""Reports of HID devices, bytes to numbers, as a table of texts describes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gesturemap.errors import SettingsError
from gesturemap.frames import Channel
from gesturemap.units import factor

SIZES = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4}
NUMBER = r"\d+(?:\.\d+)?(?:e-?\d+)?"
FIELD = re.compile(
    r"(?P<name>\S+)(?:\s+(?P<unit>\S+))?\s*=\s*(?P<type>[ui](?:8|16|32)|bits?)\s+(?P<at>\d{1,4})(?:\.(?P<bit>[0-7]))?"
    rf"(?:\s+(?P<count>\d{{1,2}}))?(?:\s*\*\s*(?P<scale>-?{NUMBER}))?(?:\s*(?P<sign>[+-])\s*(?P<shift>{NUMBER}))?"
    r"(?:\s+(?P<sent>[A-Za-z]\S*))?"
)
RULE = (
    "'x = u8 1 * 0.00784 - 1': name, perhaps a unit, '=', u8 i8 u16 i16 u32 i32 (little endian) and the byte it begins "
    "at, perhaps '* scale', '+ shift' and the unit that makes; 'a = bit 5.3' is bit 3 of byte 5, 'h = bits 5.0 4' four"
)


@dataclass(frozen=True)
class Field:
    """One number in a report."""

    channel: Channel
    byte: int
    bit: int
    bits: int
    signed: bool
    scale: float
    shift: float

    @classmethod
    def of(cls, text: str, place: str) -> Field:
        """Read ``acc_x m/s2 = i16 19 * 0.00012207 g``.

        Raises
        ------
        SettingsError
            If it is none.
        """
        found = FIELD.fullmatch(text.strip())
        if found is None:
            raise SettingsError(place, repr(text), RULE, "mend it")
        kind, count = found["type"], int(found["count"] or 1)
        if kind in SIZES and (found["bit"] or found["count"]):
            raise SettingsError(place, repr(text), "only bit and bits count bits", "leave them out")
        bits = 8 * SIZES[kind] if kind in SIZES else count if kind == "bits" else 1
        if not 1 <= bits <= 32:
            raise SettingsError(place, repr(text), "a number has 1 to 32 bits", "mend it")
        unit = found["unit"] or found["sent"] or ""
        try:
            times = factor(found["sent"] or unit, unit)
        except ValueError as error:
            raise SettingsError(place, repr(text), str(error), "change one of its units") from error
        scale = float(found["scale"] or 1.0) * times
        shift = float(found["shift"] or 0.0) * (-1.0 if found["sign"] == "-" else 1.0) * times
        if not 1e-30 < abs(scale) < 1e30 or not abs(shift) < 1e30:
            raise SettingsError(
                place, repr(text), "a scale is never 0, and no number is that large", "mend it"
            )
        return cls(
            Channel(found["name"], unit), int(found["at"]), int(found["bit"] or 0), bits, kind.startswith("i"),
            scale, shift,
        )  # fmt: skip

    @property
    def end(self) -> int:
        """How many bytes a report must have to hold it."""
        return self.byte + (self.bit + self.bits + 7) // 8

    def read(self, report: bytes) -> float:
        """The number in a report that is long enough."""
        raw = int.from_bytes(report[self.byte : self.end], "little") >> self.bit & ((1 << self.bits) - 1)
        if self.signed and raw >> (self.bits - 1):
            raw -= 1 << self.bits
        return raw * self.scale + self.shift


def parse(report: bytes, fields: Sequence[Field]) -> list[float]:
    """The numbers of a report; empty where it is too short for one of them."""
    if any(field.end > len(report) for field in fields):
        return []
    return [field.read(report) for field in fields]
