"""Sound check: whether the sensor says today what it said on the day it was taught, and what puts it right.

A few gestures that are known, done again today, are compared with their demonstrations: which channels come, how
often, which way round (`mounting`), how large, and how far from zero. What counts as a change is learned: some
demonstrations of the training day are taken for today's and compared with the others in the same way, and only what
exceeds that spread is said.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from gesturemap import commands as c
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError
from gesturemap.frames import Values
from gesturemap.plain import counted
from gesturemap.teaching import align
from gesturemap.teaching.critique import mounting
from gesturemap.teaching.critique.mounting import Seen, Vector
from gesturemap.teaching.finding import Finding

TIMES = 3
"""How often a gesture is done for a sound check."""
DAYS = 10
"""Training days that are taken for today."""
BEYOND = {"angle": 2.1, "gain": 2.6, "tempo": 3.0, "offset": 4.0}
"""How many times the spread a change is; besides..."""
USUAL = {"angle": 5.0, "gain": 0.08, "tempo": 0.15, "offset": 0.1}
"""...the spread that is expected of gestures done `TIMES` times before anything was seen: degrees, logarithms,
deviations of a channel. It counts as much as what the training day showed, as few demonstrations show little of it."""
RATE = 0.08
"""A share by which frames may come more or less often."""
STILL = 1e-3
"""A channel that moves less than this share of what it moved is dead."""
CORRECTIONS = "corrections"
"""The section of a project that puts a sensor right before anything else sees it."""

Groups = Mapping[str, Sequence[Values]]


class Checked(NamedTuple):
    """What a sound check found."""

    findings: list[Finding]
    corrections: list[dict[str, Any]]
    """Tables of features, in order, that make today's frames those of the training day."""
    rate: float = 0.0
    """Frames a second that are wanted where others come, Hz; 0: as they come."""


class Pair(NamedTuple):
    """The same gestures of two days, (T, C) each, and their seconds."""

    today: list[tuple[str, Values]]
    known: dict[str, list[Values]]
    seconds: dict[str, float]
    """Median of the training day's."""
    lasted: list[float]


def offered(taught: Sequence[Demonstration], count: int = 2) -> tuple[str, ...]:
    """The gestures that tell most about the sensor: those whose demonstrations differ least in direction.

    Each demonstration is turned to the others of its gesture; the mean square of the angles, and of what is left,
    decides. Without vectors, those with the most movement.
    """
    groups = _groups(taught)
    found = mounting.vectors(taught[0].spec)

    def spread(label: str) -> float:
        takes = groups[label]
        if len(takes) < 2 or not found:
            return math.inf
        angles = []
        for vector in found:
            cut = [take[:, vector.columns] for take in takes[: mounting.MOST]]
            for number, one in enumerate(cut):
                others = [*cut[:number], *cut[number + 1 :]]
                seen = mounting.turned([(label, one)], {label: others}, np.eye(len(vector.columns)))
                angles.append(float(np.linalg.norm(mounting.rotation_vector(seen.matrix))))
        return float(np.sqrt(np.mean(np.square(angles))))

    return tuple(sorted(groups, key=spread)[:count])


def sound_check(
    taught: Sequence[Demonstration],
    today: Sequence[Demonstration],
    before: Sequence[Mapping[str, Any]] = (),
    input_table: Mapping[str, Any] | None = None,
) -> Checked:
    """Compare gestures done today with those that were taught.

    Parameters
    ----------
    taught, today : as the sensor gave them, corrections already in; gestures that only one has are left out.
    before : the corrections that play already; those found come after them.
    input_table : settings of the input, where it can be asked for a rate.

    Raises
    ------
    DataError
        If no gesture of today was taught.
    """
    labels = {one.label for one in taught}
    known = [one for one in today if one.label in labels]
    if not known:
        raise DataError(
            "sound check", f"today has {', '.join(sorted({one.label for one in today})) or 'no gesture'}",
            f"gestures that were taught are compared: {', '.join(sorted(labels))}", "record one or two of them",
        )  # fmt: skip
    findings, names = _channels(taught, known)
    rate = _rate(taught, known, input_table or {}, findings)
    corrections: list[dict[str, Any]] = []
    changed: list[Finding] = []
    there = [name for name in taught[0].spec.names if name in names]
    used: set[str] = set()
    for vector in mounting.vectors(taught[0].spec):
        own = [taught[0].spec.names[column] for column in vector.columns]
        if set(own) <= names:
            used |= set(own)
            _vector(vector, own, _pair(taught, known, own), _days(taught, known, own), changed, corrections)
    for name in there:
        if name not in used:
            _single(name, _pair(taught, known, [name]), _days(taught, known, [name]), changed, corrections)
    if names and not rate:
        _tempo(_pair(taught, known, there), _days(taught, known, there), findings)
    command = (
        c.Configure(CORRECTIONS, [dict(table) for table in (*before, *corrections)]) if corrections else None
    )
    findings += [one._replace(command=command) for one in changed]
    return Checked(findings, corrections, rate)


