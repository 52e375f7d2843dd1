"""What is wrong with single recordings: their channels, their length, their ends, their rate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.commands import Enable, Trim, TrimIdle
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Values
from gesturemap.models.remarks import SWITCHES
from gesturemap.plain import counted
from gesturemap.teaching.critique.look import FEW, IDLE, LEVELS, STAY, Look, Usual, look, unusual
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.movement import nothing_moves

OFTEN = 0.02
"""Share of the frames of some recordings that lie at the very end of a channel where it is clipped."""
AWAKE = 0.5
"""How often another channel moves at those, as a share of how often it usually does: else it is rest."""
RUNS = 3
"""Times that it stops there, at least: once may be a turn of the hand."""
OFF = 0.15
"""By how much of the usual rate one is off."""
ALL = 0.4
"""Share of a gesture's demonstrations from which on their idle ends are told of all together."""


class Taken(NamedTuple):
    """One recording, looked at."""

    whole: Demonstration
    """As it was recorded."""
    learned: Demonstration
    """What of it is learned from."""
    look: Look

    @property
    def called(self) -> str:
        """As findings call it."""
        return f"demonstration {self.whole.id} of '{self.whole.label}'"

    def left_out(
        self, kind: str, channel: str, evidence: str, remedy: str, figures: dict[str, float], sure: float
    ) -> Finding:
        """Something strange about this one alone, mended by leaving it out."""
        whole = self.whole
        without = Enable([whole.id], False)
        return Finding(kind, whole.label, (whole.id,), channel, evidence, remedy, figures, sure, without)


def findings(demonstrations: Sequence[Demonstration]) -> Iterator[Finding]:
    """Everything strange about those that are learned from; one finding for each thing that can be mended at once."""
    taken = [Taken(one, one.learned, _look(one.learned)) for one in demonstrations if one.enabled]
    taken = [one for one in taken if len(one.learned) > 1]
    groups: dict[str, list[Taken]] = {}
    for one in taken:
        groups.setdefault(one.whole.label, []).append(one)
    yield from unmoved([one.learned for one in taken])
    yield from _dead(taken)
    lost = list(_lost(groups))
    yield from lost
    known = {one.channel for one in lost}
    yield from _clipped(taken)
    yield from _rates(taken)
    for group in groups.values():
        usual = Usual.of([one.look for one in group])
        for one in group:
            yield from (found for found in _flat(one, usual) if found.channel not in known)
            yield from _length(one, usual)
            yield from _gap(one)
        yield from _idle(group)


def dead(found: Iterable[Finding]) -> frozenset[str]:
    """The ids of demonstrations in which a channel is dead that moves in others of their gesture.

    They differ from the others by that and not by how they were moved: nothing else is told from them.

    Parameters
    ----------
    found : what `findings` found.
    """
    return frozenset(one for each in found if each.kind == "dead" for one in each.demonstrations)


def unmoved(demonstrations: Sequence[Demonstration]) -> Iterator[Finding]:
    """Gestures that nothing tells apart, as nobody moved in their demonstrations, and all were held at one place."""
    groups: dict[str, list[Demonstration]] = {}
    for one in demonstrations:
        groups.setdefault(one.label, []).append(one)
    still = {label: group for label, group in groups.items() if nothing_moves(group)}
    every = [one for group in still.values() for one in group]
    if len(still) > 1 and nothing_moves(every):
        yield Finding(
            "still",
            demonstrations=tuple(one.id for one in every),
            evidence=f"nothing moves in the {counted(len(every), 'demonstration')} of {', '.join(map(repr, still))}: "
            "all of it is the sensor's noise about one place",
            remedy="record them again while you move; if you did, look at what the sensor sends: gesturemap doctor",
            figures={"gestures": len(still)},
        )


def _look(one: Demonstration) -> Look:
    return look(one.spec, one.time, one.values)


def _flat(one: Taken, usual: Usual) -> Iterator[Finding]:
    """A channel that is dead in one recording only."""
    if usual.count <= FEW:
        return
    for name, count in sorted(usual.moved.items()):
        if count == usual.count - 1 and name not in one.look.moved:
            yield one.left_out(
                "dead",
                name,
                f"{name} does not move in {one.called}, as it does in the other {count}",
                "look whether its cable or axis came loose; leave the demonstration out, and record it again",
                {"others": count},
                0.9,
            )


