"""Discovery: what was planted is offered and nothing else, more of it is found, and what is unknown stands out."""

import json
from dataclasses import replace

import numpy as np
import pytest

from gesturemap.cli.main import main
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.library import presets
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.teaching.suggest.discover import discover, findings, more_like, taken, unknown

SPEC = Spec.of("x m", "y m", rate=25.0)
PLACES = {"a": (100, 400, 700, 1100), "b": (200, 550, 900, 1300)}


def shape(label, seed, frames=50):
    rng = np.random.default_rng((seed, ord(label)))
    at = np.linspace(0.0, 1.0, frames) ** rng.uniform(0.9, 1.1)
    one, other = (2.0, 3.0) if label == "a" else (4.0, 1.0)
    form = np.stack([np.sin(2 * np.pi * one * at), 1.0 - np.cos(2 * np.pi * other * at)], 1)
    return form * rng.uniform(0.9, 1.1) * np.hanning(frames)[:, None]


@pytest.fixture(scope="module")
def stream():
    rng = np.random.default_rng(0)
    noise = np.cumsum(rng.normal(size=(1500, 2)), axis=0)
    noise -= np.stack([np.convolve(column, np.ones(51) / 51, "same") for column in noise.T], 1)
    values = 0.03 * noise
    for label, places in PLACES.items():
        for seed, place in enumerate(places):
            values[place : place + 50] += shape(label, seed)
    return Demonstration("played", "", SPEC, np.arange(1500) / 25.0, values)


def lies_in(begin, end):
    for label, places in PLACES.items():
        if any(min(end, place + 50) - max(begin, place) >= 0.5 * (end - begin) for place in places):
            return label
    return ""


def test_both_gestures_come_first_with_all_their_repetitions(stream):
    motifs = discover(stream)
    named = [lies_in(one.begin, one.end) for one in motifs]
    assert {"a", "b"} <= set(named[:3])
    for label in ("a", "b"):
        one = motifs[named.index(label)]
        assert [lies_in(*span) for span in one.repeats].count(label) == 4
        kept = taken(stream, one, label)
        assert [len(each) for each in kept] == [end - begin for begin, end in one.repeats]
        assert all(each.label == label and each.time[0] == 0.0 for each in kept)
    offer = findings(stream, motifs)[0]
    assert "4 times" in offer.evidence
    json.dumps(offer.as_table())


@pytest.mark.parametrize("frames", [50, 34], ids=["as long", "quicker, and shorter than any window"])
def test_what_is_a_gesture_already_is_not_offered(stream, frames):
    known = [
        Demonstration(f"a-{n}", "a", SPEC, np.arange(frames) / 25.0, shape("a", 10 + n, frames))
        for n in range(3)
    ]
    named = {lies_in(one.begin, one.end) for one in discover(stream, known)}
    assert "a" not in named
    assert "b" in named


def sister(label, rng, frames=50):
    """Two movements that are more alike than is asked of repetitions, and less than their own repetitions are."""
    at = np.linspace(0.0, 1.0, frames)
    other = np.stack([np.cos(10 * np.pi * at), np.sin(8 * np.pi * at)], 1) * np.hanning(frames)[:, None]
    return rng.uniform(0.95, 1.05) * (shape("a", 0, frames) + (0.6 * other if label == "c" else 0.0))


@pytest.fixture(scope="module")
def sisters():
    rng = np.random.default_rng(3)
    values, places = 0.01 * rng.normal(size=(1500, 2)), {}
    for number, place in enumerate(np.arange(100, 1400, 150) + rng.integers(0, 40, 9)):
        places[place] = "ac"[number % 2]
        values[place : place + 50] += sister(places[place], rng)
    return Demonstration("played", "", SPEC, np.arange(1500) / 25.0, values), places


def of_which(places, begin, end):
    near = [label for place, label in places.items() if min(end, place + 50) - max(begin, place) >= 20]
    return near[0] if near else ""


def test_movements_that_are_more_like_themselves_than_each_other_are_offered_apart(sisters):
    stream, places = sisters
    offers = [{of_which(places, *span) for span in one.repeats} for one in discover(stream)[:2]]
    assert sorted(offers, key=min) == [{"a"}, {"c"}]


def test_what_is_only_like_a_gesture_is_offered_and_says_so(sisters):
    stream, places = sisters
    rng = np.random.default_rng(4)
    known = [Demonstration(f"a-{n}", "a", SPEC, np.arange(50) / 25.0, sister("a", rng)) for n in range(3)]
    motifs = discover(stream, known)
    offers = [{of_which(places, *span) for span in one.repeats} for one in motifs]
    assert offers[0] == {"c"}
    assert {"a"} not in offers
    offer = findings(stream, motifs)[0]
    assert offer.gesture == "a"
    assert "It is like 'a'" in offer.evidence


def test_more_like_one_is_found_each_once(stream):
    spans = more_like(stream, 400, 450)
    assert [lies_in(begin, end) for begin, end, _ in spans[:4]] == ["a"] * 4
    assert sorted(round(begin / 50) for begin, _, _ in spans[:4]) == [2, 8, 14, 22]


def test_what_is_unknown_is_explained_least(stream):
    known = [Demonstration(f"a-{n}", "a", SPEC, np.arange(50) / 25.0, shape("a", 10 + n)) for n in range(5)]
    spans, left = unknown(stream, known)
    of = np.array([lies_in(*span) for span in spans.tolist()])
    assert np.median(left[of == "b"]) > 2.0 * np.median(left[of == "a"])
    assert np.median(left[of == "b"]) > 3.0 * np.median(left[of == ""])


def test_a_recording_without_anything_offers_nothing():
    still = Demonstration("still", "", SPEC, np.arange(200) / 25.0, np.zeros((200, 2)))
    assert discover(still) == []
    assert discover(replace(still, time=still.time[:5], values=still.values[:5])) == []


def test_the_command_offers_and_makes_gestures(capsys, tmp_path):
    plain, _ = read_project(presets()["pointer"])
    names = [str(channel) for channel in plain.shown[0].spec.channels]
    save_project(plain, tmp_path / "mine")
    rng = np.random.default_rng(1)
    values = 0.01 * rng.normal(size=(1000, len(names)))
    for seed, place in enumerate((100, 300, 500, 800)):
        values[place : place + 80, :2] += 0.3 * shape("b", seed, 80)
    np.savez(tmp_path / "jam.npz", X=values, lengths=[1000], rate=50.0, channels=names)

    def asked(*words):
        with pytest.raises(SystemExit) as ended:
            main(["teach", str(tmp_path / "mine"), "discover", str(tmp_path / "jam.npz"), *words])
        return ended.value.code, capsys.readouterr()

    code, said = asked("--json")
    assert code == 0
    assert json.loads(said.out)["offers"][0]["figures"]["repeats"] == 4
    code, said = asked("--name", "1=swirl")
    assert code == 0
    again = read_project(tmp_path / "mine")[0]
    assert sum(one.label == "swirl" for one in again.shown) == 4
    assert again.gestures[-1] == "swirl"
    code, said = asked("--name", "99=x")
    assert code == 2
    assert "NUMBER=GESTURE" in said.err
    code, said = asked("--like", "2.0", "3.6", "--json")
    assert code == 0
    assert len(json.loads(said.out)) >= 4
