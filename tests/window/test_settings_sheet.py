"""The sheet of settings over a control that only listens: what is sent, when, and what is said where."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from gesturemap import commands as c
from gesturemap.window.settings.fields import Number
from gesturemap.window.settings.sheet import CALM_MS
from gesturemap.window.words import settings as said

CHAIN = [{"kind": "one_euro"}, {"kind": "derive", "smoothing": 0.03}]


@pytest.fixture
def sheet(shown):
    shown.change(
        features=CHAIN, outputs=[{"kind": "osc"}, {"kind": "synth"}], history=["add a", "add b"], step=2
    )
    shown.window.settings.show_tab("features")
    return shown.window.settings


def sent(shown) -> list:
    """What was configured so far, once all is calm."""
    shown.window.settings.flush()
    return [(m.section, m.table) for m in shown.heard(c.Configure)]


def warnings(widget) -> list[str]:
    return [found.text() for found in widget.findChildren(QLabel, "warn") if found.isVisible()]


def test_a_key_opens_it_in_place_of_the_left_column_and_puts_it_away(shown) -> None:
    window = shown.window
    wide = window.width()
    shown.key(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.settings.isVisible()
    assert not window.teach.left.isVisible()
    assert window.teach.outgoing.isVisible()
    assert window.teach.stage.isVisible()
    assert window.top.settings.isChecked()
    assert window.width() == wide
    shown.key(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert not window.settings.isVisible()
    assert window.teach.left.isVisible()
    shown.key(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert not window.test.left.isVisibleTo(window.test)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert not window.settings.isVisible() and window.test.left.isVisibleTo(window.test)
    assert shown.heard(c.Panic) == []
    QTest.mouseClick(window.top.settings, Qt.MouseButton.LeftButton)
    assert window.settings.isVisible()
    window.enter_perform()
    assert not window.settings.isVisible()


@pytest.mark.parametrize("tab", said.TABS)
def test_every_tab_shows_what_the_document_has_and_sends_nothing_by_itself(shown, tab: str) -> None:
    shown.window.settings.show_tab(tab)
    shown.turn(3)
    assert shown.window.settings.about.text() == said.ABOUT[tab]
    shown.window.settings.flush()
    assert shown.heard(c.Configure) == []


@pytest.mark.parametrize("typed", ["-5", "1e", "1e9", "-", "+", "1e-"])
def test_what_a_number_begins_with_stays_where_it_is_typed(qtbot, typed: str) -> None:
    box = Number()
    box.setKeyboardTracking(False)  # as in forms
    qtbot.addWidget(box)
    box.setRange(0.01, 1000.0)
    box.setValue(3.0)
    box.selectAll()
    QTest.keyClicks(box, typed)
    assert box.lineEdit().text() == typed, "else it would be another number"
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 3.0


def test_a_number_turned_many_times_is_one_command(shown, sheet) -> None:
    row = sheet.sections["features"].rows.rows[1]
    row.head.click()
    box = row.form.widget("smoothing")
    for _ in range(100):
        box.stepUp()
    assert shown.heard(c.Configure) == []
    shown.until(lambda: shown.heard(c.Configure), seconds=5 + CALM_MS / 1000)
    ((section, table),) = sent(shown)
    assert section == "features"
    assert table == [{"kind": "one_euro"}, {"kind": "derive", "smoothing": pytest.approx(box.value())}]


def test_a_number_is_taken_as_it_is_typed_and_one_beyond_its_range_changes_nothing(shown, sheet) -> None:
    sheet.show_tab("outputs", 0)
    row = sheet.sections["outputs"].rows.rows[0]
    row.head.setChecked(True)
    box = row.form.widget("port")
    before = box.value()
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "9902")
    assert sheet._calm.isActive()
    shown.until(lambda: shown.heard(c.Configure), seconds=5 + CALM_MS / 1000)
    assert sent(shown) == [("outputs", [{"kind": "osc", "port": 9902}, {"kind": "synth"}])]
    assert box.lineEdit().text() == "9902"
    box.setValue(before)
    sheet.flush()
    count = len(sent(shown))
    box.selectAll()
    QTest.keyClicks(box, "99010")
    for leave in (sheet.flush, lambda: QTest.keyClick(box, Qt.Key.Key_Tab), sheet.flush):
        leave()
        shown.qtbot.wait(1)  # it is told when the number before stands there
        (line,) = warnings(row)
        assert "99010" in line and "65535" in line
    assert box.value() == before and line.endswith(f"{before} stays")
    assert "99010" not in row.head.accessibleName()
    assert len(sent(shown)) == count
    box.setValue(9001)
    assert len(sent(shown)) == count + 1
    assert warnings(row) == []


def test_undo_is_the_projects_where_a_field_has_nothing_of_its_own_to_take_back(shown, sheet) -> None:
    window = shown.window
    window.activateWindow()
    shown.until(window.isActiveWindow)
    sheet.show_tab("outputs", 0)
    row = sheet.sections["outputs"].rows.rows[0]
    row.head.setChecked(True)
    edit = row.form.widget("host")
    edit.setFocus()
    for key, kind in ((Qt.Key.Key_Z, c.Undo), (Qt.Key.Key_Y, c.Redo)):
        QTest.keyClick(edit, key, Qt.KeyboardModifier.ControlModifier)
        shown.until(lambda kind=kind: shown.heard(kind))
    QTest.keyClicks(edit, "x")
    QTest.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    shown.turn(3)
    assert "x" not in edit.text()
    assert len(shown.heard(c.Undo)) == 1


def test_rows_are_added_moved_and_removed_with_mouse_and_keys(shown, sheet) -> None:
    rows = sheet.sections["features"].rows
    QTest.mouseClick(rows.rows[0].down, Qt.MouseButton.LeftButton)
    assert sent(shown)[-1] == ("features", [CHAIN[1], CHAIN[0]])
    QTest.keyClick(rows.rows[1].head, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    shown.change(features=[CHAIN[1], CHAIN[0]])
    assert rows.tables() == [CHAIN[1], CHAIN[0]]
    rows._fill_menu()
    next(action for action in rows.menu.actions() if action.data() == "intensity").trigger()
    assert sent(shown)[-1] == ("features", [CHAIN[1], CHAIN[0], {"kind": "intensity"}])
    QTest.keyClick(rows.rows[2].head, Qt.Key.Key_Delete)
    shown.change(features=[CHAIN[1], CHAIN[0], {"kind": "intensity"}])
    rows.rows[0].head.setFocus()
    shown.key(Qt.Key.Key_Delete)
    assert sent(shown)[-1] == ("features", [CHAIN[0], {"kind": "intensity"}])


def test_what_is_wrong_is_said_below_the_setting_and_not_sent_and_the_rest_is(shown, sheet) -> None:
    row = sheet.sections["features"].rows.rows[0]
    row.head.click()
    row.form.widget("columns").setText("x")
    row.form.widget("scale").setText("1, oops")
    assert sent(shown) == [("features", [{"kind": "one_euro", "columns": ["x"]}, CHAIN[1]])]
    shown.change(features=sent(shown)[0][1])
    assert row.form.widget("scale").text() == "1, oops"  # it stays to be put right
    (line,) = warnings(row)
    assert "oops" in line
    assert "number" in line
    layout = row.form.layout()
    at = layout.getWidgetPosition(row.form.widget("scale"))[0]
    assert layout.itemAt(at + 1, layout.ItemRole.SpanningRole).widget().text() == line
    row.form.widget("scale").setText("1, 2")
    assert sent(shown)[1:] == [
        ("features", [{"kind": "one_euro", "columns": ["x"], "scale": [1.0, 2.0]}, CHAIN[1]])
    ]
    assert warnings(row) == []


def test_each_setting_that_is_wrong_says_so(shown, sheet) -> None:
    row = sheet.sections["features"].rows.rows[0]
    row.head.click()
    row.form.widget("scale").setText("1, oops")
    row.form.widget("min_cutoff").lineEdit().setText("-4")
    sheet.flush()
    said = warnings(row)
    assert len(said) == 2 and any("oops" in line for line in said) and any("-4" in line for line in said)
    row.form.widget("scale").setText("")
    sheet.flush()
    (line,) = warnings(row)
    assert "-4" in line and sent(shown) == []


def test_what_control_refuses_is_said_beside_its_row(shown, sheet) -> None:
    text = "mapping[0] range of 'brightness', source: no feature 'w'; there are x, y; name one of them"
    shown.window.settings.show_tab("mapping")
    shown.control.tell(c.Fault("mapping[0] range of 'brightness', source", text))
    row = sheet.sections["mapping"].rows.rows[0]
    shown.until(lambda: text in warnings(row))
    assert text in shown.window.faults.texts()
    shown.change(mapping=[{"kind": "range", "source": "confidence", "control": "brightness"}])
    assert warnings(row) == []


@pytest.mark.parametrize(
    ("tab", "added", "said"),
    [
        ("features", {"kind": "orientation"}, "features[2] orientation: no acc_x"),
        ("outputs", {"kind": "lsl"}, "outputs: there are two of this name"),
        ("sound", {"kind": "pluck"}, "voices: no room for another one"),
    ],
)
def test_what_control_refuses_to_add_is_not_shown_as_if_it_were_there(
    shown, sheet, tab: str, added: dict, said: str
) -> None:
    sheet.show_tab(tab)
    section = sheet.sections[tab]
    before = section.table()
    section.rows.append(added)
    assert len(sent(shown)) == 1
    shown.control.tell(c.Fault(said.partition(":")[0], said))
    shown.until(lambda: warnings(section) == [said])
    assert section.table() == before


def test_what_can_be_put_right_stays_until_the_page_is_left(shown, sheet) -> None:
    shown.change(mapping=[{"kind": "range", "source": "confidence", "control": "brightness"}])
    sheet.show_tab("mapping")
    section = sheet.sections["mapping"]
    before = section.table()
    section.rows.append({"kind": "range", "source": "feature:w", "control": "density"})
    assert len(sent(shown)) == 1
    text = "mapping[1] range of 'density', source: no feature 'w'; there are x, y; name one of them"
    shown.control.tell(c.Fault("mapping[1] range of 'density', source", text))
    row = section.rows.rows[1]
    shown.until(lambda: warnings(row) == [text])
    assert said.DRAFT in row.head.accessibleName()
    section.rows.append({"kind": "range", "source": "confidence", "control": "size"})
    assert [table["control"] for table in sent(shown)[-1][1]] == ["brightness", "size"], (
        "it goes, so that others can come"
    )
    section.rows.rows[-1].head.wanted.emit("remove")
    section.rows.append({"kind": "range", "source": "feature:w", "control": "density"})
    sent(shown)
    shown.control.tell(c.Fault("mapping[1] range of 'density', source", text))
    shown.until(lambda: section.rows.rows[1].draft)
    sheet.show_tab("features")
    sheet.show_tab("mapping")
    assert section.table() == before and warnings(section) == []


def test_another_model_that_control_refuses_is_not_chosen(shown, sheet) -> None:
    sheet.show_tab("model")
    model = sheet.sections["model"]
    model.kind.setCurrentText("gmr")
    assert sent(shown) == [("model", {"kind": "gmr"})]
    shown.control.tell(c.Fault("model", "model, 'gmr': it learns outputs; choose a recogniser"))
    shown.until(lambda: model.kind.currentText() == "hhmm")
    assert "choose a recogniser" in model.fault.text() and model.fault.isVisible()


def test_what_changes_elsewhere_is_shown_and_what_is_being_typed_stays(shown, sheet) -> None:
    section = sheet.sections["features"]
    row = section.rows.rows[1]
    row.head.click()
    shown.change(features=[CHAIN[0], {"kind": "derive", "smoothing": 0.2}])
    assert row.form.widget("smoothing").value() == 0.2
    row.form.widget("smoothing").setValue(0.3)
    shown.change(features=[CHAIN[0], {"kind": "derive", "smoothing": 0.1}], volume=0.5)
    assert row.form.widget("smoothing").value() == 0.3
    assert sent(shown)[-1][1][1] == {"kind": "derive", "smoothing": 0.3}


def test_the_stage_lock_switches_it_off_and_says_why(shown, sheet) -> None:
    shown.change(locked=True)
    assert sheet.lock.isVisible()
    assert "Take it off" in sheet.lock.text()
    assert not sheet.sections["features"].rows.rows[0].head.isEnabled()
    shown.change(locked=False)
    assert not sheet.lock.isVisible()
    assert sheet.sections["features"].rows.rows[0].head.isEnabled()


def test_a_source_is_used_when_that_is_asked_for(shown, sheet) -> None:
    shown.window.settings.show_tab("input")
    source = sheet.sections["input"]
    source.kind.setCurrentText("merge")
    rows = source.form.widget("inputs")
    rows.append({"kind": "osc"})
    rows.append({"kind": "osc"})
    rows.rows[1].form.widget("port").setValue(9123)
    assert sent(shown) == []
    source.use.click()
    inputs = {"osc": {"kind": "osc"}, "osc2": {"kind": "osc", "port": 9123}}
    assert sent(shown) == [("input", {"kind": "merge", "inputs": inputs})]


def test_another_learner_is_one_step_and_begins_with_its_own_settings(shown, sheet) -> None:
    shown.window.settings.show_tab("model")
    model = sheet.sections["model"]
    model.kind.setCurrentText("gmm")
    assert sent(shown) == [("model", {"kind": "gmm"})]
    shown.change(model={"kind": "gmm"})
    model.form.widget("overrides").setPlainText("circle = {gaussians = 2}")
    assert sent(shown)[-1] == ("model", {"kind": "gmm", "overrides": {"circle": {"gaussians": 2}}})


def test_voices_get_patches_and_the_volume_stays_where_it_is(shown, sheet) -> None:
    voice = {"kind": "pad", "name": "bed", "gestures": ["circle"], "level": -5.0}
    shown.change(sound={"volume": 0.6, "voices": [voice]}, volume=0.6)
    shown.window.settings.show_tab("sound")
    row = sheet.sections["sound"].rows.rows[0]
    row.head.click()
    row.patch.fill()
    row.patch.activated.emit(row.patch.findData("vibraphone"))
    section, table = sent(shown)[-1]
    assert section == "sound"
    assert table["volume"] == 0.6
    (made,) = table["voices"]
    assert made["patch"] == "vibraphone"
    assert made["name"] == "bed"
    assert made["gestures"] == ["circle"]
    assert made["kind"] != "pad"
    card = sheet.sections["sound"].card.widget("block")
    assert "64" in [card.itemText(i) for i in range(card.count())]
    card.setCurrentText("64")
    assert sent(shown)[-1][1]["block"] == 64


def test_pedal_clock_and_remote_are_sections_of_their_own(shown, sheet) -> None:
    shown.window.settings.show_tab("project")
    sheet.sections["pedal"].form.widget("commands").setPlainText('"cc 64" = "record"')
    sheet.sections["remote"].form.widget("port").setValue(6450)
    assert sent(shown) == [("pedal", {"commands": {"cc 64": "record"}}), ("remote", {"port": 6450})]


def test_the_history_shows_every_step_and_goes_to_the_one_chosen(shown, sheet) -> None:
    shown.window.settings.show_tab("history")
    shown.change(history=["add a", "add b", "set model"], step=2)
    rows = [sheet.history.list.item(i).text() for i in range(sheet.history.list.count())]
    assert rows == [
        said.STEP_UNDONE.format(number=3, label="set model"),
        said.STEP_NOW.format(number=2, label="add b"),
        said.STEP_DONE.format(number=1, label="add a"),
        said.STEP_DONE.format(number=0, label=said.BEGINNING),
    ]
    sheet.history.list.setCurrentRow(3)
    sheet.history.list.setFocus()
    shown.key(Qt.Key.Key_Return)
    assert shown.heard(c.GoTo) == [c.GoTo(0)]


def test_escape_after_a_number_was_entered_puts_the_settings_away_and_is_no_panic(shown, sheet) -> None:
    row = sheet.sections["features"].rows.rows[1]
    row.head.click()
    box = row.form.widget("smoothing")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "0.3")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 0.3
    shown.key(Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert shown.heard(c.Panic) == []


def test_undo_takes_back_what_was_typed_just_now(shown, sheet) -> None:
    row = sheet.sections["features"].rows.rows[1]
    row.head.click()
    row.form.widget("smoothing").setValue(0.3)
    shown.window.bench.send(c.Undo())
    assert [type(m) for m in shown.turn() if isinstance(m, c.Configure | c.Undo)] == [c.Configure, c.Undo]


def test_what_was_typed_for_one_project_never_reaches_another(shown, sheet) -> None:
    row = sheet.sections["features"].rows.rows[1]
    row.head.click()
    row.form.widget("smoothing").setValue(0.3)
    level = shown.window.teach.sound.voices
    level._turning = 0
    other = {"name": "other", "path": "/tmp/other", "saved": True, "writable": True}
    shown.change(project=other, undo="", redo="", features=[{"kind": "shake"}])
    assert sent(shown) == []
    assert [row.kind for row in sheet.sections["features"].rows.rows] == ["shake"]


@pytest.mark.parametrize(
    ("setting", "typed", "told"),
    [
        ("seed", "3000000000", "3000000000"), ("seed", "99999999999999999999", "1e+20"), ("seed", "1e308", "1e+308"),
        ("false_per_10min", "1e999", "inf"),
    ],
)  # fmt: skip
def test_a_number_that_no_field_can_take_is_refused_where_it_stands(
    shown, sheet, setting, typed, told
) -> None:
    shown.change(model={"kind": "auto"})
    sheet.show_tab("model")
    form = sheet.sections["model"].form
    shown.until(lambda: not shown.qtbot.wait(1) and form.isVisible())
    box = form.widget(setting)
    before, count = box.value(), len(sent(shown))
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, typed)
    for leave in (lambda: QTest.keyClick(box, Qt.Key.Key_Tab), sheet.flush):
        leave()
        shown.qtbot.wait(1)  # it is told when the number before stands there
        (line,) = warnings(form)
        assert line.startswith(f"{told} is not taken: ")
    assert box.value() == before
    assert [table for _, table in sent(shown)[count:] if table.get(setting, before) != before] == []
