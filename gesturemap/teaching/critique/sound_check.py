"""Sound check: whether the sensor says today what it said on the day it was taught, and what puts it right.

A few gestures that are known, done again today, are compared with their demonstrations: which channels come, how
often, which way round (`mounting`), how large, and how far from zero. What counts as a change is learned: some
demonstrations of the training day are taken for today's and compared with the others in the same way, and only what
exceeds that spread is said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from gesturemap import commands as c
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError
from gesturemap.frames import Spec, Values
from gesturemap.plain import counted
from gesturemap.teaching import align
from gesturemap.teaching.critique import mounting
from gesturemap.teaching.critique.days import (
    BEYOND,
    Pair,
    by_gesture,
    edge_of,
    paired,
    sure_of,
    training_days,
)
from gesturemap.teaching.critique.mounting import Seen, Vector
from gesturemap.teaching.finding import Finding

RATE = 0.08
"""A share by which frames may come more or less often."""
STILL = 1e-3
"""A channel that moves less than this share of what it moved is dead."""
AXIS = 0.25
"""Share of an offset from which on an axis is named."""
CLEAR = 1.05
"""What another explanation must cost of one that is offered."""
PART = 4.0
"""How many times as much as on the training day is left unexplained where a change is not all that is other."""
CORRECTIONS = "corrections"
"""The section of a project that puts a sensor right before anything else sees it."""
DONE = (
    "it is put right already, and these were recorded before that: do the gestures again, and ask about those"
)


class Checked(NamedTuple):
    """What a sound check found."""

    findings: list[Finding]
    corrections: list[dict[str, Any]]
    """Tables of features, in order, that make today's frames those of the training day."""
    rate: float = 0.0
    """Frames a second that are wanted where others come, Hz; 0: as they come."""


class Change(NamedTuple):
    """What is other about channels."""

    finding: Finding
    table: dict[str, Any]
    """Of the feature that puts it right; empty where that is not sure."""


def offered(taught: Sequence[Demonstration], count: int = 2) -> tuple[str, ...]:
    """The gestures that tell most about the sensor: those whose demonstrations differ least in direction.

    Each demonstration is turned to the others of its gesture; the mean square of the angles, and of what is left,
    decides. Without vectors, those with the most movement.
    """
    groups = by_gesture(taught)
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
    findings = [_in_part(one, taught[0].spec, names) for one in findings]
    rate = _rate(taught, known, input_table or {}, findings)
    changes: list[Change] = []
    there = [name for name in taught[0].spec.names if name in names]
    used: set[str] = set()
    for vector in mounting.vectors(taught[0].spec):
        own = [taught[0].spec.names[column] for column in vector.columns]
        used |= set(own)
        if set(own) <= names:
            changes += _vector(vector, own, paired(taught, known, own), training_days(taught, known, own))
    for name in there:
        if name not in used:
            changes += _single(name, paired(taught, known, [name]), training_days(taught, known, [name]))
    if names and not rate:
        _tempo(paired(taught, known, there), training_days(taught, known, there), findings)
    corrections = [one.table for one in changes if one.table]
    if corrections and all(one in before for one in corrections):
        findings += [one.finding._replace(remedy=DONE) for one in changes]
        return Checked(findings, [], rate)
    command = c.Configure(CORRECTIONS, [dict(table) for table in (*before, *corrections)])
    findings += [one.finding._replace(command=command if one.table else None) for one in changes]
    return Checked(findings, corrections, rate)


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


def _in_part(found: Finding, spec: Spec, alive: set[str]) -> Finding:
    """The same of a channel of a vector, with what is not compared: size, turn and bias are those of all its axes."""
    for vector in mounting.vectors(spec):
        own = [spec.names[column] for column in vector.columns]
        if found.channel in own and alive.intersection(own):
            then = f"Then check again: how {_called(vector)} is turned, how large and where was not compared."
            return found._replace(remedy=f"{found.remedy} {then}")
    return found


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
        sure=sure_of(abs(change), edge), command=command,
    ))  # fmt: skip
    return usual


