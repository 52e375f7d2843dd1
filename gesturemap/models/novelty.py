"""How much of what comes is none of the known gestures.

The movement so far is as likely under the likeliest chain as repetitions usually are, or less so: by a logistic
function of that difference it is something new. Novelty detection by likelihood: Pimentel, Clifton, Clifton and
Tarassenko (2014), "A review of novelty detection", section 2; to colour with it what would still be a new gesture:
Fieldward and Pathward (Malloch, Griggio, McGrenere, Mackay, 2017).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from gesturemap.frames import Values


class Novelty(NamedTuple):
    """What a model says of its own gestures."""

    usual: float
    """Nats a hop of a repetition under the chains of its own gesture, as a rule."""
    sharpness: float
    """Logits for each nat a hop below that."""

    def of(self, log_likelihoods: Values) -> Values:
        """0: a known gesture; 1: something new; of log-likelihoods (..., K) in nats a hop."""
        short = self.sharpness * (self.usual - np.max(log_likelihoods, axis=-1))
        # of a known gesture the usual level itself is as likely as not to be reached: 0.5 becomes 0
        return np.asarray(np.clip(np.tanh(0.5 * short), 0.0, 1.0))


def novelty(model: Any) -> Novelty | None:
    """What a fitted model says of it; None: it has no chains that would.

    Such a model has an attribute ``novelty``; the others need none.
    """
    found: Novelty | None = getattr(model, "novelty", None)
    return found


def unknown(model: Any) -> Callable[[Values], Values] | None:
    """The same as a function of log-likelihoods (..., K) in nats a hop."""
    found = novelty(model)
    return found.of if found else None
