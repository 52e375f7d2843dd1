"""Every shipped preset opens, learns, maps and sounds; what is taught and what is played differ."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from gesturemap.control.checks import source, troubles
from gesturemap.control.pace import paced
from gesturemap.control.trainer import fit, training_set
from gesturemap.demo.score import score
from gesturemap.engine.instrument import Instrument
from gesturemap.errors import GesturemapError
from gesturemap.frames import Event, Frame
from gesturemap.library import presets
from gesturemap.project.read import read_project
from gesturemap.synth.mixer import Mixer
from gesturemap.teaching import leave_one_out
from gesturemap.teaching.hearing import rules_of

ROOT = Path(__file__).parent.parent.parent
SHIPPED = sorted(path.parent.name for path in (ROOT / "presets").glob("*/project.toml"))


Script = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    """Loads a tool by its name; tools find one another meanwhile."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        yield load


@pytest.fixture(scope="module")
def maker(script: Script) -> ModuleType:
    return script("make_presets")


def instrument(name: str) -> Instrument:
    project, warnings = read_project(presets()[name])
    assert warnings == []
    told: list[GesturemapError] = []
    model = fit(project, project.demonstrations)
    made = Instrument(
        project.demonstrations[0].spec, project.features, model, project.mapping, (), told.append, scope=False
    )
    assert told == []
    mixer = Mixer(
        project.sound.voices, made.mapping_run.controls, folder=presets()[name], labels=model.labels
    )
    assert mixer.faults == ()
    return made


@pytest.fixture(scope="module")
def renderer(script: Script) -> ModuleType:
    return script("render_presets")


@pytest.mark.long
@pytest.mark.parametrize("name", SHIPPED)
def test_a_preset_opens_learns_and_sounds(name: str) -> None:
    assert {"phone-gestures", "pointer", "theremin"} <= set(SHIPPED)
    playing = instrument(name)
    project, _ = read_project(ROOT / "presets" / name)
    assert project.name == name
    assert project.description
    assert set(project.gestures) == {d.label for d in project.demonstrations}
    assert {"osc", "synth"} <= {output.kind for output in project.outputs}
    assert playing.usable is not None


@pytest.mark.parametrize("name", SHIPPED)
def test_a_preset_is_in_order_and_its_page_names_every_gesture(name: str) -> None:
    project, warnings = read_project(ROOT / "presets" / name)
    assert troubles(project, warnings) == []
    assert source(project) == []
    page = (ROOT / "presets" / name / "README.md").read_text("utf-8")
    assert page.startswith(f"# {name}\n")
    assert [label for label in project.gestures if f"`{label}`" not in page and label != name] == []
    assert f"preset-{name}.png" in (ROOT / "docs" / "presets.md").read_text("utf-8")
    assert sum(path.stat().st_size for path in (ROOT / "presets" / name).rglob("*")) < 1_000_000


@pytest.mark.long  # CI plays them all in a step of its own, too
@pytest.mark.parametrize("name", SHIPPED)
def test_what_did_not_teach_a_preset_plays_it_as_loud_as_the_others(name: str, renderer: ModuleType) -> None:
    performance = renderer.perform(ROOT / "presets" / name, seconds=14.0)
    assert performance.complaints() == []
    assert np.isfinite(performance.sound).all()
    assert {mapping.kind for mapping in performance.project.mapping} >= (
        {"events"} if performance.spans else {"range"}
    )
    quiet = np.abs(performance.sound[-2400:]).max()
    drone = {
        "phone-gestures",
        "pointer",
        "waving-chooser",
        "conducted-cloud",
    }  # or chords that fade for longer
    assert quiet < 0.02 or name in drone


