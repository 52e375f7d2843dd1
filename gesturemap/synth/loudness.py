"""How loud a sound is to people, and the phrase by which patches are made equally loud."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Event, Spec
from gesturemap.synth.render import render
from gesturemap.synth.voice import Voice
from gesturemap.synth.weighting import OFFSET, response

WANTED = -23.0
"""LUFS that every shipped patch has in the phrase, after EBU R 128."""
BLOCK, STRIDE = 0.4, 0.1
ABSOLUTE, RELATIVE = -70.0, -10.0
"""The two gates, LKFS and LU."""
PHRASE_LABELS = tuple("abcdefgh")
PHRASE_SECONDS = 12.0
STRENGTHS = (0.5, 0.7, 0.9)


def phrase() -> list[tuple[float, Event]]:
    """What a patch plays to be measured: seconds and events.

    Eight gestures of a vocabulary ``a`` to ``h`` one after another, from 0.1 s on one every 0.75 s that lasts 0.65 s,
    with strengths 0.5, 0.7 and 0.9 in turn; then ``a``, ``c`` and ``e`` together at 0.7 from 6.5 s to 9.5 s; all of
    it lasts `PHRASE_SECONDS`. No control moves: parameters are at rest, and the level is 1, a drone's as well.
    """
    events: list[tuple[float, Event]] = []
    for i, label in enumerate(PHRASE_LABELS):
        begin = 0.1 + 0.75 * i
        events.append((begin, Event("began", label, STRENGTHS[i % 3])))
        events.append((begin + 0.65, Event("ended", label, 0.0)))
    for label in "ace":
        events.append((6.5, Event("began", label, 0.7)))
        events.append((9.5, Event("ended", label, 0.0)))
    return sorted(events, key=lambda pair: pair[0])


def measured(voice: Voice, rate: float = 48000.0) -> float:
    """LUFS of a voice that plays the phrase alone at volume 1."""
    sound = render(
        [voice],
        Spec(()),
        np.zeros(0),
        np.zeros((0, 0)),
        phrase(),
        PHRASE_SECONDS,
        rate,
        volume=1.0,
        labels=PHRASE_LABELS,
    )
    return integrated(sound, rate)


def integrated(samples: NDArray[Any], rate: float) -> float:
    """LUFS of (N,) or (N, C) samples, all channels weighted 1; -inf where nothing passes the gates.

    Source: ITU-R BS.1770-4, annex 1: K-weighting, the mean square of blocks of 400 ms that overlap by three
    quarters, an absolute gate at -70 LKFS and a relative one 10 LU below what passes that.
    """
    rows = np.atleast_2d(np.asarray(samples, float).T)
    tail = round(rate)  # until the high-pass has rung out
    length = 1 << (rows.shape[1] + tail - 1).bit_length()
    weight = response(np.asarray(np.fft.rfftfreq(length, 1.0 / rate), np.float64), rate)
    weighted = np.fft.irfft(np.fft.rfft(rows, length, axis=1) * weight, length, axis=1)[:, : rows.shape[1]]
    block, stride = round(BLOCK * rate), round(STRIDE * rate)
    if rows.shape[1] < block:
        return -math.inf
    total = np.concatenate([[0.0], np.cumsum(np.sum(np.square(weighted), axis=0))])
    starts = np.arange(0, rows.shape[1] - block + 1, stride)
    power = (total[starts + block] - total[starts]) / block
    kept = power[power > 10.0 ** ((ABSOLUTE - OFFSET) / 10.0)]
    if not len(kept):
        return -math.inf
    kept = kept[kept > kept.mean() * 10.0 ** (RELATIVE / 10.0)]
    return float(OFFSET + 10.0 * np.log10(kept.mean()))
