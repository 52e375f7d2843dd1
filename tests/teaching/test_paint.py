"""Painting on time: strokes are kept, the rest follows, borders lie where the movement changes, what is sure stays."""

import itertools
import json

import numpy as np
import pytest

from gesturemap.cli.main import main
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError
from gesturemap.frames import Spec
from gesturemap.library import presets
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.teaching.annotate.paint import (
    COMMITTEE,
    NOTHING,
    SWITCH,
    Canvas,
    Stroke,
    chain,
    described,
    less,
)

SPEC = Spec.of("x m", "y m", rate=50.0)
TRUTH = [(0.0, 4.0, ""), (4.0, 7.0, "shake"), (7.0, 11.0, ""), (11.0, 14.0, "sway"), (14.0, 18.0, ""),
         (18.0, 21.0, "shake"), (21.0, 25.0, ""), (25.0, 28.0, "sway"), (28.0, 30.0, "")]  # fmt: skip
STROKES = [Stroke(1.0, 2.0, ""), Stroke(5.0, 6.0, "shake"), Stroke(12.0, 13.0, "sway")]


@pytest.fixture(scope="module")
def canvas():
    rng, time = np.random.default_rng(0), np.arange(1500) / 50.0
    values = 0.02 * rng.normal(size=(1500, 2))
    for begin, end, label in TRUTH:
        inside = (time >= begin) & (time < end)
        if label == "shake":
            values[inside, 0] += np.sin(2 * np.pi * 4.0 * time[inside])
        elif label == "sway":
            values[inside, 1] += np.sin(2 * np.pi * 1.5 * time[inside])
    return Canvas(Demonstration("take", "", SPEC, time, values))


def true_at(seconds):
    return next(label for begin, end, label in TRUTH if begin <= seconds < end)


def test_three_strokes_paint_the_whole_and_borders_lie_where_the_movement_changes(canvas):
    painted = canvas.paint(STROKES)
    long = [one for one in painted.segments if one.end - one.begin > 0.6]
    assert [one.label for one in long] == [label for _, _, label in TRUTH]
    for segment, (begin, end, _) in zip(long, TRUTH, strict=True):
        assert segment.begin == pytest.approx(begin, abs=0.6)
        assert segment.end == pytest.approx(end, abs=0.6)
    assert [one.painted for one in long].count(True) == 3
    kept = [one for one in canvas.kept(painted, 0.5) if one.seconds > 0.6]
    assert sorted(one.label for one in kept) == ["shake", "shake", "sway", "sway"]
    assert all(one.time[0] == 0.0 and len(one) > 100 for one in kept)


def test_what_was_painted_stays_whatever_the_model_thinks_and_later_strokes_lie_over_earlier(canvas):
    strokes = [*STROKES, Stroke(5.2, 5.8, "sway")]
    painted = canvas.paint(strokes)
    for stroke in (STROKES[0], STROKES[2], strokes[-1]):
        inside = canvas.moments(stroke.begin, stroke.end)
        assert set(painted.labels[inside]) == {stroke.label}
        assert (painted.sure[inside] == pytest.approx(1.0)) or stroke is strokes[-1]
    assert set(painted.labels[canvas.moments(5.0, 5.15)]) == {"shake"}


def test_of_one_label_alone_only_what_was_painted_is_known(canvas):
    painted = canvas.paint([Stroke(5.0, 6.0, "shake"), Stroke(19.0, 20.0, "shake")])
    assert [one.label for one in painted.segments] == ["", "shake", "", "shake", ""]
    assert [one.sure for one in painted.segments] == [0.5, 1.0, 0.5, 1.0, 0.5]
    assert painted.alone == "shake"
    assert [one.seconds for one in canvas.kept(painted)] == pytest.approx([1.0, 1.0], abs=0.06)
    assert canvas.paint([Stroke(1.0, 2.0, "")]).alone == ""
    assert canvas.kept(canvas.paint([Stroke(1.0, 2.0, "")])) == []
    assert canvas.paint(STROKES).alone is None


def test_of_what_grew_around_a_stroke_only_what_is_sure_is_kept(canvas):
    """The same segment, believed in the less the further it is from its stroke."""
    painted = canvas.paint(STROKES)
    (shake,) = [one for one in painted.segments if one.painted and one.label == "shake"]
    far = np.abs(canvas.stream.time[canvas.places] - 5.5)

    def kept(sure):
        less = shake._replace(sure=float(np.mean(sure)))
        (one,) = canvas.kept(painted._replace(segments=(less,), sure=sure))
        return one.seconds

    assert kept(np.full(len(far), 0.9)) == pytest.approx(shake.end - shake.begin)
    assert kept(np.where(far < 0.9, 0.9, 0.3)) == pytest.approx(1.8, abs=0.1)
    assert kept(np.full(len(far), 0.3)) == pytest.approx(1.0, abs=0.06)


def test_no_stroke_is_refused(canvas):
    with pytest.raises(DataError, match="no stroke"):
        canvas.paint([])
    with pytest.raises(DataError, match="a painting needs some"):
        Canvas(canvas.stream.part(0, 2))