def test_the_phone_is_taught_by_the_first_three_and_plays_the_rest() -> None:
    folder = presets()["phone-gestures"]
    project, _ = read_project(folder)
    assert [d.label for d in project.demonstrations] == [
        label for label in project.gestures for _ in range(3)
    ]
    with np.load(folder / "recordings.npz", allow_pickle=False) as data:
        assert data["X"].dtype == np.float32
        assert len(data["lengths"]) == 35
        assert set(data["user"]) == {"J2"}
        assert {
            str(label): int((data["label"] == label).sum()) for label in set(data["label"])
        } == dict.fromkeys(project.gestures, 7)
        assert tuple(map(str, data["channels"])) == tuple(map(str, project.demonstrations[0].spec.channels))
        assert data["t"].shape == (len(data["X"]),)
        played = np.split(data["X"].astype(float), np.cumsum(data["lengths"])[:-1])
    for demonstration in project.demonstrations:
        assert not any(np.array_equal(demonstration.values, recording) for recording in played)
    assert "MIT" in (folder / "LICENSE.mogere").read_text()


@pytest.mark.long
def test_the_rest_of_the_phone_gestures_is_recognised() -> None:
    playing = instrument("phone-gestures")
    played = score(presets()["phone-gestures"] / "recordings.npz", seed=0)
    began = [
        (time, event.label)
        for time, values in zip(played.times.tolist(), played.values, strict=True)
        for event in playing.play(Frame(time, values, time))
        if event.kind == "began"
    ]
    last = [[label for time, label in began if s.start <= time < s.end + 0.5][-1:] for s in played.spans]
    right = sum(said == [span.label] for said, span in zip(last, played.spans, strict=True))
    assert right >= 0.95 * len(played.spans)


@pytest.mark.long
def test_what_is_left_out_of_the_phone_gestures_is_heard_though_it_ends_at_rest() -> None:
    project, _ = read_project(presets()["phone-gestures"])
    seen = training_set(project, project.shown).demonstrations
    it = leave_one_out.opened(project.learner, seen, paced(project, project.shown).rate)
    told = leave_one_out.evaluate(it, rules_of(project.mapping))
    assert told.overall == {"accuracy": 1.0}
    assert told.notes == ("z: indicate_turn began too in 1 of 3",)


def test_the_made_up_demonstrations_are_what_the_tool_makes(maker: ModuleType) -> None:
    for name, made in (("pointer", maker.pointer_gestures()), ("theremin", maker.theremin())):
        project, _ = read_project(presets()[name])
        for one, other in zip(project.demonstrations, made, strict=True):
            assert (one.id, one.label, one.spec, one.outputs) == (
                other.id,
                other.label,
                other.spec,
                other.outputs,
            )
            np.testing.assert_allclose(one.values, other.values, atol=1e-9)
            np.testing.assert_allclose(one.targets, other.targets, atol=1e-9)


@pytest.mark.long
def test_other_drawings_of_the_pointer_figures_are_recognised(maker: ModuleType) -> None:
    playing = instrument("pointer")
    rng = np.random.default_rng(2024)
    time, right, drawn = 0.0, 0, 0
    for label, draw in [*maker.FIGURES.items()] * 6:
        path = maker.at_ease(maker.hurried(draw(rng), rng.uniform(0.75, 1.35)), rng)
        still = np.repeat(path[[0]], 60, axis=0), np.repeat(path[[-1]], 30, axis=0)
        events: list[Event] = []
        for row in np.concatenate([still[0], path, still[1]]):
            time += 1 / 60
            events += playing.play(Frame(time, np.array([*row, 1.0]), time))
        began = [event.label for event in events if event.kind == "began"]
        drawn += 1
        right += began[-1:] == [label]
    assert right >= drawn - 1


def test_the_theremin_is_a_smooth_surface_that_rises_to_the_right_and_upwards() -> None:
    playing = instrument("theremin")
    places = np.linspace(0.1, 0.9, 9)
    pitch, brightness = np.zeros((9, 9)), np.zeros((9, 9))
    for row, y in enumerate(places):
        for column, x in enumerate(places):
            playing.restart()
            playing.play(Frame(0.0, np.array([x, y, 0.0]), 0.0))
            pitch[row, column], brightness[row, column] = playing.played.values[:2]
    assert (np.diff(pitch, axis=1) > 0.0).all()
    assert np.abs(np.diff(pitch, axis=1)).max() < 4.0
    assert brightness[-1].mean() - brightness[0].mean() > 0.5
    assert np.corrcoef(brightness.ravel(), np.repeat(places, 9))[0, 1] > 0.9
