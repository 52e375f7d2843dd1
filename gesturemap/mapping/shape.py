"""Shape: the ways from a number to a number, each a small function made at start."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise

from gesturemap.calculate import Calculation
from gesturemap.errors import SettingsError

Act = Callable[[float], float]
Move = Callable[[float, float, float], float]
"""Value now, where it is to go, seconds -> value then."""
Point = tuple[float, float]

SCALES: dict[str, tuple[int, ...]] = {
    "chromatic": tuple(range(12)),
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic_minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic_minor": (0, 2, 3, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "pentatonic": (0, 2, 4, 7, 9),
    "minor_pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole_tone": (0, 2, 4, 6, 8, 10),
    "octatonic": (0, 2, 3, 5, 6, 8, 9, 11),
    "fifths": (0, 7),
    "octaves": (0,),
}
"""Semitones above the root, within an octave."""
WIDEST = 480.0
"""Semitones of the widest range that is brought to a scale."""


def spread(low: float, high: float, to_low: float, to_high: float, curve: Act | None) -> Act:
    """From ``low .. high`` by way of a curve (0..1 to 0..1) to ``to_low .. to_high``, never beyond."""
    width = high - low
    least, most = sorted((to_low, to_high))

    def straight(value: float) -> float:
        share = (value - low) / width  # beyond all numbers for some: then it is beyond the end
        share = 0.0 if share < 0.0 else 1.0 if share > 1.0 else share
        target = to_low * (1.0 - share) + to_high * share
        return (
            least if target < least else most if target > most else target
        )  # rounding may step over the end

    if curve is None:
        return straight

    def bent(value: float) -> float:
        share = (value - low) / width
        share = curve(0.0 if share < 0.0 else 1.0 if share > 1.0 else share)
        share = 0.0 if share < 0.0 else 1.0 if share > 1.0 else share
        target = to_low * (1.0 - share) + to_high * share
        return least if target < least else most if target > most else target

    return bent


def limit(low: float, high: float) -> Act:
    """Never beyond these, in whichever order they are."""
    least, most = sorted((low, high))
    return lambda value: least if value < least else most if value > most else value


def curve_of(exponent: float, points: Sequence[Point], drawn: str, formula: str, place: str) -> Act | None:
    """The curve of a range, 0..1 to 0..1; None: straight.

    Raises
    ------
    SettingsError
        If more than one way is given, the points do not go from left to right, or the formula is none.
    """
    given = [
        name
        for name, there in (("curve", exponent != 1.0), ("points", points), ("formula", formula))
        if there
    ]
    if len(given) > 1:
        raise SettingsError(
            place, " and ".join(given), "the curve is given in one way", "leave one of them out"
        )
    if points:
        return drawn_curve(points, f"{place}, points", smooth=drawn == "smooth")
    if formula:
        return Calculation(formula, ("x",), f"{place}, formula", 0.0).of_one
    if exponent != 1.0:
        return lambda share: share**exponent
    return None


def drawn_curve(points: Sequence[Point], place: str, *, smooth: bool) -> Act:
    """A curve through points, level before the first and after the last.

    A smooth one neither overshoots nor turns between two points. Source: Fritsch and Butland (1984), "A method for
    constructing local monotone piecewise cubic interpolants", equations 1 to 3.
    """
    if len(points) < 2 or any(left[0] >= right[0] for left, right in pairwise(points)):
        raise SettingsError(
            place,
            f"[{', '.join(f'[{x:g}, {y:g}]' for x, y in points)}]",
            "at least two points, each to the right of the one before",
            "write them as [[0, 0], [0.3, 0.8], [1, 1]]",
        )
    xs, ys = [x for x, _ in points], [y for _, y in points]
    widths = [right - left for left, right in pairwise(xs)]
    slopes = [(right - left) / width for (left, right), width in zip(pairwise(ys), widths, strict=True)]
    turns = _turns(widths, slopes) if smooth else []
    pieces = []
    for i, (width, slope) in enumerate(zip(widths, slopes, strict=True)):
        if smooth:
            square = (3.0 * slope - 2.0 * turns[i] - turns[i + 1]) / width
            cube = (turns[i] + turns[i + 1] - 2.0 * slope) / width**2
            pieces.append((xs[i], ys[i], turns[i], square, cube))
        else:
            pieces.append((xs[i], ys[i], slope, 0.0, 0.0))
    inner, first, last = xs[1:-1], points[0], points[-1]

    def curve(share: float) -> float:
        if share <= first[0]:
            return first[1]
        if share >= last[0]:
            return last[1]
        x, y, slope, square, cube = pieces[bisect_right(inner, share)]
        gone = share - x
        return y + gone * (slope + gone * (square + gone * cube))

    return curve


def _turns(widths: Sequence[float], slopes: Sequence[float]) -> list[float]:
    """Slopes at the points: 0 at a turn, else the weighted harmonic mean of those beside."""
    turns = [_end(*widths[:2], *slopes[:2]) if len(slopes) > 1 else slopes[0]]
    for (before, after), (left, right) in zip(pairwise(widths), pairwise(slopes), strict=True):
        if left * right <= 0.0:
            turns.append(0.0)
        else:
            one, two = 2.0 * after + before, after + 2.0 * before
            turns.append((one + two) / (one / left + two / right))
    turns.append(_end(*widths[:-3:-1], *slopes[:-3:-1]) if len(slopes) > 1 else slopes[0])
    return turns


def _end(width: float, next_width: float, slope: float, next_slope: float) -> float:
    """The slope at an end, of three points, kept from overshooting."""
    turn = ((2.0 * width + next_width) * slope - width * next_slope) / (width + next_width)
    if turn * slope <= 0.0:
        return 0.0
    return 3.0 * slope if slope * next_slope <= 0.0 and abs(turn) > 3.0 * abs(slope) else turn


def notes(scale: str, root: float, low: float, high: float, place: str) -> list[float]:
    """The notes of a scale within a range, in semitones, lowest first."""
    least, most = sorted((low, high))
    if most - least > WIDEST:
        raise SettingsError(
            place,
            f"from {least:g} to {most:g}",
            f"a scale is for up to {WIDEST:g} semitones",
            "narrow the range",
        )
    octaves = range(math.floor((least - root) / 12.0), math.ceil((most - root) / 12.0) + 1)
    every = [root + 12.0 * octave + degree for octave in octaves for degree in SCALES[scale]]
    found = [note for note in every if least <= note <= most]
    if not found:
        raise SettingsError(
            place, scale, f"no note of it is between {least:g} and {most:g}", "widen to_low and to_high"
        )
    return found


def even(count: int, low: float, high: float) -> list[float]:
    """So many values at equal distances, both ends among them."""
    least, most = sorted((low, high))
    return [least + (most - least) * i / (count - 1) for i in range(count - 1)] + [most]


def snap(grid: Sequence[float], hysteresis: float) -> Act:
    """To the nearest value of a grid; it changes as late as `hysteresis` steps beyond the middle between two."""
    middles = [(left + right) / 2.0 for left, right in pairwise(grid)]
    slacks = [hysteresis * (right - left) for left, right in pairwise(grid)]
    edges = [
        (low, high)
        for low, high in zip(
            (-math.inf, *(middle - slack for middle, slack in zip(middles, slacks, strict=True))),
            (*(middle + slack for middle, slack in zip(middles, slacks, strict=True)), math.inf),
            strict=True,
        )
    ]
    value, low, high = math.nan, math.inf, -math.inf

    def act(wanted: float) -> float:
        nonlocal value, low, high
        if not low <= wanted <= high:
            at = bisect_right(middles, wanted)
            value, (low, high) = grid[at], edges[at]
        return value

    return act


def mover(smoothing: float, up: float, down: float) -> Move | None:
    """How a value goes to its target: smoothed (s), then no faster than so many units a second; 0: no limit."""
    if smoothing and not (up or down):
        return lambda value, target, seconds: value + (target - value) * -math.expm1(-seconds / smoothing)
    if not (up or down):
        return None
    rise, fall = up or math.inf, down or math.inf

    def slew(value: float, target: float, seconds: float) -> float:
        if smoothing:
            target = value + (target - value) * -math.expm1(-seconds / smoothing)
        if target > value:
            return min(target, value + rise * seconds)
        return max(target, value - fall * seconds)

    return slew
