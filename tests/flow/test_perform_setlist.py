"""The shell's own `perform --setlist`, as a process: keys of a terminal, program changes, JSON lines, exit codes."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from midi_ports import Cable

from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

COMMAND = [sys.executable, "-m", "gesturemap", "perform"]
PATIENCE = 60.0


@pytest.fixture
def show(folder: Path, cable: Cable) -> Path:
    """Two scenes, and a pedal on a cable."""
    project, _ = read_project(folder)
    save_project(replace(project, name="second"), folder.parent / "second")
    place = folder.parent / "show.toml"
    place.write_text(
        f'[pedal]\nport = "{cable.path}"\ncommands = {{ "cc 64" = "scene/previous" }}\n'
        '[[scene]]\nproject = "small"\n[[scene]]\nproject = "second"\nprogram = 3\n'
    )
    return place


class Perform:
    """The process, with a terminal for its keys, and what it has said."""

    def __init__(self, *arguments: str) -> None:
        self.keys, terminal = pty.openpty()
        self.terminal = terminal
        self.process = subprocess.Popen(
            [*COMMAND, *arguments, "--sound", "off"], stdin=terminal, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True, preexec_fn=lambda: front(terminal),
        )  # fmt: skip
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self._text = b""

    @property
    def lines(self) -> list[str]:
        """What it has said so far."""
        assert self.process.stdout is not None
        self._text += self.process.stdout.read() or b""
        return self._text.decode().splitlines()

    @property
    def told(self) -> list[dict[str, Any]]:
        """The same of whole lines of JSON."""
        return [json.loads(line) for line in self.lines[: self._text.count(b"\n")]]

    def until(self, so: Callable[[], object]) -> None:
        """Wait for something; it has PATIENCE s."""
        end = time.monotonic() + PATIENCE
        while not so():
            assert time.monotonic() < end and self.process.poll() is None, (
                self.lines[-5:],
                self.process.poll(),
            )
            time.sleep(0.02)  # between two looks

    def scene(self, number: int) -> bool:
        """Whether this scene was the last that was recalled."""
        recalled = [one["number"] for one in self.told if one["kind"] == "scene"]
        return recalled[-1:] == [number]

    def press(self, keys: str) -> None:
        os.write(self.keys, keys.encode())

    def end(self) -> int:
        code = self.process.wait(PATIENCE)
        assert self.lines is not None  # what is still in the pipe
        return code

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        for end in (self.keys, self.terminal):
            os.close(end)


def front(terminal: int) -> None:
    """In the child: this terminal is ours, and we are in front."""
    import fcntl

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


@pytest.fixture
def perform() -> Iterator[Callable[..., Perform]]:
    made: list[Perform] = []

    def begin(*arguments: str) -> Perform:
        made.append(Perform(*arguments))
        return made[-1]

    yield begin
    for each in made:
        each.close()


@pytest.mark.long
def test_keys_programs_and_pedals_recall_scenes(show: Path, perform, cable: Cable) -> None:
    playing = perform("--setlist", str(show), "--json")
    before = termios.tcgetattr(playing.terminal)
    playing.until(lambda: any(one["kind"] == "playing" for one in playing.told))
    playing.press("n")
    playing.until(lambda: playing.scene(2))
    playing.press("p")
    playing.until(lambda: playing.scene(1))
    playing.press("2\n")
    playing.until(lambda: playing.scene(2))
    cable.send(0xB0, 64, 127)
    playing.until(lambda: playing.scene(1))
    cable.send(0xC0, 3)
    playing.until(lambda: playing.scene(2))
    playing.press("n")
    playing.until(lambda: any("no scene after" in one.get("text", "") for one in playing.told))
    playing.press("q")
    assert playing.end() == 0
    assert termios.tcgetattr(playing.terminal)[3] == before[3]
    kinds = [one["kind"] for one in playing.told]
    assert (kinds[0], kinds[-1]) == ("starting", "ended")
    assert {"scenes", "status", "playing"} <= set(kinds)
    assert all({"kind", "time"} <= set(one) for one in playing.told)


@pytest.mark.long
def test_lines_for_people_say_the_keys_and_the_scene(show: Path, perform) -> None:
    playing = perform("--setlist", str(show))
    playing.until(lambda: any(line.startswith("keys: n next scene") for line in playing.lines))
    playing.until(lambda: "2 of 2 scenes ready" in playing.lines)
    playing.press("n")
    playing.until(lambda: "scene 2: second" in playing.lines)
    playing.process.send_signal(signal.SIGTERM)
    assert playing.end() == 0


@pytest.mark.long
@pytest.mark.parametrize("which", ["second", "2"])
def test_it_begins_with_the_scene_that_is_named(show: Path, perform, which: str) -> None:
    playing = perform(which, "--setlist", str(show), "--json")
    playing.until(lambda: any(one["kind"] == "playing" for one in playing.told))
    assert next(one["project"] for one in playing.told if one["kind"] == "playing") == "second"
    playing.press("p")
    playing.until(lambda: playing.scene(1))
    playing.press("q")
    assert playing.end() == 0


@pytest.mark.parametrize(
    ("which", "told"),
    [
        ("empty", "scene 3 (empty): cannot be played; "),
        ("4", "scene 4 (broken): cannot be played; "),
        (
            "nix",
            "scene: 'nix'; there are 1 small, 2 second, 3 empty (cannot be played), 4 broken (cannot be played)",
        ),
    ],
)
def test_a_scene_that_cannot_be_begun_with_is_code_2(show: Path, perform, which: str, told: str) -> None:
    bare(show)
    refused = perform(which, "--setlist", str(show))
    assert refused.end() == 2
    said = refused.process.stderr.read().decode()
    assert told in said and said.count("\n") == 1


def bare(show: Path) -> None:
    """Two scenes more: one with nothing to learn from, and one that cannot be read."""
    project, _ = read_project(show.parent / "small")
    save_project(replace(project, name="empty", demonstrations=()), show.parent / "empty")
    (show.parent / "broken").mkdir()
    (show.parent / "broken" / "project.toml").write_text("[project")
    with show.open("a") as file:
        file.write('[[scene]]\nproject = "empty"\nprogram = 4\n[[scene]]\nproject = "broken"\n')


@pytest.mark.long
def test_a_scene_with_nothing_to_learn_from_is_refused_and_play_goes_on(
    show: Path, perform, cable: Cable
) -> None:
    bare(show)
    playing = perform("--setlist", str(show), "--json")
    playing.until(lambda: any(one["kind"] == "playing" for one in playing.told))
    for ask in (lambda: playing.press("3\n"), lambda: cable.send(0xC0, 4)):
        before = len([one for one in playing.told if "scene 3 (empty): cannot be" in one.get("text", "")])
        ask()
        playing.until(
            lambda before=before: (
                len([one for one in playing.told if "scene 3 (empty): cannot be" in one.get("text", "")])
                > before
            )
        )
    assert not [one for one in playing.told if one["kind"] == "scene"]
    playing.press("q")
    assert playing.end() == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[scene]]\nproject = "nowhere"\n', "none of 1 scenes can be played"),
        ("[[scene]]\nname = 3\n", "scene 1, name"),
    ],
)
def test_a_setlist_that_cannot_be_played_is_code_2(show: Path, perform, text: str, told: str) -> None:
    show.write_text(text)
    refused = perform("--setlist", str(show))
    assert refused.end() == 2
    assert refused.process.stderr is not None
    assert told in refused.process.stderr.read().decode()


def test_neither_project_nor_setlist_is_code_2(perform) -> None:
    refused = perform()
    assert refused.end() == 2
    assert "name one, or give --setlist FILE" in refused.process.stderr.read().decode()


@pytest.mark.long
def test_it_waits_for_a_sensor_that_is_not_there(show: Path, perform, tmp_path: Path) -> None:
    for name in ("small", "second"):
        folder = show.parent / name
        project, _ = read_project(folder)
        board = {"kind": "serial", "device": str(tmp_path / "board"), "channels": ["x", "y"], "rate": 100.0}
        save_project(project.configured("input", board, "test"), folder)
    waiting = perform("--setlist", str(show), "--wait-for-sensor")
    waiting.until(lambda: any(line.startswith("waiting for the sensor: ") for line in waiting.lines))
    waiting.until(lambda: "2 of 2 scenes ready" in waiting.lines)
    waiting.press("n")
    waiting.until(lambda: "scene 2: second" in waiting.lines)
    waiting.process.send_signal(signal.SIGTERM)
    assert waiting.end() == 0
    refused = perform("--setlist", str(show))
    assert refused.end() == 2


@pytest.mark.long
def test_what_is_killed_leaves_no_process_and_no_note(show: Path, perform) -> None:
    playing = perform("--setlist", str(show), "--json")
    playing.until(lambda: any(one["kind"] == "playing" for one in playing.told))
    children = psutil.Process(playing.process.pid).children(recursive=True)
    assert len(children) >= 2
    playing.process.kill()
    assert playing.end() == -signal.SIGKILL
    _, alive = psutil.wait_procs(children, timeout=10.0)
    assert not alive
    again = perform("--setlist", str(show), "--json", "--for", "0.5")
    assert again.end() == 0
