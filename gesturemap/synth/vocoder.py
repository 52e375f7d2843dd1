"""A phase-locked vocoder: a sound's frames, taken wherever the head is, joined so that their waves go on.

Each hop (a quarter of the frame's N samples) takes two frames a hop apart around the head. What turned the earlier
one into what was last played is carried over to the later one: every partial goes on where it was, by as much as the
sound itself turns it in a hop. The turn is found once for all bins around a peak of the spectrum, weighted by their
strength, for both sides together; so a partial keeps its shape, the sides keep their differences, and at natural
speed every turn is none at all: the sound comes out as it is. No angle is ever worked out.

Source: M. Puckette, Phase-locked vocoder (1995); regions of peaks from J. Laroche and M. Dolson, Improved phase
vocoder time-scale modification of audio, IEEE Trans. Speech and Audio Processing 7 (1999), section III.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth.fft import transform, turns

OVERLAP = 4
NEW = 2.0
"""A region whose power has grown by this factor in a hop begins anew, where beginnings are looked for."""
NATURAL, CONTINUE, ATTACK, RESET = range(4)
"""How regions go on: as they are and slowly back to the sound's own phases, as they are, anew those that grow, or
all anew."""
HEAL = 1.5e-5
"""How much of the way back is gone in a hop, for each sample of a frame."""
WHOLE = 1e-9
"""A step this near to one reads the sound's own samples."""


def memory(size: int) -> Values:
    """Room for one vocoder of frames of `size` samples: window, turns, two frames, spare room, what is playing."""
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size)
    hop = size // OVERLAP
    return np.concatenate([window, turns(size), np.zeros(10 * size + 2 * (size + hop))])


PLACES = 15
"""Places in `memory` for each sample of a frame."""


@kernel
def played(memory: Values, size: int, from_: int) -> Any:
    """Left and right of the sum, from a sample of this hop on."""
    summed = parts(memory, size)[6]
    return summed[from_:size], summed[size + from_ :]


