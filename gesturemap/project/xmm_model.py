"""Models of XMM as JSON become models that gesturemap plays.

The class log-likelihood of the gesture that is played is that of XMM; of the others it differs where they are so
far that only entering in their middle explains a frame.
GMM and HMM, bimodal or not, full or diagonal. XMM's densities are in the units of the channels; ours are
scaled, and the weights of the Gaussians carry what lies between. There is nothing to calibrate "none of these"
with: a gesture fits as long as a frame is no further than `REACH` deviations, channel by channel, from it.
Source of the form: ircam-ismm/xmm, ``toJson`` of the models, version 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gesturemap.errors import FileError
from gesturemap.frames import Spec, Values
from gesturemap.models import gaussian
from gesturemap.models.calibration import NEVER, TOP
from gesturemap.models.gesture import GestureModel
from gesturemap.models.gmm import Gmm, Gmr
from gesturemap.models.hhmm import Hhmm, Hhmr
from gesturemap.models.scaling import Scaling
from gesturemap.models.vocabulary import VocabularyModel
from gesturemap.plain import counted
from gesturemap.project.xmm import MOST, NEXT, Node, Shape, kept_labels, renamed, shape_of

REACH = 2.5
"""Deviations, over all channels, from a state at which a gesture stops to fit."""
FULL, DIAGONAL = 0, 1
ERGODIC, LEFT_RIGHT = 0, 1
ESTIMATORS = ("full", "windowed", "likeliest")
LAST_EXIT = 0.1
"""Probability of ending after the last state, where a file says nothing."""
WINDOWS = 100_000
"""Frames of a likelihood window."""
ROUNDING = 1e-6
"""What written numbers may be off: a probability above 1, a covariance from its mirror image in deviations."""
FURTHEST = 1e12
"""What means may be off 0, and deviations and their inverses at most: nothing that is measured goes there."""
STEEPEST = 600.0
"""Sum of the logarithms of all scales at most, so that weights stay numbers."""


@dataclass(frozen=True)
class Chain:
    """What was read of one gesture: states in order, each with as many Gaussians."""

    label: str
    means: Values
    covariances: Values
    weights: Values
    prior: Values
    transitions: Values
    exits: Values
    ergodic: bool


def model(root: Node) -> VocabularyModel:
    """The model in a file.

    Raises
    ------
    FileError
        Naming what is not right and where.
    """
    if root.has("EMStopCriterion") or root.has("nbmixturecomponents"):
        raise FileError(
            root.place, "a model of an XMM before version 1", "models of version 1 are read",
            "train again from its phrases",
        )  # fmt: skip
    shared, models = root.get("shared_parameters"), list(root.get("models").items())
    shape, width = shape_of(shared), shared.get("dimension").whole(1, MOST)
    if not models:
        raise FileError(root.place, "no models", "at least one gesture is wanted", "train it in XMM")
    hidden = models[0].has("states")
    chains = [_chain(one, width, hidden) for one in models]
    labels = [chain.label for chain in chains]
    if len(set(labels)) < len(labels):
        raise FileError(root.place, "a label twice", "each gesture stands once", NEXT)
    kept = kept_labels(labels)
    chains = [replace(chain, label=kept[chain.label]) for chain in chains]
    if any(chain.covariances.ndim == 3 for chain in chains):
        chains = [_full(chain) for chain in chains]
    window = shared.get("likelihood_window").whole(1, WINDOWS) if shared.has("likelihood_window") else 1
    learner = _learner(root, shape, chains, hidden, window)
    scaled = _scaling(chains)
    gestures = tuple(_gesture(chain, scaled, len(shape.channels), window, hidden) for chain in chains)
    prior = _prior(root, len(labels))
    told = ("read from XMM: 'none of these' is not calibrated before it is trained again", *renamed(kept))
    if hidden and np.ptp(prior) > ROUNDING:
        chances = ", ".join(f"{p:.3g} for '{chain.label}'" for p, chain in zip(prior, chains, strict=True))
        told += (f"the prior of its gestures counts when one has ended, not at the first frame: {chances}",)
    return VocabularyModel(
        learner, Spec(shape.channels), shape.outputs, scaled, gestures, _follows(root, labels, prior), told
    )


def _learner(root: Node, shape: Shape, chains: list[Chain], hidden: bool, window: int) -> Any:
    """Settings as near as there are."""
    most = max(len(chain.weights) // len(chain.prior) for chain in chains)
    covariance = "full" if chains[0].covariances.ndim == 3 else "diagonal"
    common: dict[str, Any] = {"covariance": covariance, "likelihood_window": window}
    config = root.get("configuration") if root.has("configuration") else Node({}, root.place)
    if shape.outputs:
        key = "multiClass_regression_estimator"
        mixed = config.has(key) and config.get(key).whole(0, 1) == 1
        common["multiclass_estimator"] = "mixture" if mixed else "likeliest"
    if not hidden:
        return (Gmr if shape.outputs else Gmm)(gaussians=min(most, 500), **common)
    common |= {
        "states": min(max(len(chain.prior) for chain in chains), 500),
        "gaussians": min(most, 50),
        "transitions": "ergodic" if any(chain.ergodic for chain in chains) else "left-right",
        "evidence": 1.0,
    }
    if shape.outputs:
        own = config.get("default_parameters") if config.has("default_parameters") else config
        at = own.get("regression_estimator").whole(0, 2) if own.has("regression_estimator") else 0
        return Hhmr(regression_estimator=ESTIMATORS[at], **common)
    return Hhmm(**common)


def _chain(node: Node, width: int, hidden: bool) -> Chain:
    """One gesture."""
    label = node.get("label").label()
    mixtures = list(node.get("states").items()) if hidden else [node]
    if not mixtures:
        raise FileError(node.place, "no states", "at least one is wanted", NEXT)
    parts = [_mixture(mixture, width) for mixture in mixtures]
    if len({len(weights) for weights, _, _ in parts}) > 1 or len({c.ndim for _, _, c in parts}) > 1:
        raise FileError(
            node.place, "states that differ in Gaussians or covariance", "all states are alike", NEXT
        )
    weights, means, covariances = (np.concatenate(part) for part in zip(*parts, strict=True))
    count = len(mixtures)
    if not hidden:
        return Chain(
            label, means, covariances, weights, np.ones(1), np.ones((1, 1)), np.full(1, LAST_EXIT), False
        )
    settings = node.get("parameters")
    ergodic = settings.get("transition_mode").whole(ERGODIC, LEFT_RIGHT) == ERGODIC
    ways, wanted = node.get("transition"), count * count if ergodic else 2 * count
    if isinstance(ways.value, list) and len(ways.value) != wanted and settings.has("states"):
        said = repr(settings.get("states").value)[:20]
        told = f"{counted(count, 'state')} stand here, parameters say {said}, and {wanted} values are wanted"
        raise FileError(ways.place, counted(len(ways.value), "value"), told, NEXT)
    if ergodic:
        transitions = _stochastic(ways, wanted).reshape(count, count)
        prior = _stochastic(node.get("prior"), count)
        prior = prior / max(prior.sum(), 1e-300)
    else:
        pairs = _stochastic(ways, wanted).reshape(count, 2)
        transitions = np.diag(pairs[:, 0]) + np.diag(pairs[:-1, 1], 1)
        prior = np.eye(1, count)[0]
    sums = transitions.sum(1, keepdims=True)
    if (sums <= 0.0).any() or prior.sum() <= 0.0:
        raise FileError(f"{node.place}, transition", "a state without a way on", "rows sum to 1", NEXT)
    exits = np.append(np.zeros(count - 1), LAST_EXIT)
    if node.has("exitProbabilities") and node.get("exitProbabilities").value:
        exits = np.minimum(_stochastic(node.get("exitProbabilities"), count), 0.99)
    return Chain(label, means, covariances, weights, prior, transitions / sums, exits, ergodic)


def _stochastic(node: Node, count: int) -> Values:
    """So many probabilities."""
    values = node.numbers(count)
    wrong = (values < 0.0) | (values > 1.0 + ROUNDING)
    if wrong.any():
        at = int(wrong.argmax())
        raise Node(node.value[at], f"{node.place}[{at}]").wrong("a probability from 0 to 1 is wanted")
    return values


def _mixture(node: Node, width: int) -> tuple[Values, Values, Values]:
    """Weights (J,), means (J, D) and covariances (J, D, D), or variances (J, D), of one mixture."""
    components = list(node.get("components").items())
    if not components:
        raise FileError(node.place, "no components", "at least one Gaussian is wanted", NEXT)
    weights = _stochastic(node.get("mixture_coeffs"), len(components))
    if weights.sum() <= 0.0:
        raise node.get("mixture_coeffs").wrong("one of them must be above 0")
    pairs = [_gaussian(component, width) for component in components]
    if len({covariance.ndim for _, covariance in pairs}) > 1:
        raise FileError(node.place, "full and diagonal Gaussians", "a mixture has one kind", NEXT)
    return weights, np.array([mean for mean, _ in pairs]), np.array([part for _, part in pairs])


def _gaussian(node: Node, width: int) -> tuple[Values, Values]:
    """Mean (D,) and covariance (D, D), or variances (D,)."""
    mean, spread = node.get("mean").numbers(width), node.get("covariance")
    if (np.abs(mean) > FURTHEST).any():
        raise node.get("mean").wrong(f"values of {FURTHEST:g} at most are wanted")
    if node.has("covariance_mode") and node.get("covariance_mode").whole(FULL, DIAGONAL) == DIAGONAL:
        values = spread.numbers(width, width * width)
        variances = values if len(values) == width else np.diagonal(values.reshape(width, width)).copy()
        _sized(spread, variances)
        return mean, variances
    matrix = spread.numbers(width * width).reshape(width, width)
    size = np.sqrt(np.abs(np.diagonal(matrix)))
    apart = np.abs(matrix - matrix.T) > ROUNDING * (size[:, None] * size)
    if apart.any():
        row, column = (int(index) for index in np.argwhere(apart)[0])
        raise FileError(
            spread.place, f"{matrix[row, column]:g} in row {row + 1}, column {column + 1}, "
            f"{matrix[column, row]:g} the other way round", "a covariance is symmetric", NEXT,
        )  # fmt: skip
    matrix = 0.5 * matrix + 0.5 * matrix.T
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError as error:
        raise spread.wrong(
            "a covariance must be positive definite", "train it in XMM with more regularisation"
        ) from error
    _sized(spread, np.diagonal(matrix))
    return mean, matrix


def _sized(node: Node, variances: Values) -> None:
    """Refuse variances that cannot be calculated with."""
    if (variances < FURTHEST**-2).any() or (variances > FURTHEST**2).any():
        raise node.wrong(f"variances are above 0, {FURTHEST**-2:g} to {FURTHEST**2:g}")


def _full(chain: Chain) -> Chain:
    """The same gesture with full covariances."""
    if chain.covariances.ndim == 3:
        return chain
    matrices = chain.covariances[:, :, None] * np.eye(chain.covariances.shape[1])
    return Chain(
        chain.label, chain.means, matrices, chain.weights, chain.prior, chain.transitions, chain.exits,
        chain.ergodic,
    )  # fmt: skip


def _variances(chain: Chain) -> Values:
    """(J, D)"""
    return chain.covariances if chain.covariances.ndim == 2 else np.diagonal(chain.covariances, 0, 1, 2)


def _scaling(chains: list[Chain]) -> Scaling:
    """Mean and deviation of everything that the Gaussians stand for."""
    means = np.concatenate([chain.means for chain in chains])
    within = np.concatenate([_variances(chain) for chain in chains]).mean(0)
    return Scaling(means.mean(0), np.sqrt(within + means.var(0)))


def _gesture(chain: Chain, scaled: Scaling, channels: int, window: int, hidden: bool) -> GestureModel:
    """One gesture in scaled channels."""
    count, width = len(chain.prior), len(scaled.centre)
    inverse = scaled.inverse
    full = chain.covariances.ndim == 3
    means = (chain.means - scaled.centre) * inverse
    covariances = chain.covariances * (inverse[:, None] * inverse if full else inverse**2)
    # A density in the channels' units is one in scaled channels divided by their scales.
    shift = float(np.log(scaled.scale[:channels]).sum())
    shift = min(max(shift, -STEEPEST), STEEPEST)
    seen = covariances[:, :channels, :channels] if full else covariances[:, :channels]
    logs = np.linalg.slogdet(seen)[1] if full else np.log(seen).sum(1)
    typical = float(np.mean(-0.5 * (logs + channels * np.log(2.0 * np.pi)))) - shift
    middle, edge = typical - 0.5 * channels, typical - 0.5 * REACH**2 * channels
    positions = np.zeros(count) if chain.ergodic or count == 1 else np.linspace(0.0, 1.0, count)
    offsets, slopes, within = gaussian.condition(means, covariances, channels)
    return GestureModel(
        label=chain.label,
        fingerprint="",
        frames=0,
        sums=np.zeros((2, width)),
        origin=np.zeros(width),
        means=means,
        covariances=covariances,
        weights=chain.weights * np.exp(-shift),
        prior=chain.prior,
        transitions=chain.transitions,
        exits=chain.exits if hidden else np.full(1, LAST_EXIT),
        positions=positions,
        window=window,
        edges=np.array([edge, NEVER]),
        gains=np.array([TOP / (middle - edge), 1.0]),
        offsets=offsets,
        slopes=slopes,
        within=within,
        repetition=0.0,
        log_likelihoods=np.zeros(0),
        messages=(),
    )


def _prior(root: Node, count: int) -> Values:
    """(K,) probability of each gesture where none was before: as in the file, else all alike."""
    if not root.has("prior") or not root.get("prior").value:
        return np.full(count, 1.0 / count)
    prior = _stochastic(root.get("prior"), count)
    if prior.sum() <= 0.0:
        raise root.get("prior").wrong("one of them must be above 0")
    return np.asarray(prior / prior.sum())


def _follows(root: Node, labels: list[str], prior: Values) -> Values:
    """(K, K) probability that one gesture follows another: by the file's transitions, else all alike.

    What ends altogether, by `exit_transition`, begins anew as the prior says.
    """
    made = _transitions(root, labels)
    if not root.has("exit_transition") or not root.get("exit_transition").value:
        return made
    ends = _stochastic(root.get("exit_transition"), len(labels))[:, None]
    return np.asarray((1.0 - ends) * made + ends * prior)


def _transitions(root: Node, labels: list[str]) -> Values:
    """(K, K) of a file, each row's sum 1."""
    count = len(labels)
    even = np.full((count, count), 1.0 / count)
    if not root.has("transition") or not root.get("transition").value:
        return even
    rows = list(root.get("transition").items())
    if isinstance(rows[0].value, dict):  # an earlier form: one entry for every two labels
        made = np.zeros((count, count))
        for row in rows:
            source, target = row.get("srcLabel").label(), row.get("dstLabel").label()
            if source not in labels or target not in labels:
                raise row.wrong("labels of gestures in the file are wanted")
            chance = _stochastic(Node([row.get("probability").value], row.place), 1)
            made[labels.index(source), labels.index(target)] = chance[0]
    else:
        if len(rows) != count:
            raise root.get("transition").wrong(f"a row for each of {count} gestures is wanted")
        made = np.array([_stochastic(row, count) for row in rows])
    sums = made.sum(1, keepdims=True)
    return np.where(sums > 0.0, made / np.maximum(sums, 1e-300), even)
