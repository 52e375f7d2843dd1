"""The vocabulary and its demonstrations: carried, chosen, moved, left out, imported, exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from little_control import DOCUMENT, document
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QWidget

from gesturemap import commands as c
from gesturemap.window.teach import carry
from gesturemap.window.teach.recorder import EACH
from gesturemap.window.words import teaching as said

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier


def drop(view, mime: QMimeData, place: QPoint) -> bool:
    """Carry something over a list, and let it fall; whether it was taken."""
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    moved = QDragMoveEvent(place, copy, mime, left, NONE)
    view.dragMoveEvent(moved)
    if moved.isAccepted():
        view.dropEvent(QDropEvent(QPointF(place), copy, mime, left, NONE))
    return moved.isAccepted()


def row(shown, label: str) -> QPoint:
    """The middle of a gesture's row."""
    gestures = shown.window.teach.vocabulary.list
    item = gestures.topLevelItem(shown.window.bench.document.labels.index(label))
    return gestures.visualItemRect(item).center()


def pick(shown, *rows: int) -> None:
    """Choose demonstrations of the selected gesture."""
    takes = shown.window.teach.recorder.takes
    takes.clearSelection()
    for each in rows:
        takes.selectionModel().select(
            takes.items.index(each), takes.selectionModel().SelectionFlag.Select
        )  # fmt: skip
    takes.setFocus()


def actions(menu: QMenu) -> Iterator[QAction]:
    """Everything in a menu and in those within it."""
    for action in menu.actions():
        if isinstance(action.menu(), QMenu):
            yield from actions(action.menu())
        else:
            yield action


def act(menu: QMenu, text: str) -> None:
    """Choose from a menu."""
    next(action for action in actions(menu) if action.text() == text).trigger()


def test_demonstrations_are_dragged_onto_another_gesture(shown) -> None:
    vocabulary, takes = shown.window.teach.vocabulary, shown.window.teach.recorder.takes
    pick(shown, 0, 1)
    mime = takes.carried()
    assert [Path(name.toLocalFile()).name for name in mime.urls()] == ["a1.npz", "a2.npz"]
    assert drop(vocabulary.list, mime, row(shown, "shake"))
    shown.until(lambda: shown.heard(c.Relabel))
    assert shown.heard(c.Relabel) == [c.Relabel(["a1", "a2"], "shake")]
    assert drop(vocabulary.list, mime, row(shown, "circle"))  # where they are already nothing is asked for
    assert len(shown.heard(c.Relabel)) == 1


def test_what_falls_beside_all_gestures_begins_a_new_one(shown) -> None:
    vocabulary, takes = shown.window.teach.vocabulary, shown.window.teach.recorder.takes
    pick(shown, 1)
    below = row(shown, "lift") + QPoint(0, 80)
    assert vocabulary.list.itemAt(below) is None
    assert drop(vocabulary.list, takes.carried(), below)
    shown.until(lambda: shown.heard(c.Relabel))
    assert shown.heard(c.Relabel) == [c.Relabel(["a2"], "gesture 4")]


def test_a_gesture_dragged_onto_another_goes_into_it(shown) -> None:
    gestures = shown.window.teach.vocabulary.list
    assert not drop(gestures, carry.gesture("circle"), row(shown, "circle"))
    assert not drop(gestures, carry.gesture("circle"), row(shown, "lift") + QPoint(0, 80))
    assert shown.window.bench.selection == "circle"
    assert drop(gestures, carry.gesture("circle"), row(shown, "lift"))
    shown.until(lambda: shown.heard(c.Merge))
    assert shown.heard(c.Merge) == [c.Merge("circle", "lift")]
    shown.change(gestures=[each for each in shown.control.state["gestures"] if each["label"] != "circle"])
    assert shown.window.bench.selection == "lift"


