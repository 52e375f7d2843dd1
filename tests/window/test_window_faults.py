"""Banners go by themselves when what they say is over."""

from __future__ import annotations

import os
import time

from little_control import FIGURES, document
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from gesturemap import commands as c
from gesturemap.window import words
from gesturemap.window.bench import STUCK
from gesturemap.window.faults import READ, Troubles
from gesturemap.window.look.lines import broken, with_end
from gesturemap.window.look.theme import plain

DIED = c.Fault("engine", "engine: the process has died; restarting")
PROCESSES = document()["processes"]


def places(shown) -> list[str]:
    return [line.place for line in shown.window.faults.troubles.lines]


def say(shown, *faults: c.Fault) -> None:
    for fault in faults:
        shown.control.tell(fault)
    shown.until(lambda: len(places(shown)) == len(faults))


def test_another_project_puts_away_what_was_said_of_the_last(shown) -> None:
    say(shown, c.Fault("record", "record: no"), c.Fault("/tmp/other/project.toml", "one gesture left out"))
    shown.change(volume=0.1)
    assert len(places(shown)) == 2
    shown.change(project=document()["project"] | {"path": "/tmp/other"})
    assert places(shown) == ["/tmp/other/project.toml"]


def test_an_input_that_opens_puts_away_what_was_said_of_inputs(shown) -> None:
    shown.change(input_address="", input_fault="UDP port 8000: taken")
    say(shown, c.Fault("UDP port 8000", "taken"), c.Fault("input osc", "no"), c.Fault("record", "nothing"))
    shown.change(volume=0.1)
    assert len(places(shown)) == 3
    shown.change(input_address="UDP port 8000", input_fault="")
    assert places(shown) == ["record"]


def test_a_training_that_goes_well_puts_away_what_was_said_of_training(shown) -> None:
    say(shown, c.Fault("training", "a"), c.Fault("demonstration a1", "b"), c.Fault("outputs", "c"))
    shown.control.tell(c.Trained(["circle"], 0.05, []))
    shown.until(lambda: "training" not in places(shown))
    assert places(shown) == ["outputs"]


def test_what_is_over_stays_until_it_has_been_read_and_what_is_not_stays() -> None:
    troubles = Troubles()
    troubles.add(DIED.place, DIED.text)
    troubles.add("engine, loop.py:12", "a fault of the engine")
    troubles.age(time.perf_counter() + 100.0)
    assert len(troubles.lines) == 2
    troubles.settled("engine")
    troubles.age(time.perf_counter() + READ - 1)
    assert len(troubles.lines) == 2
    troubles.age(time.perf_counter() + READ + 1)
    assert [line.place for line in troubles.lines] == ["engine, loop.py:12"]
    troubles.add(DIED.place, DIED.text)
    troubles.settled("engine")
    troubles.add(DIED.place, DIED.text)  # once more
    troubles.age(time.perf_counter() + 100.0)
    assert len(troubles.lines) == 2


def test_a_death_is_no_news_when_the_process_runs_again(shown) -> None:
    say(shown, DIED, c.Fault("synth", "synth: the process has died; restarting"))
    shown.change(processes=PROCESSES | {"engine": "starting"})
    shown.window.faults.tick(time.perf_counter() + 100.0)
    assert places(shown) == ["synth", "engine"]
    shown.change(processes=PROCESSES)
    shown.window.faults.tick(time.perf_counter() + 100.0)
    assert places(shown) == ["synth"]


def test_an_edit_or_its_undo_puts_away_what_was_said_of_the_mapping_and_of_gestures(shown) -> None:
    said = (
        c.Fault("range of 'pad.brightness', source", "no gesture 'shake'"), c.Fault("gesture", "there is one"),
        c.Fault("mapping[2]", "not right"), c.Fault("outputs", "no"), c.Fault("features[0], derive", "no such column"),
        c.Fault("model", "it was trained on other channels"),
    )  # fmt: skip
    say(shown, *said)
    shown.change(volume=0.1, training=True, redo="delete shake")
    assert len(places(shown)) == 6
    shown.change(gestures=document()["gestures"][:1])
    assert places(shown) == ["model", "features[0], derive", "outputs"]
    shown.change(features=[{"kind": "derive"}])
    assert places(shown) == ["outputs"]


def test_a_take_too_short_to_be_meant_is_said_until_the_next_edit(shown) -> None:
    shown.control.tell(c.Recorded("a3", "circle", 40, 0.15))
    shown.control.tell(c.Recorded("a4", "circle", 3, 0.04))
    shown.until(lambda: places(shown))
    assert shown.window.faults.texts() == [words.SHORT_TAKE.format(0.04)]
    assert "0.04 s" in words.SHORT_TAKE.format(0.04)
    shown.change(gestures=document()["gestures"][1:])
    assert places(shown) == []
    shown.control.tell(c.Recorded("a5", "circle", 8, 0.13, learned=False))
    shown.until(lambda: places(shown))
    assert shown.window.faults.texts() == [words.STILL_TAKE.format(0.13)]


