"""What a notice tells as it was before is left as it is, and what is not seen is not made: a pause is short."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from little_control import DOCUMENT, write_demonstration
from PySide6.QtCore import Qt

from gesturemap.window.settings.form import Form

LEFT = """
import gc, sys
from gesturemap.window.care import warm
gc.collect()
gc.freeze()
warm.begin().join()
sys.exit(len(gc.get_objects()) > 5000)
"""


def touched(shown, model, **changes: object) -> int:
    """How often a model's data change with a document."""
    times: list[object] = []
    count = model.dataChanged.connect(lambda *_: times.append(None))
    shown.change(**changes)
    model.dataChanged.disconnect(count)
    return len(times)


def test_rows_of_gestures_that_are_told_as_before_are_not_touched(shown) -> None:
    vocabulary = shown.window.teach.vocabulary
    model = vocabulary.list.model()
    assert touched(shown, model, training=True) == 0
    one, *others = DOCUMENT["gestures"]
    assert touched(shown, model, gestures=[one | {"demonstrations": one["demonstrations"][:1]}, *others]) > 0
    spoken = vocabulary.list.topLevelItem(0).data(0, Qt.ItemDataRole.AccessibleTextRole)
    assert vocabulary.labels()[0] == ("circle", "1")
    assert spoken == "circle, 1"
    before = vocabulary.list.topLevelItem(0).icon(0).cacheKey()
    shown.window.change_look()
    shown.until(lambda: shown.window.wardrobe.done)
    assert vocabulary.list.topLevelItem(0).icon(0).cacheKey() != before


def test_the_form_of_a_source_is_made_when_it_is_wanted(shown) -> None:
    sources = shown.window.teach.sources
    shown.change(input={"kind": "osc", "port": 9123})
    assert not sources.findChildren(Form)
    assert not sources.use.isEnabled()
    sources.more.click()
    assert sources.findChildren(Form)
    assert sources.form.table() == {"kind": "osc", "port": 9123}
    assert not sources.use.isEnabled()


def test_nothing_is_read_in_the_turn_that_takes_over_a_document(shown) -> None:
    takes, (one, *others) = shown.window.teach.recorder.takes, DOCUMENT["gestures"]
    shown.turn(3)
    write_demonstration(Path(shown.control.state["folder"]), "a3")
    more = [*one["demonstrations"], {"id": "a3", "frames": 60, "seconds": 1.0, "note": ""}]
    shown.control.change(gestures=[one | {"demonstrations": more}, *others])
    shown.until(lambda: shown.window.bench.document.take("a3"))
    take = shown.window.bench.document.take("a3")
    assert takes.gallery.peek(take) is None
    shown.turn()
    assert takes.gallery.peek(take) is not None


def test_what_is_read_beside_the_first_pictures_is_not_looked_through_again() -> None:
    assert subprocess.run([sys.executable, "-c", LEFT], check=False).returncode == 0
