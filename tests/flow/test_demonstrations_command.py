"""`gesturemap demonstrations` as a person types it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shell import ask

from gesturemap.project.read import read_project
from gesturemap.project.save import save_project


def test_a_demonstration_that_was_removed_by_hand_is_forgotten_by_the_command_that_is_named(folder):
    (folder / "demonstrations" / "circle-0.npz").unlink()
    refused = ask("train", str(folder), cwd=folder)
    assert refused.returncode == 2 and "circle-0.npz: it is gone" in refused.stderr + refused.stdout
    assert f"demonstrations {folder} --delete circle-0" in " ".join((refused.stderr + refused.stdout).split())
    told = ask("demonstrations", str(folder), "--delete", "circle-0", cwd=folder)
    assert told.returncode == 0 and "forgotten, as the file was gone: circle-0; 5 left" in told.stdout
    assert "is gone" not in ask("demonstrations", str(folder), cwd=folder).stdout
    assert ask("demonstrations", str(folder), "--delete", "circle-0", cwd=folder).returncode == 2


def test_demonstrations_are_listed_and_deleted(folder):
    shown = ask("demonstrations", str(folder), cwd=folder).stdout
    assert "circle-0" in shown and "0.99" in shown and "x, y" in shown
    refused = ask("demonstrations", str(folder), "--delete", "circle-0", "nobody", cwd=folder)
    assert refused.returncode == 2 and "'nobody'" in refused.stderr
    assert (folder / "demonstrations" / "circle-0.npz").exists()
    told = ask("demonstrations", str(folder), "--delete", "circle-0", "line-1", cwd=folder).stdout
    assert "2 demonstrations deleted" in told and "4 left" in told
    assert [d.id for d in read_project(folder)[0].demonstrations] == [
        "circle-1",
        "circle-2",
        "line-0",
        "line-2",
    ]
    assert (folder / "trash" / "circle-0.npz").exists()
    assert ask("demonstrations", "pointer", "--delete", "x", cwd=folder).returncode == 2


@pytest.mark.parametrize(
    "words", [("demonstrations", "."), ("teach", ".", "shown"), ("teach", ".", "best", "circle")]
)
def test_what_another_program_reads_is_never_cut(folder, words):
    project, _ = read_project(folder)
    long = [f"20261124-030405-123456-{'a-long-name-' * 12}{d.id}" for d in project.demonstrations]
    named = tuple(replace(d, id=one) for d, one in zip(project.demonstrations, long, strict=True))
    save_project(replace(project, demonstrations=named), folder)
    shown = ask(*words, cwd=folder).stdout
    assert "…" not in shown
    assert all(one in shown for one in long if "circle" in one)
