"""Plays plug-ins, each in a process that has loaded only the kernels it names, and prints what was compiled then.

Called with a folder that has the packed models in it; prints a line of JSON: family and kind -> the kernels that were
not ready when they were called.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from models_shown import SPEC
from numba.core.dispatcher import Dispatcher
from plugs import fed, kinds, movement, plug, startable
from test_laws_of_mappings import ROWS, SOURCE, each

from gesturemap import compiled, models
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Event, Frame
from gesturemap.inputs.synthetic import Synthetic
from gesturemap.mapping.mapping import MappingRun
from gesturemap.models import store
from gesturemap.project.project import Project
from gesturemap.synth.mixer import Mixer, compiled_modules


def frames(width: int) -> list[Frame]:
    """Frames as a recording may give them: not in one piece, and not to be written to."""
    table = np.asfortranarray(np.tile(movement(), (1, 1 + width // movement().shape[1]))[:, :width])
    table.setflags(write=False)
    return [Frame(i / 100.0, row, i / 100.0) for i, row in enumerate(table)]


def project(**parts: Any) -> Project:
    return Project("apart", Synthetic(), parts.pop("learner", plug("models", "gmm")()), **parts)


def feature(kind: str) -> None:
    spec = fed(kind)
    variants = list(startable("features", kind, lambda settings: settings.start(spec)))
    compiled.load(project(features=tuple(variants)).kernels())
    for settings in variants:
        chain = ChainRun([settings], spec)
        for frame in frames(spec.width):
            chain.step(frame)


def model(kind: str, folder: Path) -> None:
    compiled.load(models.kernels(kind))
    follower = store.unpack((folder / kind).read_bytes()).start()
    for frame in frames(SPEC.width):
        follower.step(frame)


def mapping(kind: str) -> None:
    for settings in each(kind):
        compiled.load(project(mapping=(settings,)).kernels())
        run = MappingRun([settings], SOURCE)
        for row in ROWS:
            run.step(row)


def voice(kind: str) -> None:
    made = plug("voices", kind)(name="one")
    compiled.load(compiled_modules([made]))
    mixer = Mixer([made], ["one.level"], labels=("a",))
    mixer.render(4800, np.ones(1), [(0, Event("began", "a", 1.0)), (2400, Event("ended", "a", 0.0))])


def apart(play: Callable[[], None]) -> list[str]:
    """What was not ready when it was called, in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        found: list[str] = []
        compile_now = Dispatcher._compile_for_args

        def not_ready(self: Any, *args: Any, **more: Any) -> Any:
            found.append(f"{self.py_func.__module__}.{self.__name__}")
            return compile_now(self, *args, **more)

        Dispatcher._compile_for_args = not_ready
        try:
            play()
        except Exception as error:  # noqa: BLE001 - told by the parent
            found.append(repr(error))
        os.write(writing, json.dumps(sorted(set(found))).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return list(json.loads(said))


def main(folder: Path) -> None:
    """Play all of them."""
    every: dict[str, Callable[[str], None]] = {
        "features": feature,
        "models": lambda kind: model(kind, folder),
        "mapping": mapping,
        "voices": voice,
    }
    found = {
        f"{family} {kind}": apart(lambda play=play, kind=kind: play(kind))  # type: ignore[misc]
        for family, play in every.items()
        for kind in kinds(family)
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
