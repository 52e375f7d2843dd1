"""Who trains and who is tested: never the same frame on both sides, and the same draw for the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import making_recordings as making
import numpy as np
import pytest

from gesturemap.errors import DataError
from gesturemap.project.exchange.corpus import Corpus, read_corpus
from gesturemap.teaching import cycles, extents, openset, pieces, splits, streams

ROWS = [
    (label, user, session)
    for user in ("u", "v")
    for label in "abcd"
    for session in ("s", "t")
    for _ in range(3)
]
CORPUS = making.corpus(ROWS)
LONG = making.corpus(ROWS, 100)


def few(corpus: Corpus = CORPUS, shots: tuple[int, ...] = (1, 2, 5), seed: int = 0) -> list[pieces.Cell]:
    return splits.few_shots(corpus, pieces.whole(corpus), shots, 3, seed, [])


def windows(seed: int = 0) -> list[pieces.Cell]:
    return splits.one_take(LONG, pieces.windows(LONG, 0.5), (1, 3), 3, seed, [])


DRAWN: dict[str, Callable[[int], list[pieces.Cell]]] = {
    "few shots": lambda seed: few(seed=seed),
    "windows": windows,
    "open set": lambda seed: openset.cells_of(CORPUS, pieces.whole(CORPUS), (2,), 3, seed, []),
}
FIXED: dict[str, Callable[[int], list[pieces.Cell]]] = {
    what: (lambda seed, what=what: splits.leave_out(LONG, pieces.windows(LONG, 0.5), what, []))
    for what in ("user", "session", "recording")
}


@pytest.mark.parametrize("cells", [*DRAWN.values(), *FIXED.values()], ids=[*DRAWN, *FIXED])
def test_no_frame_is_on_both_sides(cells: Callable[[int], list[pieces.Cell]]) -> None:
    made = cells(0)
    assert made
    for cell in made:
        assert cell.train and cell.test
        assert not any(a.overlaps(b) for a in cell.train for b in cell.test)
        values = [
            {float(x) for p in side for x in p.cut(LONG).values[:, 0]} for side in (cell.train, cell.test)
        ]
        assert not values[0] & values[1]


@pytest.mark.parametrize("cells", DRAWN.values(), ids=DRAWN)
def test_a_seed_is_a_draw(cells: Callable[[int], list[pieces.Cell]]) -> None:
    assert cells(4) == cells(4)
    assert cells(4) != cells(5)


def test_few_shots_are_of_one_user_and_so_many() -> None:
    for cell in few():
        assert {CORPUS.users[piece.recording] for piece in (*cell.train, *cell.test)} == {cell.group}
        assert len(cell.train) == 4 * cell.shots and len(cell.test) == 4 * (6 - cell.shots)
        for label in "abcd":
            assert sum(piece.label == label for piece in cell.train) == cell.shots


def test_more_shots_contain_fewer() -> None:
    cells = {(cell.group, cell.repeat, cell.shots): set(cell.train) for cell in few()}
    for group, repeat, _ in cells:
        assert cells[group, repeat, 1] < cells[group, repeat, 2] < cells[group, repeat, 5]


def test_a_draw_does_not_depend_on_what_else_is_asked() -> None:
    assert [cell for cell in few() if cell.shots == 2] == few(shots=(2,))


def test_a_gesture_with_too_few_recordings_is_left_out_and_told() -> None:
    corpus = making.corpus([*ROWS, ("rare", "u", "s")])
    notes: list[str] = []
    cells = splits.few_shots(corpus, pieces.whole(corpus), (1,), 1, 0, notes)
    assert not any(piece.label == "rare" for cell in cells for piece in (*cell.train, *cell.test))
    assert notes == ["user u at 1 shots: too few recordings of rare; left out"]
    with pytest.raises(DataError, match=r"6 shots.*nobody has more than 6"):
        splits.few_shots(corpus, pieces.whole(corpus), (1, 6), 1, 0, [])


def test_windows_of_one_take_train_and_of_the_others_are_tested() -> None:
    for cell in windows():
        for label in "abcd":
            takes = {piece.recording for piece in cell.train if piece.label == label}
            tested = {piece.recording for piece in cell.test if piece.label == label}
            assert len(takes) == 1 and len(tested) == 5 and not takes & tested


def test_windows_follow_each_other() -> None:
    made = [(piece.begin, piece.end) for piece in pieces.windows(LONG, 0.66) if piece.recording == 3]
    assert made == [(0, 33), (33, 66), (66, 99)]


def test_who_is_left_out_is_tested_once() -> None:
    for what, names in (("user", CORPUS.users), ("recording", [d.id for d in CORPUS.demonstrations])):
        cells = splits.leave_out(CORPUS, pieces.whole(CORPUS), what, [])
        assert sorted(piece.recording for cell in cells for piece in cell.test) == list(range(len(ROWS)))
        assert all({names[piece.recording] for piece in cell.test} == {cell.group} for cell in cells)


def test_a_session_is_left_out_within_its_user() -> None:
    cells = splits.leave_out(CORPUS, pieces.whole(CORPUS), "session", [])
    assert [cell.group for cell in cells] == ["u s", "u t", "v s", "v t"]
    assert all(len({CORPUS.users[piece.recording] for piece in (*c.train, *c.test)}) == 1 for c in cells)


def test_one_user_cannot_be_left_out() -> None:
    alone = making.corpus([("a", "", ""), ("b", "", "")])
    with pytest.raises(DataError, match="leave out user"):
        splits.leave_out(alone, pieces.whole(alone), "user", [])


def test_half_of_the_gestures_are_known() -> None:
    for cell in openset.cells_of(CORPUS, pieces.whole(CORPUS), (2,), 5, 0, []):
        assert len({piece.label for piece in cell.train}) == 2 and len(cell.train) == 4
        assert {piece.label for piece in cell.test} == set("abcd")


def test_templates_are_cut_from_other_streams(tmp_path: Path) -> None:
    corpus = read_corpus(making.save(tmp_path, making.with_streams()))
    cells = streams.cells_of(corpus, (1, 3), 4, 0, "others", 0.5, [])
    assert {cell.group for cell in cells} == {"4", "5", "6", "without gestures"}
    for cell in cells:
        assert not cell.masked and len(cell.train) == 2 * cell.shots
        assert not {piece.recording for piece in cell.train} & set(cell.streams)
    assert cells == streams.cells_of(corpus, (1, 3), 4, 0, "others", 0.5, [])
    isolated = streams.cells_of(corpus, (2,), 1, 0, "isolated", 0.5, [])
    assert all(piece.recording < 4 for cell in isolated for piece in cell.train)


def test_a_gesture_of_one_stream_alone_is_cut_from_it_and_not_asked_for(tmp_path: Path) -> None:
    made = making.with_streams()
    made["ev_label"] = np.where(made["ev_rec"] == 4, "rare", made["ev_label"])
    corpus = read_corpus(making.save(tmp_path, made))
    notes: list[str] = []
    cells = streams.cells_of(corpus, (2, 9), 2, 0, "others", 0.5, notes)
    for cell in cells:
        own = cell.masked
        assert len(own) == ((2 if cell.shots == 2 else 3) if cell.group == "4" else 0)
        assert all(moment.label == "rare" for moment in own)
    assert len(notes) == 2 and notes[1].startswith("rare: no other stream has it")
    fewer = {
        label: min(Counter(p.label for p in c.train)[label] for c in cells if c.shots == 9) for label in "ab"
    }
    told = ", ".join(f"{label} ({count})" for label, count in {**fewer, "rare": 3}.items())
    assert notes[0] == f"at 9 shots fewer templates are there of {told}: no more than those train"


def test_wild_frames_of_a_stream_draw_no_cut_and_are_named_once(tmp_path: Path) -> None:
    made = making.with_streams()
    clean = read_corpus(making.save(tmp_path, made))
    wild = made["X"].copy()
    for begin in np.cumsum(made["lengths"])[3:6]:
        wild[begin + np.array([70, 142, 250])] = 1e5  # at rest, soon after gestures
    corpus = read_corpus(making.save(tmp_path, made | {"X": wild}, "wild.npz"))
    notes: list[str] = []
    asked = (corpus, (2,), 2, 0, "others", 0.5)
    assert streams.cells_of(*asked, notes, everyday="usual") == streams.cells_of(
        clean, *asked[1:], [], everyday="usual"
    )
    told = [note for note in notes if "the value before is learned" in note]
    assert len(told) == 3 and told[0].startswith("demonstration 4, channels acc_x, acc_y, gyr_z, frame ")
    steady = streams.steady(corpus)[0]
    gap = [
        np.ptp(a.values - b.values) for a, b in zip(steady.demonstrations, clean.demonstrations, strict=True)
    ]
    assert max(gap) < 5.0 and streams.steady(clean) == (clean, ())


def test_events_of_any_stream_train_but_are_not_asked_for(tmp_path: Path) -> None:
    corpus = read_corpus(making.save(tmp_path, making.with_streams()))
    cells = streams.cells_of(corpus, (3,), 20, 0, "any", 0.5, [])
    assert any(cell.masked for cell in cells)
    for cell in cells:
        own = {piece for piece in cell.train if piece.recording in cell.streams}
        assert own == {extents.extent(corpus, moment) for moment in cell.masked}


@pytest.mark.parametrize("rest", [50, 150])
def test_everyday_movement_is_what_the_other_streams_show_besides_gestures(tmp_path: Path, rest: int) -> None:
    corpus = read_corpus(making.save(tmp_path, making.with_streams(rest=rest)))
    cells = streams.cells_of(corpus, (1,), 2, 0, "others", 0.5, [], everyday="usual")
    assert {cell.streams for cell in cells} == {(4,), (5,), (6,), (7,)}
    for cell in cells:
        usual = [piece for piece in cell.train if piece.label == "usual"]
        others = {4, 5, 6} - set(cell.streams)
        # behind each of 4 gestures there is rest, its first 0.5 s still the gesture's; 1 s of it is too short
        assert sum(p.recording != 7 for p in usual) == (4 * len(others) if rest == 150 else 0)
        whole_streams = [(p.begin, p.end) for p in usual if p.recording == 7]
        assert whole_streams == ([] if cell.streams == (7,) else [(0, len(corpus.demonstrations[7]))])
        templates = [p for p in cell.train if p.label != "usual"]
        assert len(templates) == 2 and {p.recording for p in cell.train} <= others | {7}
        for piece in usual:
            assert piece.end - piece.begin >= 3 * max(p.end - p.begin for p in templates)
            time = corpus.demonstrations[piece.recording].time[piece.begin : piece.end]
            for moment in (m for m in corpus.moments if m.recording == piece.recording):
                assert np.abs(time - moment.time).min() > 0.5
                assert not piece.overlaps(extents.extent(corpus, moment))


def test_all_of_a_stream_is_gesture_or_between(tmp_path: Path) -> None:
    corpus = read_corpus(making.save(tmp_path, making.with_streams()))
    found = extents.between(corpus, 4, 0.1, 1)
    assert found[0].begin == 0 and found[-1].end == len(corpus.demonstrations[4])
    kept = np.concatenate([np.arange(piece.begin, piece.end) for piece in found])
    own = [moment for moment in corpus.moments if moment.recording == 4]
    for t, time in enumerate(corpus.demonstrations[4].time):
        near = any(abs(time - m.time) <= 0.1 for m in own)
        inside = any(e.begin <= t < e.end for e in (extents.extent(corpus, m) for m in own))
        assert (t in kept) != (near or inside)
    assert extents.between(corpus, 7, 0.1, 1) == [pieces.Piece(7, 0, len(corpus.demonstrations[7]), "")]


def test_an_event_is_cut_where_there_is_movement(tmp_path: Path) -> None:
    corpus = read_corpus(making.save(tmp_path, making.with_streams()))
    for moment in corpus.moments:
        piece = extents.extent(corpus, moment)
        true = round((moment.time - 0.5) * making.RATE), round(moment.time * making.RATE)
        shared = min(piece.end, true[1]) - max(piece.begin, true[0])
        assert piece.end - piece.begin == 19 and shared >= 18


def test_strokes_are_cut_between_their_neighbours(tmp_path: Path) -> None:
    made = making.with_streams()
    made["ev_time"] = made.pop("ev_end") - 0.25
    corpus = read_corpus(making.save(tmp_path, made))
    assert corpus.marks == "time"
    piece = extents.extent(corpus, corpus.moments[1])
    middle = corpus.moments[1].time * making.RATE
    assert piece.begin == pytest.approx(middle - 37.5, abs=1) and piece.end == pytest.approx(
        middle + 37.5, abs=1
    )


def test_first_cycles_train_and_the_second_half_is_tested(tmp_path: Path) -> None:
    corpus = read_corpus(making.save(tmp_path, making.with_frame_labels()))
    one, two, three = (cycles.cells_of(corpus, (n,), []) for n in (1, 2, 3))
    assert [(p.begin, p.end, p.label) for p in one[0].train] == [(0, 50, "rest"), (50, 100, "fist")]
    assert len(two[0].train) == 4 and three[0].train == two[0].train
    assert [(p.begin, p.end) for p in one[0].test] == [(200, 400)]
    with pytest.raises(DataError, match="no frame labels"):
        cycles.cells_of(CORPUS, (1,), [])


@pytest.mark.parametrize(
    ("made", "step"),
    [
        (making.with_outputs(), "record more or ask without --shots and --open-set"),
        (making.arrays(("a",)), "record more or use --leave-out user"),
        (making.arrays(("a",), ("u",)), "record more"),
    ],
)
def test_what_is_told_to_do_where_nothing_is_left_to_test_applies(
    tmp_path: Path, made: dict[str, Any], step: str
) -> None:
    corpus = read_corpus(making.save(tmp_path, made))
    with pytest.raises(DataError) as caught:
        splits.few_shots(corpus, pieces.whole(corpus), (1,), 1, 0, [])
    assert str(caught.value).endswith(f"; {step}")
