"""The disk is full while a session log is on: it is said once and counted, play goes on, and the log can be read."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap.logs.read import read_log

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="Linux limits the files of a process"
)


@pytest.mark.long
def test_play_goes_on_and_the_log_is_readable_to_where_it_got(playing, tmp_path):
    playing.ready()
    log = tmp_path / "session.xdf"
    playing.control.obey(c.Log(True, str(log)))
    playing.play("circle", rest=0.1)
    playing.until(lambda: log.is_file() and log.stat().st_size > 0)
    room, pid = log.stat().st_size + 16384, playing.control.engine.pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (room, hard))

    def full():
        playing.play("circle", rest=0.1)
        figures = playing.control.status.figures
        return figures["log_faults"] > 1 and figures["log_lost"] > 0

    while not full():
        continue
    began = len(playing.told(c.Happened))
    playing.play("circle", rest=0.3)
    playing.until(lambda: len(playing.told(c.Happened)) > began)
    (fault,) = playing.told(c.Fault)
    assert str(log) in fault.text and "make room" in fault.text
    assert playing.control.engine.pid == pid
    playing.control.obey(c.Log(False))
    playing.until(lambda: not playing.control.status.figures["log"])
    session = read_log(log)
    assert log.stat().st_size <= room
    rows = session.parts[0].frames
    assert session.frame_count > 100 and np.isfinite(rows.values).all()
    assert np.array_equal(np.diff(rows.index) >= 1, np.ones(len(rows.index) - 1, bool))