def _groups(demonstrations: Sequence[Demonstration], names: Sequence[str] = ()) -> dict[str, list[Values]]:
    found: dict[str, list[Values]] = {}
    for one in demonstrations:
        columns = [one.spec.names.index(name) for name in names or one.spec.names]
        found.setdefault(one.label, []).append(mounting.even(one.values[:, columns]))
    return found


def _pair(taught: Sequence[Demonstration], today: Sequence[Demonstration], names: Sequence[str]) -> Pair:
    """Channels of the same names of both days."""
    groups = {label: takes[: mounting.MOST] for label, takes in _groups(taught, names).items()}
    return Pair(
        [(label, take) for label, takes in _groups(today, names).items() for take in takes],
        groups,
        {label: float(np.median([d.seconds for d in taught if d.label == label])) for label in groups},
        [d.seconds for label in dict.fromkeys(d.label for d in today) for d in today if d.label == label],
    )


def _days(
    taught: Sequence[Demonstration], today: Sequence[Demonstration], names: Sequence[str]
) -> list[Pair]:
    """Some demonstrations of the training day as if they were today's, as many of each gesture as today has."""
    random = np.random.default_rng(0)
    wanted = {label: sum(one.label == label for one in today) for label in {one.label for one in today}}
    groups = {label: [one for one in taught if one.label == label] for label in sorted(wanted)}
    if any(len(group) < 2 for group in groups.values()):
        return []
    days = []
    for _ in range(DAYS):
        out, rest = [], []
        for label, group in groups.items():
            order = random.permutation(len(group))
            count = min(wanted[label], len(group) // 2)
            out += [group[i] for i in order[:count]]
            rest += [group[i] for i in order[count:]]
        days.append(_pair(rest, out, names))
    return days


def _edge(what: str, pair: Pair, days: Sequence[Pair], measure: Callable[[Pair], float]) -> float:
    """From which size on a change is one."""
    times = len(pair.today) / max(len({label for label, _ in pair.today}), 1)
    usual = USUAL[what] ** 2 * TIMES / times
    seen = float(np.mean([measure(day) ** 2 for day in days])) if days else usual
    return BEYOND[what] * math.sqrt(0.5 * (usual + seen))


def _sure(size: float, edge: float) -> float:
    """0.5 at the edge, towards 1 beyond it."""
    return size**2 / (size**2 + edge**2)


def _channels(
    taught: Sequence[Demonstration], today: Sequence[Demonstration]
) -> tuple[list[Finding], set[str]]:
    """Channels that do not come, or do not move any more; and the names of those that do."""
    findings, alive = [], set()
    for column, name in enumerate(taught[0].spec.names):
        if any(name not in one.spec.names for one in today):
            findings.append(Finding(
                "missing", channel=name, evidence=f"{name} does not come today.",
                remedy="Switch that sensor on, or name the channels as they were.",
            ))  # fmt: skip
            continue
        was = float(np.sqrt(np.mean([one.values[:, column].var() for one in taught])))
        now = float(np.sqrt(np.mean([one.values[:, one.spec.names.index(name)].var() for one in today])))
        if was > 0.0 and now <= STILL * was:
            findings.append(Finding(
                "dead", channel=name, evidence=f"{name} stands still today; it moved by {was:.3g} when it was taught.",
                remedy="Look after the sensor and its cable.", figures={"was": was, "now": now},
            ))  # fmt: skip
        elif was > 0.0:
            alive.add(name)
    return findings, alive


def _pace(demonstrations: Sequence[Demonstration]) -> Values:
    """Frames a second of each demonstration, by its time stamps."""
    return np.array([(len(one) - 1) / one.seconds for one in demonstrations if one.seconds > 0.0])


def _rate(
    taught: Sequence[Demonstration],
    today: Sequence[Demonstration],
    table: Mapping[str, Any],
    findings: list[Finding],
) -> float:
    """The rate of the training day, if another one comes today; 0 otherwise."""
    was, now = _pace(taught), _pace(today)
    if not len(was) or not len(now):
        return 0.0
    usual = float(np.median(was))
    change, spread = math.log(float(np.median(now)) / usual), float(np.std(np.log(was / usual)))
    edge = max(RATE, 3.0 * spread / math.sqrt(len(now)))
    if abs(change) <= edge:
        return 0.0
    command = None
    if "frame" in table and "rate" in table:
        command = c.Configure("input", {**table, "frame": "timer", "rate": round(usual, 2)})
    findings.append(Finding(
        "rate",
        evidence=f"Frames come {np.median(now):.3g} times a second today; when it was taught, {usual:.3g} times.",
        remedy=f"Set the sensor to {usual:.3g} Hz"
        + (", or let gesturemap take its latest values at that rate." if command else "."),
        figures={"was_hz": usual, "now_hz": float(np.median(now)), "factor": math.exp(change)},
        sure=_sure(abs(change), edge), command=command,
    ))  # fmt: skip
    return usual


def _vector(
    vector: Vector, names: Sequence[str], pair: Pair, days: Sequence[Pair], findings: list[Finding],
    corrections: list[dict[str, Any]],
) -> None:  # fmt: skip
    """Which way round a vector is, and how large."""
    plain = np.eye(len(names))

    def angle(day: Pair) -> float:
        return _turn(mounting.turned(day.today, day.known, plain).matrix)

    edge = _edge("angle", pair, days, angle)
    seen = mounting.best(pair.today, pair.known, proper=True)
    mirrored = mounting.best(pair.today, pair.known, proper=False)
    if mirrored.cost < mounting.MIRRORED * seen.cost:
        seen = mirrored
    swap = mounting.nearest_swap(seen.matrix)
    as_swap = mounting.turned(pair.today, pair.known, swap, 0)
    left = _turn(swap.T @ seen.matrix)
    changed = not np.array_equal(swap, plain)
    what = vector.stem or "the sensor"
    if changed and (left <= 1.5 * edge or as_swap.cost <= mounting.PLAIN * seen.cost):
        written = [_written(row, names) for row in swap]
        mirror = ", which mirrors it" if np.linalg.det(swap) < 0.0 else ""
        told = ", ".join(f"{to} is {own}" for to, own in zip(names, written, strict=True) if to != own)
        findings.append(Finding(
            "axes", channel=what, evidence=f"Axes of {what} are other ones today{mirror}: what was {told} now.",
            remedy="Mount the sensor as it was, or put the axes right.",
            figures={"cost": as_swap.cost, "cost_as_it_is": mounting.turned(pair.today, pair.known, plain, 0).cost},
            sure=_sure(_turn(seen.matrix) if mirror == "" else 180.0, edge),
        ))  # fmt: skip
        order = np.argsort(vector.columns)  # their places are filled in the order of channels
        corrections.append({"kind": "axes", "channels": [written[i] for i in order]})
        seen = as_swap
    elif changed or left > edge:
        size = _turn(seen.matrix)
        mirror = " and mirrored" if np.linalg.det(seen.matrix) < 0.0 else ""
        findings.append(Finding(
            "turned", channel=what,
            evidence=f"{what} is turned by {size:.0f}°{mirror} against the day it was taught; "
            f"from demonstration to demonstration it was {edge / BEYOND['angle']:.0f}°.",
            remedy="Turn the sensor back, or let gesturemap turn what it says.",
            figures={"degrees": size, "edge": edge, "cost": seen.cost}, sure=_sure(size, edge),
        ))  # fmt: skip
        corrections.append(
            {
                "kind": "mount",
                "columns": list(names),
                "matrix": [round(v, 9) for v in seen.matrix.ravel().tolist()],
            }
        )
    _gain(what, names, seen, pair, days, findings, corrections)


def _gain(
    what: str, names: Sequence[str], seen: Seen, pair: Pair, days: Sequence[Pair], findings: list[Finding],
    corrections: list[dict[str, Any]],
) -> None:  # fmt: skip
    """How much larger the values are."""
    edge = _edge("gain", pair, days, lambda day: math.log(mounting.length(day.today, day.known)))
    size = math.log(seen.gain)
    if abs(size) <= edge:
        return
    findings.append(Finding(
        "gain", channel=what,
        evidence=f"{what} is {seen.gain:.2f} times as large as when it was taught; repetitions differed by "
        f"{100.0 * math.expm1(edge / BEYOND['gain']):.0f} %.",
        remedy="Look after the sensor's range, or let gesturemap scale it.",
        figures={"gain": seen.gain, "edge": math.exp(edge)}, sure=_sure(size, edge),
    ))  # fmt: skip
    corrections.append({"kind": "calibrate", "columns": list(names), "scale": [round(1.0 / seen.gain, 9)]})


def _single(
    name: str, pair: Pair, days: Sequence[Pair], findings: list[Finding], corrections: list[dict[str, Any]]
) -> None:
    """A channel by itself: how much it moves, and about which value."""
    scale = float(np.sqrt(np.mean([take.var() for takes in pair.known.values() for take in takes])))

    def centred(day: Pair) -> Pair:
        return day._replace(
            today=[(label, take - take.mean()) for label, take in day.today],
            known={label: [take - take.mean() for take in takes] for label, takes in day.known.items()},
        )

    def off(day: Pair) -> float:
        apart = [
            float(take.mean()) - float(np.mean([one.mean() for one in day.known[label]]))
            for label, take in day.today
        ]
        return float(np.mean(apart)) / scale

    _gain(
        name, [name], Seen(np.eye(1), mounting.length(*centred(pair)[:2]), np.zeros(1), 0.0), centred(pair),
        [centred(day) for day in days], findings, corrections,
    )  # fmt: skip
    edge, size = _edge("offset", pair, days, off), off(pair)
    if abs(size) > edge:
        findings.append(Finding(
            "offset", channel=name,
            evidence=f"{name} lies {size * scale:+.3g} from where it was when it was taught.",
            remedy="Calibrate the sensor, or let gesturemap take it off.",
            figures={"offset": size * scale, "edge": edge * scale}, sure=_sure(size, edge),
        ))  # fmt: skip
        corrections.append({"kind": "calibrate", "columns": [name], "offset": [round(-size * scale, 9)]})


def _tempo(pair: Pair, days: Sequence[Pair], findings: list[Finding]) -> None:
    """How much longer everything takes, where frames come as often as they did."""

    def slower(day: Pair) -> float:
        logs = []
        for (label, take), seconds in zip(day.today, day.lasted, strict=True):
            for one in day.known[label]:
                path = align.pairs(take, one)
                way = np.linalg.norm(np.diff(one, axis=0), axis=1)[np.clip(path[:, 1], 0, len(one) - 2)]
                centre = np.average(path, axis=0, weights=way + 1e-12)
                spread = np.sqrt(np.average((path - centre) ** 2, axis=0, weights=way + 1e-12))
                logs.append(
                    math.log(max(spread[0], 1e-9) / max(spread[1], 1e-9) * seconds / day.seconds[label])
                )
        return float(np.median(logs))

    if not pair.today or min(pair.lasted) <= 0.0:
        return
    edge, size = _edge("tempo", pair, days, slower), slower(pair)
    if abs(size) > edge:
        findings.append(Finding(
            "tempo", evidence=f"Everything takes {math.exp(size):.2f} times as long as when it was taught.",
            remedy="Do it as fast as then; if you did, the sensor's clock or rate is another one.",
            figures={"factor": math.exp(size), "edge": math.exp(edge)}, sure=_sure(size, edge),
        ))  # fmt: skip


def _turn(matrix: Values) -> float:
    """Degrees, of the rotation in it."""
    if np.linalg.det(matrix) < 0.0:
        matrix = -matrix if len(matrix) == 3 else matrix @ np.diag([1.0, -1.0])
    return float(np.linalg.norm(mounting.rotation_vector(matrix)))


def _written(row: Values, names: Sequence[str]) -> str:
    """As the feature ``axes`` reads it."""
    column = int(np.abs(row).argmax())
    return ("-" if row[column] < 0.0 else "") + names[column]


def described(checked: Checked, gestures: int) -> str:
    """What is said when nothing was found."""
    return f"The sensor is as it was when it was taught, by {counted(gestures, 'demonstration')}."
