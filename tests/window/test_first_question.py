"""The first question: when it is asked, what each answer begins with, and how it sounds under the real engine."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from little_control import DOCUMENT
from performer import LEFT, Performer
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.control import desk, door
from gesturemap.control.controller import SPARES, Controller
from gesturemap.frames import Event
from gesturemap.library import presets, project_folder, remember_project, user_folder
from gesturemap.project.read import read_project
from gesturemap.synth.mixer import Mixer
from gesturemap.window.facts.document import read
from gesturemap.window.facts.first import ANSWERS, asked
from gesturemap.window.facts.kept import Kept
from gesturemap.window.files import last
from gesturemap.window.opened import Opened
from gesturemap.window.words import first as said

UNNAMED = {
    "project": {"name": "phone-gestures", "path": "/shipped/phone-gestures", "writable": False},
    "input": {"kind": "replay", "path": "recordings.npz"}, "undo": "", "redo": "",
}  # fmt: skip
"""What plays where no project was named."""
EMPTY = {"gestures": [], "undo": "", "redo": "", "trained": None}


def test_it_is_asked_of_an_empty_project_and_goes_when_somebody_begins(shown) -> None:
    question = shown.window.teach.stage.question
    assert not question.isVisible()
    shown.change(**EMPTY)
    assert question.isVisible()
    assert question.size() == shown.window.teach.stage.size()
    assert shown.window.teach.recorder.isVisible()
    assert shown.window.teach.vocabulary.isVisible()
    shown.change(gestures=[{"label": "mine", "demonstrations": []}], undo="add mine")
    assert not question.isVisible()


def test_a_window_that_was_left_on_another_page_shows_where_it_is_asked_once(shown) -> None:
    opened = Opened(shown.window, "nobody answers", Kept(page="test"), "")
    opened.open()
    assert shown.window.page() == "test"
    shown.change(**EMPTY)
    assert shown.window.page() == "teach"
    shown.window.enter("test")
    shown.change(gestures=[{"label": "mine", "demonstrations": []}], undo="add mine")
    shown.change(**EMPTY)
    assert shown.window.page() == "test"


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
def test_every_answer_opens_a_preset_by_mouse_or_key_and_says_what_to_do(shown, answer) -> None:
    shown.change(**EMPTY)
    stage = shown.window.teach.stage
    choice = stage.question.choices[answer.name]
    assert choice.isVisible()
    assert answer.preset in choice.toolTip()
    choice.setFocus()
    shown.key(Qt.Key.Key_Return)
    assert shown.heard(c.Open) == [c.Open(answer.preset)]
    assert not stage.question.isVisible()
    assert stage.hint.isVisible()
    assert stage.hint.text.text().splitlines() == [said.HINTS[answer.name], said.PHONE]
    assert stage.curves.what.currentIndex() == int(answer.features)
    project = {"name": answer.preset, "path": "/p", "saved": False, "writable": False}
    shown.change(project=project, gestures=[{"label": "circle", "demonstrations": []}])
    assert stage.hint.isVisible()
    shown.change(undo="record circle")
    assert not stage.hint.isVisible()


@pytest.mark.parametrize("size", [(960, 560), (1280, 720), (1920, 1080)])
@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
def test_the_pad_keeps_its_size_when_what_to_do_is_said_and_goes(
    shown, answer, size: tuple[int, int]
) -> None:
    shown.window.resize(*size)
    shown.turn()
    shown.qtbot.wait(20)
    stage = shown.window.teach.stage
    before = stage.pad.size()
    stage.hint.say(answer.name)
    shown.qtbot.wait(20)
    text = stage.hint.text
    assert text.height() >= text.heightForWidth(text.width())
    assert stage.curves.isHidden() or not stage.hint.geometry().intersects(stage.curves.geometry())
    assert stage.curves.isVisible() or size[0] < 1280
    assert stage.pad.size() == before
    stage.hint.close_button.click()
    shown.qtbot.wait(20)
    assert stage.pad.size() == before
    assert stage.curves.isVisible()


def test_it_can_be_put_away_and_is_not_asked_again(shown) -> None:
    shown.change(**EMPTY)
    question = shown.window.teach.stage.question
    QTest.mouseClick(question.skip, LEFT)
    assert not question.isVisible()
    shown.change(running=False)
    assert not question.isVisible()
    assert shown.heard(c.Open) == []


@pytest.mark.parametrize(
    "first, changes, wanted",
    [
        (False, {}, True),
        (False, {"undo": "delete circle"}, False),
        (False, {"gestures": [{"label": "circle", "demonstrations": []}]}, False),
        (False, {"input": {"kind": "phone"}}, False),
        (False, {"recording": "circle"}, False),
        (False, {"locked": True}, False),
        (True, {"project": {"path": "/shipped", "writable": False}, "input": {"kind": "osc"}}, True),
        (False, {"project": {"path": "/shipped", "writable": False}, "input": {"kind": "osc"}}, False),
        (True, {"project": {"path": "/shipped", "writable": False}}, False),
        (False, UNNAMED, False),
    ],
)
def test_when_it_is_asked(first: bool, changes: dict, wanted: bool) -> None:
    state = {"project": {"path": "/mine", "writable": True}, "input": {"kind": "pointer"}, "gestures": []}
    assert asked(read(state | changes), first=first) == wanted


@pytest.fixture
def mine(shown, tmp_path: Path) -> Path:
    """A project that was open last, with a long name."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "project.toml").write_text('[project]\nname = "tide & ebb, a piece for two hands and a lamp"\n')
    remember_project(folder)
    shown.window.teach.stage.question._first = None  # as in a window that has just come
    return folder