def test_a_gesture_is_carried_from_its_own_row_onto_another_as_qt_does(shown) -> None:
    """Qt asks once whether what comes in is welcome, and that is over the row it was taken from."""
    gestures, copy, left = (
        shown.window.teach.vocabulary.list,
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
    )
    mime, here, there = carry.gesture("circle"), row(shown, "circle"), row(shown, "shake")
    carried = (
        QDragEnterEvent(here, copy, mime, left, NONE),
        QDragMoveEvent(here, copy, mime, left, NONE),
        QDragMoveEvent(there, copy, mime, left, NONE),
        QDropEvent(QPointF(there), copy, mime, left, NONE),
    )
    for event in carried:
        QApplication.sendEvent(gestures.viewport(), event)
    shown.until(lambda: shown.heard(c.Merge))
    assert shown.heard(c.Merge) == [c.Merge("circle", "shake")]


def test_the_gesture_below_what_is_carried_has_a_frame(shown) -> None:
    gestures, copy = shown.window.teach.vocabulary.list, Qt.DropAction.CopyAction
    before = gestures.grab().toImage()
    mime = carry.gesture("circle")
    event = QDragMoveEvent(row(shown, "shake"), copy, mime, Qt.MouseButton.LeftButton, NONE)
    gestures.dragMoveEvent(event)
    assert gestures.over == "shake"
    assert gestures.grab().toImage() != before
    gestures.dragLeaveEvent(None)
    assert gestures.grab().toImage() == before


def test_files_dropped_on_a_gesture_are_imported_into_it(shown, tmp_path: Path) -> None:
    gestures, takes = shown.window.teach.vocabulary.list, shown.window.teach.recorder.takes
    mime, paths = QMimeData(), [str(tmp_path / "one.csv"), str(tmp_path / "two.npz")]
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    assert drop(gestures, mime, row(shown, "lift"))
    assert drop(gestures, mime, row(shown, "lift") + QPoint(0, 80))
    assert drop(takes, mime, QPoint(5, 5))
    shown.until(lambda: len(shown.heard(c.Import)) == 3)
    assert shown.heard(c.Import) == [c.Import(paths, "lift"), c.Import(paths), c.Import(paths, "circle")]
    web = QMimeData()
    web.setUrls([QUrl("https://example.org/a.csv")])
    assert not drop(gestures, web, row(shown, "lift"))
    assert not drop(takes, takes.carried(), QPoint(5, 5))


def test_what_is_chosen_is_left_out_by_a_key_and_taken_in_again(shown) -> None:
    pick(shown, 0, 1)
    shown.key(Key.Key_D)
    shown.until(lambda: shown.heard(c.Enable))
    assert shown.heard(c.Enable) == [c.Enable(["a1", "a2"], False)]
    gestures = document()["gestures"]
    for take in gestures[0]["demonstrations"]:
        take["enabled"] = False
    shown.change(gestures=gestures)
    takes = shown.window.teach.recorder.takes
    assert [take.id for take in takes.all_selected()] == ["a1", "a2"]  # the choice stays
    assert said.TAKE_OFF in takes.items.data(takes.items.index(0), Qt.ItemDataRole.AccessibleTextRole)
    shown.key(Key.Key_D)
    shown.until(lambda: len(shown.heard(c.Enable)) == 2)
    assert shown.heard(c.Enable)[-1] == c.Enable(["a1", "a2"], True)


def test_one_that_is_left_out_is_drawn_faint(shown) -> None:
    takes = shown.window.teach.recorder.takes
    shown.until(lambda: takes.gallery.get("a1")[1] is not None)

    def ink() -> int:
        shown.turn()
        picture = (
            takes.viewport().grab(takes.visualRect(takes.items.index(0)).adjusted(8, 26, -8, -8)).toImage()
        )
        points = [
            picture.pixelColor(x, y).value() for x in range(picture.width()) for y in range(picture.height())
        ]
        return sum(points)

    before = ink()
    gestures = document()["gestures"]
    gestures[0]["demonstrations"][0]["enabled"] = False
    shown.change(gestures=gestures)
    assert ink() < 0.9 * before


