"""Laws of models: immutable, exact on disk; followers that never raise and never give NaN."""

from __future__ import annotations

import io
import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from models_shown import EVERY, FRAMES, LABELS, OUTPUTS, SET, SPEC, bits, check, fitted, packed, take
from plugs import UNABLE, growth, kinds, plug, stream

from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import NONE, Channel, Frame, Spec, Values
from gesturemap.models.model import begin

RECOGNISING = pytest.mark.parametrize("kind", [kind for kind in kinds("models") if kind not in UNABLE])


LATER = {(kind, "weights") for kind in ("exemplar", "few_shot", "rocket")}
"""What earlier versions did not keep."""


@EVERY
def test_a_model_says_what_it_is(kind: str) -> None:
    model = fitted(kind)
    assert (model.kind, model.labels, model.spec) == (kind, LABELS, SPEC)
    own = not set(model.outputs) & set(OUTPUTS)  # such as the speed of a movement
    assert model.outputs[: len(OUTPUTS)] == OUTPUTS or own
    assert len({output.name for output in model.outputs}) == len(model.outputs)
    assert all(isinstance(message, str) for message in model.messages)


@EVERY
def test_every_estimate_holds_to_its_word(kind: str) -> None:
    model = fitted(kind)
    follower = model.start()
    for frame in FRAMES:
        check(follower.step(frame), frame, model)


@EVERY
def test_outputs_that_keep_still_jump_or_copy_a_channel_have_deviations(kind: str) -> None:
    outputs = tuple(Channel(name) for name in ("still", "own", "gate", "copy"))
    shown = [
        replace(
            one,
            outputs=outputs,
            targets=np.column_stack(
                [
                    np.full(len(one.values), 0.7), np.full(len(one.values), 0.3 * LABELS.index(one.label)),
                    np.arange(len(one.values)) > 20, one.values[:, 0],
                ]
            ),
        )
        for one in SET.demonstrations
    ]  # fmt: skip
    follower = plug("models", kind)().fit(TrainingSet(tuple(shown))).start()
    for frame in FRAMES:
        deviations = follower.step(frame).deviations
        assert np.isfinite(deviations).all() and (deviations >= 0.0).all()


@RECOGNISING
def test_it_recognises_what_it_was_shown(kind: str) -> None:
    model = fitted(kind)
    for gesture in range(3):
        for seed in range(3):
            follower = model.start()
            for frame in take(gesture, seed).frames():
                estimate = follower.step(frame)
            assert estimate.winner == gesture


@EVERY
def test_starting_again_is_starting_fresh_and_followers_share_nothing(kind: str) -> None:
    model = fitted(kind)
    alone = [bits(estimate) for estimate in map(model.start().step, FRAMES)]
    first, second, mixed = model.start(), model.start(), []
    for frame, noise in zip(FRAMES, reversed(FRAMES), strict=True):
        second.step(noise._replace(time=frame.time))
        mixed.append(bits(first.step(frame)))
    assert mixed == alone
    assert [bits(estimate) for estimate in map(model.start().step, FRAMES)] == alone


@EVERY
def test_playing_changes_neither_the_model_nor_what_it_said(kind: str) -> None:
    model = fitted(kind)
    before = packed(model)
    follower = model.start()
    given = [follower.step(frame) for frame in FRAMES]
    then = [bits(estimate) for estimate in given]
    for frame in FRAMES:
        follower.step(frame)
    assert [bits(estimate) for estimate in given] == then
    assert packed(model) == before


@EVERY
def test_packed_it_is_plain_data_exact_to_the_bit(kind: str) -> None:
    model = fitted(kind)
    table, arrays = model.pack()
    file = io.BytesIO()
    np.savez(file, **arrays)
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        back = plug("models", kind)().unpack(
            json.loads(json.dumps(table)), {k: stored[k] for k in stored.files}
        )
    assert packed(back) == packed(model)
    assert (back.labels, back.spec, back.outputs, back.messages) == (
        model.labels, model.spec, model.outputs, model.messages,
    )  # fmt: skip
    ours, theirs = model.start(), back.start()
    assert all(bits(ours.step(frame)) == bits(theirs.step(frame)) for frame in FRAMES)