def test_the_count_of_faults_says_which_the_last_one_was(shown) -> None:
    status, faults = shown.window.status, shown.window.faults
    assert not status.faults.isVisible()
    left = status.play.geometry()
    shown.control.tell(c.Fault("OSC 127.0.0.1:12000", "no route"))
    shown.control.tell(c.Status(FIGURES | {"faults": 1}))
    shown.control.tell(c.Fault("gesture", "there is one of this name"))  # counts for nobody
    shown.control.tell(c.Status(FIGURES | {"faults": 1}))
    shown.until(lambda: status.faults.isVisible() and len(places(shown)) == 2)
    shown.turn()
    assert status.faults.text() == "1 fault"
    assert status.play.geometry() == left
    assert status.faults.toolTip().startswith("no route")
    for text in list(faults.texts()):
        faults.dismiss(text)
    QTest.mouseClick(status.faults, Qt.MouseButton.LeftButton)
    assert faults.texts() == ["no route"]
    shown.control.tell(c.Status(FIGURES))
    shown.until(lambda: not status.faults.isVisible())


def test_the_count_of_faults_is_read_also_in_a_window_that_was_opened_later(shown) -> None:
    status, faults = shown.window.status, shown.window.faults
    shown.control.tell(c.Status(FIGURES | {"faults": 1, "why_faults": "OSC 127.0.0.1:12000: no route"}))
    shown.until(lambda: status.faults.isVisible())
    assert status.faults.toolTip().startswith("OSC 127.0.0.1:12000: no route")
    QTest.mouseClick(status.faults, Qt.MouseButton.LeftButton)
    assert faults.texts() == ["OSC 127.0.0.1:12000: no route"]
    shown.change(project=document()["project"] | {"path": "/tmp/other"}, undo="")
    assert not status.faults.isVisible()  # they were the other project's


def test_a_fault_that_an_edit_or_its_undo_mended_is_counted_no_more(shown) -> None:
    status = shown.window.status
    for number, place in enumerate(("OSC 127.0.0.1:12000", "mapping"), 1):
        shown.control.tell(c.Fault(place, f"fault {number}"))
        shown.control.tell(c.Status(FIGURES | {"faults": number}))
        shown.until(
            lambda number=number: len(places(shown)) == number and shown.window.bench.counted._all == number
        )
    assert status.faults.text() == "2 faults"
    shown.change(gestures=document()["gestures"][1:])
    assert status.faults.text() == "1 fault"
    shown.change(gestures=document()["gestures"])
    assert status.faults.text() == "1 fault"  # of an output: no edit mends that
    shown.control.tell(c.Status(FIGURES | {"faults": 2}))
    shown.turn(3)
    assert status.faults.text() == "1 fault"


def test_the_gravest_stands_first_and_goes_when_there_is_room(shown) -> None:
    faults, project = shown.window.faults, document()["project"]
    full = "/tmp/harbour/demonstrations/a1.npz: No space left on device; it could not be written; make room"
    shown.change(project=project | {"saved": False, "named": True})
    assert shown.window.bench.document.title == "harbour"  # it has its place as before
    say(shown, c.Fault("gesture", "another"), c.Fault("/tmp/harbour/demonstrations/a1.npz", full))
    shown.control.tell(c.Trained(["circle"], 0.05, ["never changes: pressed"]))
    shown.control.tell(c.Fault("outputs", "the newest"))
    shown.until(lambda: len(places(shown)) == 4)
    assert faults.texts() == [full, "the newest", "another", "never changes: pressed"]
    shown.change(project=project)
    assert faults.texts() == ["the newest", "another", "never changes: pressed"]


def test_escape_closes_the_list_of_messages_and_is_panic_again_then(shown) -> None:
    window = shown.window
    window.activateWindow()
    shown.until(window.isActiveWindow)
    say(shown, *(c.Fault("outputs", f"fault {n}") for n in range(3)))
    (more,) = [each for each in window.faults.findChildren(QToolButton) if each.text() == "+2 more"]
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert len(window.faults._rows) == 3
    shown.key(Qt.Key.Key_Escape)
    assert len(window.faults._rows) == 1
    shown.turn(3)
    assert not shown.heard(c.Panic)
    shown.key(Qt.Key.Key_Escape)
    shown.until(lambda: shown.heard(c.Panic))


