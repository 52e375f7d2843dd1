"""A disk that is full: play goes on, nothing that was there is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.errors import FileError
from gesturemap.logs.read import read_log
from gesturemap.logs.write import LogWriter
from gesturemap.project.disk import write_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of a file's size are POSIX")

LOGGING = """
import resource, signal, sys, threading
import numpy as np
from gesturemap import commands as c
from gesturemap import inner
from gesturemap.frames import Frame
from gesturemap.logs.write import LogWriter
from gesturemap.logs import write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
write.PERIOD = 0.002
told, faults = threading.Event(), []
log = LogWriter(sys.argv[1], inner.Load({"project": {}}), lambda error: (faults.append(error), told.set()))
def play(count):
    for index in range(count):
        log.frame(Frame(float(log.frames), np.full(4, float(log.frames)), 0.0), None, None, None)
def wait(condition):
    while not condition():
        assert log._thread.is_alive()
play(100)
wait(lambda: not log._waiting)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
play(2000)
assert told.wait(30)
wait(lambda: not log._waiting)
log.command(c.Panic(), 1.0)
wait(lambda: not log._waiting)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
play(50)
log.close()
print(len(faults), log.faults > 0, log.lost, log.frames)
"""


def test_a_log_on_a_full_disk_says_so_once_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "log.xdf"
    done = subprocess.run(
        [sys.executable, "-c", LOGGING, str(path)], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    told, failed, lost, frames = done.stdout.split()
    assert (told, failed, frames) == ("1", "True", "2150")
    session = read_log(path)
    assert 0 < int(lost) <= 2000
    assert session.frame_count == 2150 - int(lost)
    rows = session.parts[0].frames
    assert np.array_equal(rows.values[:, 0], rows.index)
    assert rows.index[-1] == 2149
    assert session.commands[-1][2] == c.Panic()  # kept until there was room
    assert session.whole


def test_a_log_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="log"):
        LogWriter(tmp_path / "file" / "x.xdf", inner.Load({}))


WRITING = """
import resource, signal, sys
from pathlib import Path
from gesturemap.errors import FileError
from gesturemap.project.disk import write_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_file(Path(sys.argv[1]), bytes(5000))
except FileError as error:
    print(error)
"""


def test_a_file_that_does_not_fit_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "project.toml"
    write_file(path, b"old")
    done = subprocess.run(
        [sys.executable, "-c", WRITING, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "could not be written" in done.stdout
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["project.toml"]
