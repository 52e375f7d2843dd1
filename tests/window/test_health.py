"""Figures in words."""

from __future__ import annotations

import json

from little_control import FIGURES, document

from gesturemap.window import words
from gesturemap.window.facts.document import Document, read
from gesturemap.window.facts.health import (
    OutputTroubles,
    ago,
    engine_state,
    health,
    model_status,
    play_status,
)
from gesturemap.window.look.lines import Lines, broken
from gesturemap.window.teach.sources import HEALTH_LINES


def test_a_document_is_read_whole_and_an_empty_one_has_defaults() -> None:
    made = read(document(recording="circle", pointer_port=5000))
    assert made.labels == ("circle", "shake", "lift")
    assert [take.id for take in made.gestures[0].demonstrations] == ["a1", "a2"]
    assert made.trained is not None and made.trained.seconds == 0.038
    assert made.pointer_port == 5000
    assert made.untrained == ()
    assert read({}) == Document()
    assert read(document(trained=None)).untrained == ("circle", "shake")


def test_health_says_rate_and_what_was_ignored_and_why() -> None:
    found = health(read(document()), FIGURES)
    assert found.state == "warn"
    assert "60 Hz" in found.text
    assert "3 ignored" in found.text
    assert "127.0.0.1: 3 × not an OSC packet" in found.text


def test_a_value_that_is_not_finite_comes_with_a_next_step() -> None:
    found = health(read(document()), FIGURES | {"ignored": {"127.0.0.1": {"ax is not finite": 243}}})
    assert found.text.endswith(f"243 × ax is not finite\n{words.HEALTH_UNUSABLE_STEP}")
    assert words.HEALTH_UNUSABLE_STEP not in health(read(document()), FIGURES).text


def test_what_else_a_sensor_sends_is_counted_and_no_trouble_while_it_is_heard() -> None:
    more = FIGURES | {"lost": 0, "ignored": {"127.0.0.1": {"another address": 23}}}
    found = health(read(document()), more)
    assert found.state == "good"
    assert found.text.endswith("23 ignored")
    assert "127.0.0.1: 23 × another address" in found.details
    assert (
        health(read(document()), more | {"ignored": {"h": {"another address": 9, "not a number": 1}}}).state
        == "warn"
    )


def test_health_of_a_silent_source_says_what_to_do() -> None:
    found = health(read(document(input={"kind": "osc"})), FIGURES | {"rate": 0.0})
    assert found.state == "silent"
    assert "doctor" in found.text


def test_health_of_a_source_of_which_nothing_can_be_used_does_not_say_that_nothing_arrives() -> None:
    source = {"kind": "osc", "port": 9999, "messages": {"/gyrosc/accel": ["x"], "/gyrosc/rrate": ["y"]}}
    folder = {"name": "g3", "path": "/tmp/my pieces/g3"}
    made = read(document(input=source, input_address="UDP port 9999", project=folder))
    sent = {"rate": 0.0, "refused": 120, "ignored": {"10.0.0.9": {"another address": 510}}}
    found = health(made, sent)
    assert found.text.splitlines() == [
        "UDP port 9999 · silent · 510 ignored",
        "Nothing that arrives can be used: another address than /gyrosc/accel. "
        "Press Listen, or ask the doctor (Ctrl+D).",
    ]
    assert "Nothing arrives" in health(made, sent | {"refused": 0}).text
    now = {
        "ignored": {"10.0.0.9": {"another address": 510, "x is not finite": 30}},
        "why_refused": "x is not finite",
    }
    assert "can be used: x is not finite. " in health(made, sent | now).text
    text = {"ignored": {"10.0.0.9": {"neither message nor bundle": 300}}}
    assert words.NOT_OSC_STEP in health(made, sent | text).text


def test_all_of_it_is_in_view_in_a_small_panel(qtbot) -> None:
    lines = Lines("small", HEALTH_LINES)
    qtbot.addWidget(lines)
    text = "UDP port 9999 · silent · 510 ignored\n" + words.UNUSED_STEPS["osc"].format(
        reason="another address than /gyrosc/accel", project="'my piece'"
    )
    shown = broken(text, lines.fontMetrics().horizontalAdvance, 238, HEALTH_LINES)
    assert all(lines.fontMetrics().horizontalAdvance(line) <= 238 for line in shown)