def test_where_no_project_was_named_one_goes_on_with_the_last_by_one_press(shown, mine: Path) -> None:
    question = shown.window.teach.stage.question
    shown.change(**UNNAMED)
    assert question.isVisible() and question.go_on.isVisible()
    assert question.go_on.text().startswith("Go on with tide && ebb")
    assert question.go_on.accessibleName().endswith("a lamp")
    assert str(mine) in question.go_on.toolTip()
    QTest.mouseClick(question.go_on, LEFT)
    assert shown.heard(c.Open) == [c.Open(str(mine))]
    assert not question.isVisible()


def test_what_is_gone_or_was_not_asked_for_is_not_offered(shown, mine: Path) -> None:
    question = shown.window.teach.stage.question
    shown.change(**UNNAMED | {"undo": "input"})
    assert not question.isVisible()
    shown.change(**{part: DOCUMENT[part] for part in UNNAMED} | EMPTY)
    assert question.isVisible() and not question.go_on.isVisible()
    (mine / "project.toml").unlink()
    shown.change(**UNNAMED)
    assert not question.isVisible()


def test_the_last_project_is_the_saved_one_or_the_work_that_is_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    shelf = user_folder()
    assert last(shelf) is None
    saved, draft = tmp_path / "saved", shelf / "unsaved" / "draft"
    for when, folder in ((1000, saved), (3000, draft)):
        folder.mkdir(parents=True)
        (folder / "project.toml").write_text(f'[project]\nname = "{folder.name}"\n')
        os.utime(folder / "project.toml", (when, when))
    assert last(shelf).folder == draft
    remember_project(saved)
    os.utime(shelf / "recent.txt", (2000, 2000))
    assert last(shelf).folder == draft
    os.utime(shelf / "recent.txt", (4000, 4000))
    assert last(shelf).folder == saved


@pytest.mark.parametrize("size", [(960, 560), (1280, 720)])
def test_with_the_last_project_nothing_of_it_is_cut_off(shown, mine: Path, size: tuple[int, int]) -> None:
    shown.window.resize(*size)
    shown.change(**UNNAMED)
    shown.qtbot.wait(20)
    question = shown.window.teach.stage.question
    parts = [question.question, *question.choices.values(), question.phone, question.go_on, question.skip]
    boxes = [part.geometry() for part in parts if part.isVisible()]
    assert len(boxes) >= 6
    for button in (question.go_on, question.skip):
        assert button.width() >= button.minimumSizeHint().width()
    assert all(question.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


@pytest.mark.parametrize("size", [(960, 560), (1280, 720), (2560, 1440)])
def test_nothing_of_it_overlaps_or_is_cut_off(shown, size: tuple[int, int]) -> None:
    shown.window.resize(*size)
    shown.change(**EMPTY)
    shown.qtbot.wait(20)
    question = shown.window.teach.stage.question
    parts = [question.question, *question.choices.values(), question.phone, question.skip]
    boxes = [part.geometry() for part in parts if part.isVisible()]
    assert all(question.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    for choice in question.choices.values():
        for line in (choice.title, choice.meaning):
            if line.isVisible():
                assert line.height() >= line.heightForWidth(line.width())


# What each answer sounds like


def figure(u: float) -> tuple[float, float]:
    """A circle from its top to the left, as the preset was shown it."""
    return 0.5 - 0.3 * math.sin(2 * math.pi * u), 0.5 + 0.3 * math.cos(2 * math.pi * u)


def bow(u: float) -> tuple[float, float]:
    """From the left edge over the middle to the right."""
    return 0.05 + 0.9 * u, 0.2 + 0.6 * math.sin(math.pi * u)


def diagonal(u: float) -> tuple[float, float]:
    """From dark and low to bright and high."""
    return 0.1 + 0.8 * u, 0.1 + 0.8 * u


@pytest.fixture(scope="module")
def beginner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Controller]]:
    """A control at which nobody has had a project before."""
    folder, controls = tmp_path_factory.mktemp("first"), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "notes_folder", lambda: folder)
        patch.setattr(desk, "user_folder", lambda: folder / "user")
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        made = Controller(str(project_folder("pointer")), sound=False)
        made.start()
        for _ in range(SPARES):  # now, not during a test: it would be taken for a leftover
            made.engine.stand_by()
        controls.append(made)
        yield lambda: made
        made.close()


