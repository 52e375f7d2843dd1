"""Killed while demonstrations are relabelled, left out, trimmed and split: every recorded frame is still there."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.library import sweep_shared
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

EDITING = """
import os, random, signal, sys
from gesturemap import commands as c
from gesturemap.control.controller import Controller
random_ = random.Random(1)

def edit_for_ever(told):
    control = Controller(sys.argv[1], sound=False, serve=False)
    chance = random.Random(os.getpid())
    while True:
        every = control.project.demonstrations
        one, some = chance.choice(every), [d.id for d in every if chance.random() < 0.7]
        control.obey(chance.choice([
            c.Relabel(some, chance.choice("abcd")), c.Enable(some, chance.random() < 0.5),
            c.Trim(one.id, chance.random(), 1.0 + chance.random()), c.Trim(one.id), c.Undo(), c.Undo(),
            c.Redo(), c.GoTo(chance.randint(0, 5)), c.Merge("a", "b"),
            *([c.Split(one.id, [one.start + 0.3])] if len(every) < 20 else []),
        ]))
        os.write(told, b"edited\\n")

for _ in sys.stdin:
    ours, told = os.pipe()
    child = os.fork()
    if child == 0:
        edit_for_ever(told)
    os.close(told)
    with open(ours) as heard:
        for _ in range(random_.randint(2, 20)):
            heard.readline()
        for _ in range(random_.randrange(200_000)):  # a little later, at no particular place
            pass
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print("killed", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
@pytest.mark.long
def test_killed_at_any_moment_no_frame_is_lost(tmp_path: Path) -> None:
    tables = {"project": {"name": "p"}, "input": {"kind": "osc", "port": 0}, "model": {"kind": "hhmm"}}
    spec, folder = Spec.of("number", rate=10.0), tmp_path / "p"
    every = tuple(
        Demonstration(f"d{n}", "abc"[n % 3], spec, np.arange(25) / 10, 100.0 * n + np.arange(25.0)[:, None])
        for n in range(6)
    )
    wanted = {float(value) for d in every for value in d.values[:, 0]}
    save_project(replace(assemble(tables, "", "t"), demonstrations=every, gestures=("a", "b", "c")), folder)
    edited = set()
    with subprocess.Popen(
        [sys.executable, "-c", EDITING, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as driver:
        assert driver.stdin is not None
        assert driver.stdout is not None
        for _ in range(10):
            driver.stdin.write("again\n")
            driver.stdin.flush()
            assert driver.stdout.readline() == "killed\n"
            project, warnings = read_project(folder)
            assert warnings == []
            assert {float(value) for d in project.demonstrations for value in d.values[:, 0]} == wanted
            assert {d.label for d in project.demonstrations} <= set(project.gestures)
            assert all(len(d.learned) for d in project.demonstrations)
            edited.add(tuple((d.label, d.enabled, d.start, len(d)) for d in project.demonstrations))
        driver.stdin.close()
    sweep_shared()  # as the next start does
    assert len(edited) > 3
