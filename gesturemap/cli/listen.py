"""``gesturemap sensors listen``: what arrives, what it seems to be, and a profile of it."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gesturemap.cli.screen import screen
from gesturemap.clock import SystemClock
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.inputs.guess import table as layout
from gesturemap.inputs.guess import unread
from gesturemap.inputs.guessed import Guess
from gesturemap.inputs.known import known, own_folder, senders_of_osc, usual_ports, write
from gesturemap.inputs.learn import learn
from gesturemap.inputs.listen import Ear, Ports, Stream, short
from gesturemap.plain import folded, one_line, shell, times

CONSOLE = screen()
STEP = 0.5
"""Seconds between two looks at what has come."""
WIDE = 110
"""Characters of a terminal from which on the spans of the values are shown too."""
MOST_VALUES = 8
"""Numbers of a message that are shown."""
MOST_LINES = 24
"""Streams, reasons, messages of the layout and channels in one that are shown: more would hide the answer."""
LONGEST_TEXT = 24
"""Characters of a text in a message that are shown."""
MOST_SENDERS = 8
"""Senders that are named where the wanted one is not among them."""


def listen(options: Namespace) -> int:
    """Listen, show, guess, and keep the guess if asked to."""
    if options.write is not None:
        own_folder(options.write)  # before anybody has turned a sensor for nothing
    ear, clock, profiles = Ear(), SystemClock(), senders_of_osc()
    ports = _open(options.port, usual_ports(profiles), ear, clock)
    quiet = options.json
    if not quiet:
        CONSOLE.print(
            f"listening at UDP {', '.join(map(str, ports.numbers))} for {options.seconds:g} s: switch the sensor on, "
            "turn it slowly in all directions, then hold it still",
            markup=False,
        )
    end = clock.now() + options.seconds
    try:
        with Live(console=CONSOLE, auto_refresh=False, transient=True) as live:
            while (left := end - clock.now()) > 0.0:
                ports.listen(min(STEP, left))
                if not quiet and CONSOLE.is_terminal:
                    live.update(shown(ear), refresh=True)
    finally:
        ports.close()
    heard = [stream for stream in ear.streams.values() if options.sender in ("", stream.sender)]
    if options.sender and not heard:
        raise _silent(options.sender, ear)
    found = learn(heard)
    names = known(heard, profiles, found)
    made = layout(found, found[0].stream.port) if found else {}
    if options.json:
        print(json.dumps(_plain(ear, found, names, made)))
    else:
        _say(ear, found, names, made)
    if options.write is not None:
        _keep(options.write, found, made)
    return 0 if ear.streams else 1


def _silent(sender: str, ear: Ear) -> DeviceError:
    """Nothing came from the one sender that was asked for."""
    others = list(dict.fromkeys(stream.sender for stream in ear.streams.values()))
    more = f" and {len(others) - MOST_SENDERS} more" if len(others) > MOST_SENDERS else ""
    return DeviceError(
        f"sensors listen, --from {sender}",
        "no OSC message from it",
        f"heard were {', '.join(others[:MOST_SENDERS])}{more}" if others else "nothing was heard at all",
        "give one of these" if others else "gesturemap doctor says why",
    )


def _open(wanted: Sequence[int], usual: Sequence[int], ear: Ear, clock: SystemClock) -> Ports:
    """The ports asked for, or every usual one that nobody else holds."""
    if wanted:
        return Ports(wanted, ear, clock)
    free = []
    for number in usual:
        try:
            Ports([number], ear, clock).close()
        except DeviceError as error:
            CONSOLE.print(f"left out: {error}", markup=False, style="yellow")
        else:
            free.append(number)
    return Ports(free, ear, clock)


def shown(ear: Ear) -> Table:
    """Everything that came, a line for each sender and address; of a flood the busiest."""
    last = "last values (lowest to highest)" if CONSOLE.width >= WIDE else "last values"
    table = Table("port", "sender", "address", "types", "a second", last, box=None)
    busiest = sorted(ear.streams.values(), key=lambda s: -s.count)
    most = MOST_LINES if len(busiest) > MOST_LINES + 1 else len(busiest)
    for stream in sorted(busiest[:most], key=lambda s: (s.port, s.sender, s.address)):
        table.add_row(
            str(stream.port),
            Text(stream.sender),
            Text(stream.address),
            Text(stream.tags if len(stream.tags) <= 12 else f"{stream.tags[:9]}... ({len(stream.tags)})"),
            f"{stream.rate:.4g}",
            Text(_values(stream)),
        )
    if len(busiest) > most:
        rest = sum(stream.count for stream in busiest[most:])
        table.add_row("", "", f"and {len(busiest) - most} more", "", "", times(rest))
    for sender, reasons in list(ear.unreadable.items())[:MOST_SENDERS]:
        for reason, count in reasons.items():
            table.add_row("", Text(sender), Text(f"no OSC: {reason}"), "", times(count), "")
    if len(ear.unreadable) > MOST_SENDERS:
        table.add_row("", f"and {len(ear.unreadable) - MOST_SENDERS} more", "no OSC", "", "", "")
    return table


def _values(stream: Stream) -> str:
    numbers = stream.table()
    texts = [str(stream.rows[-1][i]) for i, tag in enumerate(stream.tags) if tag in "sS"][:2]
    texts = [one_line(text, LONGEST_TEXT) for text in texts]
    parts = []
    for column in numbers.T[:MOST_VALUES]:
        if np.isnan(column).all():
            parts.append("not a number")
            continue
        span = f" ({short(np.nanmin(column))} to {short(np.nanmax(column))})" if CONSOLE.width >= WIDE else ""
        parts.append(f"{short(column[-1])}{span}")
    more = [f"and {numbers.shape[1] - MOST_VALUES} more"] if numbers.shape[1] > MOST_VALUES else []
    return "  ".join([*texts, *parts, *more])


def _say(ear: Ear, found: list[Guess], names: list[str], made: dict[str, Any]) -> None:
    """Print what came and what it seems to be."""
    if not ear.heard:
        CONSOLE.print("nothing arrived; next: gesturemap doctor says why", markup=False)
        return
    CONSOLE.print(shown(ear))
    if ear.left_out:
        CONSOLE.print(f"{ear.left_out} messages at more addresses than can be kept", markup=False)
    if names:
        CONSOLE.print(
            f"this looks like: {', '.join(names[:3])}; next: gesturemap new MINE --sensor {shell(names[0])}",
            markup=False,
        )
    if not found:
        streams = list(ear.streams.values())
        for line in unread(streams):
            CONSOLE.print(line, markup=False)
        numbers = any(stream.numeric and "[" not in stream.tags for stream in streams)
        what = "only clocks and counters, or what came once: nothing moves" if numbers else "no numbers in it"
        CONSOLE.print(f"there are {what}: set the app to send numbers as OSC over UDP", markup=False)
        return
    reasons = [f"{each.address}: {reason}" for each in found for reason in each.reasons]
    general = [reason for each in found for reason in each.general]
    messages = made.get("messages", {made.get("address", ""): made.get("arguments", [])})
    made_of = [
        f"  {address}: {', '.join(folded(texts, MOST_LINES, 'and {} more'))}"
        for address, texts in messages.items()
    ]
    for line in (
        *folded(reasons, MOST_LINES, "and {} more reasons (all of them: --json)"),
        *general,
        "a layout made of it:",
        *folded(made_of, MOST_LINES, "  and {} more (all of them: --json)"),
    ):
        CONSOLE.print(line, markup=False)


def _keep(name: str, found: list[Guess], made: dict[str, Any]) -> None:
    if not found:
        raise SettingsError(
            "sensors listen, --write",
            name,
            "nothing was heard that a layout can be made of",
            "run gesturemap doctor, then listen again",
        )
    reasons = [reason for each in found for reason in (*each.reasons, *each.general)]
    folder = write(name, made, f"Learned by listening at port {made['port']}", reasons, found[0].devices)
    CONSOLE.print(f"written to {folder}; next: gesturemap new MINE --sensor {shell(name)}", markup=False)


def _plain(ear: Ear, found: list[Guess], names: list[str], made: dict[str, Any]) -> dict[str, Any]:
    """Everything as one object."""
    return {
        "streams": [
            {
                "port": stream.port,
                "sender": stream.sender,
                "address": stream.address,
                "tags": stream.tags,
                "messages": stream.count,
                "rate": stream.rate,
            }
            for stream in ear.streams.values()
        ],
        "unreadable": {sender: dict(reasons) for sender, reasons in ear.unreadable.items()},
        "known": names,
        "input": made,
        "reasons": {each.address: each.reasons + each.general for each in found},
    }
