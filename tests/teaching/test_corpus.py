"""Files of recordings: what is read, and what is refused with one clear line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import making_recordings as making
import numpy as np
import pytest

from gesturemap.errors import GesturemapError
from gesturemap.project.exchange.corpus import named, read_corpus


def test_recordings_are_cut_where_they_end(tmp_path: Path) -> None:
    made = making.arrays()
    corpus = read_corpus(making.save(tmp_path, made))
    assert len(corpus.demonstrations) == 24
    np.testing.assert_array_equal(np.concatenate([d.values for d in corpus.demonstrations]), made["X"])
    assert corpus.labels == tuple(made["label"]) and corpus.users == tuple(made["user"])
    assert corpus.demonstrations[0].spec.names == ("acc_x", "acc_y", "gyr_z")
    assert corpus.demonstrations[5].time[1] == pytest.approx(1 / making.RATE)


def test_columns_are_patterns_for_names(tmp_path: Path) -> None:
    path = making.save(tmp_path, making.arrays())
    assert read_corpus(path, ["acc*"]).demonstrations[0].spec.names == ("acc_x", "acc_y")
    assert read_corpus(path, ["gyr_z", "*_x"]).demonstrations[0].spec.names == ("acc_x", "gyr_z")
    with pytest.raises(GesturemapError, match=r"no channel matches 'mag\*'.*acc_x, acc_y, gyr_z"):
        read_corpus(path, ["mag*"])


def test_only_values_and_lengths_must_be_there(tmp_path: Path) -> None:
    corpus = read_corpus(making.save(tmp_path, {"X": np.zeros((10, 2)), "lengths": [4, 6]}))
    assert [len(one) for one in corpus.demonstrations] == [4, 6]
    assert corpus.users == ("", "") and corpus.demonstrations[0].spec.names == ("c0", "c1")


def test_outputs_are_the_columns_behind_the_inputs(tmp_path: Path) -> None:
    made = making.with_outputs()
    one = read_corpus(making.save(tmp_path, made)).demonstrations[0]
    assert one.spec.width == 3 and one.outputs[0].name == "loudness"
    np.testing.assert_array_equal(one.targets[:, 0], made["X"][: len(one), 3])


@pytest.mark.parametrize("target", ["third", "1"])
def test_recordings_without_the_target_are_left_out_and_told(tmp_path: Path, target: str) -> None:
    made = making.with_outputs()
    corpus = read_corpus(making.save(tmp_path, made), target=target)
    assert [one.id for one in corpus.demonstrations] == ["1", "2", "3", "4", "5"]
    assert corpus.notes == ("1 recordings have no third and are left out",)
    np.testing.assert_array_equal(
        np.concatenate([one.targets for one in corpus.demonstrations]), made["desc"][made["lengths"][0] :, 1:]
    )


def test_channels_of_one_name_are_told_apart_by_all_their_text() -> None:
    assert [c.name for c in named(["acc x", "acc y"])] == ["acc_x", "acc_y"]
    assert [c.name for c in named(["acc", "acc", ""])] == ["acc_0", "acc_1", "c2"]


def broken(**changes: Any) -> dict[str, Any]:
    made = {**making.arrays(), **changes}
    return {name: array for name, array in made.items() if array is not None}


def spoilt() -> np.ndarray:
    made = making.arrays()
    made["X"][made["lengths"][0] + 7, 1] = np.nan
    return made["X"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (broken(X=None), "no array 'X'"),
        (broken(lengths=None), "no array 'lengths'"),
        (broken(lengths=np.array([3, 4])), "2 recordings of 7 frames"),
        (broken(lengths=np.array([-1, len(spoilt()) + 1])), "no recording less than none"),
        (broken(lengths=np.full(3, 2.5)), "whole numbers"),
        (broken(X=np.zeros(50)), "2 dimensions"),
        (broken(X=np.array([["a"]])), "2 dimensions"),
        (broken(X=spoilt() * np.nan), "demonstration 0, channel acc_x, frame 0: nan"),
        (broken(label=np.array(["a"])), "label: 1 entries; 24 are wanted"),
        (broken(channels=np.array(["x"])), "channels: 1 entries; 3 are wanted"),
        (broken(rate=0.0), "rate: 0.0 Hz"),
        (broken(rate=np.array([1.0, 2.0])), "one number"),
        (broken(din=3), "din: 3"),
        (broken(din=1.5), "din: 1.5"),
        (broken(X=np.zeros((5, 0))), "no channels"),
        (broken(lengths=np.array([2**62] * 4 + [len(spoilt())])), "frames; X has"),
        (
            broken(ev_rec=np.array([0]), ev_label=np.array(["a"]), ev_end=np.array([1e9])),
            "a at 1e.09 s of demonstration 0",
        ),
        (
            broken(ev_rec=np.array([0]), ev_label=np.array(["a"]), ev_end=np.array([-1.0])),
            r"a at -1 s of demonstration 0; that lasts from 0\.0 to",
        ),
        (broken(t=np.zeros(3)), "t: 3 entries"),
        (broken(ev_rec=np.array([99]), ev_label=np.array(["a"]), ev_end=np.array([1.0])), "ev_rec: 99"),
        (broken(ev_rec=np.array([0]), ev_label=np.array(["a"])), "no ev_end and no ev_time"),
        (broken(ev_rec=np.array([0]), ev_label=np.array(["a"]), ev_end=np.array([np.inf])), "inf"),
        (broken(frame_label=np.zeros(3, int)), "frame_label: 3 entries"),
        (broken(label=np.array([object()] * 24)), "object|Python"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, made: dict[str, Any], said: str) -> None:
    with pytest.raises(GesturemapError) as caught:
        read_corpus(making.save(tmp_path, made))
    assert re.search(said, str(caught.value)) and "\n" not in str(caught.value)


def test_what_is_no_npz_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("hello, I am no archive at all, not even nearly")
    np.save(tmp_path / "one.npy", np.zeros(40))
    for name in ("text.npz", "one.npy", "missing.npz"):
        with pytest.raises(GesturemapError, match=name):
            read_corpus(tmp_path / name)


def test_a_missing_descriptor_is_named(tmp_path: Path) -> None:
    with pytest.raises(GesturemapError, match=r"no column 'pitch'.*sum, third"):
        read_corpus(making.save(tmp_path, making.with_outputs()), target="pitch")
    with pytest.raises(GesturemapError, match="no array 'desc'"):
        read_corpus(making.save(tmp_path, making.arrays()), target="0")


def test_what_is_wrong_with_one_recording_leaves_it_out_and_is_told(tmp_path: Path) -> None:
    made = broken(X=spoilt())
    made["lengths"] = np.append(made["lengths"], 0)
    for name in ("label", "user", "session", "split"):
        if name in made:
            made[name] = np.append(made[name], "a")
    made["t"] = np.concatenate([np.arange(n) for n in made["lengths"]]) / making.RATE
    made["t"][sum(made["lengths"][:2]) + 5] = 0.0
    made |= {
        "ev_rec": np.array([0, 2]), "ev_label": np.array(["a", "b"]), "ev_end": np.array([1e9, 0.5])
    }  # fmt: skip
    corpus = read_corpus(making.save(tmp_path, made))
    assert [one.id for one in corpus.demonstrations] == ["0", *(str(i) for i in range(2, 24))]
    assert corpus.demonstrations[1].time[5] == 5 / making.RATE
    assert [(moment.recording, moment.label) for moment in corpus.moments] == [(1, "b")]
    told = "\n".join(corpus.notes)
    assert (
        "demonstration 24 is left out" in told and "demonstration 1 is left out" in told and "frame 7" in told
    )
    assert "t falls in demonstration 2 at frame 5" in told
    assert "1 of 2 events are left out, the first a at 1e+09 s of demonstration 0" in told