def test_a_copied_project_is_called_by_its_folder_too() -> None:
    copied = {"name": "g3", "path": "/tmp/g4", "saved": True, "writable": True}
    assert read(document(project=copied)).title == "g4 (g3)"
    assert read(document(project=copied | {"saved": False})).title == "g3"
    assert read(document(project=copied | {"writable": False})).title == "g3"
    assert read(document()).title == "harbour"


def test_health_of_a_source_that_lacks_a_message_names_it() -> None:
    reasons = {"10.0.0.9": {"waiting for gyro_x (/rrate)": 40}}
    found = health(read(document(input={"kind": "osc"})), {"rate": 0.0, "ignored": reasons})
    assert "waiting for gyro_x (/rrate)" in found.text
    assert "Switch that sensor on" in found.text


def test_health_of_a_source_that_is_not_open_says_why() -> None:
    found = health(read(document(input_fault="UDP port 8001: in use; choose another")), FIGURES)
    assert found.text == "UDP port 8001: in use; choose another"
    assert found.state == "warn"


def test_a_source_that_rests_is_no_fault_and_not_open() -> None:
    made = read(document(resting=True, input_fault="", input_address="", input={"kind": "osc"}))
    found = health(made, FIGURES | {"rate": 0.0})
    assert (found.state, found.text) == ("silent", words.RESTING)
    assert not made.open
    assert not read(document(resting=True)).open  # what was said of its address before it rested


def test_it_is_called_learning_while_what_learns_is_still_starting() -> None:
    starting = {"processes": {"engine": "running", "trainer": "starting"}, "trained": None}
    assert model_status(read(document(**starting)), None, None) == words.LEARNING
    assert model_status(read(document(**starting, gestures=[])), None, None) == words.STATUS_UNTRAINED


def test_status_line() -> None:
    made = read(document())
    assert model_status(made, None, None) == "hhmm · trained in 38 ms"
    assert model_status(made, 12.0, None) == "hhmm · trained 12 s ago in 38 ms"
    assert model_status(made, 12.0, ("training", "circle", 0.4)) == "training circle 40 %"
    stale = read(document(trained={"labels": ["a"], "seconds": 0.1, "stale": True}))
    assert "press T" in model_status(stale, None, None)
    assert model_status(read({}), None, None) == "no model yet"
    opened = read(document(trained={"labels": ["a"], "seconds": 0.0}))
    assert model_status(opened, None, None) == model_status(opened, 9.0, None) == "hhmm · model ready"
    text = play_status(made, FIGURES | {"underruns": 2, "faults": 1, "log": "x.xdf"})
    assert text == (
        "no audio: PortAudio is missing · 60 frames/s · 3 ignored (not an OSC packet) · in→out 0.21 ms (p99 0.9) · "
        "2 dropouts · logging"
    )
    assert "in→out 0.21 ms (p99 0.9) · no audio" in play_status(read(document(sound_on=False)), FIGURES)


def test_status_tells_the_clock_that_is_followed() -> None:
    made = read(document())
    assert "clock" not in play_status(made, FIGURES)
    assert "panic" not in play_status(made, FIGURES)
    silent = play_status(made, FIGURES | {"silent": "movement"})
    assert silent.startswith("panic: silent until the controls move · no audio")  # never cut off
    assert "clock 120/min" in play_status(made, FIGURES | {"clock": "running", "tempo": 119.96})
    assert "clock silent" in play_status(made, FIGURES | {"clock": "silent", "tempo": 120.0})
    assert "clock not there" in play_status(made, FIGURES | {"clock": "not there", "tempo": 0.0})


def test_status_names_a_process_that_does_not_run() -> None:
    processes = {"engine": "running", "trainer": "restarting", "synth": "running: 48000 Hz, 128"}
    text = play_status(read(document(processes=processes)), {})
    assert "trainer restarting" in text
    assert "audio 48000 Hz, 128" in text


def test_while_the_engine_does_not_run_nothing_is_said_of_the_sensor() -> None:
    def state(text: str) -> str:
        return engine_state(read(document(processes={"engine": text})), again=True)

    assert state("running: 48 kHz") == ""
    assert state("restarting") == state("starting") == words.ENGINE_AGAIN
    assert state("given up: it died too often") == words.ENGINE_OFF
    down = read(document(processes={"engine": "starting", "synth": "running"}, input={"kind": "osc"}))
    assert engine_state(down, again=False) == words.ENGINE_STARTS
    found = health(down, FIGURES, words.ENGINE_AGAIN)
    assert (found.state, found.text) == ("off", f"{words.ENGINE_AGAIN}\n{words.ENGINE_STEP}")
    assert play_status(down, FIGURES, words.ENGINE_AGAIN) == f"{words.ENGINE_AGAIN} · audio on"


