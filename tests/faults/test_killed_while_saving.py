"""Killed while saving, at any moment: the project opens, and no take is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

SAVING = """
import os, random, signal, sys
from dataclasses import replace
from pathlib import Path
import numpy as np
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project.read import read_project
from gesturemap.project.save import fingerprint, save_demonstration, save_model, save_project
folder = Path(sys.argv[1])
random_ = random.Random(1)

def save_for_ever(told):
    project, _ = read_project(folder)
    number = max([int(d.note or 0) for d in project.demonstrations], default=0)
    while True:
        number += 1
        size = number % 50 + 1
        take = Demonstration(
            f"take-{number:06d}", f"g{number % 5}", Spec.of("x", "y"), np.arange(float(size)),
            np.full((size, 2), float(number)), note=str(number)
        )
        save_demonstration(take, folder)
        os.write(told, b"kept %d\\n" % number)
        kept = (*project.demonstrations[-5:], take)
        project = replace(project, description=f"after {number}", demonstrations=kept)
        save_project(project, folder)
        save_model(folder, bytes([number % 256]) * 5000, fingerprint(project))
        os.write(told, b"saved %d\\n" % number)

for _ in sys.stdin:
    ours, told = os.pipe()
    child = os.fork()
    if child == 0:
        save_for_ever(told)
    os.close(told)
    with open(ours) as heard:
        lines = [heard.readline() for _ in range(random_.randint(1, 5))]
        for _ in range(random_.randrange(200_000)):  # a little later, at no particular place
            pass
        os.kill(child, signal.SIGKILL)
        lines += heard.readlines()
    os.waitpid(child, 0)
    print(";".join(line.strip() for line in lines), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
@pytest.mark.long
def test_killed_at_any_moment_the_project_opens_with_every_take(folder: Path) -> None:
    killed_while_saving = 0
    with subprocess.Popen(
        [sys.executable, "-c", SAVING, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as driver:
        assert driver.stdin is not None
        assert driver.stdout is not None
        for _ in range(10):
            driver.stdin.write("again\n")
            driver.stdin.flush()
            said = [line.split() for line in driver.stdout.readline().strip().split(";")]
            kept = max(int(line[1]) for line in said if line[0] == "kept")
            in_place = max([int(line[1]) for line in said if line[0] == "saved"], default=0)
            killed_while_saving += kept > in_place
            project, warnings = read_project(folder)
            assert warnings == []
            assert kept in [int(d.note or 0) for d in project.demonstrations]
            assert all((d.values == float(d.note)).all() for d in project.demonstrations if d.note)
            assert not in_place or int(project.description.split()[1]) >= in_place
        driver.stdin.close()
    assert killed_while_saving > 0
    save_project(project, folder)
    assert list(folder.rglob(".*")) == []
