"""What is said of outputs, and where it stands."""

from __future__ import annotations

from little_control import FIGURES, GROUPS

from gesturemap import commands as c
from gesturemap.engine.scope import ScopeWriter
from gesturemap.window import words


def test_an_output_nobody_hears_is_named_where_it_stands(shown) -> None:
    outgoing, status = shown.window.teach.outgoing, shown.window.status
    for unheard in (0, 60):
        output = {"address": "OSC 127.0.0.1:12000", "faults": 0, "unheard": unheard}
        shown.control.tell(c.Status(FIGURES | {"outputs": [output], "faults": 4}))
    shown.until(lambda: words.UNHEARD in outgoing.trouble.text())
    assert outgoing.trouble.isVisible()
    shown.until(lambda: "4 faults" in status.play.text())
    assert words.STATUS_TIP_FAULTS in status.play.toolTip()


def test_without_values_everything_stands_at_the_top(shown) -> None:
    outgoing = shown.window.teach.outgoing
    scope = ScopeWriter(GROUPS | {"controls": []}, 256)
    shown.control.tell(c.ScopeOpened(str(scope.path), scope.layout))
    shown.until(lambda: not shown.window.bench.live.control_names)
    shown.window.resize(1280, 900)
    shown.qtbot.wait(20)
    shown.turn(2)
    shown.qtbot.wait(20)
    assert outgoing.height() > 150
    assert outgoing.events.geometry().bottom() < 120
    scope.close()
