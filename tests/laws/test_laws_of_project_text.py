"""Laws of ``project.toml``: what is taken back leaves no trace, and what a person wrote stays while others change."""

from __future__ import annotations

import random
import shutil
import tomllib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from gesturemap import commands as c
from gesturemap.control.desk import SHIPPED, Desk
from gesturemap.control.edits import EDITS, channels
from gesturemap.demonstrations import LAYERS
from gesturemap.errors import GesturemapError
from gesturemap.project.project import Project, assemble
from gesturemap.project.save import save_project

pytestmark = pytest.mark.long

PRESETS = ("air-jabs", "conducted-cloud", "pointer")


@pytest.fixture(params=PRESETS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """A shipped project in a folder of its own, with a comment at each of its lines, above its headers and below."""
    shelf = next(place / request.param for place in SHIPPED if (place / request.param).is_dir())
    shutil.copytree(shelf, tmp_path / "own")
    path = tmp_path / "own" / "project.toml"
    lines = []
    for number, line in enumerate(path.read_text().splitlines()):
        if line.startswith("["):
            lines.append(f"# above {number}")
        lines.append(f"{line}  # of {number}" if line.strip() and not line.startswith("#") else line)
    path.write_text("\n".join([*lines, "", "# the end"]) + "\n")
    return Desk(str(tmp_path / "own"))


def edits(project: Project, rng: random.Random) -> list[c.Message]:
    """One of each kind that there is, as far as the project has something for it."""
    tables, some = project.tables(), [one.id for one in project.demonstrations]
    one = rng.choice(project.demonstrations) if some else None
    label = rng.choice(project.gestures) if project.gestures else ""
    name = f"g{rng.random():.6f}"
    found: list[c.Message] = [c.AddGesture(name), c.Threshold(rng.uniform(0.1, 0.9))]
    if label:
        found += [c.RenameGesture(label, name), c.DeleteGesture(label)]
        found.append(c.Merge(label, next((g for g in project.gestures if g != label), label)))
    if one is not None:
        found += [c.Relabel([one.id], name), c.Enable([one.id], not one.enabled)]
        found += [c.DeleteDemonstration(one.id), c.Split(one.id, [one.seconds / 2])]
        found += [c.Trim(one.id, one.seconds * rng.uniform(0.1, 0.3), one.seconds * rng.uniform(0.6, 0.9))]
        found += [
            c.Extract(one.id, name, [0.0, one.seconds / 2]),
            c.TrimIdle([d.id for d in project.demonstrations]),
        ]
        found.append(c.ToLayer(rng.choice([each for each in LAYERS if each != one.layer]), [one.id]))
    layer = rng.choice(LAYERS)
    found.append(c.SwitchLayer(layer, layer in project.layers.off))
    found.append(c.RecordInto(rng.choice([each for each in LAYERS if each != project.layers.records])))
    found.append(c.Configure("preference", {"kept": [["model", name, "auto"]]}))
    for section in ("features", "mapping", "outputs"):
        items = tables[section]
        more = {"features": {"kind": "derive"}, "mapping": {"kind": "events"}, "outputs": {"kind": "osc"}}
        found.append(c.Configure(section, [*items, more[section]]))
        if items:
            at = rng.randrange(len(items))
            found.append(c.Configure(section, items[:at] + items[at + 1 :]))
            found.append(c.Configure(section, rng.sample(items, len(items))))
    with suppress(GesturemapError, IndexError):  # without demonstrations, or a chain that breaks, no channels
        found.append(c.Irrelevant(rng.choice(channels(project)), label if rng.random() < 0.5 else ""))
    found.append(c.Configure("corrections", [{"kind": "calibrate", "scale": [rng.uniform(0.5, 2.0)]}]))
    voices = tables["sound"].get("voices", [])
    if voices:
        at, level = rng.randrange(len(voices)), rng.uniform(-20.0, 0.0)
        found += [c.Configure("sound", tables["sound"] | {"voices": voices[:at] + voices[at + 1 :]})]
        louder = [*voices[:at], voices[at] | {"level": level}, *voices[at + 1 :]]
        found += [c.Configure("sound", tables["sound"] | {"voices": louder})]
    found += [c.Configure("sound", tables["sound"] | {"volume": rng.random()})]
    found += [c.Configure("input", {"kind": "osc", "port": rng.randrange(1024, 60000)})]
    found += [c.Configure("model", {"kind": rng.choice(["auto", "gmm", "hhmm"])})]
    found += [c.Configure("record", {"trim": rng.random() < 0.5}), c.Configure("pedal", {"port": name})]
    return found


def tried(desk: Desk, message: c.Message) -> bool:
    try:
        label, project = EDITS[type(message)](desk.project, message)
    except GesturemapError:
        return False
    if project is not desk.project:
        desk.edit(label, project)
    return True


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.long)])
def test_every_edit_that_is_taken_back_leaves_the_same_bytes(desk: Desk, seed: int) -> None:
    """Each kind of edit by itself, then again and again, and back and forth over all of them."""
    rng, path = random.Random(seed), desk.folder / "project.toml"
    first, kinds = path.read_bytes(), set()
    for index in range(len(edits(desk.project, random.Random(0)))):
        message = edits(desk.project, rng)[index]
        step = desk.document.step
        if tried(desk, message):
            kinds.add(type(message))
            for _ in range(2):
                after = path.read_bytes()
                desk.go_to(step)
                assert path.read_bytes() == first, message
                desk.redo()
                assert path.read_bytes() == after, message
            desk.go_to(step)
    assert kinds >= set(EDITS) - {c.Threshold, c.TrimIdle}, (
        "auto has none of its own, and not every hand rests"
    )
    states = {0: path.read_bytes()}
    for _ in range(25):
        tried(desk, rng.choice(edits(desk.project, rng)))
        states[desk.document.step] = path.read_bytes()
    for step in [*range(len(states) - 1, -1, -1), *range(len(states)), *rng.sample(range(len(states)), 8)]:
        desk.go_to(step)
        assert path.read_bytes() == states[step], desk.document.history[step - 1 : step + 1]