def _vector(vector: Vector, names: Sequence[str], pair: Pair, days: Sequence[Pair]) -> list[Change]:
    """Which way round a vector is and how large, or where it lies: whichever costs less explains today.

    What was turned is as long as it was, at rest too; what has an offset moves as it did.
    """
    usual = [mounting.turned(day.today, day.known, np.eye(len(names))) for day in days]
    changes, seen = _orientation(vector, names, pair, usual)
    changes += _gain(_called(vector), names, seen, pair, days)
    scale = float(np.sqrt(np.mean([take.var(axis=0) for takes in pair.known.values() for take in takes])))
    edge = scale * edge_of("offset", pair, [_off(day) / scale for day in days])
    lies = mounting.moved(pair.today, pair.known)
    size = float(np.linalg.norm(lies.offset))
    if CLEAR * lies.cost < seen.cost if changes else size > edge and lies.cost < seen.cost:
        clear = [name for name, value in zip(names, lies.offset, strict=True) if abs(value) > AXIS * size]
        lie = [(name, float(lies.offset[names.index(name)])) for name in clear]
        changes = [_offset(_called(vector), lie, edge, sure_of(size, edge))]
    best, other = sorted((lies.cost, seen.cost))
    if usual and best > PART * float(np.mean([one.cost for one in usual])):
        return [_unsure(one, "That explains only a part of what is other.") for one in changes]
    if other < CLEAR * best:
        rival = "is turned or scaled" if changes and changes[0].finding.kind == "offset" else "lies elsewhere"
        return [_unsure(one, f"That it {rival} explains today nearly as well.") for one in changes]
    return changes


def _off(pair: Pair) -> float:
    return float(np.linalg.norm(mounting.moved(pair.today, pair.known).offset))


def _unsure(change: Change, why: str) -> Change:
    """The same without what would put it right."""
    one = change.finding
    remedy = one.remedy.partition(", or ")[0].rstrip(".") + "; or do another gesture too, and check again."
    return Change(one._replace(evidence=f"{one.evidence} {why}", remedy=remedy), {})


def _called(vector: Vector) -> str:
    return vector.stem or "the sensor"


def _orientation(
    vector: Vector, names: Sequence[str], pair: Pair, usual: Sequence[Seen]
) -> tuple[list[Change], Seen]:
    """Which way round a vector is; `usual` is how it was on the training days."""
    plain = np.eye(len(names))
    edge = edge_of("angle", pair, [mounting.degrees(one.matrix) for one in usual])
    seen = mounting.best(pair.today, pair.known, proper=True)
    mirrored = mounting.best(pair.today, pair.known, proper=False)
    if mirrored.cost < mounting.MIRRORED * seen.cost:
        seen = mirrored
    swap = mounting.nearest_swap(seen.matrix)
    as_swap = mounting.turned(pair.today, pair.known, swap, 0)
    left = mounting.degrees(swap.T @ seen.matrix)
    changed = not np.array_equal(swap, plain)
    what = _called(vector)
    if changed and (left <= 1.5 * edge or as_swap.cost <= mounting.PLAIN * seen.cost):
        written = [_written(row, names) for row in swap]
        mirror = ", which mirrors it" if np.linalg.det(swap) < 0.0 else ""
        told = ", ".join(f"{to} is {own}" for to, own in zip(names, written, strict=True) if to != own)
        finding = Finding(
            "axes", channel=what, evidence=f"Axes of {what} are other ones today{mirror}: what was {told} now.",
            remedy="Mount the sensor as it was, or put the axes right.",
            figures={"cost": as_swap.cost, "cost_as_it_is": mounting.turned(pair.today, pair.known, plain, 0).cost},
            sure=sure_of(mounting.degrees(seen.matrix) if mirror == "" else 180.0, edge),
        )  # fmt: skip
        order = np.argsort(vector.columns)  # their places are filled in the order of channels
        return [Change(finding, {"kind": "axes", "channels": [written[i] for i in order]})], as_swap
    if not changed and left <= edge:
        return [], seen
    size = mounting.degrees(seen.matrix)
    mirror = " and mirrored" if np.linalg.det(seen.matrix) < 0.0 else ""
    finding = Finding(
        "turned", channel=what,
        evidence=f"{what} is turned by {size:.0f}°{mirror} against the day it was taught; "
        f"from demonstration to demonstration it was {edge / BEYOND['angle']:.0f}°.",
        remedy="Turn the sensor back, or let gesturemap turn what it says.",
        figures={"degrees": size, "edge": edge, "cost": seen.cost}, sure=sure_of(size, edge),
    )  # fmt: skip
    matrix = [round(v, 9) for v in seen.matrix.ravel().tolist()]
    return [Change(finding, {"kind": "mount", "columns": list(names), "matrix": matrix})], seen


