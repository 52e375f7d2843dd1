"""The clock of a performance is control's: it begins once, and goes on with whatever window or project comes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gesturemap import commands as c
from gesturemap.control import orders
from gesturemap.control.state import Activity


class Control:
    """As much of a control as the order needs."""

    def __init__(self) -> None:
        self.activity = Activity()

    def now(self, **changes: Any) -> None:
        self.activity = replace(self.activity, **changes)


def test_it_begins_once_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    control = Control()
    for moment in (100.0, 152.0):  # the window that came back says it again
        monkeypatch.setattr(orders.time, "monotonic", lambda moment=moment: moment)
        orders.ORDERS[c.Perform](control, c.Perform())  # type: ignore[arg-type]
    assert control.activity.performing == 100.0
    assert control.activity.of_another(Activity()).performing == 100.0, (
        "the next piece is of the same performance"
    )
