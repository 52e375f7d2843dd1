"""Remote control of the real control, over projects, scenes and the command that sends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from remote_house import Outside, addresses

from gesturemap import commands as c
from gesturemap.control.show import Show
from gesturemap.inputs.remote import Remote
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.project.setlist import read_setlist

COMMAND = [sys.executable, "-m", "gesturemap"]


@pytest.mark.long
def test_a_preset_and_a_new_project_are_no_one_way_doors(playing, outside: Outside, folder: Path) -> None:
    playing.ready()
    outside.ready()
    control = playing.control
    assert outside.say("open", "theremin") == "done"
    assert outside.say("scene", "small") == "done"
    assert control.desk.folder == folder
    assert outside.say("open", "theremin") == "done"
    assert outside.say("save", "mine") == "done"
    assert control.desk.folder == folder.parent / "mine"
    assert outside.say("new") == "done"
    assert "without /" in outside.say("save", "sub/fresh")
    assert outside.say("save", "fresh") == "done"
    assert control.desk.folder == folder.parent / "fresh"
    assert outside.say("open", "small") == "done"
    assert control.desk.folder == folder


@pytest.mark.long
def test_the_value_of_scene_is_what_its_word_takes(playing, outside: Outside, folder: Path) -> None:
    save_project(read_project(folder)[0], folder.parent / "duet")
    place = folder.parent / "show.toml"
    place.write_text('[[scene]]\nproject = "small"\n[[scene]]\nproject = "duet"\nname = "Duet, slow"\n')
    playing.ready()
    outside.ready()

    def shown() -> tuple[Any, ...]:
        return outside.hears(lambda found: "scene" in addresses(found))[-1].arguments

    assert outside.say("get", "scene") == "done"
    assert shown() == ("small",)
    assert outside.say("scene", "small") == "done"
    Show(read_setlist(place)).begin(playing.control)
    assert outside.say("subscribe", "scene").startswith("scene")
    assert outside.say("scene", 2) == "done"
    assert shown() == ("Duet, slow",)
    for word in ("small", "Duet, slow"):
        assert outside.say("scene", word) == "done"
        assert outside.say("get", "scene") == "done"
        assert shown() == (word,)


@pytest.mark.long
def test_the_project_says_it_and_a_scene_cuts_nobody_off(playing, folder: Path) -> None:
    control = playing.control
    plain = read_project(folder)[0]
    other = plain.configured("remote", {"port": 29471, "query": False, "announce": False}, "test")
    save_project(other, folder.parent / "other")
    save_project(plain, folder.parent / "away" / "far")
    outside = Outside(playing, None)
    try:
        playing.until(lambda: control.engine.state.startswith("running"))
        assert outside.space.pid == 0
        control.obey(c.Open(str(folder.parent / "other")))
        outside.ready()
        assert outside.port == 29471
        assert outside.say("scene", "small") == "done"
        assert control.desk.folder == folder
        assert outside.say("ping") == "gesturemap is here"
        for word in ("open", "scene"):  # where it began stays in reach
            control.obey(c.Open(str(folder.parent / "away" / "far")))
            assert outside.say(word, "small") == "done"
            assert control.desk.folder == folder
    finally:
        outside.close()


# The command that sends


def send(playing, *words: str, **environment: str) -> tuple[int, str, str]:
    """``gesturemap send`` in a process of its own, while control works."""
    asked = subprocess.Popen(
        [*COMMAND, "send", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | environment,
    )  # fmt: skip
    playing.until(lambda: asked.poll() is not None)
    out, error = asked.communicate()
    return asked.returncode, out, error


@pytest.fixture
def tokened(playing) -> Iterator[Outside]:
    made = Outside(playing, Remote(announce=False, rate=1000.0, token="violet-crow"))
    playing.until(lambda: made.figures.get("query"))
    yield made
    made.close()


@pytest.mark.long
def test_the_command_that_sends(playing, tokened: Outside) -> None:
    to, known = ("--to", f"127.0.0.1:{tokened.port}"), {"GESTUREMAP_TOKEN": "violet-crow"}
    code, out, error = send(playing, *to, "run", "off")
    assert (code, out) == (2, "")
    assert "no token" in error
    assert send(playing, *to, "run", "off", **known) == (0, "done\n", "")
    assert not playing.control.activity.running
    code, out, error = send(playing, *to, "volume", "-1", **known)
    assert (code, out) == (2, "")
    assert error.count("\n") == 1
    assert "from 0 to 1" in error
    code, out, error = send(playing, *to, "get", "state/running", **known)
    assert (code, out, error) == (0, "state/running False\n", "")
    assert send(playing, *to, "/gesturemap/state/project", **known)[:2] == (0, "state/project small\n")
    code, out, _ = send(playing, *to, "--list", **known)
    assert code == 0
    assert "threshold value" in out
    names = send(playing, *to, "--words", **known)[1].split()
    assert {"record", "record/stop", "scene/next"} <= set(names)
    assert not any("state" in name for name in names)
    code, out, _ = send(playing, *to, "--for", "1", "subscribe", "state", **known)
    assert code == 0
    assert "state/project small" in out
    assert send(playing, *to, "small/run", **known)[:2] == (0, "done\n")
    assert send(playing, *to, "panic", "0", **known) == (0, "nothing: 0 is a button let go\n", "")
    for words, said in (
        (("--for", "60", "subscribe", "nix"), "nix"), (("--for", "60", "nix"), "there is no such word"),
    ):  # fmt: skip
        code, out, error = send(playing, *to, *words, **known)
        assert (code, error.count("\n")) == (2, 1)
        assert said in error
        assert "error" not in out
    code, out, error = send(playing, *to, "--for", "60", "subscribe", "state")
    assert (code, out) == (2, "")
    assert "no token" in error
