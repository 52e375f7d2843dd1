"""What comes into a project from elsewhere: files that are imported, demonstrations that were rescued."""

from __future__ import annotations

from little_control import document
from PySide6.QtCore import Qt

Key = Qt.Key


def test_it_is_said_where_an_import_went(shown) -> None:
    done = ["add circle", "import 2 demonstrations into lift, shake"]
    shown.change(history=done[:1], step=1)
    shown.change(history=done, step=2)
    assert "imported 2 demonstrations into lift, shake" in shown.window.faults.texts()
    shown.window.faults.solved("import")
    shown.change(step=1)
    shown.change(step=2)  # done again: it was said
    assert not any(text.startswith("imported") for text in shown.window.faults.texts())


def test_what_was_rescued_is_told_when_the_project_is_opened(shown) -> None:
    place = "/home/me/.local/share/gesturemap/rescued/tiny/demonstrations"
    shown.change(project={**document()["project"], "path": "/tmp/tiny", "rescued": place})
    assert any(place in text for text in shown.window.faults.texts())