@EVERY
def test_a_pack_with_something_missing_or_of_another_shape_is_refused(kind: str) -> None:
    learner = plug("models", kind)()
    table, arrays = fitted(kind).pack()
    for name in arrays:
        if (kind, name) not in LATER:
            with pytest.raises(DataError):
                learner.unpack(table, {k: v for k, v in arrays.items() if k != name})
        with pytest.raises(DataError):
            learner.unpack(table, arrays | {name: np.zeros((*arrays[name].shape, 2))})
    for name in table:
        with pytest.raises(DataError):
            learner.unpack({k: v for k, v in table.items() if k != name}, arrays)


@EVERY
def test_a_pack_with_other_numbers_is_refused_or_plays(kind: str) -> None:
    learner, rng = plug("models", kind)(), np.random.default_rng(0)
    table, arrays = fitted(kind).pack()
    frames = FRAMES[::9]
    for name, number in itertools.product(arrays, (-1.0, 2.0, 0.0, 5e-324, 1e18, 1e300, -1e300)):
        changed = arrays[name].copy()
        if changed.size == 0:
            continue
        changed.ravel()[rng.integers(changed.size) if rng.random() < 0.5 else slice(None)] = number
        try:
            model = learner.unpack(table, arrays | {name: changed})
        except DataError:
            continue
        follower = model.start()
        for frame in frames:
            check(follower.step(frame), frame, model)


def spoilt(values: Values, kind: str) -> Values:
    made = values.copy()
    match kind:
        case "one channel":
            made[20:30, 0] = np.nan
        case "a frame":
            made[20] = np.nan
        case "a while":
            made[20:60] = np.nan
        case "the start":
            made[:10] = np.nan
        case "infinite":
            made[20:30] = np.inf
        case "huge":
            made[20:30] = 1e300
        case "the largest":
            made[20:30] = np.where(np.arange(10)[:, None] % 2, 1.79e308, -1.79e308)
        case "far away":
            made[20:30] += 1e4
    return made


@EVERY
@pytest.mark.parametrize(
    "how", ["one channel", "a frame", "a while", "the start", "infinite", "huge", "the largest", "far away"]
)
def test_bad_frames_are_survived_and_forgotten(kind: str, how: str) -> None:
    model = fitted(kind)
    follower = model.start()
    values = np.concatenate([take(0, 9).values, take(0, 8).values, take(1, 9).values, take(2, 9).values])
    for frame in stream(spoilt(values, how), np.arange(len(values)) / 100.0):
        estimate = follower.step(frame)
        check(estimate, frame, model)
    assert estimate.winner == 2 or kind in UNABLE


@EVERY
@pytest.mark.parametrize("width", [0, 1, 2, 4])
def test_a_frame_of_another_width_is_refused_and_forgotten(kind: str, width: int) -> None:
    follower, other = fitted(kind).start(), fitted(kind).start()
    for number, frame in enumerate(FRAMES[:30]):
        if number in (0, 20):
            with pytest.raises(DataError, match=rf"{width} values.*3: acc_x, acc_y, acc_z"):
                follower.step(Frame(frame.time, np.full(width, 1e6)))
        assert bits(follower.step(frame)) == bits(other.step(frame))


@EVERY
def test_it_does_not_begin_with_frames_of_other_channels(kind: str) -> None:
    model = fitted(kind)
    begin(model, replace(SPEC, rate=50.0)).step(FRAMES[0])
    for spec in (Spec.of("acc_x g", "acc_y g"), Spec.of("acc_x g", "acc_z g", "acc_y g")):
        with pytest.raises(DataError, match=rf"model {kind}: frames of {spec.width} channels: acc_x"):
            begin(model, spec)


@EVERY
def test_any_clock_is_survived(kind: str) -> None:
    model = fitted(kind)
    for times in (np.zeros(len(FRAMES)), -np.arange(float(len(FRAMES))), np.full(len(FRAMES), np.nan)):
        follower = model.start()
        for frame, time in zip(FRAMES, times.tolist(), strict=True):
            estimate = follower.step(frame._replace(time=time))
            assert np.isfinite(estimate.posterior).all()


@EVERY
def test_nothing_is_known_before_the_first_frame_but_it_starts(kind: str) -> None:
    model = fitted(kind)
    first = model.start().step(Frame(0.0, np.full(3, np.nan)))
    check(first, Frame(0.0, np.full(3, np.nan)), model)
    assert first.winner in (NONE, 0, 1, 2)


@pytest.mark.long
@EVERY
def test_nothing_grows(kind: str) -> None:
    follower = fitted(kind).start()
    rows = [frame.values for frame in FRAMES]

    def step(i: int) -> None:
        follower.step(Frame(i / 100.0, rows[i % len(rows)]))

    assert growth(step, 20_000) < 4096
