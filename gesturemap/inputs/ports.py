"""Who holds a port or a device: the question behind every "already in use"."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

PROC = Path("/proc")
UNKNOWN = "another program"


def udp_holder(port: int) -> str:
    """The program that holds a UDP port, as ``PID 42 (python3)`` where the system tells."""
    return _socket_holder("udp", port)


def tcp_holder(port: int) -> str:
    """The program that listens at a TCP port."""
    return _socket_holder("tcp", port)


def _socket_holder(protocol: str, port: int) -> str:
    inodes = set()
    for table in (f"net/{protocol}", f"net/{protocol}6"):
        for line in _text(PROC / table).splitlines()[1:]:
            fields = line.split()
            if len(fields) > 9 and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    return _holder(inodes.__contains__) if inodes else UNKNOWN


def device_holder(device: str) -> str:
    """The program that holds a device."""
    real = os.path.realpath(device)
    return _holder(lambda target: target == real)


def _holder(wanted: Callable[[str], bool]) -> str:
    """The first process with an open file that is wanted."""
    for process in PROC.glob("[0-9]*"):
        try:
            if any(wanted(str(link.readlink())) for link in (process / "fd").iterdir()):
                return f"PID {process.name} ({_text(process / 'comm').strip() or '?'})"
        except OSError:
            continue  # it has ended, or belongs to somebody else
    return UNKNOWN


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
