"""Remote control as the shell's commands have it."""

from __future__ import annotations

import shutil
import socket
import subprocess
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
from shell import COMMAND, ask

from gesturemap.cli import send
from gesturemap.cli.remote import settings
from gesturemap.errors import SettingsError
from gesturemap.inputs.remote import Remote


def options(address: tuple[str, int] | None = None, *senders: str) -> Namespace:
    return Namespace(osc_control=address, control_from=list(senders))


def test_options_come_on_top_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Remote(port=7000, control_from=("192.168.1.7",))
    assert settings(options(), own) is None
    asked = settings(options(("", 6450), "10.0.0.0/8"), own)
    assert asked == Remote(port=6450, control_from=("192.168.1.7", "10.0.0.0/8"))
    assert asked.address == "0.0.0.0"
    assert settings(options(("", 6450)), Remote()).address == "127.0.0.1"
    assert settings(options(None, "10.0.0.1"), own).port == 7000
    monkeypatch.setenv("GESTUREMAP_TOKEN", "violet-crow")
    assert settings(options(("127.0.0.1", 6450)), Remote()).token == "violet-crow"
    monkeypatch.setenv("GESTUREMAP_TOKEN", "short")
    with pytest.raises(SettingsError, match="token"):
        settings(options(("127.0.0.1", 6450)), Remote())
    monkeypatch.delenv("GESTUREMAP_TOKEN")
    with pytest.raises(SettingsError, match="--osc-control"):
        settings(options(None, "10.0.0.1"), Remote())


@pytest.mark.parametrize("address", ["x", "127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:70000", ":"])
def test_an_address_that_is_none(address: str, tmp_path: Path) -> None:
    found = ask("perform", "theremin", "--osc-control", address, cwd=tmp_path)
    assert found.returncode == 2
    assert "a port from 1 to 65535" in found.stderr
    assert ask("send", "--to", "6450", "run", cwd=tmp_path).returncode == 2


def test_the_shell_completes_the_words(tmp_path: Path) -> None:
    for name in ("bash", "zsh", "fish"):
        found = ask("send", "--completion", name, cwd=tmp_path)
        assert found.returncode == 0
        if shutil.which(name):
            flag = "--no-execute" if name == "fish" else "-n"
            checked = subprocess.run(
                [name, flag], input=found.stdout, text=True, capture_output=True, check=False
            )
            assert (checked.returncode, checked.stderr) == (0, "")
    bash = ask("send", "--completion", "bash", cwd=tmp_path).stdout
    words = (
        'gesturemap() { echo "record record/stop run"; }\nCOMP_WORDS=(gesturemap send rec)\nCOMP_CWORD=2\n'
    )
    asked = f"{words}{bash}\n_gesturemap_send\necho ${{COMPREPLY[@]}}\n"
    done = subprocess.run(["bash"], input=asked, text=True, capture_output=True, check=True)
    assert done.stdout.split() == ["record", "record/stop"]


@pytest.mark.long
def test_nobody_there(tmp_path: Path) -> None:
    found = ask("send", "--to", "127.0.0.1:1", "run", cwd=tmp_path)
    assert (found.returncode, found.stdout) == (2, "")
    assert "--osc-control" in found.stderr
    found = ask("send", "--to", "127.0.0.1:1", "--for", "0.1", "subscribe", "state", cwd=tmp_path)
    assert (found.returncode, found.stdout) == (2, "")
    assert "no answer within 0.1 s" in found.stderr
    found = ask("send", "--to", "127.0.0.1:1", "--list", cwd=tmp_path)
    assert found.returncode == 0
    assert "record label" in found.stdout
    assert "words of this version" in found.stderr
    assert ask("send", cwd=tmp_path).returncode == 2
    assert ask("send", "--to", "no.such.host.invalid:9", "run", cwd=tmp_path).returncode == 2


@pytest.fixture
def performing(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """``gesturemap perform`` of the small project in a process of its own, at a port that was free just now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*COMMAND, "perform", str(folder), "--sound", "off", "--osc-control", str(port)]
    begun = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    yield begun
    begun.kill()
    begun.communicate()


def told(performing: subprocess.Popen[str], begins: str) -> str:
    """The next line that begins so."""
    line = ""
    while not line.startswith(begins):
        line = performing.stdout.readline()
        assert line, "it has ended"
    return line


@pytest.mark.long
def test_what_performs_is_commanded_and_ended_from_outside(performing, folder: Path, tmp_path: Path) -> None:
    line = told(performing, "commands:")
    place = line.partition("UDP ")[2].partition(",")[0].strip()
    assert ask("send", "--to", place, "state/project", cwd=tmp_path).stdout == "state/project small\n"
    assert ask("send", "--to", place, "state/sound_on", cwd=tmp_path).stdout == "state/sound_on False\n"
    assert "there is no built-in synth" in ask("send", "--to", place, "sound", "on", cwd=tmp_path).stderr
    shutil.copytree(folder, folder.parent / "other")
    assert ask("send", "--to", place, "open", "other", cwd=tmp_path).stdout == "done\n"
    assert told(performing, "project:") == "project: other (small)\n"
    assert ask("send", "--to", place, "scene/next", cwd=tmp_path).stdout == "done\n"
    assert told(performing, "project:") == "project: small\n"
    assert ask("send", "--to", place, "lock", cwd=tmp_path).stdout == "done\n"
    found = ask("send", "--to", place, "add", "wave", cwd=tmp_path)
    assert found.returncode == 2
    assert "the stage lock is on" in found.stderr
    assert ask("send", "--to", place, "quit", cwd=tmp_path).stdout == "done\n"
    assert performing.wait(60) == 0


@pytest.mark.parametrize("words", [("volume", "1e300"), ("scene", "1" + 60 * "0")])
def test_a_number_beyond_what_osc_carries_is_one_line(
    words: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "PATIENCE", 0.1)  # a scene may be called so: it is sent, and nobody answers
    answer = ask("send", *words, cwd=tmp_path)
    assert answer.returncode == 2 and len(answer.stderr.splitlines()) == 1, answer.stderr
