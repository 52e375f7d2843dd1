"""The law of devices: a setting that names one has a list of what there is, asked for beside everything else."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
import time

import pytest
from PySide6.QtCore import Qt
from test_settings_law import CLASSES, NAMES

from gesturemap import catalog
from gesturemap.doctor.devices import LISTS
from gesturemap.inputs.midi import MidiIn
from gesturemap.inputs.midi_clock import MidiClock
from gesturemap.inputs.serial import Serial
from gesturemap.outputs.midi.output import Midi
from gesturemap.project.project import SoundSettings
from gesturemap.window.settings import devices
from gesturemap.window.settings.devices import Devices, Inquiry, there
from gesturemap.window.settings.form import Form
from gesturemap.window.words import settings as said

TEXTS = [
    (name, cls, field)
    for name, cls in zip(NAMES, CLASSES, strict=True)
    for field in dataclasses.fields(cls)
    if field.init and field.metadata and isinstance(field.default, str)
]
NAMES_ONE = re.compile(
    r"/dev/|COM3|sound card|can go along|vendor:product|source id of the stream|name of the (MIDI )?port"
)


@pytest.fixture(autouse=True)
def nothing_known(qapp):
    """No answer is remembered from before, and nothing goes on afterwards."""
    for each in qapp.findChildren(Inquiry):
        each.stop()
        each.setParent(None)
        each.deleteLater()
    yield
    for each in qapp.findChildren(Inquiry):
        each.stop()


def answers(monkeypatch: pytest.MonkeyPatch, table: object, before: str = "") -> None:
    """Whoever is asked says this, in a process as real as the other."""
    code = f"{before}\nprint({json.dumps(json.dumps(table))})"
    monkeypatch.setattr(Inquiry, "command", lambda self: [sys.executable, "-c", code])


def field_of(qtbot, cls: type, name: str) -> tuple[Form, Devices]:
    form = Form(cls)
    qtbot.addWidget(form)
    form.show()
    box = form.widget(name)
    assert isinstance(box, Devices)
    return form, box


def lines(box: Devices) -> list[str]:
    return [box.itemText(i) for i in range(box.count())]


def test_every_setting_that_names_a_device_says_so_and_has_its_list(qtbot) -> None:
    named = [(name, field.name) for name, _, field in TEXTS if field.metadata["device"]]
    spoken = [(name, field.name) for name, _, field in TEXTS if NAMES_ONE.search(field.metadata["doc"])]
    assert named == spoken
    assert len(named) >= 7
    assert set(catalog.DEVICES) == set(LISTS) == {field.metadata["device"] for *_, field in TEXTS} - {""}
    for _, cls, field in TEXTS:
        if field.metadata["device"]:
            usual = field.metadata["doc"].rpartition("; empty: ")[2]
            assert field.default == "" and usual != field.metadata["doc"]  # it says what nothing means
            _, box = field_of(qtbot, cls, field.name)
            assert lines(box)[0] == usual == box.lineEdit().placeholderText()
            assert box.isEditable()


@pytest.mark.parametrize("kind", list(LISTS))
def test_what_there_is_is_asked_for_in_a_process_that_always_answers(qtbot, kind: str) -> None:
    inquiry = Inquiry.of(kind)
    with qtbot.waitSignal(inquiry.came, timeout=30_000):
        inquiry.ask()
    assert inquiry.found is not None and not inquiry.asks
    assert all(value and value.casefold() in text.casefold() for value, text in inquiry.found)
    assert Inquiry.of(kind) is inquiry


def test_the_list_is_filled_when_it_is_opened_and_what_is_chosen_is_what_is_set(qtbot, monkeypatch) -> None:
    answers(monkeypatch, {"found": [["Synth 1", "Synth 1"], ["Keys", "Keys (USB)"]]})
    form, box = field_of(qtbot, Midi, "port")
    usual = "the first that is no through port"
    assert lines(box) == [usual] and form.table() == {"kind": "midi"}
    box.showPopup()
    assert lines(box) == [usual, said.DEVICES_SOUGHT.format("MIDI outputs")]
    qtbot.waitUntil(lambda: not box.inquiry.asks)
    assert lines(box) == [usual, "Synth 1", "Keys"]
    assert box.itemData(2, Qt.ItemDataRole.ToolTipRole) == "Keys (USB)"
    box.setCurrentIndex(2)
    box.activated.emit(2)
    box.hidePopup()
    assert form.table() == {"kind": "midi", "port": "Keys"}
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert form.table() == {"kind": "midi"} and box.currentText() == ""
    box.setEditText("virtual mine")  # what is typed may be anything
    assert form.table() == {"kind": "midi", "port": "virtual mine"}


def test_what_is_set_and_not_connected_is_marked_and_stays(qtbot, monkeypatch) -> None:
    answers(monkeypatch, {"found": [["Speakers", "Speakers (ALSA, 2 channels, 48000 Hz)"]]})
    form, box = field_of(qtbot, SoundSettings, "device")
    form.fill({"device": "Scarlett"})
    told = []
    form.changed.connect(lambda: told.append(form.table()))
    with qtbot.waitSignal(box.inquiry.came):
        box.showPopup()
    gone = said.DEVICE_GONE.format("Scarlett")
    assert lines(box) == ["the system's choice", gone, "Speakers"]
    assert box.currentText() == "Scarlett" and form.table() == {"device": "Scarlett"} and told == []
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert form.table() == {"device": "Scarlett"} and box.currentText() == "Scarlett"
    form.fill({"device": "speak"})  # a part of the name is enough, and is what is looked for
    box.fill()
    assert gone not in lines(box) and said.DEVICE_GONE.format("speak") not in lines(box)


@pytest.mark.parametrize(
    ("wanted", "is_there"),
    [("", True), ("virtual", True), ("key", True), ("/dev/ttyACM*", True), ("/dev/ttyUSB7", False), ("drum", False),
     ("COM*", False), ("/dev/null", True)],
)  # fmt: skip
def test_a_part_of_a_name_a_pattern_or_a_path_is_found(wanted: str, is_there: bool) -> None:
    assert there(wanted, [("Keys", "Keys (USB)"), ("/dev/ttyACM0", "/dev/ttyACM0 (board)")]) is is_there


@pytest.mark.parametrize(
    ("table", "words"),
    [({"found": []}, "no MIDI inputs found"), ({"missing": "No module named rtmidi"}, "No module named rtmidi"),
     ({"error": "OSError: no bus"}, "OSError: no bus"), ([1], "MIDI inputs: "), ("x" * 500, "MIDI inputs: ")],
)  # fmt: skip
def test_nothing_and_what_goes_wrong_are_said_in_a_line_that_cannot_be_chosen(
    qtbot, monkeypatch, table: object, words: str
) -> None:
    answers(monkeypatch, table)
    form, box = field_of(qtbot, MidiIn, "port")
    with qtbot.waitSignal(box.inquiry.came):
        box.showPopup()
    assert words in lines(box)[-1] and len(lines(box)[-1]) < 140
    assert not box.model().item(box.count() - 1).isEnabled()
    assert form.table() == {"kind": "midi"}


def test_a_driver_that_hangs_holds_up_nobody_and_is_given_up(qtbot, monkeypatch) -> None:
    answers(monkeypatch, {"found": []}, before="import time; time.sleep(600)")
    monkeypatch.setattr(devices, "PATIENCE", 0.3)
    _, box = field_of(qtbot, Serial, "device")
    began = time.perf_counter()
    box.showPopup()
    box.hidePopup()
    assert time.perf_counter() - began < 0.5  # of which starting a process takes some; nothing waits for it
    with qtbot.waitSignal(box.inquiry.came):
        pass
    assert box.inquiry.fault == said.DEVICES_LATE and not box.inquiry.asks
    assert said.DEVICES_LATE in lines(box)[-1]


def test_who_types_while_an_answer_comes_is_not_disturbed(qtbot, monkeypatch) -> None:
    answers(monkeypatch, {"found": [["Keys", "Keys"]]})
    form, box = field_of(qtbot, MidiClock, "port")
    box.inquiry.ask()
    box.setEditText("Drums")
    box.lineEdit().setCursorPosition(2)
    with qtbot.waitSignal(box.inquiry.came):
        pass
    assert (box.currentText(), box.lineEdit().cursorPosition()) == ("Drums", 2)
    assert form.table() == {"port": "Drums"}


def test_a_form_that_is_gone_when_the_answer_comes_is_no_harm(qtbot, monkeypatch) -> None:
    answers(monkeypatch, {"found": []})
    form = Form(MidiIn)
    inquiry = form.widget("port").inquiry
    inquiry.ask()
    form.deleteLater()
    del form
    with qtbot.waitSignal(inquiry.came):
        pass
    assert inquiry.found == []


def test_lists_of_settings_say_how_to_list_devices() -> None:
    rows = {name: doc for name, _, doc in catalog.described(Midi)}
    assert rows["port"].endswith("MIDI outputs there are: gesturemap doctor")
    assert "gesturemap doctor" not in rows["baud"]
