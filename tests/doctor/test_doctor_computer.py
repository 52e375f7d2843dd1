"""Libraries that hang, crash or are not there; firewalls; disks."""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

import pytest

from gesturemap.doctor import devices as devices_module
from gesturemap.doctor import firewall as firewall_module
from gesturemap.doctor import system as system_module
from gesturemap.doctor.children import Answer, ask
from gesturemap.doctor.devices import LISTS, devices
from gesturemap.doctor.finding import LOOK, OK, WRONG
from gesturemap.doctor.firewall import firewall, linux
from gesturemap.doctor.screen import judged, screen
from gesturemap.doctor.sound import sound
from gesturemap.doctor.system import clock, kernels, load, room, shared
from gesturemap.errors import install

PLUGIN = """qt.core.library: "/opt/plugins/platforms/libqxcb.so" cannot load: Cannot load library \
/opt/plugins/platforms/libqxcb.so: (libxcb-cursor.so.0: cannot open shared object file: No such file or directory)
qt.qpa.plugin: From 6.5.0, xcb-cursor0 or libxcb-cursor0 is needed to load the Qt xcb platform plugin.
qt.qpa.plugin: Could not load the Qt platform plugin "xcb" in "" even though it was found.
"""
IMPORT = "ImportError: libEGL.so.1: cannot open shared object file: No such file or directory"


def test_a_driver_that_hangs_is_ended():
    began = time.monotonic()
    answer = ask(["-c", "import threading; threading.Event().wait()"], 0.5)
    assert answer.code is None
    assert answer.table() == {"error": "no answer in time"}
    assert time.monotonic() - began < 5


def test_a_driver_that_crashes_is_told():
    assert ask(["-c", "import os; os.abort()"], 20).table()["error"].startswith("it ended with exit code")
    assert ask(["-c", "raise OSError('no bus')"], 20).table() == {"error": "OSError: no bus"}
    assert ask(["-c", "print('[1]')"], 20).table() == {"error": "no table"}


@pytest.mark.parametrize("kind", list(LISTS))
def test_devices_are_listed_or_it_is_said_how_to_get_them(kind):
    findings = devices(kind, 30)
    assert findings
    assert all(one.state in (OK, LOOK) and one.next for one in findings)


def test_a_missing_extra_is_named(monkeypatch, tmp_path: Path):
    (tmp_path / "rtmidi.py").write_text("raise ImportError('No module named rtmidi')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(devices_module.__file__).parents[2]}")
    (finding,) = devices("midi in", 30)
    assert finding.state == OK
    assert install("midi") in finding.next


@pytest.mark.parametrize(
    ("errors", "library", "package"),
    [(PLUGIN, "libxcb-cursor.so.0", "libxcb-cursor0"), (IMPORT, "libEGL.so.1", "libegl1")],
)
def test_a_missing_library_of_qt_is_named_with_its_package(errors, library, package):
    (finding,) = judged(Answer("", errors, -6), ":0", "with display :0")
    assert finding.state == WRONG
    assert finding.what == f"Qt lacks {library}"
    assert finding.next == f"sudo apt install {package}"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries of Linux")
def test_a_library_that_is_really_missing_is_found(monkeypatch, tmp_path: Path):
    real = Path(importlib.import_module("PySide6").__file__).parent / "Qt/lib/libQt6XcbQpa.so.6"
    if not real.exists():
        pytest.skip("Qt is not where the wheel puts it")
    (tmp_path / real.name).write_bytes(
        real.read_bytes().replace(b"libxcb-cursor.so.0", b"libxcb-corsur.so.0")
    )
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    (finding,) = screen(60)
    assert finding.state == WRONG
    assert finding.what == "Qt lacks libxcb-corsur.so.0"
    assert finding.next == "install the package that has libxcb-corsur.so.0"


def test_a_stream_in_the_network_is_listed():
    pylsl = pytest.importorskip("pylsl")
    outlet = pylsl.StreamOutlet(pylsl.StreamInfo("glove", "Motion", 6, 100.0, "float32", "doctor-test"))
    findings = devices("lsl", 60)
    del outlet
    assert any("glove (Motion, 6 channels, 100 Hz" in one.what for one in findings)


