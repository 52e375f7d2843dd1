"""What `perform` prints while it plays."""

from __future__ import annotations

import json

import pytest

from gesturemap import commands as c
from gesturemap.cli.codes import show_codes
from gesturemap.cli.json_lines import JsonLines
from gesturemap.cli.news import News
from gesturemap.cli.play import Faults, tell_faults
from gesturemap.cli.remote import Commanded
from gesturemap.cli.status import StatusLine, unused
from gesturemap.clock import ManualClock
from gesturemap.wire.osc import NEITHER


def told(frames: int, pace: dict[str, float] | None = None, **ignored: dict[str, int]) -> c.Status:
    latency = {"p50": 0.1, "p99": 0.2}
    figures = {
        "frames": frames,
        "rate": 0.0,
        "lost": 0,
        "ignored": ignored,
        "latency_ms": latency,
        "faults": 0,
    }
    return c.Status(figures | ({"pace_ms": pace, "rate": 60.0} if pace else {}))


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed, without the line of each second."""
    return [line for line in capsys.readouterr().out.splitlines() if "Hz" not in line]


def test_a_sensor_that_falls_silent_is_told_once_and_when_it_is_back(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("my piece", lambda: True, now=clock.now)
    for second in range(1, 40):
        clock.advance(1.0)
        status(told(60 * (second if second <= 12 else 12 if second < 30 else second)))
    assert lines(capsys) == [
        "the sensor has been silent since 00:12; run: gesturemap doctor 'my piece'",
        "the sensor is back at 00:30, after 18 s",
    ]


def test_a_mouse_that_rests_is_not_called_silent(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("my piece", lambda: True, streams=False, now=clock.now)
    for _ in range(20):
        clock.advance(1.0)
        status(told(60))
    assert lines(capsys) == []


def test_a_message_that_does_not_come_is_told_with_what_to_do(capsys):
    status = StatusLine("my piece", lambda: True)
    for count in range(3):
        status(told(0, phone={"waiting for gyro_x (/rrate)": count + 1}))
    found = lines(capsys)
    assert found[0] == "ignored from phone: waiting for gyro_x (/rrate): 1"
    (step,) = [line for line in found if "switch that sensor on" in line]
    assert 'columns = ["NAME*", ...]' in step


def test_nothing_is_said_of_a_sender_of_which_all_is_used():
    assert unused({"/dev/ttyX": {}, "phone": {"another address": 2}}) == [
        "ignored from phone: another address: 2"
    ]


def test_a_sensor_that_was_never_heard_is_told_once_with_where_it_is_waited_for(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("my piece", lambda: True, lambda: "UDP port 8001", now=clock.now)
    for _ in range(2):
        status(told(0))
        clock.advance(1.0)
    assert lines(capsys) == []
    for _ in range(10):
        status(told(0))
        clock.advance(1.0)
    assert lines(capsys) == [
        "nothing has arrived at UDP port 8001 in 2 s; next: gesturemap doctor 'my piece'"
    ]
    for count in range(10):
        status(told(0, phone={"another address": count + 1}))
        clock.advance(1.0)
    assert lines(capsys) == [
        "ignored from phone: another address: 1",
        "nothing that arrives can be used; why? run: gesturemap doctor 'my piece'",
    ]


def test_a_mouse_that_has_not_moved_yet_is_to_be_moved(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("my piece", lambda: True, lambda: "pointer pad", streams=False, now=clock.now)
    for _ in range(10):
        status(told(0))
        clock.advance(1.0)
    (line,) = lines(capsys)
    assert line.startswith("nothing has come from pointer pad yet: move it")


def test_a_line_has_three_reasons_and_the_rate_of_a_board_is_among_them(capsys):
    reasons = {f"{number} numbers instead of 3": 100 - number for number in range(14)}
    advice = "unreadable bytes: the baud rate is wrong, try 9600"
    (line,) = unused({"/dev/ttyX": reasons | {advice: 1}})
    assert line.startswith(f"ignored from /dev/ttyX: {advice}: 1, 0 numbers instead of 3: 100, ")
    assert line.endswith(" and 12 more reasons")
    assert line.count("instead of") == 2
    status = StatusLine("my piece", lambda: True)
    status(told(10, board={"unreadable bytes": 1}))
    status(told(10, board={"unreadable bytes": 9}))
    status(told(10, board={"unreadable bytes": 9, advice: 1}))
    first, second = lines(capsys)
    assert advice not in first
    assert advice in second


def test_what_is_new_is_named_first_however_rare_it_is(capsys):
    status = StatusLine("my piece", lambda: True)
    often = {"startDtwRecording": 30, "startRecording": 20, "nix0": 10}
    status(told(10, sketch=often))
    status(told(10, sketch=often | {"deleteExamplesForOutput": 1}))
    status(told(10, sketch=often | {"deleteExamplesForOutput": 5}))
    assert lines(capsys) == [
        "ignored from sketch: startDtwRecording: 30, startRecording: 20, nix0: 10",
        "ignored from sketch: deleteExamplesForOutput: 1, startDtwRecording: 30, startRecording: 20 and 1 more reason",
    ]


def test_why_a_word_was_refused_is_told_and_not_again_and_again(capsys):
    clock = ManualClock(100.0)
    commanded = Commanded(clock.now)

    def hear(count: int, said: str) -> None:
        refused = {"127.0.0.1": {"volume: refused": count}, "10.0.0.9": {"may not command": 1}}
        kept = [["127.0.0.1", "volume: refused", said]] if said else []
        remote = {"address": "", "query": "", "refused": refused, "said": kept}
        commanded(c.Status({"remote": remote}))
        clock.advance(1.0)

    hear(1, "volume: 1.5")
    for count in range(2, 9):
        hear(count, "volume: 1.5")
    hear(9, "volume: loud")
    assert lines(capsys) == ["refused from 127.0.0.1: volume: 1.5", "refused from 10.0.0.9: may not command"]
    for count in range(10, 30):
        hear(count, "volume: loud")
    hear(30, "")
    assert lines(capsys) == ["refused from 127.0.0.1: volume: loud"]


def test_uneven_frames_are_worth_a_word_but_not_each_second(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("my piece", lambda: True, now=clock.now)
    for second in range(25):
        pace = {"jitter": 30.0 if second > 2 else 1.0, "longest": 200.0, "gaps": second // 2}
        status(told(60 * second + 1, pace))
        clock.advance(1.0)
    said = [line for line in capsys.readouterr().out.splitlines() if "jitter" in line or "gap" in line]
    assert len(said) == 3
    assert "1 gap, the longest 200 ms  in-out" in said[0]
    assert "5 gaps, the longest 200 ms, jitter 30 ms" in said[1]
    calm = StatusLine("my piece", lambda: True, now=clock.now)
    for second in range(25):
        calm(told(60 * second + 1, {"jitter": 3.0, "longest": 20.0, "gaps": 0}))
    assert "jitter" not in capsys.readouterr().out


def test_an_output_that_is_too_slow_or_well_again_is_told_once(capsys):
    status = StatusLine("my piece", lambda: True)
    told_so = (
        {},
        {"closed": "gone"},
        {"closed": "gone"},
        {},
        {},
        {"dropped": 3},
        {"dropped": 9},
        {"dropped": 9},
    )
    for one in told_so:
        notice = told(60)
        status(
            c.Status(
                notice.figures | {"outputs": [{"address": "MIDI keys", "closed": "", "dropped": 0} | one]}
            )
        )
    assert lines(capsys) == [
        "output MIDI keys: well again",
        "output MIDI keys: too slow, some of it is left out",
        "output MIDI keys: well again",
    ]


def test_what_is_not_osc_is_called_so(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("my piece", lambda: True, now=clock.now)
    for count in range(4):
        status(told(0, phone={NEITHER: count + 1}))
        clock.advance(1.0)
    assert "not OSC" in lines(capsys)[-1]


def test_what_is_as_it_was_is_printed_every_ten_seconds_only(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("my piece", lambda: True, now=clock.now)
    for second in range(1, 46):
        clock.advance(1.0)
        status(told(60 * min(second, 5)))
    printed = [line[:5] for line in capsys.readouterr().out.splitlines() if "Hz" in line]
    assert printed == ["00:01", "00:02", "00:03", "00:04", "00:05", "00:15", "00:25", "00:35", "00:45"]


def test_a_session_that_is_logged_is_counted_since_its_log_began(capsys):
    status = StatusLine("my piece", lambda: True)
    heard = told(423)
    status(c.Status(heard.figures | {"log": "sessions/x.xdf", "logged": 362}))
    status.end()
    status(c.Status(heard.figures | {"log": "sessions/x.xdf", "logged": 371}))
    assert status.frames == 371
    assert "362 frames" in capsys.readouterr().out


def test_a_clock_that_is_followed_is_told(capsys):
    status = StatusLine("my piece", lambda: True)
    for state, tempo in (("running", 119.96), ("silent", 120.0), ("not there", 0.0), ("tapped", 90.2)):
        status(c.Status(told(60).figures | {"clock": state, "tempo": tempo}))
    printed = [line for line in capsys.readouterr().out.splitlines() if "Hz" in line]
    for line, words in zip(printed, ("120/min", "silent 120/min", "not there", "tapped 90/min"), strict=True):
        assert f"  clock {words}  underruns" in line or line.endswith(f"  clock {words}")


def test_a_phone_that_does_not_come_is_told_what_is_in_the_way(capsys):
    clock = ManualClock(100.0)
    page = "phone page https://192.168.1.7:8444/?t=abc"
    status = StatusLine("csv", lambda: True, lambda: page, phone=True, now=clock.now)
    for _ in range(4):
        clock.advance(1.0)
        status(told(0))
    (line,) = lines(capsys)
    assert "same Wi-Fi" in line and "TCP port 8444" in line and "certificate" in line
    assert "doctor" not in line


def test_an_address_that_no_phone_reaches_gets_no_code(capsys):
    show_codes("phone page https://127.0.0.1:8443/?t=abc")
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "https://127.0.0.1:8443/?t=abc"
    assert "no phone can reach this address" in out and "Wi-Fi" in out
    assert "█" not in out
    show_codes("phone page https://192.168.1.7:8443/?t=abc")
    out = capsys.readouterr().out
    assert "█" in out and "Advanced, Proceed" in out


def test_faults_have_the_prefix_of_every_other_error(capsys):
    tell_faults(c.Fault("MIDI ports", "MIDI ports: none found"))
    assert capsys.readouterr().err == "gesturemap: MIDI ports: none found\n"


def test_one_gesture_is_one(capsys):
    status = StatusLine("p", lambda: True)
    status(c.Happened("began", "circle", 0.9, 1.0))
    status(told(60))
    assert "  1 gesture, last: circle 0.90  " in capsys.readouterr().out


def test_why_sound_came_late_is_said_where_it_came_late_again(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("csv", lambda: True, now=clock.now)
    for second, late in enumerate((0, 90, 90, 90, 93, 93)):
        clock.advance(1.0)
        status(c.Status(told(60 * second).figures | {"underruns": late, "why_late": "a longer block helps"}))
    printed = [line for line in capsys.readouterr().out.splitlines() if "Hz" in line]
    assert [("helps" in line) for line in printed] == [False, True, False, False, True, False]
    assert all("underruns 9" in line for line in printed[1:])


def test_what_fails_most_is_named_where_more_has_failed(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("csv", lambda: True, now=clock.now)
    for second, failed in enumerate((0, 150, 150, 151)):
        clock.advance(1.0)
        more = {"faults": failed, "why_faults": "OSC 10.0.0.9:9000: no way there" if failed else ""}
        status(c.Status(told(60 * second).figures | more))
    printed = [line for line in capsys.readouterr().out.splitlines() if "Hz" in line]
    assert [("faults 150 (OSC 10.0.0.9:9000: no way there)  " in line) for line in printed] == [0, 1, 0, 0]
    assert "faults 151 (OSC" in printed[3]


def test_a_fault_is_told_once_while_all_starts_and_again_later(capsys):
    clock = ManualClock(100.0)
    faults = Faults(now=clock.now)
    for _ in range(2):
        faults(c.Fault("outputs[0] osc", "the same"))
        clock.advance(30.0)
    faults.begun()
    faults(c.Fault("outputs[0] osc", "the same"))
    faults(c.Fault("outputs[0] osc", "another"))
    clock.advance(11.0)
    faults(c.Fault("outputs[0] osc", "the same"))
    told = capsys.readouterr().err.splitlines()
    assert told == [f"gesturemap: {text}" for text in ("the same", "another", "the same")]


def test_a_hint_names_the_project_that_plays(capsys):
    clock = ManualClock(100.0)
    status = StatusLine("first", lambda: True, lambda: "UDP port 8001", now=clock.now)
    for folder in ("/show/first", "/show/second one"):
        status(c.State({"project": {"path": folder}}))
    for _ in range(20):
        clock.advance(1.0)
        status(told(0))
    printed = capsys.readouterr().out
    assert "gesturemap doctor '/show/second one'" in printed
    assert "doctor first" not in printed


@pytest.mark.parametrize("kind", [StatusLine, JsonLines])
def test_frames_of_an_engine_that_died_are_counted_too(capsys, kind):
    heard = kind("my piece", lambda: True) if kind is StatusLine else kind()
    for frames in (100, 250, 20, 80, 80):
        heard(told(frames))
    assert heard.frames == 250 + 80
    log = {"log": "sessions/x.xdf", "logged": 7}
    for frames, more in ((90, log), (10, {}), (30, log | {"logged": 25})):  # its log, too, begins anew
        heard(c.Status(told(frames).figures | more))
    assert heard.frames == 7 + 25


def test_what_a_training_says_that_asks_for_attention_is_a_line_once(capsys):
    news = News()
    for messages in (
        ["shake: too short"],
        ["shake: too short", "'everyday' holds 'slash'"],
        [],
        ["shake: too short"],
    ):
        news(c.Trained(["shake"], 0.1, messages, notes=["sees level"]))
    assert lines(capsys) == [
        "trained: shake: too short", "trained: 'everyday' holds 'slash'", "trained: shake: too short"
    ]  # fmt: skip


def test_what_the_training_of_a_kept_model_said_is_said_at_the_beginning(capsys):
    News(["shake: too short"])(c.Trained(["shake"], 0.1, ["shake: too short"]))
    assert lines(capsys) == ["trained: shake: too short"]


def test_json_says_all_that_a_training_says(capsys):
    JsonLines()(c.Trained(["shake"], 0.1, ["too short"], notes=["sees level"]))
    line = json.loads(capsys.readouterr().out)
    assert (line["kind"], line["messages"], line["notes"]) == ("trained", ["too short"], ["sees level"])
