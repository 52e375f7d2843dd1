from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
from models_takes import curve, play, take, vocabulary

from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError
from gesturemap.models import store
from gesturemap.models.gmm import Gmm, Gmr
from gesturemap.models.hhmm import Hhmm, Hhmr

EVERY = [
    Hhmm(),
    Hhmm(covariance="diagonal", states=5, jump_penalty=7.5, evidence=0.31, likelihood_window=9),
    Hhmm(transitions="ergodic", gaussians=2, shrinkage=0.0, deviation=0.3, seed=3),
    Gmm(gaussians=3, likelihood_window=5),
    Hhmr(regression_estimator="windowed", multiclass_estimator="likeliest"),
    Hhmr(regression_estimator="likeliest", covariance="diagonal"),
    Gmr(gaussians=2, multiclass_estimator="likeliest"),
]


def training(outputs: bool) -> TrainingSet:
    if not outputs:
        return vocabulary()
    random = np.random.default_rng(0)
    targets = np.linspace(0, 1, 60)[:, None] ** np.array([[1.0, 2.0]])
    return TrainingSet(
        tuple(take(label, curve(label, 4, 60, random), targets, i) for label in "ab" for i in range(2))
    )


@pytest.mark.parametrize("learner", EVERY, ids=str)
def test_every_option_survives_bit_for_bit(learner: Hhmm | Gmm) -> None:
    model = learner.fit(training(learner.regression))
    data = store.pack(model)
    back = store.unpack(data)
    assert store.pack(back) == data
    assert back.learner == learner and back.labels == model.labels and back.messages == model.messages
    assert back.spec == model.spec and back.outputs == model.outputs and back.kind == model.kind
    test = curve("b", 4, 60, np.random.default_rng(1))
    before, after = play(model.start(), test), play(back.start(), test)
    for name in before:
        np.testing.assert_array_equal(before[name], after[name])


def test_a_loaded_model_is_a_previous_one() -> None:
    model = Hhmm().fit(vocabulary())
    back = store.unpack(store.pack(model))
    again = Hhmm().fit(vocabulary(), back)
    assert all(a is b for a, b in zip(again.gestures, back.gestures, strict=True))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def npy(array: np.ndarray, pickled: bool = False) -> bytes:
    part = io.BytesIO()
    np.lib.format.write_array(part, array, allow_pickle=pickled)
    return part.getvalue()


GOOD = store.pack(Hhmm(states=3).fit(vocabulary(length=20)))
BREAKS = {
    "empty": lambda p: b"",
    "no zip": lambda p: b"PK" + bytes(100),
    "cut": lambda p: GOOD[: len(GOOD) // 2],
    "no meta": lambda p: zipped({k: v for k, v in p.items() if k != store.META}),
    "meta is no json": lambda p: zipped(p | {store.META: b"{"}),
    "meta is a list": lambda p: zipped(p | {store.META: b"[]"}),
    "other version": lambda p: zipped(
        p | {store.META: p[store.META].replace(b'"version": 1', b'"version": 99')}
    ),
    "unknown model": lambda p: zipped(p | {store.META: p[store.META].replace(b'"hhmm"', b'"magic"')}),
    "unknown setting": lambda p: zipped(p | {store.META: p[store.META].replace(b'"states"', b'"stats"')}),
    "an array is gone": lambda p: zipped({k: v for k, v in p.items() if k != "1.means.npy"}),
    "wrong shape": lambda p: zipped(p | {"1.means.npy": npy(np.zeros((3, 5)))}),
    "wrong type": lambda p: zipped(p | {"1.means.npy": npy(np.zeros((3, 4), np.float32))}),
    "not finite": lambda p: zipped(p | {"1.means.npy": npy(np.full((3, 4), np.nan))}),
    "objects": lambda p: zipped(p | {"1.means.npy": npy(np.array([{}], dtype=object), True)}),
    "announces more": lambda p: zipped(p | {"1.means.npy": p["1.means.npy"].replace(b"(3, 4)", b"(9, 4)")}),
    "header is no header": lambda p: zipped(
        p | {"1.means.npy": p["1.means.npy"].replace(b"(3, 4)", b"(((((9")}
    ),
    "huge header": lambda p: zipped(p | {"1.means.npy": npy(np.zeros(0)).replace(b"(0,)", b"(9**9,)")}),
    "one gesture too few": lambda p: zipped(
        p | {store.META: json.dumps(_without_last_gesture(json.loads(p[store.META]))).encode()}
    ),
    "window of 0": lambda p: zipped(p | {store.META: p[store.META].replace(b'"window": 10', b'"window": 0')}),
}


def _without_last_gesture(meta: dict) -> dict:
    meta["table"]["gestures"].pop()
    return meta


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_file_gives_one_clear_error(name: str) -> None:
    data = BREAKS[name](members(GOOD))
    assert data != GOOD
    with pytest.raises(DataError, match=r"^here: .*; .*; ") as caught:
        store.unpack(data, "here")
    assert "\n" not in str(caught.value)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 1000)
    with pytest.raises(DataError, match="unpacks to more"):
        store.unpack(GOOD)


def test_any_cut_or_changed_byte_is_an_error_or_a_model() -> None:
    random = np.random.default_rng(0)
    for _ in range(150):
        data = bytearray(GOOD)
        for place in random.integers(0, len(data), 3):
            data[place] = random.integers(0, 256)
        try:
            model = store.unpack(bytes(data))
        except DataError:
            continue
        assert model.labels


def test_a_damaged_compression_is_one_clear_line() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("meta.json", "{" + " " * 5000 + "}")
    data = bytearray(buffer.getvalue())
    data[40:60] = b"\xff" * 20
    with pytest.raises(DataError, match="cannot be read"):
        store.unpack(bytes(data))
