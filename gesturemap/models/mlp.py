"""Neural networks: layers of weighted sums, one network for the gestures and one for the outputs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

import numpy as np

from gesturemap.catalog import setting
from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.models.elementary import softmax
from gesturemap.models.instant import Instant
from gesturemap.models.machine import Answer, Examples, Tell
from gesturemap.models.mlp_fit import Slope, descended
from gesturemap.models.model import Array

ACTIVATIONS = ("logistic", "tanh", "relu")


@kernel
def forward(sizes: Any, table: Any, x: Any, work: Any, answer: Any) -> None:
    """Write posteriors (K,) and outputs (M,) of a frame (C,) into `answer`.

    In sizes how many networks, K and the activation; then of each how many layers, and the width of its channels
    and of every layer. In the table weights (fan in, fan out) and offsets (fan out,) of one layer after the other.
    """
    classes, bent = sizes[1], sizes[2]
    place, at, to = 3, 0, 0
    half = len(work) // 2
    for net in range(sizes[0]):
        layers, wide = sizes[place], sizes[place + 1]
        now, then = work[:half], work[half:]
        now[:wide] = x[:wide]
        for layer in range(layers):
            out = sizes[place + 2 + layer]
            sums = then[:out]
            sums[:] = 0.0
            for i in range(wide):
                value, row = now[i], table[at + i * out : at + (i + 1) * out]
                for j in range(out):
                    sums[j] += value * row[j]
            at += wide * out
            for j in range(out):
                sums[j] += table[at + j]
                if layer < layers - 1:
                    if bent == 0:
                        # 1 / (1 + exp(-x)) as a tangent, which never overflows.
                        sums[j] = 0.5 + 0.5 * math.tanh(0.5 * sums[j])
                    elif bent == 1:
                        sums[j] = math.tanh(sums[j])
                    else:
                        sums[j] = max(sums[j], 0.0)
            at += out
            wide = out
            now, then = then, now
        place += 2 + layers
        if net == 0 and classes > 0:
            if wide == 1:  # of two gestures there is one sum, for the second
                answer[1] = 0.5 + 0.5 * math.tanh(0.5 * now[0])
                answer[0] = 1.0 - answer[1]
            else:
                answer[:wide] = now[:wide]
                softmax(answer, wide, 1.0)
            to = classes
        else:
            answer[to : to + wide] = now[:wide]


VECTOR, INDEX = "float64[::1]", "int64[::1]"
KERNELS = ((forward, f"void({INDEX}, {VECTOR}, {VECTOR}, {VECTOR}, {VECTOR})"),)


@dataclass(frozen=True, eq=False)
class Network:
    """Weights (fan in, fan out) and offsets (fan out,) of each layer; of all but the last, a bent sum goes on."""

    weights: tuple[Values, ...]
    offsets: tuple[Values, ...]

    def pack(self, name: str) -> dict[str, Array]:
        """Its arrays."""
        made: dict[str, Array] = {}
        for layer, (weights, offsets) in enumerate(zip(self.weights, self.offsets, strict=True)):
            made[f"{name}.weights{layer}"], made[f"{name}.offsets{layer}"] = weights, offsets
        return made


def network(arrays: Mapping[str, Array], name: str, fans: list[int]) -> Network | None:
    """The inverse of `Network.pack`, of layers so wide (channels first); None if they are not."""
    weights = tuple(arrays[f"{name}.weights{layer}"] for layer in range(len(fans) - 1))
    offsets = tuple(arrays[f"{name}.offsets{layer}"] for layer in range(len(fans) - 1))
    fits = all(part.shape == pair for part, pair in zip(weights, pairwise(fans), strict=True))
    return (
        Network(weights, offsets)
        if fits and [part.shape for part in offsets] == [(n,) for n in fans[1:]]
        else None
    )


class Laid(NamedTuple):
    """Networks as `forward` takes them, how much room they need to work in, and how many values they answer."""

    sizes: Array
    table: Values
    room: int
    width: int


def laid(nets: Sequence[Network], classes: int, width: int, activation: str) -> Laid:
    """Networks laid out: that of the K gestures, if there are any to tell apart, comes first."""
    fans = [[len(net.weights), *(len(part) for part in net.weights), len(net.offsets[-1])] for net in nets]
    head = [len(nets), classes, ACTIVATIONS.index(activation)]
    sizes = np.array([*head, *(fan for fan_of in fans for fan in fan_of)], np.int64)
    # Weights lie row by row of what is summed into, so that one row after the other is added.
    parts = [
        part.ravel() for net in nets for pair in zip(net.weights, net.offsets, strict=True) for part in pair
    ]
    room = 2 * max(fan for fan_of in fans for fan in fan_of[1:])
    return Laid(sizes, np.concatenate(parts), room, width)


def player(it: Laid) -> Answer:
    """An evaluator of networks."""
    sizes, table, work, answer = it.sizes, it.table, np.zeros(it.room), np.zeros(it.width + 1)
    told = answer[: it.width]

    def step(x: Values) -> Values:
        forward(sizes, table, x, work, answer)
        return told

    return step


@dataclass(frozen=True, eq=False)
class Networks:
    """One network for K gestures (for two, a single sum) and one for M outputs; either may be missing."""

    gestures: Network | None
    outputs: Network | None
    classes: int
    wide: int
    activation: str

    def pack(self) -> dict[str, Array]:
        """Their arrays."""
        first = self.gestures.pack("gestures") if self.gestures else {}
        return first | (self.outputs.pack("outputs") if self.outputs else {})

    def laid(self) -> Laid:
        """Both, one after the other."""
        nets = [net for net in (self.gestures, self.outputs) if net is not None]
        return laid(nets, self.classes, self.classes + self.wide, self.activation)

    def start(self) -> Answer:
        """An evaluator."""
        return player(self.laid())


@dataclass(frozen=True)
class Mlp(Instant):
    """A multilayer perceptron, as in Wekinator: one hidden layer as wide as there are channels.

    Source: Rumelhart, Hinton and Williams (1986), "Learning representations by back-propagating errors".
    """

    kind: ClassVar[str] = "mlp"
    regression: ClassVar[bool] = True

    layers: int = setting(1, "hidden layers", low=0, high=3)
    nodes: int = setting(0, "nodes of each hidden layer; 0: as many as channels", low=0, high=1000)
    activation: str = setting("logistic", "how sums are bent", choices=ACTIVATIONS)
    penalty: float = setting(0.0001, "how much large weights are held back", low=0.0, high=100.0)
    iterations: int = setting(300, "rounds of fitting at most", low=1, high=100_000)
    most: int = setting(
        20_000, "frames learned from at most, evenly chosen", unit="frames", low=100, high=1_000_000
    )
    window: int = setting(
        0,
        "frames over which posteriors are averaged; 0: as few as tell the demonstrations apart",
        unit="frames",
        low=0,
        high=100_000,
    )
    seed: int = setting(0, "for the weights to begin with", low=0, high=2**31 - 1)

    def fitted(self, frames: Values, wanted: Values, chosen: bool, tell: Tell) -> tuple[Network, Values]:
        """A network, and what it says of the frames (T, O); `wanted` is as `mlp_fit.Slope` takes it."""
        channels = frames.shape[1]
        fans = [channels, *(self.nodes or channels,) * self.layers, wanted.shape[1]]
        course = Slope(frames, wanted, fans, ACTIVATIONS.index(self.activation), self.penalty, chosen)
        flat = descended(course, self.seed, self.iterations, tell)
        weights, offsets = course.parts(flat)
        return Network(tuple(weights), tuple(offsets)), course.sums(flat)

    def train(self, examples: Examples, tell: Tell) -> tuple[Networks, Values, tuple[str, ...]]:
        """One network for the gestures, one for the outputs."""
        examples = examples.thinned(self.most)
        wide, classes = examples.targets.shape[1], examples.classes
        parts = bool(classes) + bool(wide)
        gestures, outputs, residuals = None, None, np.zeros(0)
        if classes:
            wanted = np.eye(classes)[examples.owners]
            wanted = np.ascontiguousarray(wanted[:, 1:]) if classes == 2 else wanted
            gestures, _ = self.fitted(examples.frames, wanted, True, lambda part: tell(part / parts))
        if wide:
            outputs, said = self.fitted(
                examples.frames, examples.targets, False, lambda part: tell((parts - 1 + part) / parts)
            )
            residuals = np.sqrt(((said - examples.targets) ** 2).mean(0))
        return Networks(gestures, outputs, classes, wide, self.activation), residuals, ()

    def machine(
        self, arrays: Mapping[str, Array], channels: int, classes: int, outputs: int
    ) -> Networks | None:
        """The inverse of `Networks.pack`."""
        inner = [channels] + [self.nodes or channels] * self.layers
        one = network(arrays, "gestures", [*inner, 1 if classes == 2 else classes]) if classes else None
        other = network(arrays, "outputs", [*inner, outputs]) if outputs else None
        if (classes and one is None) or (outputs and other is None):
            return None
        return Networks(one, other, classes, outputs, self.activation)