def test_all_that_is_said_is_kept_the_newest_first(shown) -> None:
    say(shown, *(c.Fault("outputs", f"fault {n}") for n in range(5)))
    assert shown.window.faults.texts() == [f"fault {n}" for n in (4, 3, 2, 1, 0)]


def test_what_training_says_is_not_said_again_once_it_was_put_away(shown) -> None:
    faults = shown.window.faults
    trained = c.Trained(["circle"], 0.05, ["never changes: pressed"])
    shown.control.tell(trained)
    shown.until(faults.texts)
    shown.control.tell(trained)
    shown.turn(3)
    assert faults.texts() == ["never changes: pressed"]
    faults.dismiss("never changes: pressed")
    shown.control.tell(trained)
    shown.turn(3)
    assert faults.texts() == []
    shown.control.tell(c.Trained(["circle"], 0.05, ["too short: shake"]))
    shown.until(lambda: faults.texts() == ["too short: shake"])


def test_the_next_step_is_there_however_long_the_line_and_however_little_room() -> None:
    step = "choose another port in the settings of the input"
    for names in range(1, 80, 3):
        text = (
            f"input osc: {' '.join(f'/wek/inputs/{n}' for n in range(names))}; one address is wanted; {step}"
        )
        for room in range(60, 400, 20):
            shown = with_end(text, len, room, 2)
            lines = broken(shown, len, room, 2)
            assert all(len(line) <= room for line in lines)
            assert step in " ".join(lines)
            assert shown == text or "…" in shown
            assert shown != text or len(broken(text, len, room, 99)) <= 2
    longer = with_end(f"a: {'b' * 500}; {step}", len, 20, 2)  # the step takes the lines that it needs
    assert broken(longer, len, 20, 99)[1:] == broken(f"… {step}", len, 20, 99)
    assert longer.startswith("a: bbb")
    assert with_end("word " * 90, len, 50, 2) == "word " * 90  # there is no next step in it


def test_the_banner_shows_the_next_step_of_a_long_line(shown) -> None:
    step = "send fewer values, or choose another address"
    text = f"input osc: {', '.join(f'/wek/inputs/{n} 0.123456' for n in range(60))}; 12 are wanted; {step}"
    say(shown, c.Fault("input osc", text))
    window = shown.window
    for size in ((1280, 720), (960, 560)):
        window.resize(*size)
        shown.qtbot.wait(1)
        shown.turn(2)
        ((_, _, line, whole),) = window.faults._rows
        assert whole == line.accessibleName() == text and line.toolTip() == plain(text)
        rows = broken(line.text(), line.fontMetrics().horizontalAdvance, line.width(), 9)
        assert step in " ".join(rows)
        assert len(rows) == 2
        assert line.height() >= 2 * line.fontMetrics().lineSpacing()
        assert all(line.fontMetrics().horizontalAdvance(row) <= line.width() for row in rows)


def test_on_the_page_test_too_it_is_said_at_the_foot_of_the_window(shown) -> None:
    shown.key(Qt.Key.Key_2)
    shown.control.tell(c.Fault("outputs[0]", "nobody listens there"))
    shown.until(lambda: shown.window.faults.isVisible())
    shown.turn(2)
    bar = shown.window.faults
    assert not shown.window.test.isAncestorOf(bar)
    assert bar.mapTo(shown.window, QPoint(0, 0)).y() > 0.9 * shown.window.height()


TRAINED_ON = "model: it was trained on x_d, y_d; the sensor and its features now give acc_x, acc_y; name them"


def test_what_was_said_of_another_sensor_and_its_count_go_when_the_sensor_is_as_it_was(shown) -> None:
    """Also on the page to play from: there a lamp counts."""
    window, before = shown.window, document()["input"]
    shown.change(input=before | {"port": 9001})
    say(shown, c.Fault("model", TRAINED_ON), c.Fault("features[0], calibrate, columns", "no channel 'x'"))
    shown.control.tell(c.Status(FIGURES | {"faults": 2}))
    shown.until(
        lambda: window.status.faults.text() == "2 faults" and window.status.faults.isVisibleTo(window)
    )
    window.enter_perform()
    assert any(lamp.text == "2 faults" for lamp in window.perform.lamps.lamps)
    shown.change(gestures=document()["gestures"][1:])
    assert len(places(shown)) == 2  # no gesture mends that
    shown.change(input=before)
    assert places(shown) == []
    shown.control.tell(c.Status(FIGURES | {"faults": 2}))
    shown.turn(3)
    assert not any("fault" in lamp.text for lamp in window.perform.lamps.lamps)
    window.enter_teach()
    assert not window.status.faults.isVisible()


