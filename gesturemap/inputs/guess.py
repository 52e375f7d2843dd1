"""A layout guessed from traffic alone: names from addresses, units and order from what the numbers do.

What is measured decides before what is called so: acceleration at rest has the length 1 (g) or 9.81 (m/s2), a
quaternion always has the length 1, and the direction of gravity turns as the rotation says.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gesturemap.inputs.addresses import (
    AXIS_WORDS,
    WORDS,
    device_in,
    joined,
    kind_of,
    pattern,
    with_devices,
    words_of,
)
from gesturemap.inputs.apart import name_apart
from gesturemap.inputs.behaviour import ENOUGH, Column, every_like, like, runs_of, windows, without
from gesturemap.inputs.column import SPECIAL
from gesturemap.inputs.guessed import (
    AXES,
    MORE_LEFT,
    MOST_TOLD,
    Guess,
    even,
    joined_with,
    of_devices,
    usable,
    vectors,
)
from gesturemap.inputs.listen import ALIKE, Stream
from gesturemap.inputs.measured import turn
from gesturemap.inputs.rising import clock_or_count
from gesturemap.inputs.turning import explained
from gesturemap.plain import folded

MOST_LEFT = 32
"""Addresses that a layout names as left out; a flood of more would drown it."""
KINDS = frozenset(WORDS.values())
AS_SURE = 0.1
"""Share of gravity's turning by which one rotation may explain less than another, and be the right one."""
FASTEST_RATE = 10_000.0
"""Frames a second; what comes faster came in one piece, and tells no rate."""


def guess(streams: Iterable[Stream]) -> list[Guess]:
    """A layout for each kind of message that holds numbers; one device's where several send the same."""
    streams = list(streams)
    by_kind: dict[tuple[str, str], Stream] = {}
    senders: dict[tuple[str, str], list[str]] = {}
    numeric = [stream for stream in streams if stream.numeric]
    every = [stream for stream in numeric if "[" not in stream.tags]
    patterns = with_devices(every)
    devices: list[tuple[tuple[str, str], str, Stream]] = []
    counts = Counter[str]()
    for whole in every:
        address = patterns.get(whole.address) or pattern(whole.address)
        for named, stream in of_devices(whole):
            device = device_in(whole.address, address) or named
            devices.append(((address, whole.tags.translate(ALIKE)), device, stream))
            counts[device] += stream.count
    devices.sort(
        key=lambda each: -counts[each[1]]
    )  # all messages of one device: only these tell of one movement
    for key, device, stream in devices:
        if device not in senders.setdefault(key, []) and device.isprintable():  # no setting may hold others
            senders[key].append(device)
        by_kind.setdefault(key, stream)
    beside = frozenset(words[-1] for address, _ in by_kind if (words := words_of(address)))
    found = [_columns(address, stream, beside) for (address, _), stream in by_kind.items()]
    if any("<" in each.address for each in found) or not all("device" in each.columns for each in found):
        for each in found:  # one of the two says which device it is, and the same for all messages
            each.columns[:] = ["-" if column == "device" else column for column in each.columns]
    several = {tuple(sorted(names)) for names in senders.values() if len(names) > 1}
    hints = [
        f"{len(names)} devices send: {devices_line(names)} gives each channels of its own"
        for names in sorted(several)
    ]
    found = usable(found)
    if found:
        found[0].general += hints
    if found:
        found[0].general += unread(streams)
    _behave(found)
    name_apart(found)
    if found:
        found[0].devices = devices_line(max(several, key=len)) if several else ""
        found[0].leave = _left(
            (patterns.get(each.address) or pattern(each.address) for each in streams),
            {each.address for each in found},
        )
    turn(found)
    _unknown(found)
    return found


def unread(streams: Iterable[Stream]) -> list[str]:
    """A line for each address whose messages hold nothing that a layout can read as numbers."""
    told: dict[str, None] = {}
    for stream in sorted(streams, key=lambda each: (-each.count, each.address)):
        what = ""
        if "[" in stream.tags:
            what = "arrays"
        elif not stream.numeric and {"s", "S"} & set(stream.tags):
            what = "text and no numbers" + (": set the app to send numbers" if stream.written else "")
        elif not stream.numeric:
            what = "bytes (a blob)" if "b" in stream.tags else "no numbers"
        if what:
            told[f"left out: {stream.address}, which holds {what}"] = None
    return folded(sorted(list(told)[:MOST_TOLD]) + list(told)[MOST_TOLD:], MOST_TOLD, MORE_LEFT)


