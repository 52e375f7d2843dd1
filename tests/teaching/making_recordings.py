"""Small files of recordings, and corpora without a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project.exchange.corpus import Corpus, Moment

RATE = 50.0


def curve(label: str, length: int, random: np.random.Generator, noise: float = 0.05) -> np.ndarray:
    """One execution (T, 3) of a gesture that its label chooses."""
    own = np.random.default_rng([ord(letter) for letter in label])
    u = np.linspace(0.0, 1.0, length)[:, None]
    values = sum(own.normal(size=3) * np.sin(np.pi * k * u + own.uniform(0, 6, 3)) for k in range(1, 4))
    return values + random.normal(0.0, noise, (length, 3))


def arrays(
    labels: Sequence[str] = ("a", "b", "c"),
    users: Sequence[str] = ("u1", "u2"),
    each: int = 4,
    length: int = 30,
) -> dict[str, Any]:
    """Isolated recordings of every user."""
    random = np.random.default_rng(0)
    rows, takes = [], []
    for user in users:
        for label in labels:
            for n in range(each):
                takes.append(curve(label, length + int(random.integers(-3, 4)), random))
                rows.append((label, user, f"s{n % 2}", "train" if n % 2 else "test"))
    label, user, session, split = (np.array(column) for column in zip(*rows, strict=True))
    return {
        "X": np.concatenate(takes).astype(np.float32),
        "lengths": np.array([len(take) for take in takes]),
        "label": label, "user": user, "session": session, "split": split,
        "rate": RATE, "channels": np.array(["acc_x g", "acc_y g", "gyr_z deg/s"]),
    }  # fmt: skip


def with_streams(seed: int = 1, rest: int = 50) -> dict[str, Any]:
    """Three streams with gestures a and b between rests, and one without, behind isolated recordings of a and b."""
    made = arrays(("a", "b"), ("u",), 2, 25)
    random = np.random.default_rng(seed)
    parts, lengths, labels = [made["X"]], made["lengths"].tolist(), made["label"].tolist()
    events: list[tuple[int, str, float]] = []
    for number in range(4):
        stream, now = [random.normal(0, 0.05, (40, 3))], 40
        for label in "abab" if number < 3 else "":
            stream += [curve(label, 25, random) * 2.0, random.normal(0, 0.05, (rest, 3))]
            events.append((len(lengths), label, (now + 25) / RATE))
            now += 25 + rest
        if number == 3:
            stream.append(random.normal(0, 0.05, (6 * rest, 3)))
        parts.append(np.concatenate(stream))
        lengths.append(len(parts[-1]))
        labels.append("mixed" if number < 3 else "noise")
    return {
        "X": np.concatenate(parts).astype(np.float32), "lengths": np.array(lengths), "label": np.array(labels),
        "rate": RATE, "channels": made["channels"],
        "ev_rec": np.array([event[0] for event in events]),
        "ev_label": np.array([event[1] for event in events]),
        "ev_end": np.array([event[2] for event in events]),
    }  # fmt: skip


def with_outputs() -> dict[str, Any]:
    """Recordings of which the last column is an output, and a descriptor that some lack."""
    made = arrays(("a",), ("",), 6)
    made["X"] = np.column_stack([made["X"], made["X"] @ [0.5, 1.0, -1.0]]).astype(np.float32)
    made["channels"] = np.append(made["channels"], "loudness dB")
    made["din"] = 3
    desc = np.column_stack([made["X"][:, 0] + made["X"][:, 1], made["X"][:, 2]])
    desc[: made["lengths"][0], 1] = np.nan
    return made | {"desc": desc, "desc_names": np.array(["sum", "third"])}


def with_frame_labels() -> dict[str, Any]:
    """Two recordings of rest and gesture in turn, a second each."""
    random = np.random.default_rng(2)
    labels = np.tile(np.repeat([0, 1], 50), 4)
    takes = [np.where(labels[:, None] == 1, 2.0, 0.0) + random.normal(0, 0.2, (400, 3)) for _ in range(2)]
    return {
        "X": np.concatenate(takes).astype(np.float32), "lengths": np.array([400, 400]),
        "label": np.array(["fist", "fist"]), "user": np.array(["u", "v"]), "rate": RATE,
        "channels": np.array(["acc_x g", "acc_y g", "gyr_z deg/s"]),
        "frame_label": np.tile(labels, 2), "frame_label_names": np.array(["rest", "fist"]),
    }  # fmt: skip


def save(folder: Path, made: dict[str, Any], name: str = "data.npz") -> Path:
    """Write a file."""
    path = folder / name
    np.savez_compressed(path, **made)
    return path


def corpus(rows: Sequence[tuple[str, str, str]], length: int = 20) -> Corpus:
    """A corpus of (label, user, session), every value its own."""
    spec = Spec.of("x", rate=RATE)
    count = 0.0
    made = []
    for i, (label, _, _) in enumerate(rows):
        values = np.arange(count, count + length)[:, None]
        count += length
        made.append(Demonstration(str(i), label, spec, np.arange(length) / RATE, values))
    users, sessions = (tuple(row[k] for row in rows) for k in (1, 2))
    return Corpus(tuple(made), users, sessions, ("",) * len(rows), RATE)


def moment(recording: int, label: str, time: float) -> Moment:
    return Moment(recording, label, time)
