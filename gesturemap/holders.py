"""Who holds a port or a device: the question behind every "already in use"; and why a device could not be opened."""

from __future__ import annotations

import errno
import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from gesturemap.errors import DeviceError

PROC = Path("/proc")
UNKNOWN = "another program"


def udp_holder(port: int) -> str:
    """The program that holds a UDP port, as ``PID 42 (python3)`` where the system tells."""
    return udp_holders(port)[0]


def tcp_holder(port: int) -> str:
    """The program that listens at a TCP port."""
    return _socket_holders("tcp", port)[0]


def udp_holders(port: int) -> list[str]:
    """Every program that holds a UDP port: those that share one take each other's packets away."""
    return _socket_holders("udp", port)


def _socket_holders(protocol: str, port: int) -> list[str]:
    """Every program that holds a port."""
    if not (PROC / f"net/{protocol}").exists():
        return _by_psutil(protocol, port) or [UNKNOWN]
    inodes, users = set(), set()
    for table in (f"net/{protocol}", f"net/{protocol}6"):
        for line in _text(PROC / table).splitlines()[1:]:
            fields = line.split()
            if len(fields) > 9 and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
                users.add(int(fields[7]))
    found = list(_holders(inodes.__contains__)) if inodes else []
    return found or [f"{UNKNOWN} of user {_user(user)}" for user in sorted(users - _own())] or [UNKNOWN]


def device_holder(device: str) -> str:
    """The program that holds a device."""
    real = os.path.realpath(device)
    return next(_holders(lambda target: target == real), UNKNOWN)


def _holders(wanted: Callable[[str], bool]) -> Iterator[str]:
    """The processes with an open file that is wanted."""
    for process in PROC.glob("[0-9]*"):
        try:
            if any(wanted(str(link.readlink())) for link in (process / "fd").iterdir()):
                yield f"PID {process.name} ({_text(process / 'comm').strip() or '?'})"
        except OSError:
            continue  # it has ended, or belongs to somebody else


def _by_psutil(protocol: str, port: int) -> list[str]:
    """The same where the system has no ``/proc``, if psutil is installed and may look."""
    try:
        psutil = importlib.import_module("psutil")
    except ImportError:
        return []
    try:
        sockets = psutil.net_connections(kind=protocol)
        holders = dict.fromkeys(
            one.pid for one in sockets if one.pid and one.laddr and one.laddr.port == port
        )
        return [f"PID {pid} ({psutil.Process(pid).name()})" for pid in holders]
    except psutil.Error:  # macOS tells only an administrator
        return []


def _own() -> set[int]:
    """This user: programs of one's own that are not found have just ended."""
    return {os.getuid()} if hasattr(os, "getuid") else set()


def _user(number: int) -> str:
    try:
        return str(importlib.import_module("pwd").getpwuid(number).pw_name)
    except (ImportError, KeyError):
        return str(number)


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def refused(path: str, error: Exception, group: str) -> DeviceError:
    """Why a device could not be opened, and what to do."""
    code = getattr(error, "errno", None)
    if code in (errno.EBUSY, errno.EAGAIN):
        holder = device_holder(path)
        return DeviceError(
            path, f"already in use by {holder}", "one program at a time uses it", "end that program"
        )
    if code in (errno.EACCES, errno.EPERM):
        return DeviceError(
            path, "not allowed", f"you must be in the group that owns it, {group}", _allow(path, group)
        )
    if code in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return DeviceError(path, "no such device", "it is not plugged in, or has another name", "plug it in")
    return DeviceError(path, str(error), "a device is wanted", "check its name")


def _allow(path: str, group: str) -> str:
    """What lets a person read the device."""
    if "hidraw" not in path:
        return f"sudo adduser $USER {group}, log in again"
    rule = 'KERNEL=="hidraw*", TAG+="uaccess"'
    return f"write {rule} into /etc/udev/rules.d/70-gesturemap.rules, then plug it in again"