def _left(addresses: Iterable[str], used: set[str]) -> list[str]:
    """Those of the addresses that no frame is made of, as far as a layout can name them."""
    left = dict.fromkeys(each for each in addresses if each not in used and not set(each) & set(" *"))
    return sorted(each for each in left if each.count("<") == each.count(">") < 2)[:MOST_LEFT]


def devices_line(names: Sequence[str]) -> str:
    """The line of ``[input]`` that gives each of these devices channels of its own."""
    pairs = zip(("a", "b", "c", "d"), names, strict=False)
    return f"devices = {{{', '.join(f'{name} = {json.dumps(device, ensure_ascii=False)}' for name, device in pairs)}}}"


def table(guesses: Sequence[Guess], port: int) -> dict[str, Any]:
    """The guessed layout as ``[input]``."""
    made: dict[str, Any] = {"kind": "osc", "port": port}
    if leave := guesses[0].leave if guesses else []:
        made["leave"] = leave
    rate = round(guesses[-1].stream.rate, 1) if guesses else 0.0
    steady = {"rate": rate} if 0.0 < rate <= FASTEST_RATE else {}
    if len(guesses) == 1:
        return made | {"address": guesses[0].address, "arguments": guesses[0].columns} | steady
    rates = [each.stream.rate for each in guesses]
    uneven = min(rates) > 0.0 and max(rates) > 1.5 * min(rates)
    twice = {each.address for each in guesses if sum(o.address == each.address for o in guesses) > 1}
    made["messages"] = {
        f"{each.address} ({len(each.columns)} numbers)"
        if each.address in twice
        else each.address: each.columns
        for each in guesses
    }
    return made | ({"frame": "each"} if uneven else steady)


def _columns(address: str, stream: Stream, beside: frozenset[str]) -> Guess:
    """Names and units of one message's arguments, beside messages at addresses that end in these words."""
    columns = ["-"] * len(stream.tags)
    heard, stream = stream, stream.finite()
    made = Guess(address, stream, columns)
    if left_out := len(heard.rows) - len(stream.rows):
        made.reasons.append(f"{left_out} of {len(heard.rows)} messages are left out: a number was not finite")
    numbers = made.numbers
    free = []
    vector = _is_vector(address, len(stream.numeric), beside)
    for at, index in enumerate(stream.numeric):
        known = None if vector else clock_or_count(numbers[:, at], stream)
        if known and known.word:
            columns[index] = known.word
        else:
            free.append((index, numbers[:, at]))
        if known:
            made.reasons.append(f"number {index + 1} {known.reason}")
    for index, tag in enumerate(stream.tags):
        if tag in "sS" and index == 0 and len(stream.texts(0)) == 1:
            columns[index] = "device"
        elif tag == "b":
            made.reasons.append(f"argument {index + 1} is left out: bytes (a blob), which no layout can read")
    _name(made, free, beside)
    return made


def _is_vector(address: str, numbers: int, beside: frozenset[str]) -> bool:
    """Whether so many numbers at an address are what its words say, and none of them is a time."""
    words = words_of(address)
    kind = next(filter(None, map(kind_of, reversed(words))), "")
    axis = bool(words) and (joined(words[-1], beside) is not None or (kind != "" and words[-1] in AXIS_WORDS))
    return numbers == 1 if axis else kind != "" and numbers == (4 if kind == "quat" else 3)


def _name(made: Guess, free: list[Column], beside: frozenset[str]) -> None:
    """Name what is neither time nor count."""
    words = words_of(made.address)
    kind = next(filter(None, map(kind_of, reversed(words))), "")
    if len(free) == 1 and words and (both := joined(words[-1], beside)):
        made.columns[free[0][0]] = "_".join(both)
        return
    if len(free) == 1 and kind and words[-1] in AXIS_WORDS:
        made.columns[free[0][0]] = f"{kind}_{AXIS_WORDS[words[-1]]}"
        return
    if kind and len(free) in (3, 4) and (kind == "quat") == (len(free) == 4):
        axes = ("w", *AXES) if kind == "quat" else AXES
        for (index, _), axis in zip(free, axes, strict=True):
            made.columns[index] = f"{kind}_{axis}"
        return
    _segment(made, free, kind or re.sub(r"\W+", "_", "_".join(words[-2:])) or "in")


