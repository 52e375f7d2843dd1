"""What a gesture looks like: a mean path with a tube around it, and paths drawn from it.

The mean and the spread are those of the demonstrations laid over one another (`teaching.aligned`). What they differ by
is what repetitions will differ by: a path is drawn by adding their differences from the mean, in values and in pace,
each by a random weight, so that paths vary as smoothly as people do.

Source: the idea of seeing what a model would go on with, Sketch-RNN (Ha and Eck, 2017); paths are those of a Gaussian
process with the covariance of the aligned demonstrations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.frames import Spec, Values
from gesturemap.models import rocket_head
from gesturemap.teaching.aligned import Aligned, align, resampled


@dataclass(frozen=True, eq=False)
class Belief:
    """One gesture, of D demonstrations; shapes of `laid` as in `Aligned`."""

    gesture: str
    spec: Spec
    laid: Aligned
    frames: Values
    """(D,) how many each has."""
    moved: Values
    """(C,) deviations of the channels over the whole gesture."""

    def sample(self, rng: np.random.Generator, number: int = 0) -> Demonstration:
        """Draw a path, as a recording of the gesture; of one demonstration, a copy as models learn from."""
        laid, count = self.laid, len(self.laid.curves)
        phases, frames = laid.phases.mean(0), float(np.median(self.frames))
        if count == 1:
            values = rocket_head.copy_of(laid.mean, rng, self.moved, False)
            phases = np.linspace(0.0, 1.0, len(values))
        else:
            weights = rng.normal(0.0, 1.0 / np.sqrt(count - 1.0), count)
            values = laid.mean + np.tensordot(weights, laid.curves - laid.mean, 1)
            phases = np.maximum.accumulate(phases + weights @ (laid.phases - phases))
            spread = float(np.log(self.frames).std(ddof=1))
            low, high = 0.5 * float(self.frames.min()), 2.0 * float(self.frames.max())
            frames = float(np.clip(frames * np.exp(rng.normal(0.0, spread)), low, high))
        length = max(2, round(frames))
        points = np.arange(len(values))
        places = np.interp(np.linspace(phases[0], phases[-1], length), phases, points)
        made = np.stack([np.interp(places, points, column) for column in values.T], axis=1)
        time = np.arange(length) / (self.spec.rate or 1.0)
        return Demonstration(f"{self.gesture}, drawn {number}", self.gesture, self.spec, time, made)

    def table(self) -> dict[str, object]:
        """For JSON: lists of numbers, one row for each point of phase.

        `typical` is the demonstration that stands for all where nobody drew their mean, `None` else.
        """
        typical = self.laid.typical()
        return {
            "gesture": self.gesture,
            "channels": [str(channel) for channel in self.spec.channels],
            "seconds": float(np.median(self.laid.lengths)),
            "mean": self.laid.mean.tolist(),
            "spread": self.laid.spread.tolist(),
            "typical": None if typical is None else self.laid.curves[typical].tolist(),
            "demonstrations": len(self.laid.curves),
        }


def belief(gesture: str, demonstrations: Sequence[Demonstration]) -> Belief:
    """What all demonstrations of a gesture say together.

    Parameters
    ----------
    demonstrations : as the model sees them; those of other gestures are not looked at.

    Raises
    ------
    CommandError
        If nothing of that name was shown.
    """
    own = [one for one in demonstrations if one.label == gesture]
    if not own:
        names = ", ".join(dict.fromkeys(one.label for one in demonstrations))
        raise CommandError("gesture", repr(gesture), f"there are {names}", "name one of them")
    laid = align([resampled(one.time, one.values) for one in own], [one.seconds for one in own])
    moved = np.concatenate([one.values for one in own]).std(0)
    return Belief(gesture, own[0].spec, laid, np.array([len(one) for one in own], float), moved)
