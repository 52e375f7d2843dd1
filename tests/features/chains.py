"""What the tests of features share: a recording through one feature."""

from __future__ import annotations

from typing import Any

import numpy as np

from gesturemap.frames import Frame, Spec, Values


def play(settings: Any, values: Values, time: Values, spec: Spec) -> Values:
    """What comes out of a feature, one row a frame; nothing where it gives none yet."""
    run = settings.start(spec)
    out = [run.step(Frame(t, row)) for t, row in zip(time.tolist(), values, strict=True)]
    return np.array([frame.values for frame in out if frame is not None])


def names(settings: Any, spec: Spec) -> list[str]:
    """The channels that come out, with their units."""
    return [str(channel) for channel in settings.start(spec).spec.channels]
