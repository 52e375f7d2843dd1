"""Names and units of channels as headers write them."""

from __future__ import annotations

from gesturemap.frames import Channel
from gesturemap.units import dimension

SPELT = {
    "m/s^2": "m/s2", "m/s²": "m/s2", "m/s/s": "m/s2", "ms^-2": "m/s2", "m.s^-2": "m/s2", "m s^-2": "m/s2",
    "deg/sec": "deg/s", "degrees/s": "deg/s", "°/s": "deg/s", "º/s": "deg/s", "dps": "deg/s",
    "rad/sec": "rad/s", "°": "deg", "º": "deg", "degrees": "deg", "µt": "uT", "μt": "uT", "ut": "uT",
    "microtesla": "uT", "microteslas": "uT", "gauss": "gauss", "hpa": "hPa", "µv": "uV", "μv": "uV",
}  # fmt: skip
"""Units as others write them, in small letters, and as they are written here."""
ALSO = ("%", "Hz", "V", "count", "counts", "dB", "bpm", "N", "C", "°C", "lux", "lx", "px", "W")
"""Units that are not converted, but that a space before the last word may set off."""


def unit(text: str, name: str = "") -> str:
    """A unit as it is written here: ``m/s2`` for ``m/s^2``, ``m/s²``; G is gauss of a magnetic field, else g."""
    text = text.strip()
    if text in ("G", "Gs"):
        return "gauss" if "mag" in name.lower() else "g"
    return SPELT.get(text.lower(), "_".join(text.split()))


def channel(text: str) -> Channel:
    """Read ``acc_x g``, ``Acc X (g)``, ``accelerometer_x (m/s^2)``, ``gyro_x [deg/s]`` or ``Gyroscope X``."""
    text = text.strip()
    bracket = min((at for at in (text.find("(", 1), text.find("[", 1)) if at > 0), default=0)
    if bracket and text.endswith((")", "]")):
        name = text[:bracket].strip()
        return Channel("_".join(name.split()), unit(text[bracket + 1 : -1], name))
    name, _, last = text.rpartition(" ")
    sent = unit(last, name)
    if name and (dimension(sent) or sent in ALSO):
        return Channel("_".join(name.split()), sent)
    return Channel("_".join(text.split()))


def distinct(channels: list[Channel]) -> tuple[Channel, ...]:
    """The same channels; a name that comes again gets a number."""
    seen: dict[str, int] = {}
    made = []
    for each in channels:
        seen[each.name] = seen.get(each.name, 0) + 1
        name = each.name if seen[each.name] == 1 else f"{each.name}_{seen[each.name]}"
        made.append(Channel(name, each.unit))
    return tuple(made)
