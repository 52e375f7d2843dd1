"""Settings, meters and history over the real control: what is edited plays, is undone, or is refused in place."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import logged
import pytest
from performer import LEFT, Performer
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from gesturemap.commands import Log, Undo
from gesturemap.control import desk, door
from gesturemap.control.by_hand import HAND
from gesturemap.control.controller import SPARES, Controller
from gesturemap.engine.replay import replay_log
from gesturemap.errors import FileError
from gesturemap.library import project_folder
from gesturemap.logs.read import read_log
from gesturemap.project.read import read_project


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    """A real one, on a copy of the theremin."""
    folder = tmp_path_factory.mktemp("settings")
    shutil.copytree(project_folder("theremin"), folder / "mine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "notes_folder", lambda: folder)
        patch.setattr(desk, "user_folder", lambda: folder / "user")
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        made = Controller(str(folder / "mine"), sound=False)
        made.start()
        for _ in range(SPARES):  # now, not during a test: it would be taken for a leftover
            made.engine.stand_by()
        yield made
        made.close()


@pytest.fixture
def performer(qtbot, control: Controller) -> Iterator[Performer]:
    """A person at a new window; whatever they edit is undone again afterwards."""
    made = Performer(control, qtbot).learned()
    yield made
    while control.desk.document.undo_label:
        control.obey(Undo())
    made.window.close()
    while control.switchboard.clients:
        control.turn(0.05)


def across(u: float) -> tuple[float, float]:
    return 0.1 + 0.8 * u, 0.5


@pytest.mark.long
def test_what_is_edited_in_the_sheet_plays_is_on_disk_and_is_undone_from_the_history(
    performer: Performer, control: Controller
) -> None:
    window, live = performer.window, performer.window.bench.live
    sheet = window.settings
    sheet.show_tab("features")
    rows = sheet.sections["features"].rows
    rows._fill_menu()
    next(action for action in rows.menu.actions() if action.data() == "derive").trigger()
    performer.until(lambda: len(performer.document.features) == 2)
    performer.until(lambda: "x_d" in live.features.names)
    box = rows.rows[1].form.widget("smoothing")
    for _ in range(20):
        box.stepUp()
    smoothing = box.value()
    performer.until(lambda: performer.document.features[1].get("smoothing") == pytest.approx(smoothing))
    assert performer.document.step == 2
    saved, _ = read_project(Path(performer.document.path))
    assert saved.features[1].smoothing == pytest.approx(smoothing)
    sheet.show_tab("history")
    shown = sheet.history.list
    assert shown.count() == 3
    shown.setCurrentRow(2)
    QTest.keyClick(shown, Qt.Key.Key_Return)
    performer.until(lambda: performer.document.step == 0)
    performer.until(lambda: "x_d" not in live.features.names)
    assert len(performer.document.features) == 1
    assert len(performer.document.history) == 2
    sheet.show_tab("features")
    assert len(rows.rows) == 1
    sheet.put_away()


@pytest.mark.long
def test_what_nothing_could_move_is_said_at_its_row_and_changes_nothing(performer: Performer) -> None:
    window, before = performer.window, performer.document.mapping
    performer.until(lambda: window.bench.live.control_names)
    window.settings.show_tab("mapping", 0)
    row = window.settings.sections["mapping"].rows.rows[0]
    row.form.widget("source").setCurrentText("feature:nothing")

    def said() -> list[str]:
        return [found.text() for found in row.findChildren(QLabel, "warn") if found.isVisible()]

    performer.until(lambda: any("nothing" in text for text in said()))
    assert "x" in said()[0]
    assert performer.document.mapping == before
    assert performer.document.step == 0
    assert row.table()["source"] == "feature:nothing", "what is being edited stays"
    row.form.widget("source").setCurrentText("feature:x")
    performer.until(lambda: not said() and performer.document.mapping[0]["source"] == "feature:x")
    window.settings.put_away()


@pytest.mark.long
def test_a_channel_that_is_not_there_is_said_at_its_setting_and_changes_nothing(performer: Performer) -> None:
    """Neither the project nor what plays; and what was said goes when it is put right, also as it was before."""
    window, before = performer.window, performer.document.features
    window.settings.show_tab("features", 0)
    row = window.settings.sections["features"].rows.rows[0]
    edit = row.form.widget("columns")
    whole = edit.text()

    def said() -> list[str]:
        return [found.text() for found in row.findChildren(QLabel, "warn") if found.isVisible()]

    for text in ("n", "nosuch*"):
        edit.setText(text)
        window.settings.flush()
        performer.until(lambda text=text: any(f"{text!r}" in line for line in said()))
    assert "there are" in said()[0]
    assert len(window.faults.texts()) == 1, "of the last try alone"
    assert performer.document.features == before
    assert performer.document.step == 0
    edit.setText(whole)
    window.settings.flush()
    performer.until(lambda: not said() and not window.faults.texts())
    assert performer.document.step == 0
    window.settings.put_away()


@pytest.mark.long
def test_a_range_that_is_dragged_is_heard_and_is_one_step(performer: Performer) -> None:
    window, live = performer.window, performer.window.bench.live
    values = window.teach.outgoing.values
    performer.until(lambda: "pad.pitch" in live.control_names)
    at = live.control_names.index("pad.pitch")
    performer.until(lambda: len(values.meters) > at and values.meters[at].ranged)
    meter, bar = values.meters[at], values.bar(at)
    assert (meter.to_low, meter.to_high) == (-14.0, 14.0)
    place = bar.center().toPoint()
    place.setX(round(bar.left() + bar.width() * meter.share(14.0)))
    QTest.mousePress(values, LEFT, pos=place)
    values._move(*values.held, 2.0)
    QTest.mouseRelease(values, LEFT, pos=place)
    performer.until(lambda: performer.document.mapping[at]["to_high"] == 2.0)
    assert performer.document.step == 1
    highest = -99.0
    for _ in range(2):

        def look() -> None:
            nonlocal highest
            highest = max(highest, float(live.controls[at]))

        performer.draw(across, until=look, seconds=1.5)
    assert -10.0 < highest <= 2.0


@pytest.mark.long
def test_a_sound_is_set_by_hand_heard_and_learned_with_the_movement(
    performer: Performer, control: Controller
) -> None:
    window, live = performer.window, performer.window.bench.live
    window.bench.select("theremin")
    window.teach.recorder.controls.along.choose(HAND)
    hand = window.teach.outgoing.hand
    performer.until(lambda: hand.isVisible() and list(hand.faders) == ["pitch", "brightness"])
    performer.until(lambda: "pad.pitch" in live.control_names)
    at, before = live.control_names.index("pad.pitch"), len(performer.document.gestures[0].demonstrations)
    control.obey(Log(True))
    path = Path(control.log.path)
    hand.faders["pitch"].setValue(1000)
    performer.draw(across, seconds=0.8)
    assert live.controls[at] > 13.0, "what is set is heard, wherever the pointer is"
    performer.key(Qt.Key.Key_Space)
    performer.until(lambda: performer.document.recording == "theremin")
    performer.draw(across, seconds=0.4)
    hand.faders["pitch"].setValue(0)
    performer.draw(across, seconds=0.4)
    performer.key(Qt.Key.Key_Space)
    performer.until(lambda: len(performer.document.gestures[0].demonstrations) == before + 1)
    made = control.project.demonstrations[-1]
    assert [each.name for each in made.outputs] == ["pitch", "brightness"]
    assert (made.targets[0, 0], made.targets[-1, 0]) == (14.0, -14.0)
    performer.until(lambda: performer.document.trained is not None and not performer.document.trained.stale)
    window.teach.recorder.controls.along.choose("")
    lowest = 14.0

    def look() -> None:
        nonlocal lowest
        lowest = min(lowest, float(live.controls[at]))

    performer.draw(lambda u: (0.1, 0.5), until=look, seconds=0.8)
    assert lowest < 13.0, "the model is heard again"
    control.obey(Log(False))
    performer.until(lambda: logged.whole(path))
    played = replay_log(read_log(path))
    assert played.same and played.compared > 50, str(played)


@pytest.mark.long
def test_a_part_that_cannot_work_does_not_look_as_if_it_did(performer: Performer) -> None:
    window, before = performer.window, performer.document.features
    window.settings.show_tab("features")
    section = window.settings.sections["features"]
    section.rows.append({"kind": "orientation"})
    performer.until(lambda: section.rows.rows[-1].draft)
    assert performer.document.features == before
    section.rows.append({"kind": "derive"})
    performer.until(lambda: len(performer.document.features) == len(before) + 1)
    assert [row.kind for row in section.rows.rows] == [table["kind"] for table in performer.document.features]
    section.rows.append({"kind": "orientation"})
    performer.until(lambda: section.rows.rows[-1].draft)
    window.settings.put_away()
    window.settings.show_tab("features")
    assert [row.kind for row in section.rows.rows] == [table["kind"] for table in performer.document.features]
    window.settings.put_away()


@pytest.mark.long
def test_a_name_that_the_disk_has_no_room_for_lets_the_keys_go(
    performer: Performer, control: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, names = performer.window, performer.window.teach.vocabulary
    window.enter_teach()

    def full(*_: object, **__: object) -> None:
        raise FileError(
            "/mine/project.toml", "No space left on device", "it could not be written", "make room"
        )

    monkeypatch.setattr(desk, "save_project", full)
    QTest.keyClick(window, Qt.Key.Key_N)
    performer.until(names.name.hasFocus)
    QTest.keyClicks(names.name, "wave")
    QTest.keyClick(names.name, Qt.Key.Key_Return)
    performer.until(names.why.isVisible)
    assert "No space left" in names.why.text()
    assert names.name.text() == "wave" and not names.name.hasFocus()
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_2)
    assert window.test.isVisible()
    monkeypatch.undo()
    window.enter_teach()
    names.add()
    performer.until(lambda: "wave" in performer.document.labels and not names.why.isVisible())
