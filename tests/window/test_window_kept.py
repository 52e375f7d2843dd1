"""The window is found as it was left, as large as it was left, on whatever screen there is."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from gesturemap.window.care import memory as memories
from gesturemap.window.care.memory import Memory
from gesturemap.window.facts.kept import SCALES, Kept, keep, read_kept, stepped
from gesturemap.window.look.shared import MOVED, Shared
from gesturemap.window.words import care as said

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    kept = Kept((10, 20, 1300, 800), True, "test", "light", 1.5, {"Teach.0": [1, 2, 3]}, {"curves": 1})
    keep(kept, tmp_path / "a" / "window.json")
    assert read_kept(tmp_path / "a" / "window.json") == kept
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["window.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"place": [1, 2], "scale": "x", "splits": [3], "choices": {"a": "b"}}',
     '{"place": [0, 0, 1e99, -3], "scale": NaN, "splits": {"a": [-1]}, "choices": {"a": -2}}', "[" * 100_000,
     '{"scale": 1' + 400 * "0" + "}"],
)  # fmt: skip
def test_a_broken_file_is_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "window.json").write_text(text)
    assert read_kept(tmp_path / "window.json") == Kept()
    (tmp_path / "window.json").write_bytes(b"\xff\xfe\x00")
    assert read_kept(tmp_path / "window.json") == Kept()


def test_sizes_go_from_100_to_250_percent() -> None:
    assert (SCALES[0], SCALES[-1]) == (1.0, 2.5)
    up = [1.0]
    while (larger := stepped(up[-1], 1)) != up[-1]:
        up.append(larger)
    assert tuple(up) == SCALES
    assert stepped(1.0, -1) == 1.0


def memory(shown, path: Path, kept: Kept | None = None) -> Memory:
    window = shown.window
    return Memory(window, kept or Kept(), path, told=window.kept)


def dragged(columns: Shared, sizes: list[int]) -> None:
    """As after a hand has dragged its borders."""
    columns.setProperty(MOVED, True)
    columns.setSizes(sizes)


def test_the_window_is_found_as_it_was_left(shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memories, "room_at", lambda _: QRect(0, 0, 4000, 3000))
    window, path = shown.window, tmp_path / "window.json"
    window.resize(1100, 700)
    window.change_look()
    dragged(window.teach.columns, [300, 500, 280])
    window.teach.stage.curves.what.setCurrentIndex(1)
    shown.turn(2)
    sizes = window.teach.columns.sizes()
    memory(shown, path).close()
    dragged(window.teach.columns, [272, 600, 260])
    window.teach.stage.curves.what.setCurrentIndex(0)
    window.resize(960, 600)
    kept = read_kept(path)
    assert (kept.look, kept.page, kept.scale) == ("light", "teach", 1.0)
    made = memory(shown, path, kept)
    made.restore()
    shown.turn(2)
    assert (window.width(), window.height()) == (1100, 700)
    assert window.teach.stage.curves.what.currentIndex() == 1
    assert all(abs(now - before) < 4 for now, before in zip(window.teach.columns.sizes(), sizes, strict=True))
    made.close()


def test_columns_are_as_before_when_everything_was_larger_for_a_while(
    shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memories, "room_at", lambda _: QRect(0, 0, 4000, 3000))
    window, columns, path = shown.window, shown.window.teach.columns, tmp_path / "window.json"
    window.resize(2000, 1200)
    shown.turn(2)
    dragged(columns, [300, 1330, 330])
    before = columns.sizes()
    first = memory(shown, path)
    kept = replace(first.now(), scale=2.0)
    first.close()
    larger = memory(shown, path, kept)
    larger.restore()
    shown.turn(2)
    assert window.width() == 1000
    assert columns.sizes() != before
    kept = replace(larger.now(), scale=1.0)
    larger.close()
    again = memory(shown, path, kept)
    again.restore()
    shown.turn(2)
    assert window.width() == 2000
    assert all(abs(now - then) < 4 for now, then in zip(columns.sizes(), before, strict=True))
    again.close()


def test_a_place_outside_the_screen_is_not_taken(shown, tmp_path: Path) -> None:
    kept = Kept((-5000, 9000, 20_000, 900))
    made = memory(shown, tmp_path / "window.json", kept)
    made.restore()
    room = memories.room_at(QPoint(0, 0))
    assert room.contains(shown.window.geometry().topLeft())
    made.close()


def test_other_sizes_are_said_and_taken_when_nothing_follows(shown, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(memories, "room_at", lambda _: QRect(0, 0, 2400, 1500))
    made = memory(shown, tmp_path / "window.json")
    asked: list[int] = []
    made.again.connect(lambda: asked.append(1))
    shown.window.resized.connect(made.resize_all)
    for _ in range(2):
        QTest.keyClick(shown.window, Key.Key_Equal, CTRL)
    assert made.scale == SCALES[2]
    assert made.sign.isVisible()
    assert made.sign.text() == "125 %"
    assert not asked
    QTest.keyClick(shown.window, Key.Key_0, CTRL)
    shown.qtbot.wait(800)
    assert made.scale == 1.0
    assert not asked  # it is so already
    QTest.keyClick(shown.window, Key.Key_Equal, CTRL)
    shown.until(lambda: asked)
    made.close()
    assert read_kept(tmp_path / "window.json").scale == SCALES[1]


@pytest.mark.parametrize(
    ("width", "height", "most"), [(1280, 664, 200), (1920, 720, 200), (800, 480, 125), (640, 480, 100)]
)
def test_no_size_is_taken_that_does_not_fit_the_screen(
    shown, tmp_path: Path, monkeypatch, width: int, height: int, most: int
) -> None:
    monkeypatch.setattr(memories, "room_at", lambda _: QRect(0, 0, width, height))
    made = memory(shown, tmp_path / "window.json")
    lines = [made.resize_all(1) for _ in SCALES]
    assert 100 * made.scale == pytest.approx(most)
    assert lines[-1] == said.SCALE_FULL.format(most)
    assert set(lines) <= {"", lines[-1]}
    assert memories.most(Kept(scale=1.0)) == made.scale
    made.close()


def test_a_window_too_large_for_a_screen_that_became_smaller_comes_again_smaller(
    shown, tmp_path: Path, monkeypatch
) -> None:
    rooms = [QRect(0, 0, 620, 360)]  # with a frame; 125 % of it on the screen
    monkeypatch.setattr(memories, "room_at", lambda _: rooms[-1])
    made = memory(shown, tmp_path / "window.json", Kept(scale=1.25))
    asked: list[float] = []
    made.again.connect(lambda: asked.append(made.scale))
    made.fit()
    assert not asked
    rooms.append(QRect(0, 0, 620, 300))
    made.fit()
    assert asked == [1.1]
    made.close()
    assert read_kept(tmp_path / "window.json").scale == 1.1


def test_what_is_too_large_for_the_screen_shows_its_top_and_its_right() -> None:
    room = QRect(10, 20, 800, 480)
    placed = QRect(memories.within(box := QRect(300, 300, 960, 600), room), box.size())
    assert (placed.top(), placed.right()) == (room.top(), room.right())
    assert memories.within(QRect(-50, 900, 100, 100), room) == QPoint(10, 400)


def test_no_size_is_changed_in_the_middle_of_a_recording(shown) -> None:
    asked: list[int] = []
    shown.window.resized.connect(asked.append)
    shown.change(recording="circle")
    QTest.keyClick(shown.window, Key.Key_Equal, CTRL)
    assert not asked
    assert any("recording" in text for text in shown.window.faults.texts())


def test_where_the_system_says_how_large_all_is_it_is_said(shown, tmp_path: Path) -> None:
    window = shown.window
    made = Memory(window, Kept(), tmp_path / "w.json", told=window.kept, fixed="2")
    assert "QT_SCALE_FACTOR" in made.resize_all(1)
    made.close()


def test_a_change_is_written_within_seconds_for_a_window_that_is_killed(shown, tmp_path: Path) -> None:
    made = memory(shown, tmp_path / "window.json")
    shown.window.change_look()
    made.note()
    end = time.monotonic() + 5
    while not (tmp_path / "window.json").is_file():
        assert time.monotonic() < end
        shown.qtbot.wait(5)
    made.close()
    assert read_kept(tmp_path / "window.json").look == "light"


def test_columns_keep_their_shares_when_the_window_was_small_for_a_while_unless_one_was_dragged(
    shown, tmp_path: Path
) -> None:
    window = shown.window
    columns = window.teach.columns
    window.resize(1280, 720)
    shown.until(lambda: sum(columns.sizes()) > 1200)
    usual = columns.sizes()
    for size in ((960, 560), (1280, 720)):
        window.resize(*size)
        shown.until(lambda wide=size[0]: columns.width() <= wide - 10 and columns.width() > wide - 40)
        shown.turn(2)
    assert columns.sizes() == usual
    kept = memory(shown, tmp_path / "window.json").now()
    assert not any(name.startswith("Teach.") and len(sizes) == 3 for name, sizes in kept.splits.items())
    columns.moveSplitter(usual[0] + 60, 1)
    assert columns.sizes()[0] > usual[0] + 50
    kept = memory(shown, tmp_path / "window.json").now()
    assert columns.sizes() in kept.splits.values()