def test_the_list_shows_the_demonstration_that_came_back(shown) -> None:
    """Undoing a relabel brings it back to its place among many, not to their end."""
    takes = shown.window.teach.recorder.takes
    gestures = document()["gestures"]
    many = [gestures[0]["demonstrations"][0] | {"id": f"m{number}"} for number in range(60)]
    for without in (5, 40, 59):
        gestures[0]["demonstrations"] = many[:without] + many[without + 1 :]
        shown.change(gestures=gestures)
        (takes.scrollToBottom if without < 30 else takes.scrollToTop)()
        assert not takes.viewport().rect().contains(takes.visualRect(takes.items.index(without - 1)))
        gestures[0]["demonstrations"] = many
        shown.change(gestures=gestures)
        assert takes.items.takes[without].id == f"m{without}"
        assert takes.viewport().rect().contains(takes.visualRect(takes.items.index(without)))


def test_the_menu_moves_exports_and_deletes(shown, tmp_path: Path) -> None:
    recorder = shown.window.teach.recorder
    pick(shown, 0)
    shown.window.activateWindow()
    shown.key(Key.Key_M)
    labels = [action.text() for action in actions(recorder.deeds.shown) if action.text()]
    assert labels == ["shake", "lift", said.MOVE_TO_NEW]  # not the one that it has
    assert recorder.deeds.shown.activeAction().text() == "shake"  # Enter chooses
    act(recorder.deeds.shown, "lift")
    shown.until(lambda: shown.heard(c.Relabel))
    assert shown.heard(c.Relabel) == [c.Relabel(["a1"], "lift")]
    QTest.mouseClick(recorder.more, Qt.MouseButton.LeftButton)
    act(recorder.deeds.shown, said.EXPORT)
    (dialog,) = [each for each in shown.window.findChildren(QFileDialog) if each.isVisible()]
    dialog.fileSelected.emit(str(tmp_path / "out.csv"))
    dialog.reject()
    act(recorder.deeds.shown, said.IMPORT_FILES)
    (dialog,) = [each for each in shown.window.findChildren(QFileDialog) if each.isVisible()]
    dialog.filesSelected.emit([str(tmp_path / "in.csv")])
    dialog.reject()
    act(recorder.deeds.shown, said.DELETE)
    shown.until(lambda: shown.heard(c.DeleteDemonstration))
    assert shown.heard(c.Export) == [c.Export(str(tmp_path / "out.csv"), ["a1"])]
    assert shown.heard(c.Import) == [
        c.Import([str(tmp_path / "in.csv")])
    ]  # not into the one that is selected
    recorder.deeds.shown.close()


def export_dialog(shown) -> QFileDialog:
    """Asks where to export the chosen demonstrations to."""
    recorder = shown.window.teach.recorder
    pick(shown, 0)
    QTest.mouseClick(recorder.more, Qt.MouseButton.LeftButton)
    act(recorder.deeds.shown, said.EXPORT)
    recorder.deeds.shown.close()
    (dialog,) = [each for each in shown.window.findChildren(QFileDialog) if each.isVisible()]
    return dialog


@pytest.mark.parametrize(
    ("typed", "form", "named"),
    [("mine", "json", "mine.json"), ("mine", "arff", "mine.arff"), ("my.best", "csv", "my.best.csv"),
     ("mine.CSV", "json", "mine.CSV")],
)  # fmt: skip
def test_an_exported_file_gets_the_ending_of_the_form_that_is_chosen(
    shown, tmp_path: Path, typed: str, form: str, named: str
) -> None:
    dialog = export_dialog(shown)
    dialog.setDirectory(str(tmp_path))
    dialog.selectNameFilter(next(text for text in dialog.nameFilters() if text.endswith(f"(*.{form})")))
    dialog.findChild(QLineEdit).setText(typed)
    dialog.accept()
    shown.until(lambda: shown.heard(c.Export))
    assert shown.heard(c.Export) == [c.Export(str(tmp_path / named), ["a1"])]


