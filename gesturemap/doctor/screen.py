"""Whether the window can open: Qt, the libraries it wants, and a display."""

from __future__ import annotations

import os
import re
import sys

from gesturemap.doctor.children import Answer, ask
from gesturemap.doctor.finding import Finding, look, ok, wrong

CODE = """
import sys
if sys.platform != "win32":
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from PySide6.QtWidgets import QApplication
QApplication(["doctor"])
"""
"""Qt aborts where it cannot start: no core is dumped for that."""
MISSING = re.compile(r"(lib[\w+.-]*\.so[\d.]*): cannot open shared object file")
PACKAGES = {
    "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libOpenGL.so.0": "libopengl0", "libGLX.so.0": "libglx0",
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0", "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0", "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0", "libxcb-shape.so.0": "libxcb-shape0", "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1", "libxcb-util.so.1": "libxcb-util1", "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1", "libxcb.so.1": "libxcb1", "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0", "libX11.so.6": "libx11-6", "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3", "libfontconfig.so.1": "libfontconfig1", "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0", "libgthread-2.0.so.0": "libglib2.0-0", "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6", "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0", "libwayland-egl.so.1": "libwayland-egl1",
}  # fmt: skip
"""Library -> package of Debian and Ubuntu that has it."""


def screen(seconds: float) -> list[Finding]:
    """Start Qt in a process of its own, with the platform plug-in that the window will take."""
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""
    environment = {"QT_DEBUG_PLUGINS": "1", "PYTHONFAULTHANDLER": ""}
    if sys.platform.startswith("linux") and not display and "QT_QPA_PLATFORM" not in os.environ:
        environment["QT_QPA_PLATFORM"] = "xcb"  # it cannot open without a display, but says what it lacks
    answer = ask(["-c", CODE], seconds, environment)
    platform = environment.get("QT_QPA_PLATFORM") or os.environ.get("QT_QPA_PLATFORM", "")
    where = (
        f"with display {display}"
        if display
        else f"with platform {platform}"
        if platform
        else "on this desktop"
    )
    return judged(answer, display, where)


def judged(answer: Answer, display: str, where: str) -> list[Finding]:
    """What Qt said, in a line or two."""
    if answer.code == 0:
        return [ok(f"Qt starts {where}", "the window can open: gesturemap window")]
    if answer.code is None:
        return [
            look(
                "Qt gave no answer in time", "try gesturemap window; perform, record and train need no window"
            )
        ]
    if missing := list(dict.fromkeys(MISSING.findall(answer.errors))):
        known = " ".join(dict.fromkeys(PACKAGES[one] for one in missing if one in PACKAGES))
        steps = [f"sudo apt install {known}"] if known else []
        steps += [f"install the package that has {one}" for one in missing if one not in PACKAGES]
        return [wrong(f"Qt lacks {', '.join(missing)}", "; ".join(steps))]
    if "No module named" in answer.errors:
        return [wrong("the package PySide6 is missing", "pip install PySide6-Essentials")]
    if not display and sys.platform.startswith("linux"):
        return [
            ok("Qt has all its libraries", "the window can open where there is a display"),
            look(
                "there is no display here",
                "open the window from a desktop (or ssh -X); gesturemap perform and record need none",
            ),
        ]
    said = [line for line in answer.errors.splitlines() if "qt.qpa" in line or "Error" in line]
    return [
        wrong(
            f"Qt does not start {where}: {said[-1] if said else f'exit code {answer.code}'}",
            "see whether another program can open a window here; perform and record need none",
        )
    ]