def _dead(taken: Sequence[Taken]) -> Iterator[Finding]:
    """Channels that never move; a switch that nobody pressed is none."""
    if not taken:
        return
    for column, name in enumerate(taken[0].learned.spec.names):
        levels = {float(one.learned.values[0, column]) for one in taken}
        if name.startswith(SWITCHES) and levels <= {0.0, 1.0}:
            continue
        if len(levels) == 1 and not any(name in one.look.moved for one in taken):
            yield Finding(
                "dead",
                channel=name,
                evidence=f"{name} is the same in every frame of every demonstration",
                remedy="look whether the sensor sends it; leave the channel out if it is of no use",
                figures={"demonstrations": len(taken)},
                sure=0.8,
            )


def _lost(groups: Mapping[str, Sequence[Taken]]) -> Iterator[Finding]:
    """Channels that are dead in several demonstrations, of two gestures or more, and move in others of these."""
    lost: dict[str, list[Taken]] = {}
    for group in groups.values():
        usual = Usual.of([one.look for one in group])
        for name, count in sorted(usual.moved.items()):
            if count < usual.count:
                lost.setdefault(name, []).extend(one for one in group if name not in one.look.moved)
    for name, some in lost.items():
        of = sorted({one.whole.label for one in some})
        if len(of) < 2:
            continue  # such a gesture may not need it every time
        ids = [one.whole.id for one in some]
        yield Finding(
            "dead",
            "",
            tuple(ids),
            name,
            f"{name} does not move in {counted(len(ids), 'demonstration')} of {len(of)} gestures, and in others of "
            f"them it does: {', '.join(ids[:5])}{' ...' if len(ids) > 5 else ''}",
            "look whether its cable or axis came loose; leave these out, and record them again",
            {"demonstrations": len(ids)},
            0.95,
            Enable(ids, False),
        )


def _length(one: Taken, usual: Usual) -> Iterator[Finding]:
    share = usual.odd(one.look.seconds)
    if share is None:
        return
    yield one.left_out(
        "length",
        "",
        f"{one.called} lasts {one.look.seconds:.2g} s, the others about {usual.seconds:.2g} s",
        "leave it out, or trim it" if share > 1.0 else "leave it out, and record it again",
        {"seconds": one.look.seconds, "usual": usual.seconds},
        float(min(1.0, abs(np.log(share)) / np.log(4.0))),
    )


def _idle(group: Sequence[Taken]) -> Iterator[Finding]:
    """Ends at rest: of single ones where the others have none, of all of a gesture together."""
    resting = [one for one in group if max(one.look.head, one.look.tail) >= IDLE and not one.whole.outputs]
    if len(resting) <= max(1.0, ALL * len(group)):
        for one in resting:
            yield _rests(one)
        return
    seconds = float(np.median([max(one.look.head, one.look.tail) for one in resting]))
    label = group[0].whole.label
    yield Finding(
        "idle",
        label,
        tuple(one.whole.id for one in resting),
        evidence=f"{len(resting)} of {counted(len(group), 'demonstration')} of '{label}' rest at an end, for "
        f"{seconds:.1f} s as a rule",
        remedy="cut their idle ends; new recordings lose them by themselves where [record] says trim = true",
        figures={"seconds": seconds, "of": len(group)},
        sure=0.3,
        command=TrimIdle([one.whole.id for one in resting]),
    )


def _rests(one: Taken) -> Finding:
    head, tail = one.look.head, one.look.tail
    ends = [
        f"{seconds:.1f} s at the {end}"
        for seconds, end in ((head, "beginning"), (tail, "end"))
        if seconds >= IDLE
    ]
    last = one.whole.end or one.whole.seconds
    start = one.whole.start + (head if head >= IDLE else 0.0)
    end = last - (tail if tail >= IDLE else 0.0)
    return Finding(
        "idle",
        one.whole.label,
        (one.whole.id,),
        evidence=f"{one.called} rests for {' and '.join(ends)}",
        remedy=f"learn only from {start:.1f} to {end:.1f} s",
        figures={"head": head, "tail": tail, "seconds": one.look.seconds},
        sure=float(min(1.0, (head + tail) / max(one.look.seconds, 1e-9) + 0.3)),
        command=Trim(one.whole.id, round(start, 3), round(end, 3)),
    )


