"""The whole examination, as it is run and as it is typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from pathlib import Path

import pytest
from doctor_props import free_port, holder, project, sender

from gesturemap import codec
from gesturemap import commands as c
from gesturemap.cli import status
from gesturemap.control.door import Door
from gesturemap.doctor import examine as examine_module
from gesturemap.doctor.ears import Ears
from gesturemap.doctor.examine import Section, examine
from gesturemap.doctor.finding import LOOK, OK, WRONG, Finding, ok
from gesturemap.doctor.listening import listening
from gesturemap.doctor.plan import plan_for
from gesturemap.doctor.ports import ports
from gesturemap.doctor.running import open_project, running
from gesturemap.errors import FileError
from gesturemap.wire.osc import build

SENSOR = 'kind = "osc"\nport = {}\naddress = "/acc"\narguments = ["x", "y", "z"]'
OUTPUT = '[[outputs]]\nkind = "osc"\nport = {}\n'


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gesturemap", "doctor", *words],
        env=os.environ | environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


@contextmanager
def gesturemap(folder: Path, port: int, ignored: dict[str, int]) -> Iterator[None]:
    """What a running gesturemap shows of itself: a note, a door, its state, and its figures again and again."""
    door = Door()
    end = threading.Event()
    document = {"input_address": f"UDP port {port}", "input_fault": "", "project": {"path": str(folder)}}

    def speak() -> None:
        clients, turns = [], 0
        while not end.is_set():
            if door.bell in wait([door.bell], 0.05):
                door.bell.recv_bytes()
                clients.append(door.newcomers.popleft())
                clients[-1].send_bytes(codec.encode(c.State(document)))
            turns += 1
            told = {"10.0.0.9": {reason: count + turns for reason, count in ignored.items()}}
            figures = {"rate": 0.0 if ignored else 60.0, "ignored": told if ignored else {}}
            for client in list(clients):
                try:
                    client.send_bytes(codec.encode(c.Status(figures)))
                except OSError:
                    clients.remove(client)
                    client.close()
        for client in clients:
            client.close()

    thread = threading.Thread(target=speak)
    thread.start()
    door.announce(str(folder))
    try:
        yield
    finally:
        end.set()
        thread.join()
        door.close()


def asked(folder: Path) -> list[Finding]:
    plan = plan_for(str(folder), (), 0.6)
    ears = Ears(plan)
    with running() as others:
        return [*ports(plan, ears, others), *listening(plan, ears, [], others)]


@pytest.mark.long
def test_every_finding_ends_with_a_step_and_all_sections_are_there(tmp_path: Path):
    port, silent = free_port(), free_port()
    folder = project(tmp_path / "piece", SENSOR.format(port), OUTPUT.format(free_port()))
    with sender(port, build("/accxyz", 1.0)), holder(silent):
        began = time.monotonic()
        told = dict(examine(plan_for(str(folder), (port, silent), 1.5)))
    assert time.monotonic() - began < 1.5 + 10  # whatever hangs, it ends
    assert set(told) == {
        "this machine", "ports", "loop-back", "outputs", "firewall", "listening", "serial ports", "MIDI", "LSL",
        "controllers", "sound", "window", "computer", "first start",
    }  # fmt: skip
    findings = [one for found in told.values() for one in found]
    assert {one.state for one in findings} == {OK, LOOK, WRONG}
    for one in findings:
        assert one.what.strip()
        assert one.next.strip()
        assert (one.what + one.next).isprintable()


def test_a_section_that_fails_or_hangs_does_not_cost_the_others(monkeypatch):
    end = threading.Event()

    def fails(*_: object) -> list[Finding]:
        raise ZeroDivisionError("a driver's fault")

    def hangs(*_: object) -> list[Finding]:
        end.wait(60)
        return [ok("late", "too late")]

    monkeypatch.setattr(examine_module, "GRACE", 0.5)
    monkeypatch.setattr(examine_module, "firewall", fails)
    monkeypatch.setattr(examine_module, "sound", hangs)
    told = dict(examine(plan_for("", (free_port(),), 0.2)))
    end.set()
    assert told["firewall"][0].state == WRONG
    assert "a driver's fault" in told["firewall"][0].what
    assert told["sound"][0].what == "no answer in time"
    assert told["ports"][0].state == OK
    for thread in threading.enumerate():
        if thread.name.startswith("doctor "):
            thread.join(30)


def test_a_section_says_what_it_found():
    section = Section("x", lambda: [ok("a", "b")])
    section.start()
    assert section.done.wait(5)
    assert section.findings == [Finding(OK, "a", "b")]


def test_a_running_gesturemap_that_holds_the_port_is_asked(tmp_path: Path):
    port = free_port()
    folder = project(tmp_path / "piece", SENSOR.format(port))
    with holder(port), gesturemap(folder, port, {}):
        assert open_project() == str(folder)
        findings = asked(folder)
    assert [one.state for one in findings] == [OK, OK, OK]
    assert "gesturemap, PID" in findings[0].what
    assert "hears 60 frames/s" in findings[-1].what


def test_a_running_gesturemap_tells_what_it_ignores(tmp_path: Path):
    port = free_port()
    folder = project(tmp_path / "piece", SENSOR.format(port))
    with holder(port), gesturemap(folder, port, {"another address": 5}):
        finding = asked(folder)[-1]
    assert finding.state == WRONG
    assert "10.0.0.9: ignored by gesturemap" in finding.what
    assert "another address" in finding.what


def test_a_gesturemap_with_another_project_is_in_the_way(tmp_path: Path):
    port = free_port()
    folder = project(tmp_path / "piece", SENSOR.format(port))
    with holder(port), gesturemap(tmp_path / "other", port, {}):
        finding = asked(folder)[0]
    assert finding.state == WRONG
    assert "another project" in finding.what


def test_without_a_gesturemap_no_project_is_open():
    assert open_project() == ""
    with running() as others:
        assert others == []


def test_an_output_that_comes_back_to_the_input_is_wrong(tmp_path: Path):
    port = free_port()
    plan = plan_for(str(project(tmp_path / "piece", SENSOR.format(port), OUTPUT.format(port))))
    ears = Ears(plan)
    findings = ports(plan, ears, [])
    ears.close()
    assert [one.state for one in findings] == [OK, WRONG]


def test_a_project_that_is_not_there_is_an_error_of_use():
    with pytest.raises(FileError):
        plan_for("no-such-project")
    ended = run("no-such-project")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1


@pytest.mark.long
def test_the_exit_code_and_the_list_for_programs(tmp_path: Path):
    port = free_port()
    folder = project(tmp_path / "piece", SENSOR.format(port), OUTPUT.format(free_port()))
    with holder(port) as pid:
        ended = run(str(folder), "--for", "1", "--json")
    table = json.loads(ended.stdout)
    assert all(set(row) == {"section", "state", "what", "next"} and row["next"] for row in table)
    held = [row for row in table if row["section"] == "ports"]
    assert [row["state"] for row in held] == [WRONG]
    assert f"PID {pid}" in held[0]["what"]
    assert ended.returncode == 1


@pytest.mark.long
def test_it_prints_a_line_for_each_finding(tmp_path: Path):
    port = free_port()
    folder = project(tmp_path / "piece", SENSOR.format(port))
    with sender(port, build("/acc", 1.0, 2.0, 3.0)):
        ended = run(str(folder), "--for", "1")
    lines = ended.stdout.splitlines()
    states = [line for line in lines if line.startswith(("OK   ", "look ", "wrong "))]
    assert len(states) >= 13
    assert all(" → " in line for line in states)
    assert any("all of it is used" in line for line in states)
    wrongs = sum(line.startswith("wrong") for line in states)
    assert lines[-1].startswith(f"{wrongs} wrong")
    assert ended.returncode == (1 if wrongs else 0)


def test_who_plays_without_a_sensor_is_told_of_the_doctor_once(monkeypatch, capsys):
    monkeypatch.setattr(status, "EARLY", 0.0)
    line = status.StatusLine("my piece", lambda: True)
    figures = {
        "frames": 0,
        "rate": 0.0,
        "lost": 0,
        "ignored": {},
        "latency_ms": {"p50": 0, "p99": 0},
        "faults": 0,
    }
    for _ in range(4):
        line(c.Status(figures))
    assert capsys.readouterr().out.count("next: gesturemap doctor 'my piece'") == 1