def _segment(made: Guess, free: list[Column], stem: str) -> None:
    """Find vectors in a long message by how they behave, surest first; what is left is numbered."""
    runs = runs_of(free)
    for kind, size in (("quat", 4), ("acc", 3)) if len(free) >= 3 else ():
        runs = _take(made, kind, *every_like(kind, size, runs))
    runs = _turning(made, runs)
    if len(free) >= 3:
        runs = _take(made, "mag", *every_like("mag", 3, runs))
    rest = [index for run in runs for index, _ in run]
    alone = len(free) == 1 and stem not in SPECIAL  # those mean something else in a layout
    for number, index in enumerate(rest, 1):
        made.columns[index] = stem if alone else f"{stem}_{number}"


def _take(made: Guess, kind: str, found: list[list[Column]], runs: list[list[Column]]) -> list[list[Column]]:
    """Name vectors in the order in which they come; what is left."""
    for number, vector in enumerate(sorted(found, key=lambda each: each[0][0]), 1):
        _call(made, kind, f"{kind}{number}" if number > 1 else kind, vector)
    return runs


def _turning(made: Guess, runs: list[list[Column]]) -> list[list[Column]]:
    """Name what gravity turns by: a rotation for each acceleration, the first where several would do."""
    times = np.array(made.stream.arrivals)
    for stem, axes in vectors([made]).items():
        if not stem.startswith("acc") or len(axes) < 3:
            continue
        acc = np.stack([axes[axis][2] for axis in AXES], axis=1)
        sure = [
            (explained((times, np.stack([values for _, values in vector], axis=1), acc)), vector)
            for vector in windows(3, runs)
        ]
        most = max((share for share, _ in sure), default=0.0)
        near = [vector for share, vector in sure if share > max(0.0, most - AS_SURE)]
        if most > 0.0:
            best = min(near, key=lambda vector: vector[0][0])
            _call(made, "gyro", stem.replace("acc", "gyro"), best)
            runs = without(best, runs)
    return runs


def _call(made: Guess, kind: str, name: str, vector: list[Column]) -> None:
    """Name the axes of a vector, and say why."""
    for (index, _), axis in zip(vector, AXES if len(vector) == 3 else ("w", *AXES), strict=True):
        made.columns[index] = f"{name}_{axis}"
    made.reasons.append(f"numbers {vector[0][0] + 1} to {vector[-1][0] + 1} behave like {kind}")


def _behave(found: list[Guess]) -> None:
    """Three axes whose address says nothing are called what they behave like."""
    for kind in ("acc", "gyro", "mag"):
        named = vectors(found)
        if kind in named:
            continue
        for stem, axes in named.items():
            if len(axes) != 3 or set(axes) != set(AXES) or stem in KINDS:
                continue
            vector = np.stack([values for _, _, values in even({axis: axes[axis] for axis in AXES})], axis=1)
            if len(vector) < ENOUGH or np.isnan(vector).any():
                continue
            acc = named.get("acc", {})
            if kind == "gyro":
                alike = len(acc) == 3 and explained(joined_with(axes, acc)) > 0.0
            else:
                alike = like(kind, vector) > 0.0
            if alike:
                for axis, (each, index, _) in axes.items():
                    each.columns[index] = f"{kind}_{axis}"
                next(iter(axes.values()))[0].reasons.append(f"{stem} behaves like {kind}")
                break


def _unknown(found: list[Guess]) -> None:
    """Say once which channels have no unit."""
    bare = [
        column
        for each in found
        for column in each.channels
        if " " not in column and not column.startswith("quat")
    ]
    if bare:
        shown = ", ".join(bare[:6]) + (f" and {len(bare) - 6} more" if len(bare) > 6 else "")
        found[0].general.append(
            f"no unit is known of {shown}: if you do, keep the sensor under a name and write the unit behind "
            "the channel's name in the file profile.toml of its folder, 'acc_x m/s2 from g'"
        )