def test_an_export_is_said_and_takes_the_refused_one_before_away(shown) -> None:
    refused = "export /x/mine: there is something already; nothing is overwritten; choose another name"
    shown.control.tell(c.Fault("export /x/mine", refused))
    shown.until(lambda: shown.window.faults.texts() == [refused])
    shown.control.tell(c.Exported("/x/yours.csv", "3 examples", ["a dtwData has no times"]))
    said = [("exported 3 examples: /x/yours.csv", True), ("a dtwData has no times", True)]
    shown.until(lambda: [(one.text, one.remark) for one in shown.window.faults.troubles.lines] == said)
    assert not shown.window.bench.counted.count


def test_a_gesture_is_merged_from_its_menu(shown) -> None:
    vocabulary = shown.window.teach.vocabulary
    QTest.mouseClick(vocabulary.more, Qt.MouseButton.LeftButton)
    act(vocabulary.deeds.shown, "lift")
    shown.until(lambda: shown.heard(c.Merge))
    assert shown.heard(c.Merge) == [c.Merge("circle", "lift")]
    vocabulary.deeds.shown.close()


def test_without_anything_chosen_the_menu_offers_what_makes_sense(shown) -> None:
    recorder = shown.window.teach.recorder
    recorder.takes.clearSelection()
    QTest.mouseClick(recorder.more, Qt.MouseButton.LeftButton)
    usable = [
        action.text() for action in actions(recorder.deeds.shown) if action.isEnabled() and action.text()
    ]
    assert said.IMPORT_FILES in usable
    assert not {said.DELETE, said.EXPORT, said.PLAY} & set(usable)
    recorder.deeds.shown.close()


def test_accuracy_stands_beside_each_gesture_once_it_was_tested(shown) -> None:
    gestures = shown.window.teach.vocabulary.list
    assert gestures.isColumnHidden(2)
    told = {"circle": {"accuracy": 0.97}, "shake": {"accuracy": None}}
    shown.control.tell(c.Evaluated({"accuracy": 0.9}, told, 3))
    shown.until(lambda: shown.window.bench.accuracy)
    texts = [gestures.topLevelItem(index).text(2) for index in range(3)]
    assert texts == ["97%", said.NOT_TESTED, said.NOT_TESTED]
    assert not gestures.isColumnHidden(2)
    assert "97%" in gestures.topLevelItem(0).data(0, Qt.ItemDataRole.AccessibleTextRole)


def test_every_gesture_has_a_mark_of_its_own(shown) -> None:
    shown.change(gestures=[{"label": f"g{n}", "demonstrations": []} for n in range(8)])
    gestures = shown.window.teach.vocabulary.list
    marks = []
    for index in range(8):
        picture = gestures.topLevelItem(index).icon(0).pixmap(14, 14).toImage()
        marks.append(bytes(picture.convertToFormat(picture.Format.Format_Alpha8).constBits()))
    assert len(set(marks)) == 8  # by their shapes alone


@pytest.mark.parametrize("key", [Key.Key_A, Key.Key_U, Key.Key_K, Key.Key_D, Key.Key_G])
def test_keys_do_nothing_where_a_name_is_written_or_one_performs(shown, key: Qt.Key) -> None:
    before = len(shown.turn())
    shown.window.teach.vocabulary.name.setFocus()
    QTest.keyClick(shown.window.teach.vocabulary.name, key)
    shown.window.enter_perform()
    shown.turn(2)
    shown.key(key)
    heard = shown.turn(3)[before:]
    assert not [message for message in heard if not isinstance(message, c.StopRecording | c.Perform)]


