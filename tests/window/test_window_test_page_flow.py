"""The page for testing over the real control, engine and trainer: teach, try, drag the line; the engine obeys."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from test_window_flow import Performer, circle, line

from gesturemap.commands import Play, Undo
from gesturemap.control import desk, door
from gesturemap.control.controller import SPARES, Controller
from gesturemap.library import project_folder

LEFT = Qt.MouseButton.LeftButton
MODEL = '[model]\nkind = "auto"\n'


@pytest.fixture(scope="module")
def begin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Controller]]:
    """Starts real controls on copies of the pointer preset with this model."""
    folder, controls = tmp_path_factory.mktemp("testing"), []

    def start(model: str) -> Controller:
        mine = folder / f"mine-{len(controls)}"
        shutil.copytree(project_folder("pointer"), mine)
        text = (mine / "project.toml").read_text("utf-8")
        assert MODEL in text
        (mine / "project.toml").write_text(text.replace(MODEL, f"[model]\n{model}\n"), "utf-8")
        made = Controller(str(mine), sound=False)
        made.start()
        for _ in range(SPARES):  # now, not during a test: it would be taken for a leftover
            made.engine.stand_by()
        controls.append(made)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "notes_folder", lambda: folder)
        patch.setattr(desk, "user_folder", lambda: folder / "user")
        yield start
        for control in controls:
            control.close()


@pytest.fixture(scope="module")
def asked_by_events(begin: Callable[[str], Controller]) -> Controller:
    return begin('kind = "hhmm"')


@pytest.fixture(scope="module")
def decides_itself(begin: Callable[[str], Controller]) -> Controller:
    return begin('kind = "auto"')


class Trier(Performer):
    """A person who tries out what was taught."""

    def draw(self, figure, until=lambda: False) -> None:
        pads = [pad for pad in self.window._pads if pad.isVisible()]
        self.window.teach.stage.pad, kept = pads[0], self.window.teach.stage.pad
        super().draw(figure, until)
        self.window.teach.stage.pad = kept

    def rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def train(self, labels: tuple[str, ...]) -> None:
        self.key(Qt.Key.Key_T)
        self.until(lambda: self.document.trained and self.document.trained.labels == labels)
        self.until(lambda: not self.document.trained.stale and self.window.bench.live.labels == labels)

    def drag(self, height: float) -> None:
        """Take the line and hold it there."""
        view = self.window.test.minute.view
        across = round(view.box().center().x())
        QTest.mousePress(view, LEFT, pos=QPoint(across, round(view.y_of(view.line))))
        QTest.mouseMove(view, QPoint(across, round(view.y_of(height))))

    def let_go(self) -> None:
        view = self.window.test.minute.view
        QTest.mouseRelease(
            view, LEFT, pos=QPoint(round(view.box().center().x()), round(view.y_of(view.line)))
        )


@pytest.fixture
def at_work(qtbot) -> Iterator[Callable[[Controller], Trier]]:
    made: list[Trier] = []

    def start(control: Controller) -> Trier:
        made.append(Trier(control, qtbot))
        return made[-1]

    yield start
    for tester in made:
        tester.window.close()
        while tester.control.switchboard.clients:
            tester.control.turn(0.05)


@pytest.mark.long
def test_it_is_taught_tried_and_the_line_is_dragged_and_the_engine_obeys(at_work, asked_by_events) -> None:
    tester = at_work(asked_by_events)
    window, page = tester.window, tester.window.test
    while count := len(tester.document.gestures):
        window.teach.vocabulary.list.setFocus()
        tester.key(Qt.Key.Key_Delete)
        tester.until(lambda before=count: len(tester.document.gestures) == before - 1)
    for label, figure in (("round", circle), ("saw", line)):
        tester.add(label)
        for _ in range(3):
            tester.demonstrate(label, figure)
    tester.train(("round", "saw"))
    tester.key(Qt.Key.Key_2)
    assert window.page() == "test"

    window.bench.testing.past.clear()  # what other models heard meanwhile

    # what is heard is painted above the river, and the line as it stands says the same
    heard, marking = window.bench.testing.past.spans, lambda: page.minute.marking.spans
    labels = lambda: [each.label for each in heard]  # noqa: E731
    for figure in (circle, line) * 4:
        tester.draw(figure, until=lambda: set(labels()) == {"round", "saw"})
    assert set(labels()) == {"round", "saw"}
    tester.until(lambda: [each.label for each in marking()] == labels())
    assert page.recognised.bars.texts()[0].startswith("round: likelihood")
    tester.until(lambda: page.now.mean._places and page.map.chart.there)
    assert page.now.mean.label == heard[-1].label
    tester.draw(circle, until=lambda: page.map.chart.trail)
    assert page.map.chart.trail

    # each is left out once
    tester.key(Qt.Key.Key_E)
    tester.until(lambda: window.bench.testing.evaluation)
    found = window.bench.testing.evaluation
    assert sum(map(sum, found.rows)) == 6 and "of 6 heard" in page.confusion.headline.text()
    guesses = [found.behind(tester.document, was, given) for was in found.labels for given in found.labels]
    assert sum(map(len, guesses)) == 6

    # the line at the top: the one that is never quite sure would not have been heard, and is not
    tester.drag(1.0)
    assert page.minute.view.line == 1.0 and "saw" not in [each.label for each in marking()]
    tester.let_go()
    events = lambda: next(each for each in tester.document.mapping if each["kind"] == "events")  # noqa: E731
    tester.until(lambda: events().get("threshold") == 1.0)
    tester.rest(0.3)
    before = labels().count("saw")
    for figure in (circle, line) * 2:
        tester.draw(figure)
    assert labels().count("saw") == before

    # undone, it hears again
    tester.key(Qt.Key.Key_1)
    window.bench.send(Undo())
    tester.until(lambda: events().get("threshold", 0.9) == 0.9)
    tester.key(Qt.Key.Key_2)
    assert page.minute.view.line == 0.9 and "saw" in [each.label for each in marking()]
    for figure in (circle, line) * 4:
        tester.draw(figure, until=lambda: labels().count("saw") > before)
    assert labels().count("saw") > before

    # the last one was wrong: it is kept as what it was
    tester.key(Qt.Key.Key_W)
    tester.turn()
    page.minute.kept.label.setCurrentText("round")
    tester.until(page.minute.kept.keep.isEnabled)
    QTest.mouseClick(page.minute.kept.keep, LEFT)
    tester.until(lambda: len(tester.document.gesture("round").demonstrations) == 4)
    mark = window.bench.testing.marks.now
    assert tester.document.gesture("round").demonstrations[-1].seconds == pytest.approx(
        mark.end - mark.start, abs=0.15
    )
    assert "began " in page.messages.text.toPlainText()


@pytest.mark.long
def test_a_model_that_decides_by_itself_is_given_another_dial(at_work, decides_itself) -> None:
    tester = at_work(decides_itself)
    window, page = tester.window, tester.window.test
    tester.key(Qt.Key.Key_2)
    dial = lambda: window.bench.testing.dial  # noqa: E731
    tester.until(lambda: dial().setting == "false_per_10min")
    heard = window.bench.testing.past.spans
    for take in [gesture.demonstrations[0] for gesture in tester.document.gestures]:
        window.bench.send(Play(take.id))
        tester.until(lambda: tester.document.playing)
        tester.until(lambda: not tester.document.playing)
    assert len(heard) >= 2
    assert [each.label for each in page.minute.marking.spans] == [each.label for each in heard]
    assert page.minute.what.currentIndex() == 1 and "false triggers" in page.minute.meaning.text()

    # as high as it goes: fewer of them are sure enough, and fewer false ones are asked for
    count = len(page.minute.marking.spans)
    tester.drag(0.98)
    above, rate = page.minute.view.line, dial().value(page.minute.view.line)
    assert above > 0.5 and rate < 3.0 and len(page.minute.marking.spans) <= count
    labels = [each.label for each in page.minute.marking.spans]
    tester.let_go()
    tester.until(lambda: tester.document.model.get("false_per_10min", 3.0) == pytest.approx(rate, rel=0.01))
    tester.train(tester.document.labels)
    tester.until(lambda: dial().line["value"] == pytest.approx(rate, rel=0.01))
    tester.turn()
    # it stays where it was let go, with what was marked: nothing jumps back
    assert page.minute.view.line == pytest.approx(above, abs=0.01) and above > 0.5
    assert [each.label for each in page.minute.marking.spans] == labels
    window.bench.send(Undo())
    tester.until(lambda: tester.document.model.get("false_per_10min", 3.0) == 3.0)