def test_a_model_that_fits_the_sensor_puts_away_that_the_last_one_did_not(shown) -> None:
    say(shown, c.Fault("model", TRAINED_ON))
    shown.control.tell(c.Trained(["circle"], 0.05, []))
    shown.until(lambda: places(shown) == [])


def test_that_nothing_is_left_to_undo_is_read_and_goes(shown) -> None:
    say(shown, c.Fault("redo", "redo: nothing to redo"), c.Fault("outputs", "no"))
    shown.window.faults.tick(time.perf_counter() + READ - 1)
    assert places(shown) == ["outputs", "redo"]
    shown.window.faults.tick(time.perf_counter() + READ + 1)
    assert places(shown) == ["outputs"]


def test_what_was_taken_back_is_past_when_something_new_is_done(shown) -> None:
    shown.change(history=["trim one circle"], step=1)
    shown.window.bench.done.emit("undo", "taken back: trim one circle")
    shown.change(step=0)
    assert places(shown) == ["undo"]  # that is the very undo
    shown.change(edits=1, step=1)  # the very same again, such as another recording
    shown.until(lambda: places(shown) == [])


def test_another_port_or_none_puts_away_what_was_said_of_the_pedal(shown) -> None:
    shown.change(pedal={"port": "", "commands": {"cc 64": "record"}})
    say(shown, c.Fault("pedal", "MIDI ports: none found"), c.Fault("clock", "MIDI ports: none found "))
    shown.change(pedal={"port": "", "commands": {}})
    shown.until(lambda: places(shown) == ["clock"])


def test_a_file_that_was_written_after_all_is_no_news(shown, tmp_path) -> None:
    file, text = tmp_path / "model.npz", "No space left on device; it could not be written; make room"
    file.write_bytes(b"the old one")
    os.utime(file, (1.0, 1.0))
    say(shown, c.Fault(str(file), f"{file}: {text}"), c.Fault(str(tmp_path / "other"), f"other: {text}"))
    shown.control.tell(c.Trained(["circle"], 0.05, []))
    shown.turn(3)
    assert len(places(shown)) == 2
    file.write_bytes(b"the new one")
    os.utime(file, (time.time() + 1.0, time.time() + 1.0))
    shown.control.tell(c.Trained(["circle"], 0.05, []))
    shown.until(lambda: places(shown) == [str(tmp_path / "other")])


def test_what_went_wrong_before_the_window_came_is_said_unless_the_source_has_opened_since(shown) -> None:
    lost = ["pedal", "pedal: no such port; look at its cable"]
    shown.control.tell(c.Lately([], [["input", "input: no such port; plug it in"], lost]))
    shown.until(lambda: places(shown) == ["pedal"])
    assert shown.window.faults.texts() == [lost[1]]


def test_what_is_only_the_answer_to_a_key_goes_when_it_has_been_read(shown) -> None:
    shown.window.enter_perform()
    shown.key(Qt.Key.Key_T)
    said = shown.window.faults
    assert said.texts() == [words.TRAIN_PLAYING]
    shown.window.enter_teach()
    said.tick(time.perf_counter() + READ)
    assert said.texts() == [words.TRAIN_PLAYING]  # it is a long one
    said.tick(time.perf_counter() + 2 * READ)
    assert said.texts() == []


def test_a_sound_that_was_none_is_past_when_a_recording_was_kept(shown) -> None:
    say(shown, c.Fault("/tmp/bad.wav", "/tmp/bad.wav: it ends"), c.Fault("/tmp/a.npz", "/tmp/a.npz: no room"))
    shown.control.tell(c.Recorded("a3", "circle", 60, 1.0))
    shown.until(lambda: places(shown) == ["/tmp/a.npz"])


def test_an_engine_that_hangs_is_said_to_before_it_is_ended(shown) -> None:
    window, bench = shown.window, shown.window.bench
    shown.control.frame(time.perf_counter())
    shown.turn(2)
    window.enter("perform")
    bench._status_at = time.perf_counter() - STUCK
    bench.live._seen_at = time.perf_counter() - STUCK
    shown.turn(2)
    assert bench.engine == words.ENGINE_STUCK
    lamps = window.perform.lamps.lamps
    assert lamps[0].text == words.ENGINE_STUCK
    assert words.ENGINE_STUCK in window.teach.sources.health.text()
    shown.change(volume=0.3)  # what control says meanwhile makes it no better
    assert bench.engine == words.ENGINE_STUCK
    shown.control.tell(c.Status(FIGURES))
    shown.until(lambda: not bench.engine)
    assert window.perform.lamps.lamps[0].text.startswith("pointer 60 Hz")