def test_every_button_and_picture_has_a_name(shown) -> None:
    for part in (shown.window.teach.vocabulary, shown.window.teach.recorder):
        for widget in part.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                own = widget.objectName().startswith("qt_")  # such as the field within a spin box
                assert own or widget.accessibleName() or getattr(widget, "text", str)(), widget
    shown.window.teach.recorder.show_view(EACH)


def test_an_empty_vocabulary_says_what_to_do(shown) -> None:
    shown.change(gestures=[])
    assert shown.window.teach.vocabulary.empty.isVisible()
    assert "drop recordings here" in shown.window.teach.vocabulary.empty.text()
    assert DOCUMENT["gestures"]  # the others still have them


def test_files_fall_onto_an_empty_vocabulary_too(shown, tmp_path: Path) -> None:
    shown.change(gestures=[])
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "one.csv"))])
    assert drop(shown.window.teach.vocabulary, mime, QPoint(60, 120))
    shown.until(lambda: shown.heard(c.Import))
    assert shown.heard(c.Import) == [c.Import([str(tmp_path / "one.csv")])]


def test_files_can_be_imported_where_there_is_no_gesture_yet(shown) -> None:
    shown.change(gestures=[])
    vocabulary = shown.window.teach.vocabulary
    assert vocabulary.more.isEnabled()
    QTest.mouseClick(vocabulary.more, Qt.MouseButton.LeftButton)
    assert [action.text() for action in actions(vocabulary.deeds.shown)] == [said.IMPORT_FILES]


@pytest.mark.parametrize("what", ["demonstration", "gesture"])
def test_a_press_and_a_move_begin_to_carry(shown, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    carried: list[QMimeData] = []
    monkeypatch.setattr(carry, "drag", lambda source, mime, picture: carried.append(mime))
    takes, gestures = shown.window.teach.recorder.takes, shown.window.teach.vocabulary.list
    view = takes if what == "demonstration" else gestures
    place = takes.visualRect(takes.items.index(1)).center() if view is takes else row(shown, "shake")
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    for step in (4, 12, 30, 60):
        QTest.mouseMove(view.viewport(), place + QPoint(step, 0))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=place + QPoint(60, 0))
    (mime,) = carried
    if view is takes:
        assert carry.carried_demonstrations(mime) == ["a2"]
    else:
        assert carry.carried_gesture(mime) == "shake"


def test_a_gesture_that_an_undo_brings_back_is_the_one_that_is_recorded_into(shown) -> None:
    bench, gestures = shown.window.bench, document()["gestures"]
    shown.change(gestures=gestures, history=["add x"], step=1)
    bench.select("shake")
    shown.change(gestures=[gestures[0], gestures[2]], history=["add x", "delete shake"], step=2)
    assert bench.selection == "lift"
    shown.change(gestures=gestures, step=1)
    assert bench.selection == "shake"
    more = {"label": "new", "demonstrations": []}
    shown.change(gestures=[*gestures, more], history=["add x", "add new"], step=2)
    assert bench.selection == "shake", "a pedal or another window may add one"


def test_shares_that_an_edit_made_untrue_are_shown_no_more_until_it_is_undone(shown) -> None:
    names = shown.window.teach.vocabulary
    tried = c.Evaluated({}, {label: {"accuracy": 0.97} for label in ("circle", "shake")}, 3)
    shown.control.tell(tried)
    column = lambda: [names.list.topLevelItem(row).text(2) for row in range(2)]  # noqa: E731
    shown.until(lambda: column() == ["97%", "97%"])
    before = shown.control.state["gestures"]
    shown.change(gestures=[{**before[0], "demonstrations": before[0]["demonstrations"][:1]}, *before[1:]])
    assert column() == [said.NOT_TESTED, said.NOT_TESTED]
    assert said.TESTED_BEFORE_TIP in names.list.topLevelItem(0).toolTip(0)
    shown.change(gestures=before)
    assert column() == ["97%", "97%"]
