"""A sensor put right: what a sound check found lies between its frames and everything that hears them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gesturemap.errors import GesturemapError, SettingsError
from gesturemap.features.feature import ChainRun, Feature
from gesturemap.frames import Frame, Spec


class Corrected:
    """Makes today's frames those of the day the sensor was taught.

    So what is recorded, learned, shown and logged is one thing on every day, and a log is replayed as it was.
    """

    def __init__(self) -> None:
        self.step: Callable[[Frame], Frame | None] = ChainRun((), Spec(())).step

    def correct(
        self, corrections: Sequence[Feature], spec: Spec, tell: Callable[[GesturemapError], None]
    ) -> None:
        """Go on with these; if they do not fit the sensor, that is told, and frames stay as they come."""
        try:
            chain = ChainRun(corrections, spec)
            if chain.spec.names != spec.names:
                raise SettingsError(
                    "features", ", ".join(chain.spec.names), "corrections keep every channel's name",
                    "let features do that",
                )  # fmt: skip
        except GesturemapError as error:
            place = error.place.replace("features", "corrections", 1)
            tell(SettingsError(place, error.value, error.rule, error.next_step))
            chain = ChainRun((), spec)
        self.step = chain.step