def test_a_comment_that_was_written_meanwhile_is_there_when_an_edit_is_taken_back(desk: Desk) -> None:
    path = desk.folder / "project.toml"
    tried(desk, c.AddGesture("one"))
    noted = path.read_bytes().replace(b"# the end", b"# the end, for now")
    path.write_bytes(noted)
    tried(desk, c.AddGesture("two"))
    assert b"for now" in path.read_bytes()
    desk.undo()
    assert path.read_bytes() == noted
    desk.undo()
    assert b"for now" in path.read_bytes()


def blocks(text: str) -> list[tuple[str, str]]:
    """The headers of a text, each with all that stands between it and the next, and the comments right above it."""
    parts: list[list[str]] = [[]]
    above: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            parts.append([*above, line])
        elif line.strip() and not line.startswith("#"):
            parts[-1].append(line)
        above = [*above, line] if line.startswith("#") else []
    return [("\n".join(part), str(tomllib.loads("\n".join(part)))) for part in parts]


@pytest.mark.parametrize("seed", range(2))
def test_what_a_person_wrote_stays_while_something_else_is_changed(desk: Desk, seed: int) -> None:
    """Every section, and every table of a list, that says after an edit what it said before is there to the letter."""
    rng, path = random.Random(seed), desk.folder / "project.toml"
    before = path.read_text()
    for index in range(len(edits(desk.project, random.Random(0)))):
        message = edits(desk.project, rng)[index]
        if not tried(desk, message):
            continue
        after = path.read_text()
        assert len([line for line in after.splitlines() if not line]) <= 3 + after.count("\n["), after
        means = [meaning for _, meaning in blocks(after)]
        for text, meaning in blocks(before):
            if meaning in means or f"{message}".count(meaning):
                assert text in [other for other, _ in blocks(after)], f"{message}\n{after}"
        gone = [text for text, meaning in blocks(before) if meaning not in means]
        assert len(gone) <= 2 or not isinstance(message, c.Configure), (message, gone)
        desk.undo()


def test_a_value_that_is_turned_on_and_on_adds_no_line(desk: Desk) -> None:
    path = desk.folder / "project.toml"
    tried(desk, c.AddGesture("one"))
    tables = desk.project.tables()
    lengths = set()
    for index in range(20):
        voices = [voice | {"level": -1.5 - index / 8} for voice in tables["sound"]["voices"]]
        tried(desk, c.Configure("sound", tables["sound"] | {"volume": 0.25 + index / 64, "voices": voices}))
        tried(desk, c.RenameGesture(desk.project.gestures[-1], f"name {index}"))
        lengths.add(path.read_text().count("\n"))
    assert len(lengths) == 1
    assert "# the end" in path.read_text()


def test_what_comes_and_goes_leaves_no_lines(tmp_path: Path) -> None:
    tables = {"project": {"name": "x"}, "input": {"kind": "pointer"}, "model": {"kind": "gmm"}}
    project = assemble(tables, str(tmp_path), "test")
    lengths = set()
    for index in range(6):
        save_project(
            replace(project, gestures=(f"{index}",)).configured("record", {"trim": False}, ""), tmp_path
        )
        save_project(replace(project, name=f"x{index}"), tmp_path)
        lengths.add((tmp_path / "project.toml").read_text().count("\n"))
    assert len(lengths) == 1
