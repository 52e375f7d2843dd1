"""One model, mapped anew while it plays: nothing is trained, and nothing jumps."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gesturemap import commands as c
from gesturemap import inner

MAPPING = [
    {"kind": "morph", "seconds": 0.5},
    {"kind": "range", "source": "always", "control": "pad.brightness", "to_low": 1.0, "to_high": 0.0},
]


def brightness(heard: list) -> list[float]:
    return [arguments[1] for address, arguments in heard if address == "/gesturemap/controls"]


@pytest.mark.long
def test_a_mapping_or_an_output_that_is_edited_trains_nothing_and_nothing_jumps(playing):
    playing.ready()
    before = playing.play("circle", frames=60, rest=0.1)
    sent, send = [], playing.control.trainer.send
    playing.control.trainer.send = lambda message, *data: (sent.append(message), send(message, *data))
    scopes = len(playing.told(c.ScopeOpened))
    playing.control.obey(c.Configure("mapping", MAPPING))
    playing.until(lambda: len(playing.told(c.ScopeOpened)) > scopes)
    heard = playing.play("circle", frames=100)
    values = [*brightness(before)[-1:], *brightness(heard)]
    assert values[0] > 0.9
    assert values[-1] == 0.0
    assert len(values) > 90
    assert max(abs(b - a) for a, b in pairwise(values)) <= 3 * 0.01 / 0.5 + 1e-6, "two frames may be lost"
    model = playing.control.desk.model
    outputs = [dict(table) for table in playing.control.project.tables()["outputs"]]
    scopes = len(playing.told(c.ScopeOpened))
    playing.control.obey(c.Configure("outputs", [outputs[0] | {"address": "/elsewhere"}]))
    playing.until(lambda: len(playing.told(c.ScopeOpened)) > scopes)
    assert any(address == "/elsewhere/controls" for address, _ in playing.play("line"))
    assert not [message for message in sent if isinstance(message, inner.Fit)]
    assert playing.control.desk.model == model
    assert not playing.control.activity.stale
    playing.control.obey(c.Configure("model", {"kind": "hhmm", "states": 9}))
    assert [message for message in sent if isinstance(message, inner.Fit)], (
        "a learner that is edited does train"
    )
    playing.until(lambda: not playing.control.activity.training)