@pytest.mark.parametrize("seed", range(5))
def test_the_chain_is_the_best_of_all(seed):
    """Oracle: every sequence of labels."""
    rng = np.random.default_rng(seed)
    logs = np.log(rng.dirichlet(np.ones(3), size=6))
    logs[2, :2] = -np.inf
    path = np.empty(6, np.int64)
    chain(logs, 0.7, path)
    every = list(itertools.product(range(3), repeat=6))
    scores = np.array([
        sum(logs[t, k] for t, k in enumerate(one)) - 0.7 * sum(a != b for a, b in itertools.pairwise(one))
        for one in every
    ])  # fmt: skip
    assert tuple(path) == every[int(scores.argmax())]


def test_what_stays_without_some_of_the_strokes_is_sure_and_what_nobody_was_asked_of_is_not(canvas):
    once = canvas.paint(STROKES)
    assert set(once.sure[~once.brushed].tolist()) == {0.5}  # one stroke of each label: nobody knows less
    assert canvas.kept(once) != [] and all(one.seconds < 1.2 for one in canvas.kept(once))
    found = [one for one in once.segments if not one.painted and one.label]
    more = [*STROKES, *(Stroke(one.begin + 0.2, one.end - 0.2, one.label) for one in found)]
    more += [Stroke(one.begin + 0.1, one.begin + 0.6, "") for one in once.segments if not one.label]
    later = canvas.paint(more)
    assert later.sure[~later.brushed].max() > 0.8
    # as each of the committee says it
    names = sorted({stroke.label or NOTHING for stroke in more})
    fixed = np.full(len(canvas.places), -1)
    for stroke in more:
        fixed[canvas.moments(stroke.begin, stroke.end)] = names.index(stroke.label or NOTHING)
    members = list(less(fixed))
    assert len(members) == COMMITTEE
    path = canvas._segmented(names, fixed)
    agreed = sum((canvas._segmented(names, one) == path).astype(float) for one in members)
    expected = np.where(fixed >= 0, 1.0, (agreed + 1.0) / (COMMITTEE + 2.0))
    np.testing.assert_allclose(later.sure, expected)


def test_each_of_the_committee_lacks_a_part_of_the_strokes_and_no_label():
    painted = np.array([0, 0, -1, 1, 1, -1, 0, -1, 1, -1, 2, 2, -1, 1])
    members = list(less(painted))
    assert len(members) == 5
    for one in members:
        assert set(one.tolist()) == {-1, 0, 1, 2} and (one[10:12] == 2).all()
        assert ((one == painted) | (one == -1)).all() and (one != painted).any()
    unknown = np.mean([one == -1 for one in members], axis=0)[[0, 3, 6, 8, 13]]
    assert (unknown == 0.2).all()
    assert list(less(np.array([0, -1, 1]))) == []


def test_moments_are_described_alike_whatever_units_and_offsets_are(canvas):
    one = canvas.stream
    other = Demonstration("take", "", SPEC, one.time, one.values * [9.81, 9.81] + [3.0, -5.0])
    assert np.allclose(
        described(one)[0] - described(one)[0].mean(0), described(other)[0] - described(other)[0].mean(0)
    )
    still = Demonstration("still", "", SPEC, one.time, np.ones((1500, 2)))
    assert np.isfinite(described(still)[0]).all()
    assert SWITCH > 0.0
    assert NOTHING


def test_the_command_proposes_and_keeps(capsys, tmp_path):
    plain, _ = read_project(presets()["pointer"])
    names = [str(channel) for channel in plain.shown[0].spec.channels]
    save_project(plain, tmp_path / "mine")
    time = np.arange(1000) / 50.0
    values = 0.01 * np.random.default_rng(1).normal(size=(1000, len(names)))
    for begin in (4, 10, 15):
        inside = (time >= begin) & (time < begin + 2)
        values[inside, 0] += np.sin(20.0 * time[inside])
    np.savez(tmp_path / "jam.npz", X=values, lengths=[1000], rate=50.0, channels=names)

    def asked(*words):
        with pytest.raises(SystemExit) as ended:
            main(["teach", str(tmp_path / "mine"), "paint", str(tmp_path / "jam.npz"), *words])
        return ended.value.code, capsys.readouterr()

    strokes = ("1-3=", "4.2-5.8=wave", "7-9=", "10.5-11.5=wave")
    code, said = asked(*strokes, "--json")
    assert code == 0
    labels = [one["label"] for one in json.loads(said.out)["segments"]]
    assert labels == ["", "wave", "", "wave", "", "wave", ""]
    code, said = asked(*strokes, "--keep")
    assert code == 0
    kept = [one for one in read_project(tmp_path / "mine")[0].demonstrations if one.label == "wave"]
    assert 2 <= len(kept) <= 3
    assert all(1.0 < one.seconds < 4.0 for one in kept)
    code, said = asked("4.2-5.8=tick", "--keep")
    assert code == 0
    assert "paint a second of nothing" in said.out
    (tick,) = [one for one in read_project(tmp_path / "mine")[0].demonstrations if one.label == "tick"]
    assert tick.seconds == pytest.approx(1.6, abs=0.1)
    code, said = asked("3-1=wave")
    assert code == 2
    assert "BEGIN-END=GESTURE" in said.err
