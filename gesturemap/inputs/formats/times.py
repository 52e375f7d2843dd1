"""Time stamps as files have them, made seconds; what is guessed is said."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Values

WAVERING = 0.25
"""Share of time stamps that go back, from which on they are taken for the times between samples."""
ANEW = 10.0
"""Usual steps by which time must go back for the clock to count as set anew."""
LEAP, SLOW = 600.0, 100.0
"""Seconds, and usual steps, beyond which time is stepped over: nobody waits for it, and a clock may have leapt."""
SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
NAMES = {
    "time": "", "timestamp": "", "timestamps": "", "t": "", "trel": "", "elapsed": "", "epoch": "", "unix": "",
    "datetime": "", "seconds": "s", "seconds_elapsed": "s", "secs": "s", "millis": "ms", "milliseconds": "ms",
    "ms": "ms", "micros": "us", "microseconds": "us", "us": "us", "nanoseconds": "ns", "ns": "ns",
}  # fmt: skip
"""Names of columns that hold the time, in small letters, and the unit that the name itself says."""
SPOKEN = {
    "sec": "s", "second": "s", "msec": "ms", "millisecond": "ms", "microsecond": "us", "µs": "us", "μs": "us",
    "usec": "us", "nanosecond": "ns", "nsec": "ns",
} | NAMES  # fmt: skip
EPOCHS = {"s": 9e8, "ms": 9e11, "us": 9e14, "ns": 9e17}
"""From where on a number may be a date: 1998, in each unit; until four times as much."""


LATEST = 4.5 * EPOCHS["ns"]
"""No time stamp is beyond this, in whatever unit."""


class Timed(NamedTuple):
    """Time stamps, read."""

    time: Values
    """(T,) seconds from the first."""
    said: tuple[str, ...]
    """What was guessed."""


def unit_of_name(name: str) -> str | None:
    """The unit of a column with the time: ``ms``, empty where its name does not say; None: it holds no time.

    ``Time (s)``, ``time ms``, ``time_ms``, ``seconds_elapsed`` and ``t [us]`` are such names.
    """
    text = name.strip().lower()
    bare, _, unit = (part.strip(" )]") for part in re.sub(r"[(\[]", " ( ", text).partition("( "))
    if not unit:
        bare, _, unit = (part.strip() for part in text.partition(" "))
    if bare not in NAMES and not unit:
        bare, _, unit = bare.rpartition("_")
        if SPOKEN.get(unit, unit) not in SECONDS:
            return None
    if bare not in NAMES:
        return None
    unit = SPOKEN.get(unit, unit)
    return unit if unit in SECONDS else NAMES[bare]


def seconds(raw: Values, unit: str) -> Timed:
    """Seconds from the first of these finite time stamps, or of the times between samples.

    Parameters
    ----------
    unit : s, ms, us or ns; empty: guessed.
    """
    if len(raw) < 2:
        return Timed(np.zeros(len(raw)), ())
    said = []
    steps = np.diff(raw)
    still = not steps.any() and raw[0] > 0.0
    if len(raw) > 2 and (still or (steps < 0.0).mean() > WAVERING):
        steps = raw[1:]
        said.append("its time column holds the time since the sample before")
    step = usual(steps)
    if not unit:
        unit = _guess(step, 0.0 if said else float(raw[0]))
        said.append(f"time in {unit} (guessed: it goes on by {step:.4g})")
    anew = steps < -ANEW * max(step, 1e-12)
    if anew.any():
        steps = np.where(anew, step, steps)
        said.append(f"its clock begins anew {int(anew.sum())} times")
    leaps = steps > max(LEAP / SECONDS[unit], SLOW * step)
    if leaps.any():
        steps = np.where(leaps, step, steps)
        said.append(f"its time leaps by more than {LEAP / 60:g} min {int(leaps.sum())} times: stepped over")
    return Timed(np.concatenate(([0.0], np.cumsum(steps))) * SECONDS[unit], tuple(said))


def usable(raw: Values) -> NDArray[np.bool_]:
    """(T,) whether each of `raw` can be a time stamp."""
    found: NDArray[np.bool_] = np.abs(raw) <= LATEST
    return found


def usual(steps: Values) -> float:
    """The median of the steps that go forward; 0: there is none."""
    steps = steps[steps > 0.0]
    return float(np.median(steps)) if len(steps) else 0.0


def rate(time: Values) -> float:
    """Frames a second, by the usual step of `time` (T,) s; 0: not known."""
    step = usual(np.diff(time))
    return float(round(1.0 / step, 3)) if step > 0.0 else 0.0


def _guess(step: float, first: float) -> str:
    """The unit of time stamps: a date says it by its size; else sensors send 1 to 1000 times a second."""
    for unit, date in EPOCHS.items():
        if date < first < 4.5 * date and (unit != "s" or step < 100.0):
            return unit
    return "s" if step < 0.9 else "ms" if step < 900.0 else "us" if step < 9e5 else "ns"


def moment(text: str) -> float:
    """Seconds since 1970 of a date and time such as ``2024-06-03T12:01:46.123``.

    Raises
    ------
    ValueError
        If it is none.
    """
    return datetime.datetime.fromisoformat(text.strip()).timestamp()
