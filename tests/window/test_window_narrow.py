"""What a narrow window shows whole: figures that need more lines than one, and names beside a matrix."""

from __future__ import annotations

from gesturemap import commands as c
from gesturemap.window.look.lines import broken
from gesturemap.window.words import testing as said


def test_no_figure_is_cut_off_in_the_narrowest_window(page) -> None:
    """What needs another line has it; where there is no room for all of them, they are scrolled."""
    page.window.resize(960, 560)
    delays = dict.fromkeys(said.STAGES, 12.0)
    figures = {"rate": 100.0, "delays_ms": delays, "latency_ms": {"p50": 0.62, "p99": 11.31}}
    page.control.tell(c.Status(figures))
    grid = page.page.delays
    page.until(lambda: "11.31" in grid.accessibleDescription())

    def whole() -> bool:
        page.qtbot.wait(1)
        measured = [(value, value.fontMetrics()) for _, value in grid._cells if not value.isHidden()]
        return len(measured) == len(said.STAGES) + 2 and all(
            value.height()
            >= font.lineSpacing() * len(broken(value.text(), font.horizontalAdvance, value.width(), 2))
            for value, font in measured
        )

    page.until(whole)
    bottom = max(value.mapTo(grid.frame.widget(), value.rect().bottomLeft()).y() for _, value in grid._cells)
    scrolled = grid.frame.verticalScrollBar().maximum()
    assert bottom <= grid.frame.viewport().height() + scrolled
    assert scrolled or grid.frame.height() >= grid.frame.widget().sizeHint().height()
