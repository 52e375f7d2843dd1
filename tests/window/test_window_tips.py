"""Tips show names letter by letter: a gesture may be called ``<b>x</b>``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from little_control import document
from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPoint
from PySide6.QtCore import Qt as Core
from PySide6.QtGui import QAction, QHelpEvent, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QMenu, QToolTip, QWidget

import gesturemap.window
from gesturemap.window.look.theme import WIDEST, plain

ROOT = Path(gesturemap.window.__file__).parent
SETTERS = {"setToolTip": -1, "setItemData": 1, "showText": 1}
"""What gives something a tip -> which argument it is."""
NAMES = ("<b>x</b>", "a <i>b", "&lt;", "<br>", "<p>&amp;</p>")
FILES = sorted(ROOT.rglob("*.py"))


def harmless(given: ast.expr) -> bool:
    """A text of our own as it stands, or one that went through `plain`."""
    if isinstance(given, ast.IfExp):
        return harmless(given.body) and harmless(given.orelse)
    if isinstance(given, ast.Subscript):
        return harmless(given.value)
    if isinstance(given, ast.Call):
        return isinstance(given.func, ast.Name) and given.func.id == "plain"
    return isinstance(given, ast.Constant) or (isinstance(given, ast.Attribute) and given.attr.isupper())


def loud(source: str) -> list[str]:
    """Tips that are given as they come."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SETTERS:
            given = node.args[SETTERS[node.func.attr]]
            if not harmless(given):
                found.append(f"{node.lineno}: {ast.unparse(given)}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_tip_is_given_as_it_comes(path: Path) -> None:
    assert loud(path.read_text(encoding="utf-8")) == []


def test_one_that_is_given_as_it_comes_is_found() -> None:
    assert (
        loud("a.setToolTip(name)")
        and loud("a.setItemData(0, f'{x}', 3)")
        and loud("a.setToolTip(w.TIP.format(x))")
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_letter_by_letter(name: str) -> None:
    assert not Qt.mightBeRichText(plain(name))
    assert plain(plain(name)) == plain(name)
    assert plain(name).replace("\u2060", "") == name


def tips(window: QWidget) -> Iterator[str]:
    """Every tip there is."""
    for widget in window.findChildren(QWidget):
        yield widget.toolTip()
        if isinstance(widget, QComboBox):
            yield from (
                str(widget.itemData(row, Core.ItemDataRole.ToolTipRole) or "")
                for row in range(widget.count())
            )
        if isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
            for row in range(model.rowCount(QModelIndex())):
                for column in range(
                    1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
                ):
                    yield str(model.index(row, column).data(Core.ItemDataRole.ToolTipRole) or "")
        if isinstance(widget, QMenu) and widget.toolTipsVisible():
            yield from (action.toolTip() for action in widget.actions())
    yield from (
        action.toolTip() for action in window.findChildren(QAction) if action.isVisible() and action.menu()
    )


def test_names_of_gestures_and_files_are_never_html_in_a_tip(shown) -> None:
    window, before = shown.window, document()
    takes = [{**take, "note": "<b>n</b>"} for take in before["gestures"][0]["demonstrations"]]
    gestures = [{"label": name, "demonstrations": takes if not n else []} for n, name in enumerate(NAMES)]
    project = before["project"] | {"name": "<b>p</b>", "title": "<h1>t</h1>", "path": "/<i>f</i>/<b>p</b>"}
    shown.change(
        gestures=gestures, project=project, undo="<b>add</b>", redo="<u>x</u>", input_fault="<b>f</b>; next"
    )
    window.bench.problem.emit("place", "<b>bad</b>; mend it")
    for page in ("teach", "test", "teach"):
        window.enter(page)
        shown.turn(3)
    window.settings.show_tab("mapping")
    window.teach.outgoing.connection.offer(window.teach.outgoing.add)
    found = [tip for tip in tips(window) if Qt.mightBeRichText(tip)]
    window.teach.outgoing.connection.menu.close()
    assert found == []
    assert any("\u2060" in tip for tip in tips(window))  # such names do stand in tips


def test_no_tip_is_as_wide_as_the_screen(shown) -> None:
    window = shown.window
    for page in ("teach", "test", "perform", "teach"):
        window.enter(page)
        shown.turn(3)
    lines = [line for tip in tips(window) for line in tip.splitlines()]
    assert lines
    assert [line for line in lines if len(line) > WIDEST and " " in line] == []


def test_the_tip_of_the_river_does_not_lie_over_what_is_said_below_it(page) -> None:
    view = page.view
    where = QPoint(view.width() // 2, view.height() - 5)
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, where, view.mapToGlobal(where)))
    page.until(QToolTip.isVisible)
    (tip,) = (
        each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel") and each.isVisible()
    )
    assert tip.geometry().bottom() < view.mapToGlobal(QPoint(0, view.height())).y()
    QToolTip.hideText()
