"""Nothing is cut off, lies over something else or reaches beyond the window: every page, state, size and scale."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import layout
import pytest
from little_control import FIGURES, document
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from gesturemap import commands as c


def test_what_is_wrong_is_found(qtbot) -> None:
    """The finder finds: a text that is cut, two parts over one another, one that reaches out."""
    root = QWidget()
    qtbot.addWidget(root)
    root.resize(200, 100)
    texts = QLabel("a text that is much longer than its label", root), QPushButton("a long button", root)
    for text, box in zip(texts, (QRect(0, 0, 40, 10), QRect(20, 5, 20, 20)), strict=True):
        text.setGeometry(box)
    far = QLabel("x", root)
    far.setGeometry(190, 90, 30, 30)
    root.show()
    found = layout.all_of(root)
    assert len([line for line in found if line.startswith("clipped")]) == 2
    assert any(line.startswith("over") for line in found)
    assert any(line.startswith("outside") for line in found)


def test_everything_has_its_place_at_every_size(shown) -> None:
    assert layout.examine(shown.window, shown.control, layout.SIZES[:2]) == []


def settled(shown) -> None:
    for _ in range(4):
        shown.turn()
        QApplication.processEvents()


@pytest.mark.parametrize("size", [(960, 560), (1110, 620), (1120, 620), (1280, 720)])
def test_beside_the_settings_what_goes_on_has_its_place(shown, size: tuple[int, int]) -> None:
    window, found = shown.window, []
    window.resize(*size)
    for page in ("teach", "test"):
        window.enter(page)
        for tab in window.settings.tabs:
            window.settings.show_tab(tab)
            settled(shown)
            found += [f"{page}, {tab}: {wrong}" for wrong in layout.all_of(window)]
        drawn, least = (window.test.minute, 330) if page == "test" else (window.teach.stage.curves, 190)
        assert drawn.isVisible() and drawn.width() >= least
    assert not found, "\n".join(found)
    window.settings.put_away()
    window.enter("teach")
    settled(shown)
    assert window.teach.recorder.isVisible()
    assert layout.all_of(window) == []


@pytest.mark.parametrize("size", [(960, 560), (1024, 600), (1280, 720)])
def test_what_is_said_of_dropouts_and_packets_has_its_place(shown, size: tuple[int, int]) -> None:
    window, sound = shown.window, shown.window.teach.sound
    window.resize(*size)
    why = "the computer had too little time for the sound; take a larger block in Settings, Sound"
    voices = {"voices": [{"kind": "pad", "name": "pad"}]}
    shown.change(sound=voices, processes=document()["processes"] | {"synth": "running: 48000 Hz"})
    shown.control.tell(c.Status(FIGURES | {"underruns": 31, "why_late": why, "lost": 123456}))
    shown.until(sound.device.isVisible)
    for page in ("teach", "test"):
        window.enter(page)
        settled(shown)
        assert layout.all_of(window) == []
        for part in (sound, sound.voices, sound.device):
            least = part.minimumSizeHint().height()
            assert not part.isVisible() or part.height() >= least, f"{part.height()} of {least} in {size}"


@pytest.mark.long
@pytest.mark.parametrize("scale", ["1", "1.25", "1.5", "2", "2.5"])
def test_everything_has_its_place_in_every_scale(scale: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, layout.__file__],
        env=os.environ | {"QT_SCALE_FACTOR": scale, "XDG_DATA_HOME": str(tmp_path)},
        capture_output=True, text=True, timeout=110, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [], done.stdout[:4000]
