"""A sensor's wild frame amid a gesture, behind features that would smear it, in the real engine over real UDP."""

from __future__ import annotations

import numpy as np
import pytest
from flow_house import Patch, Playing, execution

from gesturemap import commands as c
from gesturemap.demonstrations import reach

DERIVE = [{"kind": "derive", "smoothing": 0.05}]


@pytest.mark.long
def test_it_changes_nothing_about_what_is_recognised(playing: Playing, patch: Patch) -> None:
    playing.ready()
    playing.control.obey(c.Configure("model", {"kind": "auto"}))
    playing.control.obey(c.Configure("features", DERIVE))
    playing.until(lambda: playing.control.activity.stale)
    playing.ready()
    assert reach(playing.control.project.shown) is not None
    for label, other in (("circle", "line"), ("line", "circle")):
        for at in (0, 70):
            rows = execution(label, at)
            rows[at] = 1e6 * np.array([1.0, -1.0])
            playing.notices.clear()
            begun = []
            for row in rows:
                patch.send(row, playing.port)
                playing.control.turn(0.002)
            playing.until(lambda: [one for one in playing.told(c.Happened) if one.kind == "began"], 20.0)
            begun = [one.label for one in playing.told(c.Happened) if one.kind == "began"]
            assert label in begun, (label, at, begun)
            assert other not in begun, (label, at, begun)
