"""`gesturemap wekinator`: the project it makes, what it refuses, and a whole life of it in a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from argparse import Namespace
from pathlib import Path

import pytest
from sketch import DONE, Client, f32, free

from gesturemap.cli.main import parser
from gesturemap.cli.wekinator import make, wekinator
from gesturemap.errors import GesturemapError, SettingsError
from gesturemap.library import presets
from gesturemap.project.read import read_project


def options(*words: str) -> Namespace:
    return parser().parse_args(["wekinator", *words])


def test_without_options_it_is_what_wekinator_proposes(tmp_path: Path) -> None:
    project, warnings = read_project(make(options(str(tmp_path / "new"))))
    tables = project.tables()
    assert warnings == []
    assert tables["input"] == {"kind": "wekinator"}
    assert (project.input.port, project.input.address, len(project.input.names)) == (6448, "/wek/inputs", 5)
    assert tables["outputs"] == [{"kind": "wekinator"}]
    assert (project.outputs[0].host, project.outputs[0].port) == ("127.0.0.1", 12000)
    assert [(each.name, each.type) for each in project.learner.outputs] == [
        (f"outputs-{n}", "real") for n in range(1, 6)
    ]


def test_every_kind(tmp_path: Path) -> None:
    classes = [
        "--kind",
        "classifiers",
        "--outputs",
        "2",
        "--classes",
        "3",
        "--probabilities",
        "--inputs",
        "7",
    ]
    project, _ = read_project(make(options(str(tmp_path / "a"), *classes)))
    assert [(e.type, e.classes, e.probabilities) for e in project.learner.outputs] == [("class", 3, True)] * 2
    assert project.input.names[6] == "inputs-7"
    types = [
        "--types",
        "real:0:127,integer,class:4,class",
        "--port",
        "7000",
        "--send-port",
        "9",
        "--send-host",
        "::1",
    ]
    project, _ = read_project(
        make(options(str(tmp_path / "b"), *types, "--control-from", "loopback,10.0.0.0/8"))
    )
    assert [(e.type, e.high, e.classes) for e in project.learner.outputs] == [
        ("real", 127.0, 5), ("integer", 1.0, 5), ("class", 1.0, 4), ("class", 1.0, 5),
    ]  # fmt: skip
    assert (project.input.port, project.input.control_from) == (7000, ("loopback", "10.0.0.0/8"))
    assert (project.outputs[0].host, project.outputs[0].port) == ("::1", 9)
    project, _ = read_project(make(options(str(tmp_path / "c"), "--kind", "dtw", "--outputs", "3")))
    assert project.learner.gestures == project.gestures == ("output_1", "output_2", "output_3")


@pytest.mark.parametrize(
    "words",
    [
        ("--kind", "custom"),
        ("--kind", "continuous", "--types", "real"),
        ("--types", "real,class", "--outputs", "3"),
        ("--types", "complex"),
        ("--types", "real:1"),
        ("--types", "real:2:1"),
        ("--types", "class:0"),
        ("--types", "class:2.5"),
        ("--types", "class:a"),
        ("--control-from", "nobody"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(GesturemapError):
        make(options(str(tmp_path / "new"), *words))
    assert not (tmp_path / "new").exists()


class Life:
    """The command, running."""

    def __init__(self, folder: Path, *words: str) -> None:
        command = [sys.executable, "-m", "gesturemap", "wekinator", str(folder), *words]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ.copy()
        )
        self.said: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith("playing:"):
                break
        else:
            pytest.fail("".join(self.said))

    def end(self) -> str:
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, rest
        return "".join(self.said) + rest


def wait_for(client: Client, many: int) -> list:
    found: list = []
    end = time.monotonic() + 60
    while len(found) < many:
        found += client.heard()
        assert time.monotonic() < end, found
    return found


@pytest.mark.long
def test_a_life_in_two_days(tmp_path: Path, client: Client) -> None:
    port, folder = free(), tmp_path / "violin"
    words = ("--inputs", "2", "--types", "real,class:2", "--port", str(port), "--send-port", str(client.port))
    first = Life(folder, *words)
    client.to = ("127.0.0.1", port)
    client.word("startRecording")
    for i in range(20):
        client.outputs(i / 20, 1.0 + i % 2)
        client.inputs(i / 20, float(i % 2))
    client.word("stopRecording")
    client.word("train")
    assert wait_for(client, 1) == [DONE]
    client.word("startRunning")
    client.inputs(0.5, 1.0)
    ((address, tags, (number, choice)),) = wait_for(client, 1)
    assert (address, tags, choice) == ("/wek/outputs", "ff", 2.0)
    said = first.end()
    assert f"UDP port {port}" in said
    assert f"wekinator 127.0.0.1:{client.port}" in said
    assert sum(map(len, read_project(folder)[0].demonstrations)) == 20
    again = Life(folder, "--run")
    assert wait_for(client, 3) == [("/wek/outputs", "ff", (0.0, 1.0))] * 2 + [DONE]
    client.inputs(0.5, 1.0)
    ((_, _, (second, choice)),) = wait_for(client, 1)
    assert second == pytest.approx(number, abs=1e-6)
    assert choice == f32(2.0)
    again.end()


@pytest.mark.long
def test_a_deleted_example_is_taken_back_by_a_command_from_outside(tmp_path: Path, client: Client) -> None:
    port, commands = free(), free()
    words = ["--inputs", "1", "--outputs", "1", "--port", str(port), "--send-port", str(client.port)]
    words += ["--osc-control", str(commands), "--control-from", "127.0.0.0/8"]
    life = Life(tmp_path / "violin", *words)
    client.to = ("127.0.0.1", port)
    client.word("startRecording")
    client.inputs(0.5)
    client.word("train")
    assert wait_for(client, 1) == [DONE]
    client.word("deleteAllExamples")

    def send(*words: str) -> str:
        command = [sys.executable, "-m", "gesturemap", "send", "--to", f"127.0.0.1:{commands}", *words]
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout

    while "delete all examples" not in send("state/undo"):
        pass
    assert send("undo") == "done\n"
    assert "commands: OSC at" in life.end()
    assert sum(map(len, read_project(tmp_path / "violin")[0].demonstrations)) == 1


@pytest.mark.long
def test_who_may_send_control_words_needs_no_port_for_commands(tmp_path: Path, client: Client) -> None:
    words = ("--port", str(free()), "--send-port", str(client.port), "--control-from", "loopback,192.0.2.7")
    life = Life(tmp_path / "violin", *words)
    assert "commands" not in life.end()
    assert read_project(tmp_path / "violin")[0].input.control_from == ("loopback", "192.0.2.7")
    with pytest.raises(SettingsError, match="leave --control-from out"):
        wekinator(options(str(tmp_path / "violin"), "--control-from", "loopback"))


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    folder = make(options(str(tmp_path / "there")))
    with pytest.raises(SettingsError, match="the project is there already"):
        wekinator(options(str(folder), "--inputs", "3"))


@pytest.mark.long
def test_ports_of_a_project_that_is_there_are_written_and_said(tmp_path: Path, client: Client) -> None:
    folder, port = make(options(str(tmp_path / "there"))), free()
    words = ("--port", str(port), "--send-port", str(client.port))
    life = Life(folder, *words)
    life.end()
    assert f"project.toml, input: port = {port}\n" in life.said
    assert f"project.toml, outputs: port = {client.port}\n" in life.said
    project, _ = read_project(folder)
    assert (project.input.port, project.outputs[0].port) == (port, client.port)
    assert project.outputs[0].host == "127.0.0.1"
    again = Life(folder, *words)  # it is so already
    again.end()
    assert not any("project.toml" in line for line in again.said)


def test_ports_of_a_project_without_such_messages_are_refused(tmp_path: Path) -> None:
    shutil.copytree(presets()["theremin"], tmp_path / "own")
    with pytest.raises(SettingsError, match="none of the kind wekinator, to have port = 7000"):
        wekinator(options(str(tmp_path / "own"), "--port", "7000"))
    with pytest.raises(SettingsError, match="the project is there already"):
        wekinator(options("theremin", "--port", "7000"))