def test_a_source_that_has_just_opened_is_not_called_silent() -> None:
    made = read(document(input={"kind": "osc"}))
    assert health(made, {}).text == "127.0.0.1, UDP port 50000"
    assert health(read(document(input_address="")), FIGURES | {"rate": 0.0}).text == words.OPENING_SOURCE


def test_spans_of_time() -> None:
    assert [ago(s) for s in (0.4, 99, 101, 7200)] == ["0 s", "99 s", "2 min", "2 h"]


def test_an_output_is_in_trouble_while_its_counts_rise() -> None:
    troubles = OutputTroubles()

    def seen(unheard: int, faults: int) -> list[str]:
        output = {"address": "OSC 127.0.0.1:12000", "faults": faults, "unheard": unheard}
        return troubles.follow({"outputs": [output]})

    assert seen(500, 2) == []  # of the past
    assert seen(560, 2) == ["OSC 127.0.0.1:12000: nobody listens there"]
    assert seen(560, 5)[1] == "OSC 127.0.0.1:12000: 5 could not be sent"
    for _ in range(OutputTroubles.SHOWN):
        last = seen(560, 5)
    assert last == []
    assert seen(0, 0) == []  # another project
    assert troubles.follow({}) == []


def test_an_output_that_nobody_hears_stays_so_until_something_arrives() -> None:
    troubles = OutputTroubles()

    def seen(unheard: int, sent: int) -> list[str]:
        output = {"address": "OSC 127.0.0.1:12000", "faults": 0, "unheard": unheard, "sent": sent}
        return troubles.follow({"outputs": [output]})

    assert seen(0, 10) == []
    for number in range(1, 4):  # an event now and then, and nothing for long between
        for _ in range(3 * OutputTroubles.SHOWN):
            assert seen(number, 10 + number) == ["OSC 127.0.0.1:12000: nobody listens there"]
    for number in range(OutputTroubles.SHOWN):
        last = seen(3, 100 + 60 * number)
    assert last == []  # sent, and nobody has said that it was in vain
    seen(4, 300)
    later = OutputTroubles()
    later.follow({"outputs": [{"address": "OSC 127.0.0.1:12000", "faults": 0, "unheard": 4, "sent": 300}]})
    assert later.lines == []  # of the past, as far as it knows
    later.recall(json.loads(json.dumps(troubles.kept())))
    assert later.lines == troubles.lines == ["OSC 127.0.0.1:12000: nobody listens there"]
    assert (
        later.follow({"outputs": [{"address": "OSC 127.0.0.1:12000", "unheard": 4, "sent": 300}]})
        == later.lines
    )


def test_a_long_address_loses_its_middle_and_stands_whole_in_the_tip() -> None:
    address = "UDP port 50000, /ZIGSIM/<name>/accel and what else there is at the end"
    found = health(read(document(input={"kind": "osc"}, input_address=address)), {"rate": 60.0})
    shown = found.text.partition(" · ")[0]
    assert len(shown) == 36
    assert shown.startswith("UDP port 50000")
    assert shown.endswith("at the end")
    assert address in found.details
    pad = health(read(document(input_address="pointer pad, UDP port 4711")), {"rate": 60.0})
    assert pad.text == "pointer pad · 60 Hz"
    assert "4711" in pad.details


def test_an_output_that_is_closed_says_why_until_it_is_open():
    troubles = OutputTroubles()
    closed = {"address": "MIDI keys", "closed": "MIDI port 'keys': gone; plug it in again"}
    for _ in range(OutputTroubles.SHOWN + 2):
        assert troubles.follow({"outputs": [closed]}) == [f"MIDI keys: {closed['closed']}"]
    well = closed | {"closed": "", "dropped": 2}
    assert troubles.follow({"outputs": [well]}) == []
    assert troubles.follow({"outputs": [well | {"dropped": 5}]}) == ["MIDI keys: 5 left out, it is too slow"]
