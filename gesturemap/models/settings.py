"""What the learners of a vocabulary of Gaussians have in common."""

from __future__ import annotations

from typing import Protocol

from gesturemap.models import tables, training


class Settings(Protocol):
    """What the four learners have in common."""

    @property
    def kind(self) -> str:
        """Its name in the catalogue."""
        ...

    @property
    def regression(self) -> bool:
        """Whether outputs are learned with the channels."""
        ...

    @property
    def window_share(self) -> float:
        """Window of the log-likelihood, as a fraction of a gesture's median length."""
        ...

    @property
    def likelihood_window(self) -> int:
        """Or in frames; 0: by the share."""
        ...

    def recipe(self, label: str) -> training.Recipe:
        """How one gesture is fitted."""
        ...

    def play(self) -> tables.Play:
        """How the vocabulary is played."""
        ...
