"""What everyday movement does to the thresholds of a spotter, and what is said of it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from spotting_takes import movement, noise, take, training

from gesturemap.frames import Values
from gesturemap.models import store
from gesturemap.models.spotting import Spotter
from gesturemap.models.spotting_usual import Usual
from gesturemap.models.strokes import Strokes
from gesturemap.project import pack


def usual(scores: Values) -> Usual:
    """Everyday movement as near to each of three gestures as to the others, from scores (B,)."""
    return Usual(np.repeat(scores[:, None], 3, axis=1), np.zeros((len(scores), 3)), ("walk",), 60.0)


def test_a_gesture_that_slipped_into_everyday_movement_raises_its_own_threshold_and_is_told() -> None:
    """One circle in a minute, from 20.0 s to 21.6 s: eights and waves are spotted as if it were not there."""
    walk, circle = noise(1500, 11), movement("circle", 60)
    without = Spotter().fit(training(3, take("everyday", walk, "walk")))
    slipped = np.concatenate([walk[:500], circle, walk[540:]])
    made = Spotter().fit(training(3, take("everyday", slipped, "walk")), previous=without)
    circles, others = made.labels.index("circle"), [made.labels.index(one) for one in ("eight", "wave")]
    np.testing.assert_allclose(made.thresholds[others], without.thresholds[others], atol=0.1)
    assert made.thresholds[circles] > without.thresholds[circles] + 0.3
    (said,) = [note for note in made.notes if "looks like" in note]
    assert "the recorded 'everyday' holds what looks like 'circle' at 20." in said, said
    missed = int((made.reached[circles] < made.thresholds[circles]).sum())
    assert f"{missed} of 3 demonstrations of 'circle', left out, are missed at this rate" in said
    assert "in play it may be nearly all of its executions" in said and "%" not in said
    assert made.notes[0].endswith(
        "of 'circle', which the recorded 'everyday' seems to hold, much more may be missed"
    )
    assert "likely to be less" not in made.notes[0] and "much more" not in without.notes[0]
    assert made.warnings == (said,) and not without.warnings
    assert not any("looks like" in note for note in without.notes)
    assert store.unpack(store.pack(made)).notes == made.notes
    cheap = replace(made, reached=tuple(scores + 1.0 for scores in made.reached))
    assert cheap.missed == 0.0 and not cheap.warnings  # nothing to mend
    trimmed = replace(take("everyday", slipped, "walk"), start=8.0).learned
    late = Spotter().fit(training(3, *pack.unpack(pack.pack([trimmed]))), previous=without)
    assert any("'circle' at 20." in note for note in late.notes), "as it is trimmed by, from its first frame"
    twice = np.concatenate([slipped[:900], movement("circle", 61), slipped[940:]])
    again = Spotter().fit(training(3, take("everyday", twice, "walk")), previous=without)
    (said,) = [note for note in again.notes if "looks like" in note]
    both = r"at 20\.\d\.\.2\d\.\d s of demonstration walk, 36\.\d\.\.3\d\.\d s of demonstration walk"
    assert re.search(both, said), said
    np.testing.assert_allclose(again.thresholds[others], without.thresholds[others], atol=0.1)


def test_movement_unlike_any_gesture_does_not_raise_the_threshold() -> None:
    """However far below zero the scores of everyday movement spread, and the wider, no gesture is lost to it."""
    model = Spotter().fit(training())
    scores = np.random.default_rng(3).normal(-1.0, 0.5, 60)
    scores[::12] = np.linspace(-0.4, 0.3, 5)
    for rate in (0.1, 1.0, 3.0, 10.0):
        learner = replace(model.learner, false_per_10min=rate)
        at = [
            replace(model, learner=learner, usual=usual(np.where(scores < 0.0, scores * wide, scores)))
            for wide in (1.0, 3.0, 30.0)
        ]
        for one in at:
            np.testing.assert_allclose(one.thresholds, at[0].thresholds)
            assert one.missed <= 0.5
    near = replace(model, usual=usual(np.where(np.arange(60) % 6, scores, scores + 3.0)))
    assert near.thresholds[0] > 1.0  # the data itself says so
    assert near.missed > 0.5 and f"{near.missed:.0%}" in near.notes[0]


def test_where_no_everyday_movement_is_named_the_message_says_how_to_name_it() -> None:
    data = training()
    for learner in (Spotter, Strokes):
        (said,) = [note for note in learner(everyday="").fit(data).notes if "record a minute" in note]
        assert "as ''" not in said and 'set everyday = "everyday"' in said
        (usual,) = [note for note in learner().fit(data).notes if "record a minute" in note]
        assert usual.endswith("record a minute of it as 'everyday'")