@kernel
def parts(memory: Values, size: int) -> Any:
    """Window, turns, later frame, earlier frame, spare room, last spectrum, sum of frames, and the stretch of sound."""
    w = size + 6 * (size // 4)
    at = w + 10 * size
    return (
        memory[:size],
        memory[size:w],
        memory[w : w + 2 * size],
        memory[w + 2 * size : w + 4 * size],
        memory[w + 4 * size : w + 6 * size],
        memory[w + 6 * size : w + 8 * size],
        memory[w + 8 * size : at],
        memory[at : at + 2 * (size + size // OVERLAP)],
    )


@kernel
def forget(memory: Values, size: int) -> None:
    """Be silent."""
    _, _, _, _, _, last, summed, _ = parts(memory, size)
    for i in range(2 * size):
        last[i], summed[i] = 0.0, 0.0


@kernel
def stretch(sound: Any, count: int, begin: float, step: float, into: Values, length: int) -> None:
    """Read `length` samples of both sides from `begin` on, `step` frames apart; nothing is beyond either end.

    Between frames by the cubic through four (Catmull-Rom).
    """
    left, right = into[:length], into[length : 2 * length]
    if abs(step - 1.0) < WHOLE:
        start = int(np.floor(begin + 0.5))
        low, high = min(max(-start, 0), length), max(min(length, count - start), 0)
        here = sound[2 * (start + low) : 2 * (start + max(high, low))]
        for i in range(high - low):
            left[low + i], right[low + i] = here[2 * i], here[2 * i + 1]
    else:
        low = min(max(int(np.ceil((2.0 - begin) / step)), 0), length)
        high = max(min(length, int(np.ceil((count - 3.0 - begin) / step))), 0)
        for i in range(low, high):
            place = begin + i * step
            index = int(place)
            part, at = place - index, 2 * index
            a, b, c, d = sound[at - 2], sound[at], sound[at + 2], sound[at + 4]
            left[i] = b + 0.5 * part * (
                c - a + part * (2.0 * a - 5.0 * b + 4.0 * c - d + part * (3.0 * (b - c) + d - a))
            )
            a, b, c, d = sound[at - 1], sound[at + 1], sound[at + 3], sound[at + 5]
            right[i] = b + 0.5 * part * (
                c - a + part * (2.0 * a - 5.0 * b + 4.0 * c - d + part * (3.0 * (b - c) + d - a))
            )
    for i in range(low):
        left[i], right[i] = 0.0, 0.0
    for i in range(max(high, low), length):
        left[i], right[i] = 0.0, 0.0


@kernel
def compare(now: Values, then: Values, last: Values, room: Values, size: int) -> None:
    """Per bin: power now and a hop before, and what turns the earlier frame into what was last played.

    Left and right are real and imaginary part of one frame, so bins k and N - k together hold both sides.
    """
    half = size // 2
    power, before = room[: half + 1], room[half + 1 : 2 * half + 2]
    over_r, over_i = room[2 * half + 2 : 3 * half + 3], room[3 * half + 3 : 4 * half + 4]
    nr, ni, tr, ti, lr, li = now[:size], now[size:], then[:size], then[size:], last[:size], last[size:]
    for k in range(1, half + 1):
        m = size - k
        power[k] = nr[k] * nr[k] + ni[k] * ni[k] + nr[m] * nr[m] + ni[m] * ni[m]
        before[k] = tr[k] * tr[k] + ti[k] * ti[k] + tr[m] * tr[m] + ti[m] * ti[m]
        over_r[k] = lr[k] * tr[k] + li[k] * ti[k] + lr[m] * tr[m] + li[m] * ti[m]
        over_i[k] = li[k] * tr[k] - lr[k] * ti[k] - li[m] * tr[m] + lr[m] * ti[m]
    power[0], before[0] = 2.0 * (nr[0] * nr[0] + ni[0] * ni[0]), 2.0 * (tr[0] * tr[0] + ti[0] * ti[0])
    over_r[0], over_i[0] = 2.0 * (lr[0] * tr[0] + li[0] * ti[0]), 0.0


@kernel
def lock(room: Values, size: int, mode: int) -> None:
    """Give every bin the turn of the region around its peak, in place of what `compare` left."""
    half = size // 2
    power, before = room[: half + 1], room[half + 1 : 2 * half + 2]
    over_r, over_i = room[2 * half + 2 : 3 * half + 3], room[3 * half + 3 : 4 * half + 4]
    begin, peak = 0, -1
    for k in range(2, half + 2):
        top = k == half + 1  # the last region ends
        if not top:
            p = power[k]
            if p <= power[k - 1] or p <= power[k - 2]:
                continue
            if (k < half and p < power[k + 1]) or (k + 1 < half and p < power[k + 2]):
                continue
        end = half + 1
        if not top:
            if peak < 0:
                peak = k
                continue
            end = peak + 1
            for j in range(peak + 2, k):
                if power[j] < power[end]:
                    end = j
        real, imaginary, now, then = 0.0, 0.0, 0.0, 0.0
        for j in range(begin, end):
            real += over_r[j]
            imaginary += over_i[j]
            now += power[j]
            then += before[j]
        length = np.sqrt(real * real + imaginary * imaginary)
        if mode == RESET or (mode == ATTACK and now > NEW * then) or length < 1e-30:
            real, imaginary = 1.0, 0.0
        else:
            real, imaginary = real / length, imaginary / length
            if mode == NATURAL:
                real += HEAL * size
                length = np.sqrt(real * real + imaginary * imaginary)
                real, imaginary = real / length, imaginary / length
        for j in range(begin, end):
            over_r[j], over_i[j] = real, imaginary
        begin, peak = end, k
    # one number holds both sides where no bin is opposite: a turn would mix them
    over_i[0], over_i[half] = 0.0, 0.0


@kernel
def turn(now: Values, room: Values, last: Values, size: int) -> None:
    """What is played: the frame now, turned; into `now`, and kept in `last`."""
    half = size // 2
    cosine, sine = room[2 * half + 2 : 3 * half + 3], room[3 * half + 3 : 4 * half + 4]
    nr, ni, lr, li = now[:size], now[size:], last[:size], last[size:]
    for k in range(half + 1):
        real, imaginary = nr[k] * cosine[k] - ni[k] * sine[k], nr[k] * sine[k] + ni[k] * cosine[k]
        nr[k], ni[k], lr[k], li[k] = real, imaginary, real, imaginary
    for k in range(1, half):
        m = size - k
        real, imaginary = nr[m] * cosine[k] + ni[m] * sine[k], ni[m] * cosine[k] - nr[m] * sine[k]
        nr[m], ni[m], lr[m], li[m] = real, imaginary, real, imaginary


@kernel
def advance(memory: Values, size: int, sound: Any, count: int, middle: float, step: float, mode: int) -> None:
    """Add the frame around `middle` (frames of `sound`) to the sum, whose first quarter is then ready to be played.

    The earlier frame is half a hop before `middle`, the later one, which is heard, half a hop behind it.
    """
    window, w, now, then, spare, last, summed, read = parts(memory, size)
    hop = size // OVERLAP
    length = size + hop
    stretch(sound, count, middle - 0.5 * length * step, step, read, length)
    for side in range(2):
        here, early, late = read[side * length :], then[side * size :], now[side * size :]
        for i in range(size):
            early[i] = window[i] * here[i]
            late[i] = window[i] * here[hop + i]
    transform(then[:size], then[size:], spare, w)
    transform(now[:size], now[size:], spare, w)
    compare(now, then, last, read, size)
    lock(read, size, mode)
    turn(now, read, last, size)
    transform(now[size:], now[:size], spare, w)
    scale = 1.0 / (1.5 * size)  # the squared windows that overlap add up to 1.5
    for side in range(2):
        into, frame = summed[side * size : (side + 1) * size], now[side * size : (side + 1) * size]
        for i in range(size - hop):
            into[i] = into[i + hop] + scale * window[i] * frame[i]
        for i in range(size - hop, size):
            into[i] = scale * window[i] * frame[i]