def test_qt_starts_where_it_needs_no_display(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    (finding,) = screen(60)
    assert finding.state == OK


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer("", "qt.qpa.xcb: could not connect to display", -6), LOOK),
        (Answer("", "ModuleNotFoundError: No module named 'PySide6'", 1), WRONG),
        (Answer("", "", None), LOOK),
    ],
)
def test_what_qt_says_without_a_display(answer, state):
    findings = judged(answer, "", "")
    assert findings[-1].state == state
    assert all(one.next for one in findings)


def test_sound_cards_are_listed_or_it_is_said_what_is_missing():
    findings = sound(60)
    assert findings
    assert all(one.state in (OK, LOOK) and one.next for one in findings)


def test_ufw_is_seen_and_its_command_given(tmp_path: Path):
    (tmp_path / "ufw").mkdir()
    (tmp_path / "ufw/ufw.conf").write_text("# on\nENABLED=yes\n")
    (finding,) = linux([8000, 9000], tmp_path, tmp_path)
    assert finding.state == LOOK
    assert finding.next == "sudo ufw allow 8000/udp && sudo ufw allow 9000/udp"
    (tmp_path / "ufw/user.rules").write_text("-A ufw-user-input -p udp --dport 8000 -j ACCEPT\n")
    assert linux([8000], tmp_path, tmp_path)[0].state == OK
    (tmp_path / "ufw/ufw.conf").write_text("ENABLED=no\n")
    assert all("ufw" not in one.what for one in linux([8000], tmp_path, tmp_path))


def test_firewalld_is_seen(tmp_path: Path):
    (tmp_path / "firewalld").mkdir()
    (finding,) = linux([8000], tmp_path, tmp_path)
    assert finding.next.startswith("sudo firewall-cmd --add-port=8000/udp")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the program")
def test_rules_that_can_be_read_are_read(monkeypatch, tmp_path: Path):
    program = tmp_path / "nft"
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    for rules, state in (("policy drop;", LOOK), ("policy accept;", OK)):
        program.write_text(
            f"#!/bin/sh\necho 'chain input {{ type filter hook input priority 0; {rules} }}'\n"
        )
        program.chmod(0o755)
        (finding,) = linux([8000], tmp_path, tmp_path)
        assert finding.state == state
        assert "nft" in finding.what


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_the_command_to_type_is_given(monkeypatch, system):
    monkeypatch.setattr(firewall_module.sys, "platform", system)
    (finding,) = firewall([8000])
    assert finding.state == LOOK
    assert "netsh" in finding.next if system == "win32" else "socketfilterfw" in finding.next


def test_clock_and_load_are_told():
    assert clock().next
    assert load().next


def test_a_disk_that_is_nearly_full_is_told(monkeypatch, tmp_path: Path):
    assert room("a folder", tmp_path / "not yet" / "there").state == OK
    monkeypatch.setattr(system_module, "LITTLE", 1 << 60)
    assert room("a folder", tmp_path).state == LOOK
    monkeypatch.setattr(system_module, "NONE", 1 << 60)
    assert room("a folder", tmp_path).state == WRONG


def test_processes_need_a_folder_to_share(monkeypatch, tmp_path: Path):
    assert shared().state == OK
    monkeypatch.setenv("GESTUREMAP_SHARED", str(tmp_path / "gone"))
    finding = shared()
    assert finding.state == WRONG
    assert "GESTUREMAP_SHARED" in finding.next


def test_what_is_not_compiled_yet_is_counted(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    finding = kernels("hhmm", 60)
    assert finding.state == LOOK
    number, _, of, *_ = finding.what.split()
    assert number == of
    assert int(number) > 5


def test_a_sound_card_that_is_not_there_is_named():
    (first, *_) = sound(60, "no such card")
    assert first.state != OK
    assert "'no such card'" in first.what
