"""What takes long says how far it is."""

from __future__ import annotations

import numpy as np
from shell import ask

from gesturemap.cli import progress


def test_train_says_how_far_a_long_fit_is(folder, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0.0)
    ended = ask("train", str(folder), cwd=folder)
    lines = [line for line in ended.stderr.splitlines() if line.startswith("fitting: ")]
    assert ended.returncode == 0 and len(lines) > 1
    shares = [int(line.split()[1].rstrip("%,")) for line in lines]
    assert shares == sorted(shares) and shares[-1] <= 100


def test_a_line_comes_every_ten_seconds_and_not_more_often(capsys):
    now = 0.0
    with progress.progress("fitting", lambda: now) as tell:
        for now in np.arange(0.0, 26.0).tolist():
            tell(now, 25.0, f"{now:g} s")
    assert capsys.readouterr().err == "10 s\n20 s\n"
