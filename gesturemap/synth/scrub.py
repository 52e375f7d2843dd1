"""The scrubber: a recorded sound under the hand, at any speed and at standstill, its attacks as sharp as ever.

Where the sound is to be (`position`, plus what `speed` has gone) is the wanted place. The vocoder's head follows it
between the attacks and never stays where its frames would hold one: the way from attack to attack is laid out on what
is left between them, the more the slower it goes. An attack that the wanted place passes forward is played once at
its natural speed, with what begins in it beginning anew; backwards it is jumped over.

Source: A. Roebel, A new approach to transient processing in the phase vocoder, DAFx (2003).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gesturemap.catalog import setting
from gesturemap.compiled import kernel
from gesturemap.errors import FileError
from gesturemap.frames import Values
from gesturemap.synth import attacks, resample, sample, vocoder
from gesturemap.synth.chance import chance
from gesturemap.synth.pointer import TICK_SIGNATURE
from gesturemap.synth.swell import QUIET, speeds, swell
from gesturemap.synth.vocoder import ATTACK, CONTINUE, NATURAL, OVERLAP, RESET
from gesturemap.synth.voice import NOTHING, OFF, ON, SILENCE, TICK, Parameter, Part, Voice

WINDOWS = {"short": 1024, "middle": 2048, "long": 4096}
"""Samples of a frame at 48 kHz."""
(
    RATE, SEED, SIZE, COUNT, DRONE, RESTART, LOOP, RISE, FALL, LEVELS, ATTACKS, AIM, SLOW, SWELL, AGAIN, PLAYED, GONE,
    WANTED, PLACED, HAND, HEAD_AT, PASSED, RUN,
) = range(23)  # fmt: skip
"""Places in the head. LEVELS: how many octaves; AGAIN: the head is to be put anew; PLAYED: samples of this hop that
were played before this tick; GONE: how far `speed` has gone; WANTED, PLACED: the wanted place and the hand's part of
it a hop ago; HAND: the hand's speed, smoothed; HEAD_AT: the head; PASSED: attacks before it; RUN: the attack it runs
through, or -1. Places are in frames of the sound."""
FIRST = 24
"""Where each octave begins in the table, and behind the last where it ends."""
HEAD = 40
POSITION, TIMES, PITCH, SPREAD = range(4)
FAR = 0.25
"""Seconds of the sound; what is farther is another place."""
KNOWN = 0.06
"""Seconds in which the hand's speed is known."""
LATE = 0.02
"""Seconds of the sound by which it may be begun behind an attack that is still to be heard."""
EARLY = 0.005
"""Seconds by which the hand must have left the way to an attack backwards before it can be heard again."""
SAME = 0.02
"""A speed this near to the natural one is that."""
EDGE, SOFT = 0.0005, 0.05
"""Seconds of fade at both ends: of a file that may have been cut anywhere, of the choir."""
SCATTER = 0.06
"""Seconds on each side for spread 1."""
FOLDED = 1.2
"""How much faster than an octave's own rate it is read at most; what folds back then lies near the top."""


