"""One fitted gesture: the Gaussians of its states, how it moves through them, and what fits it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from gesturemap.frames import Values
from gesturemap.models import gaussian, packing


@dataclass(frozen=True, eq=False)
class GestureModel:
    """A hidden Markov model of one gesture (a mixture is one of a single state), in scaled channels.

    S states with an equal number of Gaussians each, J in all; D channels, the regressed outputs last.
    """

    label: str
    fingerprint: str
    """Of the demonstrations it was fitted to."""
    frames: int
    """How many there were."""
    sums: Values
    """(2, D) sums and sums of squares about `origin` of the raw channels, from which vocabularies are scaled."""
    origin: Values
    """(D,) the raw channels' first values."""
    means: Values
    """(J, D)"""
    covariances: Values
    """(J, D, D), or (J, D) variances."""
    weights: Values
    """(J,) of the Gaussians within their state."""
    prior: Values
    """(S,) where it begins."""
    transitions: Values
    """(S, S) from row to column; rows sum to 1."""
    exits: Values
    """(S,) probability of ending after a frame in this state."""
    positions: Values
    """(S,) in 0..1: how far through the gesture each state is."""
    window: int
    """Frames over which the log-likelihood is averaged."""
    edges: Values
    """(2,) where `fit` is 0.5, nats per frame over a window: log-likelihood, and the part of it due to order."""
    gains: Values
    """(2,) how fast `fit` changes there, per nat."""
    offsets: Values
    """(J, M) of the regression of the outputs in each component."""
    slopes: Values
    """(J, M, C)"""
    within: Values
    """(J, M) variances of the outputs about it, as demonstrations left out show them."""
    repetition: float
    """How far frames of its demonstrations, left out, repeat each other (`calibration`); 0: not known."""
    log_likelihoods: Values
    """(I,) of all demonstrations, nats, after each iteration."""
    messages: tuple[str, ...]
    _columns: dict[int, Values] = field(default_factory=dict, init=False, repr=False)
    _moves: dict[tuple[bool, float], tuple[Values, Values]] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def states(self) -> int:
        """S."""
        return len(self.prior)

    def columns(self, channels: int) -> Values:
        """(F, J) coefficients of the log-densities of the first `channels` channels, weights included."""
        if channels not in self._columns:
            covariances = self.covariances[:, :channels]
            if self.covariances.ndim == 3:
                covariances = np.ascontiguousarray(covariances[:, :, :channels])
            made = gaussian.coefficients(self.means[:, :channels], covariances)
            made[-1] += np.log(np.maximum(self.weights, 1e-300))
            self._columns[channels] = made
        return self._columns[channels]

    def moves(self, dense: bool, leak: float) -> tuple[Values, Values]:
        """Rows (6, S) stay, leave, exits, entry, position, evenness, and its jumps (S * S); the leak taken off."""
        if (dense, leak) not in self._moves:
            staying = (1.0 - self.exits) * (1.0 - leak)
            rows = np.zeros((6, self.states))
            rows[0] = self.transitions.diagonal() * staying
            rows[1, :-1] = self.transitions.diagonal(1) * staying[:-1]
            rows[2] = self.exits * (1.0 - leak)
            rows[3], rows[4], rows[5] = self.prior, self.positions, 1.0 / self.states
            jumps = (self.transitions * staying[:, None]).ravel() if dense else np.zeros(0)
            self._moves[dense, leak] = rows, jumps
        return self._moves[dense, leak]

    def pack(self) -> tuple[dict[str, Any], dict[str, Values]]:
        """Its plain values as a table and its arrays by name."""
        table: dict[str, Any] = {}
        arrays: dict[str, Values] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, np.ndarray):
                arrays[each.name] = value
            elif each.init:
                table[each.name] = list(value) if isinstance(value, tuple) else value
        return table, arrays

    @classmethod
    def unpack(
        cls, table: Mapping[str, Any], arrays: Mapping[str, Any], place: str, width: int
    ) -> GestureModel:
        """The inverse of `pack`, for gestures of `width` channels and outputs; every shape is checked.

        Raises
        ------
        DataError
            If something is missing, of the wrong shape or not finite.
        """
        wrong = packing.broken(place)
        values: dict[str, Any] = {}
        with packing.reading(wrong):
            for name, kind in PLAIN.items():
                values[name] = kind(table[name])
            for name in ARRAYS:
                array = np.asarray(arrays[name])
                if array.dtype != np.float64 or not np.isfinite(array).all():
                    raise wrong
                values[name] = np.ascontiguousarray(array)
            values["messages"] = packing.texts(table, "messages")
            states, components = len(values["prior"]), len(values["weights"])
            shapes: dict[str, list[tuple[int, ...]]] = {
                "sums": [(2, width)],
                "origin": [(width,)],
                "means": [(components, width)],
                "covariances": [(components, width, width), (components, width)],
                "weights": [(components,)],
                "transitions": [(states, states)],
                **{name: [(states,)] for name in ("prior", "exits", "positions")},
                "edges": [(2,)],
                "offsets": [values["within"].shape],
                "slopes": [(*values["within"].shape, width - values["within"].shape[-1])],
                "within": [(components, values["within"].shape[-1])],
                "gains": [(2,)],
                "log_likelihoods": [values["log_likelihoods"].shape[:1]],
            }
        sound = states >= 1 and components % states == 0 and 1 <= values["window"] <= 1_000_000
        sound = sound and 0.0 <= values["repetition"] < math.inf
        if not sound or any(values[name].shape not in shape for name, shape in shapes.items()):
            raise wrong
        if not cls._plausible(values):
            raise wrong
        return cls(**values)

    @staticmethod
    def _plausible(values: Mapping[str, Any]) -> bool:
        """Whether arrays of the right shapes are probabilities, covariances and places."""
        covariances = values["covariances"]
        if covariances.ndim == 3:
            try:
                spread = np.diagonal(np.linalg.cholesky(covariances), axis1=1, axis2=2) ** 2
            except np.linalg.LinAlgError:
                return False
        else:
            spread = covariances
        within = (values["positions"], values["exits"])
        return bool(
            packing.probable(values["prior"])
            and packing.probable(values["transitions"])
            and all((part >= 0.0).all() and (part <= 1.0).all() for part in within)
            and (values["weights"] >= 0.0).all()
            and (spread >= NARROWEST).all()
            and (values["within"] >= 0.0).all()
            and all(
                (np.abs(values[name]) <= FARTHEST).all()
                for name in ("means", "covariances", "edges", "gains", "offsets", "slopes", "within")
            )
        )


NARROWEST, FARTHEST = 1e-60, 1e60
"""Of variances, and of everything scaled: what is beyond cannot be calculated with."""
PLAIN = {"label": str, "fingerprint": str, "frames": int, "window": int, "repetition": float}
ARRAYS = (
    "sums", "origin", "means", "covariances", "weights", "prior", "transitions", "exits", "positions", "edges",
    "gains", "offsets", "slopes", "within", "log_likelihoods",
)  # fmt: skip
