"""Which layout a device has: from a list, and back from the settings."""

from __future__ import annotations

import time

import pytest
from little_control import GROUPS

from gesturemap import catalog
from gesturemap import commands as c
from gesturemap.engine.scope import ScopeWriter
from gesturemap.inputs.profile import read
from gesturemap.library import sensors
from gesturemap.window import words
from gesturemap.window.teach.layouts import chosen, filled, layouts


def choose(shown, kind: str, name: str):
    sources = shown.window.teach.sources
    sources.kind.setCurrentIndex(sources.kind.findData(kind))
    box = sources.layout_box
    index = box.findText(name)
    assert index >= 0
    box.setCurrentIndex(index)
    box.activated.emit(index)
    return sources


def test_every_shipped_profile_can_be_chosen_and_is_known_again() -> None:
    count = 0
    for kind in ("osc", "serial"):
        offered = layouts(kind)
        assert offered[0].name == words.LAYOUT_FIRST[kind]
        for index, layout in enumerate(offered):
            catalog.read("inputs", dict(layout.table), "input")
            assert chosen(offered, layout.table, index) == index
            count += index > 0
    of_these = [folder for folder in sensors().values() if read(folder).settings.kind in words.LAYOUT_FIRST]
    assert count == len(of_these)
    assert layouts("pointer") == []


def test_where_to_listen_stays_only_when_it_was_changed() -> None:
    zig = next(layout for layout in layouts("osc") if "ZIG" in layout.name)
    assert filled(zig, {"kind": "osc", "port": 8123}, {})["port"] == 8123
    assert filled(zig, {"kind": "osc", "port": 9999}, {"port": 9999})["port"] == 50000
    assert filled(zig, {"kind": "osc"}, {})["port"] == 50000


def test_a_layout_fills_the_form_and_a_changed_port_stays(shown) -> None:
    sources = choose(shown, "osc", "GyrOSC")
    assert sources.form.table()["port"] == 9999
    sources.form.widget("port").setValue(9123)
    assert sources.layout_box.currentText() == "GyrOSC"
    choose(shown, "osc", "RIME Instrument Builder")
    table = sources.form.table()
    assert (table["port"], table["address"]) == (9123, "/sensors")
    sources.form.widget("arguments").setText("a, b")
    assert sources.layout_box.currentIndex() == -1
    choose(shown, "osc", words.LAYOUT_FIRST["osc"])
    assert sources.form.table() == {"kind": "osc", "port": 9123}
    sources.use.click()
    shown.until(lambda: c.Configure("input", {"kind": "osc", "port": 9123}) in shown.turn())


@pytest.mark.parametrize("kind", ["osc", "serial"])
def test_a_form_that_comes_while_shown_is_not_squeezed(shown, kind: str) -> None:
    sources = shown.window.teach.sources
    sources.more.setChecked(True)
    sources.kind.setCurrentIndex(sources.kind.findData(kind))
    shown.qtbot.wait(20)
    assert sources.room.height() >= min(200, sources.form.sizeHint().height())


def test_a_source_that_does_not_open_is_not_in_use_and_its_form_stays(shown) -> None:
    sources = choose(shown, "osc", words.LAYOUT_FIRST["osc"])
    sources.form.widget("port").setValue(9123)
    sources.use.click()
    wanted = {"kind": "osc", "port": 9123}
    shown.until(lambda: c.Configure("input", wanted) in shown.turn())
    shown.change(input=wanted, input_address="", input_fault="")
    assert sources.use.text() == words.OPENING
    shown.change(input_fault="UDP port 9123: taken; end the other program")
    assert sources.use.text() == words.NOT_OPEN
    assert sources.room.isVisible()
    shown.change(input_fault="", input_address="UDP port 9123")
    assert sources.use.text() == words.IN_USE


def test_a_closed_input_has_no_curves_and_its_fault_stands_in_their_place(shown) -> None:
    curves = shown.window.teach.stage.curves
    shown.control.frame(time.perf_counter())
    shown.until(lambda: curves.stack.currentIndex() == 1)
    assert curves.counts.toolTip().startswith("3 channels")
    assert curves.counts.text().endswith("Hz")  # with the channels where there is room
    shown.change(input_address="", input_fault="UDP port 8000: taken; end the other program")
    assert curves.stack.currentIndex() == 0
    assert "UDP port 8000: taken" in curves.empty.text()
    assert words.SILENT_STEPS["pointer"] not in curves.empty.text()
    assert curves.counts.text() == ""
    scope = ScopeWriter(GROUPS | {"inputs": ["a", "b"]}, 256)
    shown.control.tell(c.ScopeOpened(str(scope.path), scope.layout))
    shown.change(input_address="UDP port 8000", input_fault="")
    assert curves.counts.text().startswith("2 channels")
    scope.close()


@pytest.mark.parametrize("size", [(1280, 720), (960, 560)])
def test_with_its_settings_shown_nothing_is_cut_off_and_nothing_overlaps(
    shown, size: tuple[int, int]
) -> None:
    shown.window.resize(*size)
    sources = choose(shown, "osc", "GyrOSC")
    sources.more.setChecked(True)
    shown.qtbot.wait(20)
    assert sources.use.text() == words.USE
    for button in (sources.more, sources.listen, sources.use):
        assert button.width() >= button.minimumSizeHint().width(), button.text()
    assert sources.room.geometry().bottom() < sources.more.geometry().top()
    assert sources.use.geometry().bottom() < sources.health.geometry().top()
    assert sources.room.height() >= (270 if size[1] == 720 else 130)
    assert sources.form.widget("messages").toPlainText().splitlines()[0].startswith('"/gyrosc/accel" = ')