def _gain(what: str, names: Sequence[str], seen: Seen, pair: Pair, days: Sequence[Pair]) -> list[Change]:
    """How much larger the values are."""
    edge = edge_of("gain", pair, [math.log(mounting.length(day.today, day.known)) for day in days])
    size = math.log(seen.gain)
    if abs(size) <= edge:
        return []
    finding = Finding(
        "gain", channel=what,
        evidence=f"{what} is {seen.gain:.2f} times as large as when it was taught; repetitions differed by "
        f"{100.0 * math.expm1(edge / BEYOND['gain']):.0f} %.",
        remedy="Look after the sensor's range, or let gesturemap scale it.",
        figures={"gain": seen.gain, "edge": math.exp(edge)}, sure=sure_of(size, edge),
    )  # fmt: skip
    table = {"kind": "calibrate", "columns": list(names), "scale": [round(1.0 / seen.gain, 9)]}
    return [Change(finding, table)]


def _offset(what: str, lie: Sequence[tuple[str, float]], edge: float, sure: float) -> Change:
    """Channels that lie elsewhere, by how much."""
    told = " and ".join(f"{name} lies {value:+.3g}" for name, value in lie)
    figures = {"offset": max((value for _, value in lie), key=abs), "edge": edge}
    table = {
        "kind": "calibrate", "columns": [name for name, _ in lie], "offset": [round(-value, 9) for _, value in lie],
    }  # fmt: skip
    return Change(Finding(
        "offset", channel=what, evidence=f"{told} from where it was when it was taught.",
        remedy="Calibrate the sensor, or let gesturemap take it off.", figures=figures, sure=sure,
    ), table)  # fmt: skip


def _single(name: str, pair: Pair, days: Sequence[Pair]) -> list[Change]:
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

    seen = Seen(np.eye(1), mounting.length(*centred(pair)[:2]), np.zeros(1), 0.0)
    changes = _gain(name, [name], seen, centred(pair), [centred(day) for day in days])
    edge, size = edge_of("offset", pair, [off(day) for day in days]), off(pair)
    if abs(size) > edge:
        changes.append(_offset(name, [(name, size * scale)], edge * scale, sure_of(size, edge)))
    return changes


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
    edge, size = edge_of("tempo", pair, [slower(day) for day in days]), slower(pair)
    if abs(size) > edge:
        findings.append(Finding(
            "tempo", evidence=f"Everything takes {math.exp(size):.2f} times as long as when it was taught.",
            remedy="Do it as fast as then; if you did, the sensor's clock or rate is another one.",
            figures={"factor": math.exp(size), "edge": math.exp(edge)}, sure=sure_of(size, edge),
        ))  # fmt: skip


def _written(row: Values, names: Sequence[str]) -> str:
    """As the feature ``axes`` reads it."""
    column = int(np.abs(row).argmax())
    return ("-" if row[column] < 0.0 else "") + names[column]


def described(checked: Checked, gestures: int) -> str:
    """What is said when nothing was found."""
    return f"The sensor is as it was when it was taught, by {counted(gestures, 'demonstration')}."
