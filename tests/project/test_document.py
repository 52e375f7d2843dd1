"""Undo and redo are exact, bounded, and forget what was left behind by a new edit."""

from __future__ import annotations

from dataclasses import replace

from gesturemap.project.document import Document
from gesturemap.project.project import Project


def test_there_and_back(project: Project) -> None:
    document = Document(project)
    assert (document.undo(), document.redo()) == ("", "")
    versions = [project]
    for number in range(5):
        versions.append(replace(project, name=f"v{number}"))
        document.edit(f"edit {number}", versions[-1])
    for number in (4, 3, 2):
        assert document.undo_label == f"edit {number}"
        assert document.undo() == f"edit {number}"
        assert document.project is versions[number]
    assert document.redo_label == "edit 2"
    assert document.redo() == "edit 2"
    assert document.project is versions[3]
    other = replace(project, name="other way")
    document.edit("other way", other)
    assert document.redo() == ""
    assert document.undo() == "other way"
    assert document.project is versions[3]


def test_amending_makes_no_step(project: Project) -> None:
    document = Document(project)
    document.amend(replace(project, name="x"))
    assert document.undo_label == ""
    assert document.project.name == "x"


def test_what_is_amended_everywhere_is_so_on_the_whole_way(project: Project) -> None:
    document = Document(project)
    for number in range(3):
        document.edit(f"edit {number}", replace(document.project, description=f"{number}"))
    document.undo()
    document.amend_all(lambda each: replace(each, name="tide"))
    found = []
    document.go_to(0)
    for step in range(4):
        document.go_to(step)
        found.append((document.project.name, document.project.description))
    assert found == [("tide", description) for description in (project.description, "0", "1", "2")]


def test_history_is_bounded(project: Project) -> None:
    document = Document(project, most=3)
    for number in range(10):
        document.edit(str(number), replace(project, name=str(number)))
    undone = 0
    while document.undo():
        undone += 1
    assert undone == 3
    assert document.project.name == "6"