@dataclass(frozen=True)
class Scrub(Voice):
    """A recorded sound, or a choir of vowels, under the hand: slow, fast, backwards or still, attacks kept sharp."""

    kind: ClassVar[str] = "scrub"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("position", "", 0.0, 0.0, 1.0, "where in the sound: 0 beginning, 1 end", 0.008),
        Parameter("speed", "", 0.0, -4.0, 4.0, "moves on by itself, times real time", 0.01),
        Parameter("pitch", "semitones", 0.0, -24.0, 24.0, "up or down, at the same speed", 0.01),
        Parameter("spread", "", 0.0, 0.0, 1.0, "scatters the place: a sound held still breathes", 0.03),
    )

    name: str = setting("scrub", "what controls call it: scrub.position and so on")
    file: str = setting("", "WAV file in the project's folder; empty: a choir of vowels")
    window: str = setting(
        "middle", "long: low chords stay clear; short: the least delay", choices=tuple(WINDOWS)
    )
    attacks: bool = setting(
        True, "attacks are heard once and sharp; if not, they are stretched like all else"
    )
    restart: bool = setting(False, "a gesture's beginning takes `speed` back to `position`")
    loop: bool = setting(False, "what `speed` moves goes round at the sound's ends")
    drone: bool = setting(False, "sounds always, not only while a gesture lasts")
    attack: float = setting(0.01, "time to swell", unit="s", low=0.002, high=20.0)
    release: float = setting(0.3, "time to fade", unit="s", low=0.005, high=30.0)
    position: float = setting(0.0, "position at rest", low=0.0, high=1.0)
    speed: float = setting(0.0, "speed at rest", unit="times real time", low=-4.0, high=4.0)
    pitch: float = setting(0.0, "transposition at rest", unit="semitones", low=-24.0, high=24.0)
    spread: float = setting(0.0, "spread at rest", low=0.0, high=1.0)

    def plays(self, label: str, index: int) -> float:
        """Gestures only open it."""
        return 0.0

    def start(self, rate: float, folder: Path | None, seed: int) -> Part:
        """Read the sound and look for its attacks; where that fails the choir sings in its place."""
        faults: tuple[str, ...] = ()
        torn: tuple[str, ...] = ()
        try:
            sound, own_rate = sample.find(self.file, folder) if self.file else sample.choir()
            torn = sample.torn(self.file, folder) if self.file else ()
        except FileError as error:
            faults = (f"{self.name}: {error}",)
            sound, own_rate = sample.choir()
        chosen = bool(self.file) and not faults
        sound = eased(resample.to(sound, own_rate, rate), EDGE if chosen else SOFT, rate)
        octaves = sample.levels(sound)
        size = 1 << round(math.log2(WINDOWS[self.window] * rate / 48000.0))
        found = attacks.find(sound, rate) if self.attacks and chosen else np.zeros(0)
        head = np.zeros(HEAD)
        head[RATE], head[SEED], head[SIZE], head[COUNT] = rate, seed % 2147483646 + 1, size, len(sound)
        head[DRONE], head[RESTART], head[LOOP] = self.drone, self.restart, self.loop
        head[RISE], head[FALL] = speeds(self.attack, self.release, rate)
        head[AIM], head[AGAIN], head[RUN] = self.drone, 1.0, -1.0
        head[PLAYED] = TICK * (
            seed % (size // OVERLAP // TICK)
        )  # so that not all voices work in the same tick
        head[LEVELS], head[ATTACKS] = len(octaves), len(found)
        head[FIRST : FIRST + len(octaves) + 1] = np.cumsum([0, *(octave.size for octave in octaves)])
        table = np.concatenate([octave.ravel() for octave in octaves])
        faults += tuple(f"{self.name}: {line}" for line in torn)
        return Part(np.concatenate([head, vocoder.memory(size), found]), table, tick, faults)


def eased(sound: NDArray[np.float32], seconds: float, rate: float) -> NDArray[np.float32]:
    """The sound (N, 2), faded in and out."""
    length = max(min(round(seconds * rate), len(sound) // 2), 1)
    fade = np.sin(0.5 * np.pi * (np.arange(length) + 0.5) / length)[:, None].astype(np.float32) ** 2
    return np.concatenate([sound[:length] * fade, sound[length:-length], sound[-length:] * fade[::-1]])


@kernel
def want(state: Values, values: Values, hop: int) -> Any:
    """The wanted place now, and its speed in frames per sample; `speed` goes on by a hop."""
    count = state[COUNT]
    place = values[POSITION] * count
    if state[LOOP] != 0.0:
        state[GONE] -= math.floor((place + state[GONE]) / count) * count
    else:
        state[GONE] = min(
            max(state[GONE], -place - state[SIZE]), count - place
        )  # room to run up to an attack
    wanted = place + state[GONE]
    state[GONE] += values[TIMES] * hop
    if state[AGAIN] != 0.0:
        state[PLACED], state[HAND] = place, 0.0
    known = 1.0 - math.exp(-hop / (KNOWN * state[RATE]))
    state[HAND] += ((place - state[PLACED]) / hop - state[HAND]) * known
    if abs(state[HAND]) < 1e-9:
        state[HAND] = 0.0
    state[PLACED] = place
    return wanted, values[TIMES] + state[HAND]


@kernel
def between(state: Values, begins: Values, wanted: float, lead: float, share: float, astray: float) -> Any:
    """Where the head is for a wanted place: the way between two attacks, on what is left when `lead` is kept from
    each; `share` 1: it goes as the sound does, and nothing is left out."""
    passed, many = int(state[PASSED]), int(state[ATTACKS])
    one, other = 0.0, state[COUNT]
    if passed > 0:
        one = begins[passed - 1]
        other = max(other, one + 2.0 * lead)
    if passed < many:
        other = begins[passed]
        one = one if passed > 0 else min(one, other - 2.0 * lead)
    lead = min(lead, 0.5 * max(other - one, 0.0))
    low, high = one + lead, other - lead
    first, last = one + share * lead, other - share * lead
    place = low + (wanted - first) * (high - low) / (last - first) if last - first > 1.0 else low
    if passed == 0:
        low = one + (1.0 - share) * lead
    if passed == many:
        high = other - (1.0 - share) * lead
    return min(max(place + astray, low), high)


@kernel
def move(state: Values, begins: Values, wanted: float, speed: float, step: float) -> Any:
    """Put the head where this hop's frames are taken; says how partials go on (`vocoder.advance`)."""
    rate, many = state[RATE], int(state[ATTACKS])
    hop = state[SIZE] / OVERLAP * step
    lead, before, behind = 2.5 * hop, 1.5 * hop, 1.5 * hop
    natural = abs(speed - step) < SAME * step
    share = 1.0 if natural else min(max(speed / step, 0.0), 1.0)
    mode, passed = NATURAL if natural else CONTINUE, int(state[PASSED])
    if state[AGAIN] != 0.0 or abs(wanted - state[WANTED]) > FAR * rate:
        mode, passed, state[RUN] = RESET, 0, -1.0
        while passed < many and begins[passed] < wanted - LATE * rate:
            passed += 1
    while passed > 0 and wanted < begins[passed - 1] - lead - EARLY * rate:
        passed -= 1
        state[RUN] = -1.0
    ahead = passed
    while ahead < many and wanted >= begins[ahead] - share * lead:
        ahead += 1
    place = state[HEAD_AT] + hop
    started = False
    if ahead > passed:
        attack, run = begins[ahead - 1], int(state[RUN])
        if run >= 0 and place < attack and attack - place <= lead:
            state[RUN], passed = ahead - 1, ahead  # the way leads through it
        elif run >= 0 and place < begins[run] + behind:
            ahead = passed  # first this one
        elif wanted - attack > FAR * rate:
            passed, mode, state[RUN] = ahead, RESET, -1.0
        else:
            passed, started, state[RUN] = ahead, True, ahead - 1
            way = attack - wanted
            if not natural and way > 0.0 and speed > 0.0:
                way *= step / speed  # it sounds when the hand is there
            place = attack - min(max(way, before), lead)
            mode = max(mode, ATTACK)
    state[PASSED] = passed
    if state[RUN] >= 0.0 and not started:
        run = int(state[RUN])
        attack = begins[run]
        end = attack + lead
        if run + 1 < many:
            end = min(end, max(attack + behind, 0.5 * (attack + begins[run + 1])))
        if wanted > attack + lead:
            end = attack + behind
        if place >= end:
            state[RUN] = -1.0
        elif place <= attack + 0.5 * hop:
            mode = max(mode, ATTACK)
    return place, mode, share, lead


@kernel
def work(state: Values, table: Any, values: Values, size: int) -> None:
    """One hop: where the head is, and the frame there."""
    step = 2.0 ** (values[PITCH] / 12.0)
    memory = state[HEAD : HEAD + vocoder.PLACES * size]
    begins = state[HEAD + vocoder.PLACES * size :]
    wanted, speed = want(state, values, size // OVERLAP)
    place, mode, share, lead = move(state, begins, wanted, speed, step)
    if state[RUN] < 0.0:
        astray = (2.0 * chance(state, SEED) - 1.0) * values[SPREAD] * SCATTER * state[RATE]
        place = between(state, begins, wanted, lead, share, astray)
        if abs(place - state[HEAD_AT]) > FAR * state[RATE]:
            mode = RESET
    if state[AGAIN] != 0.0 and state[RUN] >= 0.0 and values[TIMES] > 0.0:  # then they stay together
        state[GONE] += place - wanted
        wanted = place
    state[WANTED], state[HEAD_AT], state[AGAIN] = wanted, place, 0.0
    octave = min(max(math.ceil(math.log2(step / FOLDED)), 0), int(state[LEVELS]) - 1)
    first, last = int(state[FIRST + octave]), int(state[FIRST + octave + 1])
    shrink = 0.5**octave
    vocoder.advance(memory, size, table[first:last], (last - first) // 2, place * shrink, step * shrink, mode)


@kernel
def happen(state: Values, note: Values, size: int) -> None:
    """Open it, close it, or be silent."""
    asleep = state[SWELL] == 0.0 and state[AIM] == 0.0
    if note[0] == ON:
        state[AIM] = 0.3 + 0.7 * min(max(note[2], 0.0), 1.0)
        if state[RESTART] != 0.0:
            state[GONE], state[AGAIN] = 0.0, 1.0
    elif note[0] == OFF:
        state[AIM] = state[DRONE]
    else:
        state[AIM], state[SLOW], state[SWELL] = state[DRONE], 0.0, 0.0
    if note[0] == SILENCE or asleep:
        vocoder.forget(state[HEAD : HEAD + vocoder.PLACES * size], size)
        state[AGAIN] = 1.0


@kernel
def tick(
    state: Values,
    table: Values,
    values: Values,
    steps: Values,
    note: Values,
    first: int,
    last: int,
    out: Values,
) -> None:
    """Add one piece of a tick."""
    size = int(state[SIZE])
    if note[0] != NOTHING:
        happen(state, note, size)
    if state[SWELL] < QUIET and state[AIM] == 0.0:
        state[SLOW], state[SWELL] = 0.0, 0.0
        return
    if first == 0 and last > 0:
        state[PLAYED] += TICK
        if state[PLAYED] >= size // OVERLAP:
            state[PLAYED] = 0.0
            work(state, table, values, size)
    left, right = vocoder.played(state[HEAD : HEAD + vocoder.PLACES * size], size, int(state[PLAYED]))
    swell(state, SLOW, state[AIM], state[RISE], state[FALL], left, right, first, last, out)


KERNELS = ((tick, TICK_SIGNATURE),)
