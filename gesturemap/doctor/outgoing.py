"""Ports that a project's MIDI and web pages need: whether they are there, and nobody else has them.

``python -m gesturemap.doctor.outgoing`` with ``[["out", NAME, BAUD], ...]`` opens MIDI ports, closes them and prints a
JSON object; it is run in a process of its own since a driver may hang.
"""

from __future__ import annotations

import errno
import json
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

from gesturemap.doctor.children import ask
from gesturemap.doctor.finding import Finding, ok, wrong
from gesturemap.doctor.plan import Plan
from gesturemap.doctor.running import Running
from gesturemap.errors import GesturemapError
from gesturemap.holders import tcp_holder
from gesturemap.inputs import midi_port
from gesturemap.outputs.midi import port
from gesturemap.outputs.midi.output import Midi
from gesturemap.outputs.web.output import Web

OPENING: dict[str, Callable[[str, int], Any]] = {"in": midi_port.open_port, "out": port.open_port}


def outgoing(plan: Plan, others: Sequence[Running], seconds: float) -> list[Finding]:
    """One line for each MIDI port and web page of the project; one that plays already holds its own."""
    wanted = [("out", each.port, each.baud) for each in plan.outputs if isinstance(each, Midi)]
    if plan.sensor is not None and plan.sensor.kind == "midi":
        wanted.insert(0, ("in", *(getattr(plan.sensor, name) for name in ("port", "baud"))))
    pages = [each for each in plan.outputs if isinstance(each, Web)]
    folder = str(plan.folder.resolve()) if plan.folder else ""
    playing = next((one for one in others if folder and one.project == folder), None)
    if playing is not None and (wanted or pages):
        return [ok(f"MIDI ports and web pages belong to {playing.who}", "it says itself what is wrong there")]
    return [*_midi(wanted, seconds), *(_page(each) for each in pages)]


def _midi(wanted: Sequence[tuple[str, str, int]], seconds: float) -> list[Finding]:
    """Whether ports can be opened."""
    if not wanted:
        return []
    table = ask(["-m", __name__, json.dumps(wanted)], seconds).table()
    if "error" in table:
        return [wrong(f"MIDI: {table['error']}", "look at its driver, or play without it")]
    findings = []
    for (way, name, _), (opened, *fault) in zip(wanted, table["ports"], strict=True):
        place = f"MIDI {way}"
        if fault:
            value, rule, step = fault
            findings.append(wrong(f"{place}: {opened}: {value}; {rule}", step))
        else:
            shown = "a port of our own" if name.startswith(port.VIRTUAL) else opened
            findings.append(ok(f"{place}: {shown} can be opened", "perform opens it"))
    return findings


def _page(output: Web) -> Finding:
    """Whether a web page can be served where it is to be."""
    place = f"web page http://{output.host}:{output.port}/"
    try:
        family = socket.AF_INET6 if ":" in output.host else socket.AF_INET
        socket.create_server((output.host, output.port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            why = f"TCP port {output.port} is held by {tcp_holder(output.port)}"
            return wrong(f"{place}: {why}", "end that program, or choose another port of [[outputs]]")
        return wrong(
            f"{place}: {error.strerror or error}", "choose another port, or 127.0.0.1 as host of [[outputs]]"
        )
    return ok(f"{place}: its port is free", "perform serves it")


def main(arguments: Sequence[str]) -> None:
    """Open MIDI ports, and say of each its name, or the parts of the error."""
    ports = []
    for way, name, baud in json.loads(arguments[0]):
        try:
            opened = OPENING[way](name, baud)
        except GesturemapError as error:
            ports.append([error.place, error.value, error.rule, error.next_step])
        else:
            ports.append([opened.name])
            opened.close()
    sys.stdout.write(json.dumps({"ports": ports}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
