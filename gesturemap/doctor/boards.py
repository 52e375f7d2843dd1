"""Serial ports: what is plugged in, whether it may be opened, and what the project's board says."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

from serial.tools import list_ports

from gesturemap.doctor.finding import Finding, look, ok, short, wrong
from gesturemap.doctor.plan import Plan
from gesturemap.doctor.running import Running
from gesturemap.errors import DeviceError
from gesturemap.holders import UNKNOWN, device_holder
from gesturemap.inputs.serial import FORMATS, NumberRows, Serial
from gesturemap.inputs.serial_port import Port, boards
from gesturemap.wire.lines import Lines
from gesturemap.wire.slip import Slip

LISTEN = 2.0
"""Seconds in which a board must say something."""


def serial_ports(plan: Plan, others: Sequence[Running] = ()) -> list[Finding]:
    """One line for each port; the project's own is opened and heard."""
    sensor = plan.sensor if isinstance(plan.sensor, Serial) else None
    ports = {
        str(port.device): port for port in list_ports.comports() if port.vid is not None or port.hwid != "n/a"
    }
    own = ""
    if sensor is not None:
        own = sensor.device or next(iter(boards()), "")
    findings = []
    holder = next((one for one in others if own and one.address.startswith(own)), None)
    if holder is not None:
        findings.append(heard(own, holder, plan.seconds))
    for device, port in ports.items():
        if holder is not None and device == own:
            continue
        number = f", {port.vid:04X}:{port.pid:04X}" if port.vid is not None else ""
        name = f"{device} ({short(port.description or 'no description')}{number})"
        if sensor is not None and device == own:
            findings.append(hear(sensor, own, name, min(LISTEN, plan.seconds)))
        else:
            findings.append(_listed(device, name))
    if sensor is not None and own not in ports and holder is None:
        if own and Path(own).exists():
            findings.append(hear(sensor, own, own, min(LISTEN, plan.seconds)))
        else:
            findings.append(
                wrong(
                    f"{own or 'no serial port'}: not there",
                    "plug the board in (some USB cables only charge), or correct device in [input]",
                )
            )
    if not findings:
        findings.append(
            ok("no serial port", "of no matter unless a board is plugged in; some USB cables only charge")
        )
    return findings


def heard(device: str, holder: Running, seconds: float) -> Finding:
    """What the gesturemap that has the project's board open says of it."""
    holder.follow(seconds)
    rate = float(holder.figures[-1].get("rate", 0.0)) if holder.figures else 0.0
    if rate:
        return ok(f"{device}: {holder.who} hears {rate:.0f} frames/s", "the board is heard")
    return look(
        f"{device}: {holder.who} has it open, and nothing usable comes",
        "look whether the board's sketch runs and prints, and at baud and channels in [input]",
    )


def _listed(device: str, name: str) -> Finding:
    if not os.access(device, os.R_OK | os.W_OK) and os.name == "posix":
        return look(f"{name}: not allowed", _permission(device))
    holder = device_holder(device)
    if holder != UNKNOWN:
        return look(f"{name} is held by {holder}", "end that program before gesturemap is to read it")
    return ok(name, f'a project hears it with [input] kind = "serial", device = "{device}"')


def _permission(device: str) -> str:
    """How this user comes to be allowed."""
    try:
        group = str(importlib.import_module("grp").getgrgid(Path(device).stat().st_gid).gr_name)
    except (ImportError, KeyError, OSError):
        group = "dialout"
    if group in ("root", "wheel"):  # nobody should join these for the sake of a cable
        return f"sudo chmod a+rw {device}; it holds until the board is unplugged"
    return f"sudo usermod -aG {group} $USER, then log out and in again"


def hear(sensor: Serial, device: str, name: str, seconds: float) -> Finding:
    """Open a port at the project's speed and see what comes."""
    if os.name == "posix" and not os.access(device, os.R_OK | os.W_OK):
        return wrong(f"{name}: not allowed", _permission(device))
    try:
        port = Port(device, sensor.baud)
    except DeviceError as error:
        holder = device_holder(device)
        held = f"held by {holder}" if holder != UNKNOWN else error.value
        return wrong(
            f"{name}: {held}", "end the program that has it open (a serial monitor?), or plug it in again"
        )
    kind = FORMATS.get(sensor.format)
    rows: Lines | NumberRows | None = None
    if kind is None or kind.number:
        rows = Lines(sensor.prefix, sensor.baud) if kind is None else NumberRows(kind)
    packets = kind.packets() if kind else Slip()
    size, count, example = 0, 0, ""
    end = time.monotonic() + seconds
    try:
        while (left := end - time.monotonic()) > 0.0:
            data = port.read(left)
            size += len(data)
            if rows is None:
                count += len(packets.feed(data))
                continue
            for row in rows.feed(data):
                count += 1
                example = ", ".join(f"{value:g}" for value in row.values[:6])
    except DeviceError as error:
        return wrong(f"{name}: {error.value}", "plug it in again; try another cable")
    finally:
        port.close()
    if count:
        shown = f", such as {example}" if example else ""
        what = "OSC packets" if rows is None else "lines of numbers" if kind is None else "packets of numbers"
        return ok(f"{name}: {count} {what} in {seconds:g} s{shown}", "the board is heard")
    if size:
        if isinstance(rows, Lines) and (advice := rows.doubt.advice):
            reason, _, step = advice.rpartition(", ")
            return wrong(
                f"{name}: {size} bytes in {seconds:g} s, but nothing readable at {sensor.baud} baud: {reason}",
                f"{step} as baud in [input]: it must be the one that the board's sketch sets",
            )
        reasons = (
            ", ".join((packets if rows is None else rows).ignored) or "nothing that ends a line or packet"
        )
        return wrong(
            f"{name}: {size} bytes in {seconds:g} s, but nothing readable at {sensor.baud} baud ({short(reasons)})",
            "set baud and format in [input] as the board's sketch does",
        )
    return wrong(
        f"{name}: nothing came in {seconds:g} s at {sensor.baud} baud",
        "look whether the board's sketch runs and prints; press its reset button",
    )