@pytest.fixture
def performer(qtbot, beginner: Callable[[], Controller]) -> Iterator[Performer]:
    """A person at a new window."""
    control = beginner()
    made = Performer(control, qtbot)
    yield made
    made.window.close()
    while control.switchboard.clients:
        control.turn(0.05)


@pytest.mark.long
@pytest.mark.parametrize(
    "name, way, seconds, pressed",
    [("trigger", figure, 1.2, False), ("follow", bow, 4.0, True), ("shape", diagonal, 2.0, False)],
)
def test_it_plays_at_once_with_the_pad(qtbot, performer: Performer, name, way, seconds, pressed) -> None:
    control = performer.control
    window, answer = performer.window, next(each for each in ANSWERS if each.name == name)
    control.obey(c.New())
    performer.until(lambda: window.teach.stage.question.isVisible())
    began: list[tuple[float, Event]] = []

    def watch(notice: c.Message) -> None:
        if isinstance(notice, c.Happened):
            began.append((time.perf_counter(), Event(notice.kind, notice.label, notice.value)))

    control.watchers.append(watch)
    QTest.mouseClick(window.teach.stage.question.choices[name], LEFT)
    performer.until(lambda: performer.document.name == answer.preset and performer.document.pointer_port)
    performer.learned()
    performer.until(lambda: window.bench.live.control_names)
    qtbot.wait(50)
    pad, rows = window.teach.stage.pad, []
    live = window.bench.live

    def look() -> None:
        rows.append((time.perf_counter(), live.control_names, live.controls.copy()))

    def place(u: float) -> QPoint:
        x, y = way(u)
        return QPoint(round(x * pad.width()), round((1 - y) * pad.height()))

    for _ in range(3):
        QTest.mouseMove(pad, place(0.0))
        still(performer, 0.4, look)
        if pressed:
            QTest.mousePress(pad, LEFT, pos=place(0.0))
        performer.draw(way, until=look, seconds=seconds)
        if pressed:
            QTest.mouseRelease(pad, LEFT, pos=place(1.0))
        still(performer, 0.6, look)
    control.watchers.remove(watch)
    moved = {n: float(np.ptp([row[2][i] for row in rows])) for i, n in enumerate(rows[-1][1])}
    if name == "trigger":
        assert [event.label for _, event in began if event.kind == "began"].count("circle") >= 2
    elif name == "follow":
        assert moved["voice.position"] > 0.6
        assert moved["voice.level"] > 0.8
    else:
        assert moved["pad.pitch"] > 8.0
        assert moved["pad.brightness"] > 0.3
    assert -40.0 < level(answer.preset, rows, began) < -8.0


def still(performer: Performer, seconds: float, look: Callable[[], None]) -> None:
    """The hand rests."""
    end = time.monotonic() + seconds
    performer.until(lambda: look() or time.monotonic() > end)


def level(preset: str, rows: list, events: list) -> float:
    """How loud what was played is, root mean square in dB, of the loudest half second."""
    project, _ = read_project(presets()[preset])
    names = rows[-1][1]
    mixer = Mixer(
        project.sound.voices, names, folder=Path(presets()[preset]), labels=project.gestures,
        volume=project.sound.volume, effects=project.sound.effects,
    )  # fmt: skip
    assert mixer.faults == ()
    out, before, waiting = [], rows[0][0], list(events)
    for at, _, values in rows[1:]:
        due = [event for when, event in waiting if when <= at]
        waiting = [(when, event) for when, event in waiting if when > at]
        frames = max(1, round((at - before) * mixer.rate))
        out.append(mixer.render(min(frames, 48000), values, [(0, event) for event in due]))
        before = at
    sound = np.concatenate(out)
    half = int(mixer.rate / 2)
    power = [float(np.mean(sound[i : i + half] ** 2)) for i in range(0, len(sound) - half, half)]
    return 10.0 * math.log10(max(power) + 1e-12)
