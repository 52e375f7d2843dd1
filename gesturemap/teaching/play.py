"""Train on some demonstrations and play others frame by frame, as an engine would."""

from __future__ import annotations

import json
import re
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from gesturemap import catalog, compiled, models
from gesturemap.demonstrations import Demonstration, TrainingSet, mended, reach, through
from gesturemap.errors import DataError, FileError, SettingsError
from gesturemap.features import kernels
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Estimate, Frame, Spec, Values
from gesturemap.models.model import Learner, Model, Report, begin, gaps, held
from gesturemap.project.exchange.corpus import Corpus, read_corpus

NOTHING = -1
"""The answer while there is none yet."""
_REACH: WeakKeyDictionary[Model, Values | None] = WeakKeyDictionary()
"""How far values may jump in front of each model and its features, by what it learned from."""


@dataclass(frozen=True)
class Request:
    """Everything a process needs to work on cells: small, so that it can be told to another."""

    path: str
    columns: tuple[str, ...]
    target: str
    model: str
    """Table of the learner, as JSON."""
    features: str = "[]"
    """Tables of the features, as JSON."""


class Opened(NamedTuple):
    """A request, with everything read."""

    corpus: Corpus
    learner: Learner
    features: tuple[Any, ...]


@cache
def recordings(request: Request) -> Corpus:
    """Read the file, once in each process."""
    return read_corpus(Path(request.path), request.columns, request.target)


@cache
def opened(request: Request) -> Opened:
    """Read the file and the settings, once in each process."""
    learner = catalog.read("models", json.loads(request.model), "model")
    features = tuple(catalog.read("features", table, "features") for table in json.loads(request.features))
    needed = kernels(feature.kind for feature in features)
    compiled.load((*needed, *models.kernels(learner.kind, fitting=True)))
    return Opened(recordings(request), learner, features)


BARE = re.compile(r"[+-]?(\.\d+|\d+\.)([eE][+-]?\d+)?", re.ASCII)
"""A number as people write it and TOML does not."""


def typed(pairs: Sequence[str], place: str = "--set") -> dict[str, Any]:
    """Settings from texts ``key=value``; a value is read as in TOML, ``.1`` and ``1.`` too, or else is a text.

    Raises
    ------
    SettingsError
        On one without ``=``, or the same key twice.
    """
    table: dict[str, Any] = {}
    for pair in pairs:
        key, sign, text = pair.partition("=")
        if not sign or not key.strip() or key.strip() in table:
            example = "states=8" if place == "--set" else "level=1"
            raise SettingsError(
                place, repr(pair), "KEY=VALUE is wanted, each key once", f"for example {place} {example}"
            )
        try:
            table[key.strip()] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            text = text.strip()
            table[key.strip()] = float(text) if BARE.fullmatch(text) else text
    return table


def feature_tables(path: Path) -> list[dict[str, Any]]:
    """The ``[[features]]`` tables of a TOML file.

    Raises
    ------
    FileError, SettingsError
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("features")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileError(
            str(path), str(error), "a TOML file with [[features]] is wanted", "or say none or auto"
        ) from error
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise FileError(
            str(path), "no [[features]]", "tables as in a project are wanted", "or say none or auto"
        )
    for index, table in enumerate(tables):
        catalog.read("features", table, f"{path}, features[{index}]")
    return tables


def seen(features: Sequence[Any], demonstration: Demonstration) -> Demonstration:
    """A demonstration as the model will see it: through a fresh chain of features."""
    chain = ChainRun(features, demonstration.spec)
    made = through(demonstration, chain.step, chain.spec)
    if not len(made):
        raise DataError(
            f"demonstration {demonstration.id} of '{demonstration.label}'",
            f"{len(demonstration)} frames",
            "too short for the features in front of the model",
            "use fewer features",
        )
    return made


def learn(
    it: Opened, demonstrations: Sequence[Demonstration], report: Report | None = None
) -> tuple[Model, float]:
    """Fit until it could play; the model and how many seconds that took."""
    sound, told = mended(demonstrations) if it.features else (tuple(demonstrations), ())
    training_set = TrainingSet(tuple(seen(it.features, one) for one in sound), gaps(it.learner), told=told)
    begun = time.perf_counter()
    model = it.learner.fit(training_set, None, report)
    model.start()
    seconds = time.perf_counter() - begun
    _REACH[model] = reach(demonstrations, getattr(it.learner, "everyday", ""))
    return model, seconds


class Performance:
    """A fresh chain of features and a fresh follower; every step is timed."""

    def __init__(self, it: Opened, model: Model, spec: Spec) -> None:
        chain = ChainRun(it.features, spec, _REACH.get(model) if held(model, it.features) else None)
        self._features, self._follower = chain.step, begin(model, chain.spec).step
        self.times: list[float] = []
        """Seconds of each step that gave an estimate."""

    def step(self, frame: Frame) -> Estimate | None:
        """Take one frame of the sensor."""
        begun = time.perf_counter()
        made = self._features(frame)
        if made is None:
            return None
        estimate = self._follower(made)
        self.times.append(time.perf_counter() - begun)
        return estimate


class Played(NamedTuple):
    """What was said about one demonstration, frame by frame (T,); a frame without an estimate keeps the last."""

    answers: NDArray[np.int64]
    """Index of the most likely gesture; NOTHING before the first estimate."""
    outputs: Values
    """(T, M)"""
    fits: Values
    """(T, K) 0..1, as in `Estimate`; 0 before the first estimate."""
    times: list[float]


def play(it: Opened, model: Model, demonstration: Demonstration) -> Played:
    """Stream one demonstration with a fresh follower."""
    performance = Performance(it, model, demonstration.spec)
    answers = np.full(len(demonstration), NOTHING)
    outputs = np.full((len(demonstration), len(model.outputs)), np.nan)
    fits, fit = np.zeros((len(demonstration), len(model.labels))), np.zeros(len(model.labels))
    answer = NOTHING
    last: Values = outputs[0] if len(outputs) else np.zeros(0)
    for t, frame in enumerate(demonstration.frames()):
        estimate = performance.step(frame)
        if estimate is not None:
            answer = int(estimate.posterior.argmax()) if len(estimate.posterior) else NOTHING
            last = estimate.outputs
            fit = estimate.fit if len(estimate.fit) else fit
        answers[t] = answer
        outputs[t], fits[t] = last, fit
    return Played(answers, outputs, fits, performance.times)
