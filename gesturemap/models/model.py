"""The contract of every model: settings that are fitted, an immutable fitted thing, a running follower."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import Channel, Estimate, Frame, Spec

Array = NDArray[Any]
FAINT = 1e-30
"""A posterior below counts as this where its logarithm is asked for: 69 nats."""


class Cancelled(Exception):  # it is not an error
    """Raised out of a fit when the report says stop."""


Report = Callable[[str, float], bool]
"""Called with the gesture being fitted and the fraction done, 0..1; False asks the fit to stop."""


def portion(report: Report | None, start: float, end: float) -> Report | None:
    """A report of a part of the work, from one fraction of the whole to another."""
    if report is None:
        return None
    whole = report
    return lambda label, fraction: whole(label, start + fraction * (end - start))


class Follower(Protocol):
    """One performance's running state. Starting again means a new follower."""

    def step(self, frame: Frame) -> Estimate:
        """Take one frame of the model's spec and say what is believed now. Never gives NaN.

        Raises
        ------
        DataError
            If the frame is of another width; no values, whatever they are, raise anything.
        """
        ...


class Model(Protocol):
    """A fitted model; nothing in it ever changes."""

    kind: ClassVar[str]

    @property
    def labels(self) -> tuple[str, ...]:
        """The K gestures."""
        ...

    @property
    def spec(self) -> Spec:
        """The channels of the frames it takes."""
        ...

    @property
    def outputs(self) -> tuple[Channel, ...]:
        """The M regressed outputs."""
        ...

    @property
    def messages(self) -> tuple[str, ...]:
        """What a person should know about the fit, such as a gesture that got fewer states."""
        ...

    def start(self) -> Follower:
        """Begin a performance of frames of its spec; see `begin`, which checks that they are."""
        ...

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it: a JSON-able table and named arrays, exact to the bit."""
        ...


class Learner(Protocol):
    """Settings that can be fitted."""

    kind: ClassVar[str]

    def fit(self, training_set: TrainingSet, previous: Any = None, report: Report | None = None) -> Model:
        """Learn from demonstrations; what did not change since `previous` is not fitted again.

        Raises
        ------
        DataError
            If the demonstrations cannot be learned from.
        Cancelled
            If `report` returned False.
        """
        ...

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> Model:
        """The inverse of `Model.pack`, checking every shape.

        Raises
        ------
        DataError
            If something is missing or does not fit together.
        """
        ...


def begin(model: Model, spec: Spec) -> Follower:
    """Begin a performance of frames of this spec.

    Raises
    ------
    DataError
        If the model was trained on other channels.
    """
    if spec.names != model.spec.names:
        raise DataError(
            f"model {model.kind}",
            f"frames of {spec.width} channels: {', '.join(spec.names)}",
            f"it was trained on {model.spec.width}: {', '.join(model.spec.names)}",
            "train it again, or play it with the sensor and the features it was trained with",
        )
    return model.start()


def other_channels(model: Model, spec: Spec) -> DataError:
    """The error of a sensor, with its features, that gives other channels than a model was trained on."""
    return DataError(
        "model",
        f"it was trained on {', '.join(model.spec.names)}",
        f"the sensor and its features now give {', '.join(spec.names)}",
        "name the channels in [input] as they were, or begin a new project for this sensor",
    )


def misfit(spec: Spec, values: NDArray[np.float64]) -> DataError:
    """The error of a frame that does not have the channels of the model."""
    return DataError(
        "frame",
        f"{len(values)} values",
        f"the model was trained on {spec.width}: {', '.join(spec.names)}",
        "give it frames of these channels",
    )


def spots(model: Any) -> bool:
    """Whether a model says itself in which frame a gesture happened (`Estimate.spotted`).

    Such a model has an attribute ``spots`` that is true; the others need none.
    """
    return bool(getattr(model, "spots", False))


def settles(model: Any) -> bool:
    """Whether a model that is played the sensor's own frames holds off wild ones itself, see `glitches`.

    Such a model has an attribute ``settles`` that is true; the others need none.
    """
    return bool(getattr(model, "settles", False))


def held(model: Any, features: Sized) -> bool:
    """Whether wild frames are to be held off in front of a model and its features.

    A model that believes for long what a frame said, and does not settle, has an attribute ``held`` that is true. The
    others need none: in front of them it is done where features would smear a wild frame before they can settle, and
    not at all where they bear it, or are to follow what comes.
    """
    return bool(getattr(model, "held", False)) or (len(features) > 0 and settles(model))


def notes(model: Any) -> tuple[str, ...]:
    """What a model chose and why, and what its settings cost: nothing that needs mending, but for its `warnings`.

    Such a model has an attribute ``notes``; the others need none.
    """
    return tuple(getattr(model, "notes", ()))


def said(model: Any) -> tuple[list[str], list[str]]:
    """What a model says that asks for attention, its messages and warnings, and the rest of its notes."""
    asking = warnings(model)
    return [*model.messages, *asking], [note for note in notes(model) if note not in asking]


def warnings(model: Any) -> tuple[str, ...]:
    """Those of a model's notes that who plays has to hear: what to mend, if it is not accepted.

    Such a model has an attribute ``warnings``; the others need none.
    """
    return tuple(getattr(model, "warnings", ()))


def gaps(learner: Any) -> bool:
    """Whether a learner takes demonstrations in which outputs are missing here and there (NaN in their targets).

    Such a learner has an attribute ``gaps`` that is true; the others need none.
    """
    return bool(getattr(learner, "gaps", False))


def needs_outputs(learner: Any) -> bool:
    """Whether a learner can learn nothing from demonstrations without outputs; most then learn gestures alone.

    Such a learner has an attribute ``needs_outputs`` that is true; the others need none.
    """
    return bool(getattr(learner, "needs_outputs", False))


def fewest(learner: Any) -> int:
    """Frames that a demonstration has at least: two make a movement.

    A learner of single examples has an attribute ``fewest``; the others need none.
    """
    return int(getattr(learner, "fewest", 2))


def asked(learner: Any) -> bool:
    """Whether a learner is fitted only when somebody asks for it, not after every edit.

    Such a learner has an attribute ``asked`` that is true; the others need none.
    """
    return bool(getattr(learner, "asked", False))


def alone(learner: Any) -> bool:
    """Whether a learner's model answers each frame by itself, whatever came before and however fast.

    Such a learner has an attribute ``alone`` that is true; the others need none.
    """
    return bool(getattr(learner, "alone", False))


def weighs(learner: Learner) -> bool:
    """Whether a learner lets some channels count more than others (`TrainingSet.weights`)."""
    return bool(getattr(learner, "weighs", False))


def marginal(learner: Any) -> bool:
    """Whether a learner heeds `TrainingSet.irrelevant` itself: it does without a channel for one gesture, exactly.

    Such a learner has an attribute ``marginal`` that is true; the others need none.
    """
    return bool(getattr(learner, "marginal", False))


def without(model: Any, channels: Sequence[int]) -> Any:
    """A model that says what this one would if it had never heard of these channels; None where it cannot tell.

    Such a model has a method ``without`` that gives it, for frames of the same spec in which these channels have any
    one value; the others need none.
    """
    method = getattr(model, "without", None)
    return None if method is None else method(channels)


def evidence_of(model: Any, frames: Iterable[Frame]) -> NDArray[np.float64] | None:
    """(T, K) nats that each frame of a performance adds to each gesture, comparable among gestures; None: not known.

    A model whose belief is more than its last posterior shows has a method ``evidence_of``; the others need none.
    """
    method = getattr(model, "evidence_of", None)
    return None if method is None else method(frames)


def winner(posterior: NDArray[np.float64], fit: NDArray[np.float64]) -> int:
    """Index of the most likely gesture among those that fit (0.5 or more), or NONE (-1) when none does."""
    best = int(posterior.argmax()) if len(posterior) else -1
    return best if best >= 0 and fit[best] >= 0.5 else -1