def _gap(one: Taken) -> Iterator[Finding]:
    if longest := one.look.gap:
        at = float(one.learned.time[0] - one.whole.time[0]) + one.look.gap_at
        yield one.left_out(
            "gap",
            "",
            f"nothing came for {longest:.2g} s in {one.called}, at {at:.1f} s",
            "leave it out, and look at the sensor's connection: gesturemap doctor",
            {"seconds": longest, "at": at},
            0.7,
        )


def _rates(taken: Sequence[Taken]) -> Iterator[Finding]:
    """Recordings that came at another rate than most."""
    lasting = [one for one in taken if one.look.seconds > 0.0]
    rates = np.array([_rate(one.learned.time) for one in lasting])
    if len(rates) <= FEW:
        return
    usual = float(np.median(rates))
    off = [
        (one, rate) for one, rate in zip(lasting, rates.tolist(), strict=True) if abs(rate / usual - 1) > OFF
    ]
    if not off:
        return
    ids = [one.whole.id for one, _ in off]
    named = ", ".join(ids[:5]) + (" ..." if len(ids) > 5 else "")
    yield Finding(
        "rate",
        demonstrations=tuple(ids),
        evidence=f"{counted(len(off), 'demonstration')} came at about {np.median([rate for _, rate in off]):.3g} "
        f"frames a second, the others at {usual:.3g}: {named}",
        remedy="let it send as often as in the others (its rate, or what else the computer does) and record them "
        "again; leave them out meanwhile",
        figures={"rate": float(np.median([rate for _, rate in off])), "usual": usual},
        sure=0.9,
        command=Enable(ids, False),
    )


def _rate(time: Values) -> float:
    """Frames a second, of times (T,), but for where nothing came."""
    steps = np.diff(time)
    came = steps[steps < unusual(steps)]
    return float(len(came) / max(came.sum(), 1e-9))


def _clipped(taken: Sequence[Taken]) -> Iterator[Finding]:
    """Channels that stop at one and the same end while the others move on."""
    if not taken:
        return
    for column, name in enumerate(taken[0].learned.spec.names):
        moving_in = [one for one in taken if name in one.look.moved]  # where it is dead it is not clipped
        tracks = [one.learned.values[:, column] for one in moving_in]
        every = np.concatenate(tracks) if tracks else np.zeros(0)
        if len(np.unique(every)) < LEVELS:
            continue  # a switch or a counter is at its ends by nature
        for level, end in ((float(every.max()), "highest"), (float(every.min()), "lowest")):
            pinned = [_pinned(track, level) for track in tracks]
            awake = [_awake(one.learned.values, column) for one in moving_in]
            hit = [n for n, at in enumerate(pinned) if at.any()]
            frames = sum(int(pinned[n].sum()) for n in hit)
            if not frames or level == 0.0:
                continue
            share = frames / sum(len(pinned[n]) for n in hit)
            moving = sum(int((pinned[n] & awake[n]).sum()) for n in hit) / frames
            usually = float(np.mean(np.concatenate([awake[n] for n in hit])))
            runs = sum(int((np.diff(np.r_[False, pinned[n]].astype(np.int8)) == 1).sum()) for n in hit)
            if share < OFTEN or runs < RUNS or moving < AWAKE * usually:
                continue
            ids = tuple(moving_in[n].whole.id for n in hit)
            yield Finding(
                "clipped",
                demonstrations=ids,
                channel=name,
                evidence=f"{name} stops at {level:g}, its {end}, in {counted(len(ids), 'demonstration')} of "
                f"{len(taken)}, for {share:.0%} of their frames",
                remedy="set the sensor to a wider range, or move less far, and record again",
                figures={"level": level, "share": share, "runs": runs},
                sure=float(min(1.0, 0.5 + 5.0 * share)),
            )


def _pinned(track: Values, level: float) -> NDArray[np.bool_]:
    """(T,) which values lie exactly at a level, `STAY` or more in a row."""
    at = np.r_[False, track == level, False]
    edges = np.flatnonzero(np.diff(at.astype(np.int8)))
    kept = np.zeros(len(track), bool)
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        kept[begin:end] = end - begin >= STAY
    return kept


def _awake(values: Values, column: int) -> NDArray[np.bool_]:
    """(T,) at which frames another channel is not what it was; true where there is no other."""
    others = np.delete(values, column, axis=1)
    if not others.shape[1]:
        return np.ones(len(values), bool)
    moves = (np.diff(others, axis=0) != 0.0).any(1)
    return np.r_[moves[:1], moves] if len(moves) else np.ones(len(values), bool)
