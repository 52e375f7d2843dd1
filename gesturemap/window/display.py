"""Is there a screen? Asked before Qt is, because Qt aborts the whole process when there is none."""

from __future__ import annotations

import ctypes
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from gesturemap.errors import DeviceError
from gesturemap.window import words

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
"""Shared library -> the Debian package that has it."""
QT_X11 = (
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
)
QT_ANY = ("libegl1", "libgl1", "libglib2.0-0", "libdbus-1-3", "libfontconfig1", "libxkbcommon0")


def missing_library(error: Exception, usual: tuple[str, ...] = QT_ANY) -> DeviceError:
    """Name the Debian packages for a library that could not be loaded; `usual` often lack together."""
    text = str(error)
    found = re.search(r"(lib[\w.+-]+\.so[.\d]*)", text)
    library = found.group(1) if found else text
    package = PACKAGES.get(library, "")
    packages = " ".join([package, *(p for p in usual if p != package)] if package else usual)
    return DeviceError(
        words.WINDOW, words.MISSING_LIBRARY.format(library), words.NEEDS_LIBRARY, words.APT.format(packages)
    )


def choose(environment: Mapping[str, str], system: str = sys.platform) -> str:
    """The Qt platform to start with; empty leaves the choice to Qt.

    Raises
    ------
    DeviceError
        If there is no display that answers.
    """
    if not system.startswith(("linux", "freebsd", "openbsd", "netbsd")):
        return ""
    asked = environment.get("QT_QPA_PLATFORM", "")
    names = [part.partition(":")[0] for part in asked.split(";")] if asked else []
    if names and not any(name.startswith(("xcb", "wayland")) for name in names):
        return ""
    if (
        environment.get("WAYLAND_DISPLAY")
        and _wayland_answers(environment)
        and (not names or "wayland" in names)
    ):
        return "" if environment.get("XDG_SESSION_TYPE") == "wayland" or asked else "wayland"
    display = environment.get("DISPLAY", "")
    if not display:
        raise DeviceError(words.WINDOW, words.NO_DISPLAY, words.NEEDS_DISPLAY, words.SET_DISPLAY)
    if not _x_answers(display):
        raise DeviceError(
            words.WINDOW, words.DEAD_DISPLAY.format(display), words.NEEDS_DISPLAY, words.SET_DISPLAY
        )
    return "" if names else "xcb"


def check_plugin(plugins: Path) -> None:
    """Load Qt's X11 plugin, to hear which library it lacks before Qt aborts over it.

    Parameters
    ----------
    plugins : Qt's folder of plugins.
    """
    plugin = plugins / "platforms" / "libqxcb.so"
    if not plugin.is_file():
        return
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        raise missing_library(error, QT_X11) from error


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    path = Path(environment.get("XDG_RUNTIME_DIR", "/run")) / environment["WAYLAND_DISPLAY"]
    return _answers(str(path))


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(2.0)
        try:
            probe.connect(address)
        except OSError:
            return False
        return True


def _x_answers(display: str) -> bool:
    """Ask the X server the way Qt will, by libxcb; by a bare socket where that is missing."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return _x_socket_answers(display)
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    bad = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not bad


def _x_socket_answers(display: str) -> bool:
    found = re.fullmatch(r"(?:unix|([^:/]*))?:(\d+)(?:\.\d+)?", display)
    if not found:
        return False
    host, number = found.group(1), int(found.group(2))
    if not host:
        return _answers(f"/tmp/.X11-unix/X{number}") or _answers(f"\0/tmp/.X11-unix/X{number}")
    try:
        socket.create_connection((host, 6000 + number), 2.0).close()
    except OSError:
        return False
    return True
