"""A screen smaller than the pages: they scroll, what is urgent stays, and nothing ends amid a letter."""

from __future__ import annotations

import pytest
from little_control import GROUPS, LittleControl, document
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from gesturemap import commands as c
from gesturemap.window.facts.kept import LEAST, SMALLEST
from gesturemap.window.look.whole import WholeRows
from gesturemap.window.words import testing as said

Key = Qt.Key
LABELS = [f"gesture {number}" for number in range(12)]


def inside(part, window) -> bool:
    """Whether all of a part is to be seen."""
    place = QRect(part.mapTo(window, QPoint()), part.size())
    return window.rect().contains(place) and part.visibleRegion().boundingRect() == part.rect()


def whole(area: WholeRows, ends: list[int]) -> bool:
    """Whether the view ends where a row does, or where all do."""
    return area.viewport().height() in ends or area.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("size", [(640, 332), SMALLEST, (960, 540)])
def test_pages_scroll_where_the_window_is_smaller_and_panic_stays(shown, size: tuple[int, int]) -> None:
    window = shown.window
    window.resize(*size)
    shown.until(lambda: not shown.qtbot.wait(1) and (window.width(), window.height()) == size)
    shown.turn(3)
    for page in (window.enter_teach, window.enter_test):
        page()
        shown.turn(3)
        for part in (window.top.panic, window.top.record, window.top.perform, window.status.lock):
            assert inside(part, window), part.text()
        across = window._room.horizontalScrollBar().maximum()
        assert bool(across) == (size[0] < LEAST[0] - 12)
        assert window._room.verticalScrollBar().maximum() > 0
    window.enter_teach()
    shown.key(Key.Key_N)  # what has the keys comes into view
    shown.turn(2)
    at = window.focusWidget()
    assert at is not None and inside(at, window)


@pytest.mark.parametrize("size", [(640, 360), SMALLEST])
def test_the_page_to_play_from_fits_a_small_screen(shown, size: tuple[int, int]) -> None:
    shown.change(scenes=[{"name": name, "state": "ready"} for name in "ab"], scene=1, locked=True)
    window = shown.window
    window.enter_perform()
    window.showNormal()
    window.resize(*size)
    shown.until(lambda: not shown.qtbot.wait(1) and (window.width(), window.height()) == size)
    for button in window.perform.findChildren(QPushButton):
        if button.isVisible():
            assert inside(button, window), button.text()
            assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()), button.text()


@pytest.mark.parametrize("size", [LEAST, (1024, 600), (1280, 720)])
def test_lists_that_have_no_room_end_below_a_row(
    shown, control: LittleControl, size: tuple[int, int]
) -> None:
    window = shown.window
    window.resize(*size)
    figures = {
        "rate": 60.0,
        "delays_ms": dict.fromkeys(said.STAGES, 12.0),
        "latency_ms": {"p50": 0.62, "p99": 1.3},
    }
    control.tell(c.Status(figures))
    window.enter_test()
    frame = window.test.delays.frame
    shown.until(lambda: len(window.test.delays._cells) > 3)

    def ended() -> bool:
        shown.qtbot.wait(1)
        return whole(frame, [cell.geometry().bottom() + 1 for cell in frame.widget().findChildren(QLabel)])

    shown.until(ended)
    assert frame.viewport().height() > 0


class Crowded(LittleControl):
    """A control with many gestures."""

    def __init__(self) -> None:
        named = ("log_likelihoods", "posterior", "progress", "fit")
        super().__init__(
            document(
                gestures=[{"label": label, "demonstrations": []} for label in LABELS],
                trained={"labels": LABELS, "seconds": 0.1, "stale": False, "messages": []},
            ),
            {**GROUPS, **dict.fromkeys(named, LABELS)},
        )


class TestCrowded:
    """Many gestures."""

    @pytest.fixture
    def control(self, control: LittleControl):
        made = Crowded()
        yield made
        made.close()

    @pytest.mark.parametrize("size", [LEAST, (1280, 720)])
    def test_what_is_recognised_is_a_list_of_whole_rows(self, shown, size: tuple[int, int]) -> None:
        window = shown.window
        window.resize(*size)
        for part in (window.teach.recognised, window.test.recognised):
            (window.enter_teach if part is window.teach.recognised else window.enter_test)()
            shown.until(lambda part=part: not shown.qtbot.wait(1) and part.bars.isVisible())
            shown.until(lambda part=part: not shown.qtbot.wait(1) and whole(part.area, part.bars.ends()))
            assert part.area.verticalScrollBar().maximum() > 0
