"""Gesture variation following: which gesture, where in it, and how it differs in speed, size and direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.frames import Channel, Spec, Values
from gesturemap.models import variation_kernel
from gesturemap.models import variation_particles as places
from gesturemap.models.follow_templates import Kept, TemplateModel, Templates, placed
from gesturemap.models.scaling import Scaling

TURNS = {2: (Channel("rotation", "rad"),), 3: tuple(Channel(f"rotation_{axis}", "rad") for axis in "xyz")}
"""The angles that are followed, by the number of channels."""
ABSOLUTE = {
    "g", "m/s2", "m/s^2", "deg/s", "rad/s", "dps", "deg", "rad", "uT", "µT", "mT", "T", "V", "mV", "uV", "µV", "%",
}  # fmt: skip
"""Units in which where a gesture begins is a part of it."""
PATIENCE = 0.2
"""Some particles are spread anew at least so often, in gestures."""


@dataclass(frozen=True)
class Gvf(Templates):
    """A particle filter over phase, speed, scale and rotation of the demonstrated gestures.

    Outputs: `speed` and `scale` (or `scale_CHANNEL`), 1 as demonstrated; with two channels the angle
    `rotation`, with three the rotation vector `rotation_x`, `_y`, `_z`. Progress is the phase.
    Source: Caramiaux et al. (2014), "Adaptive gesture recognition with variation estimation for interactive
    systems".
    """

    kind: ClassVar[str] = "gvf"
    learns: ClassVar[tuple[str, ...]] = ("from_first",)

    particles: int = setting(1000, "suppositions that are followed", low=50, high=100_000)
    templates: int = setting(
        1, "most demonstrations kept of each gesture: those nearest to the others", low=1, high=100
    )
    tolerance: float = setting(
        0.4, "how much an execution may differ besides its variation", unit="channel deviations", low=0.01,
        high=10.0,
    )  # fmt: skip
    student: float = setting(
        4.0, "degrees of freedom of the Student-t likelihood; 0: Gaussian", low=0.0, high=1000.0
    )
    threshold: float = setting(
        0.25, "particles are drawn anew when fewer than this share count", low=0.0, high=1.0
    )
    phase_noise: float = setting(
        0.05, "how much the phase strays in a gesture", unit="gestures", low=0.0, high=10.0
    )
    speed_noise: float = setting(0.8, "how much the speed strays in a gesture", unit="x", low=0.0, high=100.0)
    scale_noise: float = setting(0.3, "how much the scale strays in a gesture", unit="x", low=0.0, high=100.0)
    rotation_noise: float = setting(
        0.3, "how much the rotation strays in a gesture", unit="rad", low=0.0, high=100.0
    )
    scale_spread: float = setting(
        0.7, "log of the greatest scale at which a gesture may begin", low=0.0, high=5.0
    )
    rotation_spread: float = setting(
        0.8, "greatest rotation at which a gesture may begin", unit="rad", low=0.0, high=3.2
    )
    scales: str = setting("common", "one scale for all channels, or one each", choices=("common", "each"))
    origin: str = setting(
        "auto", "whether a gesture may begin anywhere, or only near where it was demonstrated",
        choices=("auto", "first", "none"),
    )  # fmt: skip
    switching: float = setting(1e-4, "probability per frame of another gesture", low=1e-12, high=0.5)
    seed: int = setting(0, "for the particles", low=0, high=2**31 - 1)

    def units(self, scaled: Scaling, training_set: TrainingSet) -> tuple[Scaling, dict[str, float]]:
        """The scaling, the same for all channels where they are rotated, and whether the first frame is the origin."""
        if training_set.spec.width in TURNS:
            scaled = Scaling(scaled.centre, np.full_like(scaled.scale, np.sqrt(np.mean(scaled.scale**2))))
        first = self.origin == "first" or (self.origin == "auto" and from_first(training_set))
        return scaled, {"from_first": float(first)}

    def outputs(self, spec: Spec, demonstrated: tuple[Channel, ...]) -> tuple[Channel, ...]:
        """Speed, scale and rotation."""
        each = tuple(Channel(f"scale_{name}", "x") for name in spec.names)
        scales = each if self.scales == "each" else (Channel("scale", "x"),)
        return (Channel("speed", "x"), *scales, *TURNS.get(spec.width, ()))

    def layout(self, model: TemplateModel) -> Kept:
        """The model laid out for its kernel."""
        channels, gestures, templates = model.spec.width, len(model.labels), len(model.owners)
        particles = max(self.particles, 10 * templates)
        scaled = channels if self.scales == "each" else 1
        turned = {2: 2, 3: 4}.get(channels, 0)
        moved = channels if model.learned["from_first"] else 0
        rows = 2 + scaled + turned + moved
        owners, firsts, evidence = model.owners.astype(np.int64), np.array(model.firsts), model.evidence
        medians = [float(np.median(model.lengths[owners == k])) for k in range(gestures)]
        rings = np.array([max(round(0.5 * median), 1) for median in medians])
        sizes = np.zeros(places.HEADER, np.int64)
        sizes[: places.ROWS + 1] = (
            channels, gestures, templates, len(model.frames), particles, scaled, turned, moved, rows,
        )  # fmt: skip
        student = self.student
        head = np.array([
            evidence, 1.0 / self.tolerance**2, student, self.switching, self.phase_noise, self.speed_noise,
            self.scale_noise, self.rotation_noise, self.scale_spread, self.rotation_spread, self.threshold,
            max(PATIENCE * min(medians), 4.0),
        ])  # fmt: skip
        pivots = model.frames[firsts[:-1]] if moved else np.zeros((templates, channels))
        table = placed(sizes, {
            places.CENTRE: model.scaling.centre, places.INVERSE: model.scaling.inverse,
            places.MEANS: model.frames.T.ravel(), places.PIVOTS: pivots.ravel(), places.EDGES: model.edges,
            places.GAINS: model.gains, places.SHARES: 1.0 / (gestures * np.bincount(owners)[owners]),
        }, head)  # fmt: skip
        noises = 2 + scaled + (1 if turned == 2 else 3 if turned == 4 else 0)
        rooms = {
            places.ROWS_AT: rows * particles, places.SPARE_AT: rows * particles, places.INSIDE: particles,
            places.LIKELY: particles, places.ROOM: particles, places.NOISE: noises * particles,
            places.RANDOM: 1, places.BLOCKS: templates + 1, places.WEIGHTS: templates,
            places.SPEAKS: gestures + templates, places.TOTALS: gestures, places.COUNTS: gestures,
            places.RING: int(rings.sum()), places.AGE: 2,
        }  # fmt: skip
        state = placed(sizes, {name: np.zeros(room) for name, room in rooms.items()}, np.zeros(channels))
        state[sizes[places.RANDOM] : sizes[places.RANDOM] + 1].view(np.uint64)[0] = self.seed
        at = places.HEADER
        for name, values in ((places.FIRSTS, firsts), (places.OWNERS, owners), (places.RINGS, rings)):
            sizes[name], at = at, at + len(values)
        return Kept(np.concatenate([sizes, firsts, owners, rings]), table, state, variation_kernel.step)


def from_first(training_set: TrainingSet) -> bool:
    """Whether repetitions are more alike when each is seen from its first frame.

    Where no gesture was demonstrated twice, the units tell: accelerations, rates and angles are not.
    """
    takes = {label: [_even(d.values) for d in training_set.of(label)] for label in training_set.labels}
    if all(len(same) == 1 for same in takes.values()):
        return not any(channel.unit in ABSOLUTE for channel in training_set.spec.channels)
    apart = []
    for shift in (0.0, 1.0):
        moved = [np.stack([take - shift * take[0] for take in same]) for same in takes.values()]
        every = np.concatenate([one.reshape(-1, one.shape[2]) for one in moved])
        within = np.concatenate([(one - one.mean(0)).reshape(-1, one.shape[2]) for one in moved])
        spread = every.std(0)
        apart.append(float((within[:, spread > 0.0] ** 2).mean(0) @ (1.0 / spread[spread > 0.0] ** 2)))
    return apart[1] < apart[0]


def _even(values: Values) -> Values:
    """50 evenly spaced frames."""
    at = np.linspace(0.0, len(values) - 1.0, 50)
    return np.stack([np.interp(at, np.arange(len(values)), column) for column in values.T], axis=1)
