"""A learner of its own for every output, as in Wekinator: numbers and classes side by side, each with its inputs.

Nothing of time is learned, and no gesture is recognised: each frame is answered by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

from gesturemap import catalog
from gesturemap.catalog import setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import SettingsError
from gesturemap.frames import Channel
from gesturemap.models import per_output_fit, per_output_model
from gesturemap.models.instant import Instant
from gesturemap.models.model import Array, Report
from gesturemap.models.per_output_model import Output, PerOutputModel

NUMBER: Mapping[str, Any] = {"kind": "mlp"}
CLASS: Mapping[str, Any] = {"kind": "knn", "neighbours": 1}
"""What an output is learned by where nothing is said."""


@dataclass(frozen=True)
class PerOutput:
    """Numbers, whole numbers and classes learned from examples, each output by a model of its own.

    Source: Fiebrink, Trueman and Cook (2009), "A meta-instrument for interactive, on-the-fly machine learning".
    """

    kind: ClassVar[str] = "per_output"
    regression: ClassVar[bool] = True
    gaps: ClassVar[bool] = True
    asked: ClassVar[bool] = True
    fewest: ClassVar[int] = 1

    each: tuple[dict[str, Any], ...] = setting(
        (),
        "a table for each output, in order; empty: every output demonstrated is a number, by a neural network",
    )

    def __post_init__(self) -> None:
        self.learners  # noqa: B018  # reads and checks all tables

    @cached_property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs, in order.

        Raises
        ------
        SettingsError
            If a table is not right, or two channels of the model would have the same name.
        """
        made = tuple(
            catalog.fill(Output, table, f"model, each[{index}]") for index, table in enumerate(self.each)
        )
        seen: set[str] = set()
        for index, output in enumerate(made):
            place = f"model, each[{index}]"
            if not output.name or output.name != "".join(output.name.split()):
                raise SettingsError(
                    place, f"name {output.name!r}", "an output has a name without spaces", "choose one"
                )
            if output.type != "class" and output.low > output.high:
                raise SettingsError(
                    place,
                    f"low {output.low:g}, high {output.high:g}",
                    "low is not above high",
                    "exchange them",
                )
            names = {output.name, *output.probable}
            if names & seen:
                raise SettingsError(
                    place, f"name '{output.name}'", "each output has a name of its own", "rename one"
                )
            seen |= names
        return made

    @cached_property
    def learners(self) -> tuple[Any, ...]:
        """The learner of each output.

        Raises
        ------
        SettingsError
            If it is none of single frames, or does not learn numbers where they are wanted.
        """
        return tuple(
            learner_of(output, f"model, each[{index}], learner") for index, output in enumerate(self.outputs)
        )

    def of(self, tables: Iterable[Mapping[str, Any]]) -> PerOutput:
        """The same of other outputs."""
        return replace(self, each=tuple(dict(table) for table in tables))

    def resolved(self, demonstrated: Sequence[Channel]) -> PerOutput:
        """Itself, or where it names no outputs one that names those demonstrated."""
        return self if self.each else self.of({"name": channel.name} for channel in demonstrated)

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> PerOutputModel:
        """Learn every output whose examples or settings changed since `previous`.

        An output that cannot be learned is as it was before; the model's messages say why.
        """
        return per_output_fit.fit(self, training_set, previous, report)

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> PerOutputModel:
        """The inverse of `PerOutputModel.pack`."""
        return per_output_model.unpack(self, table, arrays)


def learner_of(output: Output, place: str = "model") -> Any:
    """The settings by which an output is learned.

    Raises
    ------
    SettingsError
        If its learner is none of single frames, or does not learn numbers where they are wanted.
    """
    usual = CLASS if output.type == "class" else NUMBER
    made: Any = catalog.read("models", output.learner or usual, place)
    kind = made.kind
    if not isinstance(made, Instant) or not made.alone:
        raise SettingsError(
            place,
            f"kind {kind!r}",
            "an output is learned by a model of single frames: mlp, linear, knn, and for classes also svm, tree, "
            "boosting, naive_bayes, stump",
            "choose one of them",
        )
    if output.type != "class" and not made.regression:
        raise SettingsError(
            place,
            f"kind {kind!r}",
            "it tells classes apart; numbers are learned by mlp, linear or knn",
            'choose one of them, or write type = "class"',
        )
    if (window := getattr(made, "window", 0)) > 1:
        raise SettingsError(
            place, f"window {window}", "each frame is answered by itself", "remove the window"
        )
    return made
