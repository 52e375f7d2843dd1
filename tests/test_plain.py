"""What commands print in passing: words of a shell, how far compiling is, how an extra is installed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from gesturemap import errors
from gesturemap.cli.files import Announcer
from gesturemap.inputs.known import senders_of_osc
from gesturemap.library import sensors
from gesturemap.plain import called, shell, times

ROOT = Path(__file__).parents[1]


def test_what_is_typed_into_a_shell_stands_in_quotes_where_it_must() -> None:
    assert [shell("gyrosc"), shell("My Watch")] == ["gyrosc", "'My Watch'"]
    assert [times(1), times(300)] == ["once", "300 times"]
    assert [called("g3", "/x/g3"), called("g3", "/x/g4"), called("g3", "")] == ["g3", "g4 (g3)", "g3"]


def test_the_share_that_is_compiled_only_rises_and_takes_few_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    announce = Announcer()
    for done in (0.0, 0.06, 0.02, 0.07, 0.41, 0.12, 0.3, 0.5, 0.4, 0.6, 0.55, 0.9, 0.7, 0.95, 0.97, 0.99):
        announce("part", done)
    shares = [int(text) for text in re.findall(r"(\d+)%", capsys.readouterr().err)]
    assert shares[0] == 0
    assert shares == sorted(set(shares))
    assert 4 < len(shares) < 12


@pytest.mark.parametrize(
    ("prefix", "here", "command"),
    [
        (ROOT / ".venv", ROOT, ".venv/bin/pip install -e '.[phone]'"),
        (ROOT / ".venv", ROOT.parent, f"cd {ROOT} && .venv/bin/pip install -e '.[phone]'"),
        (Path("/opt/own"), ROOT, "/opt/own/bin/pip install -e '.[phone]'"),
    ],
)
def test_an_extra_of_a_checkout_is_installed_where_the_program_runs(
    monkeypatch: pytest.MonkeyPatch, prefix: Path, here: Path, command: str
) -> None:
    monkeypatch.setattr(sys, "prefix", str(prefix))
    monkeypatch.chdir(here)
    assert errors.install("phone") == command


def test_the_readme_counts_the_sensors_that_are_listed() -> None:
    (told,) = re.findall(r"`gesturemap sensors` lists (\d+) senders", (ROOT / "README.md").read_text())
    shipped = [name for name, folder in sensors().items() if folder.is_relative_to(ROOT)]
    assert int(told) == len(shipped) > len(senders_of_osc())
