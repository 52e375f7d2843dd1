"""What the demo sends: recordings one after another, shuffled, with a short rest between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gesturemap.errors import FileError
from gesturemap.frames import Values

ADDRESS = "/phone"
"""Of the messages that are sent."""
REST = 0.5
"""Seconds between two recordings, in which the hand goes from one's end to the next one's beginning."""

EVENTS = ("ev_rec", "ev_time", "ev_label")
EARLY, LATE = 0.1, 0.35
"""Seconds before and after a gesture's moment in which it may be recognised."""


class Span(NamedTuple):
    """One gesture in the score, in seconds of the score's own time."""

    label: str
    start: float
    end: float


@dataclass(frozen=True)
class Score:
    """Everything that will be sent: `times` (T,) s, `values` (T, C), and what is what."""

    times: Values
    values: Values
    spans: tuple[Span, ...]
    layout: dict[str, Any]
    """The table of the input that takes it: each message is a frame, its own time and a packet counter."""


def score(path: Path, seed: int | None) -> Score:
    """Put recordings one after another, shuffled.

    Parameters
    ----------
    path : an npz with ``X`` (frames, C), ``lengths``, ``label``, ``t`` (s in each recording), ``rate`` (Hz). A
        recording with ``ev_rec``, ``ev_time`` (s), ``ev_label`` has so many gestures; else its label is its gesture.
    seed : for the shuffling; None: in the order of the file.

    Raises
    ------
    FileError
        If it is not there or not of this form.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            rows, lengths, labels = data["X"].astype(float), data["lengths"], data["label"]
            stamps, rate = data["t"].astype(float), float(data["rate"])
            channels = [str(channel) for channel in data["channels"]]
            happened = [data[name].tolist() for name in EVENTS] if EVENTS[0] in data.files else [[], [], []]
    except (OSError, ValueError, KeyError) as error:
        raise FileError(
            str(path),
            str(error),
            "recordings to play are wanted: arrays X, lengths, label, t, rate, channels",
            "choose a preset that has recordings.npz",
        ) from error
    ends = np.cumsum(lengths)
    times: list[Values] = []
    values: list[Values] = []
    spans: list[Span] = []
    now = 0.0
    order = np.arange(len(lengths)) if seed is None else np.random.default_rng(seed).permutation(len(lengths))
    for index in order.tolist():
        part = slice(ends[index] - lengths[index], ends[index])
        if values:
            steps = np.arange(1, round(REST * rate)) / rate
            share = (steps / REST)[:, None]
            values.append(values[-1][-1] * (1 - share) + rows[part][0] * share)
            times.append(now + steps)
            now += REST
        own = stamps[part] - stamps[part][0]
        moments = [(at, what) for i, at, what in zip(*happened, strict=True) if i == index]
        spans += [Span(what, now + at - EARLY, now + at + LATE) for at, what in moments] or [
            Span(str(labels[index]), now, now + float(own[-1]))
        ]
        times.append(now + own)
        values.append(rows[part])
        now += float(own[-1])
    layout = {
        "kind": "osc",
        "clock": "sender",
        "host": "127.0.0.1",
        "port": 0,
        "address": ADDRESS,
        "arguments": [*channels, "time s", "count"],
        "rate": rate,
    }
    return Score(np.concatenate(times), np.concatenate(values), tuple(spans), layout)
