"""What is seen of a project before it plays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap.control.alike import alike, pairs
from gesturemap.control.checks import chained, fitting, learnable, source, troubles, units_told
from gesturemap.control.cutting import trim
from gesturemap.control.sending import outputs, outputs_told
from gesturemap.control.trainer import fit
from gesturemap.demonstrations import Demonstration
from gesturemap.engine.outputs import Outputs
from gesturemap.errors import CommandError, DataError, SettingsError
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Spec, Values
from gesturemap.project.project import Project, assemble


def execution(gesture: int, seed: int, frames: int = 60) -> Values:
    share = np.linspace(0.0, 1.0, frames)[:, None]
    curve = np.sin(2 * np.pi * share * (1 + gesture) + np.array([[0.0, 0.9 * gesture]]))
    return np.asarray(curve + np.random.default_rng([gesture, seed]).normal(0.0, 0.05, (frames, 2)))


def shown(label: str, number: int, values: Values, names: Sequence[str] = ("x", "y")) -> Demonstration:
    spec = Spec.of(*names, rate=50.0)
    return Demonstration(f"{label}-{number}", label, spec, np.arange(len(values)) / 50.0, values)


def project(*demonstrations: Demonstration, kind: str = "hhmm", **source: object) -> Project:
    tables = {
        "project": {"name": "small"},
        "input": {"kind": "osc", "port": 0, **(source or {"arguments": ["x", "y"]})},
        "model": {"kind": kind},
        "gestures": list(dict.fromkeys(d.label for d in demonstrations)),
    }
    made = assemble(tables, "", "test")
    return Project(**{**vars(made), "demonstrations": demonstrations})


USUAL = [shown(label, n, execution(g, n)) for g, label in enumerate(("grab", "wave")) for n in range(4)]


def test_features_are_refused_only_where_they_break_what_worked_with_what_comes_in() -> None:
    def derived(*columns: str) -> Project:
        chain = [{"kind": "derive", "columns": list(columns)}]
        return assemble(
            {"input": {"kind": "pointer"}, "model": {"kind": "auto"}, "features": chain}, "", "test"
        )

    unknown, pad, phone = Spec(()), Spec.of("x", "y"), Spec.of("acc_x m/s2", "acc_y m/s2")
    chained(derived("x"), derived("y"), pad)
    with pytest.raises(
        SettingsError, match=r"features\[0\], derive, columns: no channel 'nosuch\*'; there are x, y"
    ):
        chained(derived("x"), derived("nosuch*"), pad)
    chained(derived("x"), derived("acc*"), phone)  # it is being made to fit
    chained(derived("x"), derived("z"), phone)  # it fitted as little before
    chained(derived("x"), derived("nosuch*"), unknown)  # nothing is known of what will come
    moved = Demonstration("1", "wave", pad, np.arange(4) / 10.0, np.zeros((4, 2)))
    taught = replace(derived("x"), demonstrations=(moved,))
    with pytest.raises(SettingsError, match="nosuch"):
        chained(taught, replace(taught, features=derived("nosuch*").features), unknown)


def test_a_demonstration_of_another_sensor_is_named() -> None:
    other = shown("odd", 0, execution(0, 9), ("a", "b"))
    (line,) = troubles(project(other, *USUAL), ())
    assert "demonstration odd-0" in line
    assert "channels a, b" in line
    assert "most have channels x, y" in line
    assert troubles(project(*USUAL), ()) == []


def test_channels_that_never_change_are_refused() -> None:
    dead = [shown(label, n, np.ones((30, 2))) for label in "ab" for n in range(2)]
    (line,) = troubles(project(*dead), ())
    assert "no channel ever changes: x, y" in line
    held = [*dead[:2], shown("b", 0, np.full((30, 2), 2.0))]  # poses that are held quite still differ
    assert troubles(project(*held), ()) == []


def test_an_input_that_cannot_start_or_gives_something_else_is_seen_without_a_device() -> None:
    (line,) = source(project(*USUAL, arguments=["x", "y"], address="glove"))
    assert "glove" in line
    (line,) = source(project(*USUAL, arguments=["x", "y", "z"]))
    assert "it gives x, y, z" in line
    assert "the demonstrations have x, y" in line
    assert source(project(*USUAL, arguments=["x", "y"], address="/glove")) == []
    (line,) = source(project(*USUAL, address="glove"))
    assert "glove" in line


def played(features: list[dict[str, object]], *demonstrations: Demonstration, **source: object) -> Project:
    """A project with these features and this input."""
    tables = {"project": {"name": "small"}, "input": source, "features": features, "model": {"kind": "hhmm"}}
    return replace(assemble(tables, "", "test"), demonstrations=demonstrations)


PHONE = shown("wave", 0, np.random.default_rng(0).normal(size=(60, 3)), ("acc_x g", "acc_y g", "acc_z g"))


@pytest.mark.parametrize("kind", ["shake", "orientation"])
def test_features_that_cannot_work_on_the_input_are_seen_without_a_device(kind: str) -> None:
    """In the very words of the engine when it plays."""
    made = played([{"kind": kind}], kind="pointer")
    with pytest.raises(SettingsError) as refused:
        ChainRun(made.features, Spec.of("x", "y", "pressed", rate=60.0))
    assert source(made) == [f"input pointer: {refused.value}"]


@pytest.mark.parametrize(
    "table",
    [
        {"kind": "pointer"},
        {"kind": "synthetic"},
        {"kind": "serial", "channels": ["x", "y"]},
        {"kind": "gamepad", "channels": ["x = u8 1"]},
        {"kind": "midi"},
        {"kind": "phone", "channels": ["gyro"]},
        {"kind": "merge", "inputs": {"a": {"kind": "pointer"}, "b": {"kind": "midi"}}},
    ],
)
def test_an_input_that_the_model_was_not_trained_on_is_seen_without_a_device(
    table: dict[str, object],
) -> None:
    (line,) = source(played([], PHONE, **table))
    assert line.startswith(f"input {table['kind']}: it gives ")
    assert "the demonstrations have acc_x, acc_y, acc_z" in line
    assert "record again" in line


def test_features_that_make_the_same_of_both_are_in_order() -> None:
    only = {"kind": "expression", "expressions": ["strength = abs(acc_x)"], "keep": False}
    more = {"kind": "serial", "channels": ["acc_x g", "extra"]}
    assert source(played([only], PHONE, **more)) == []
    (line,) = source(played([], PHONE, **more))
    assert "it gives acc_x, extra" in line


def test_inputs_that_only_the_device_can_tell_of_are_left_alone() -> None:
    for table in ({"kind": "osc"}, {"kind": "serial"}, {"kind": "lsl"}):
        assert source(played([{"kind": "shake"}], PHONE, **table)) == []


@pytest.mark.long
@pytest.mark.parametrize("kind", ["hhmm", "auto"])
def test_gestures_that_are_the_same_movement_are_named(kind: str) -> None:
    twin = [shown("grab2", n, execution(0, 20 + n)) for n in range(4)]
    made = project(*USUAL, *twin, kind=kind)
    (line,) = alike(made, fit(made, made.demonstrations))
    assert "'grab' and 'grab2' cannot be told apart" in line
    assert "of 8 left-out demonstrations" in line
    plain = project(*USUAL, kind=kind)
    assert alike(plain, fit(plain, plain.demonstrations)) == []


def test_one_recording_under_two_names_is_named() -> None:
    made = project(*USUAL, shown("grab2", 0, execution(0, 0)))
    (line,) = alike(made, fit(made, made.demonstrations))
    assert "'grab' and 'grab2' cannot be told apart: demonstration grab2-0 is in both" in line


def test_a_pair_is_named_only_where_chance_would_say_as_much() -> None:
    assert pairs({("a", "a"): 9, ("a", "b"): 1, ("b", "b"): 10}) == []
    assert len(pairs({("a", "a"): 5, ("a", "b"): 5, ("b", "a"): 5, ("b", "b"): 5})) == 1
    assert pairs({("a", "a"): 1, ("a", "b"): 1}) == []


def test_a_setting_of_an_unknown_gesture_is_told_in_full() -> None:
    learner = project(*USUAL).learner
    made = type(learner)(overrides={"wvae": {"states": 5}}, follows={"grab": {"nobody": 2.0}})
    line, other = made.strangers(("grab", "wave"))
    assert line == (
        "model, overrides.wvae: no gesture is called 'wvae'; there are grab, wave; did you mean 'wave'?"
    )
    assert other.startswith("model, follows.grab: no gesture is called 'nobody'")


def test_one_bracket_too_few_is_explained() -> None:
    with pytest.raises(SettingsError, match=r"\[mapping\], a single table.*write \[\[mapping\]\]"):
        assemble(
            {"input": {"kind": "pointer"}, "model": {"kind": "auto"}, "mapping": {"kind": "events"}}, "", "p"
        )


def test_a_unit_that_nobody_knows_is_said_and_one_of_two_words_is_refused() -> None:
    assert (
        units_told(played([], kind="serial", channels=["time ms", "acc_x g", "x px", "score 0.5", "s"])) == []
    )
    (line,) = units_told(played([], kind="serial", channels=["acc_x furlong", "acc_y g"]))
    assert line == "no unit that is converted, its numbers stay as they are: furlong (of acc_x)"
    (line,) = source(played([], kind="serial", channels=["time ms", "acc_x m/s2 form g"]))
    assert "'acc_x m/s2 form g'" in line
    assert "a unit, which is one word" in line


def test_units_that_are_not_those_of_the_demonstrations_are_said() -> None:
    (line,) = units_told(played([], PHONE, kind="serial", channels=["acc_x m/s2", "acc_y g", "acc_z g"]))
    assert line == "[input] gives other units than the demonstrations have: acc_x in m/s2, not g"


CONTROLS = Spec.of("pad.level", "padd.pitch")


def sending(*tables: dict[str, object]) -> Project:
    return project(*USUAL).configured("outputs", list(tables), "test")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"kind": "osc", "address": "no slash"}, "osc, address: 'no slash'"),
        ({"kind": "osc", "form": "each", "control_address": "/a/{nope}"}, "what is filled in is {control}"),
        ({"kind": "osc", "control_address": "synth/{contol}"}, "begins with '/'"),
        ({"kind": "osc", "targets": ["nohost:9000x"]}, "host:port is wanted"),
        ({"kind": "osc", "neutral": {"pad.levle": 1.0}}, "did you mean 'pad.level'?"),
        ({"kind": "midi", "neutral": {"pad.levle": 1.0}}, "midi, neutral: no control 'pad.levle'"),
        ({"kind": "midi", "cc": {"nope.x": 7}}, "midi, cc: no control 'nope.x'"),
        ({"kind": "midi", "bend": "nope.x"}, "midi, bend: no control 'nope.x'"),
        ({"kind": "midi", "cc": {"pad.level": 33}, "cc14": {"pad.level": 1}}, "controller 33 twice"),
        ({"kind": "midi", "notes": {"grub": 60}}, "midi, notes: no gesture 'grub'; there are grab, wave; did you"),
        ({"kind": "midi", "program": {"x": 6}}, "midi, program: no gesture 'x'"),
        ({"kind": "web", "origins": ["localhost"]}, "web, origins: 'localhost'"),
        ({"kind": "lsl", "name": " "}, "lsl, name: none"),
    ],
)  # fmt: skip
def test_an_output_that_would_not_open_is_told_by_its_number(table: dict[str, object], said: str) -> None:
    (line,) = outputs(sending({"kind": "osc"}, table), CONTROLS, ("grab", "wave"))
    assert line.startswith("outputs[1] ")
    assert said in line


def test_what_may_be_meant_otherwise_is_told_calmly() -> None:
    made = sending(
        {"kind": "osc", "host": "127.0.0.1", "targets": ["no.such.invalid:9000"]}, {"kind": "synth"}
    )
    made = made.configured("sound", {"voices": [{"kind": "pad"}]}, "test")
    assert outputs(made, CONTROLS, ("grab", "wave")) == []
    host, control = outputs_told(made, CONTROLS)
    assert host.startswith("outputs[0] osc: no.such.invalid is not known in this network")
    assert control == "control padd.pitch moves nothing in the sound; did you mean 'pad.pitch'?"


@pytest.mark.long
def test_an_engine_tells_once_of_a_gesture_that_an_output_names_and_there_is_not() -> None:
    told: list[str] = []
    port = {"kind": "midi", "port": "/no/such/port", "notes": {"grub": 60}}
    made = sending({"kind": "osc", "address": "no slash"}, port)
    run = Outputs(made.outputs, CONTROLS, lambda error: told.append(str(error)))
    try:
        assert [each["number"] for each in run.figures()] == [1], "only what is open is listed"
        for _ in range(2):
            run.serve(("grab", "wave"), np.zeros(2))
    finally:
        run.close()
    assert [line.partition(":")[0] for line in told] == ["outputs[0] osc, address", "outputs[1] midi, notes"]


def test_a_voice_without_a_name_of_its_own_is_told() -> None:
    voices = [
        {"kind": "pad"},
        {"kind": "pad", "name": "room"},
        {"kind": "pluck", "name": "pad"},
        {"kind": "grains"},
    ]
    made = sending({"kind": "synth"}).configured("sound", {"voices": voices}, "test")
    first, second = outputs(made, CONTROLS, ())
    assert first.startswith("sound.voices[1], name: 'room'; controls named room.")
    assert second.startswith("sound.voices[2], name: 'pad'; sound.voices[0] is called so")


def test_a_value_at_rest_of_a_control_there_is_not_is_told() -> None:
    (line,) = outputs(sending({"kind": "osc", "neutral": {"pad.lvel": 1.0}}), CONTROLS, ())
    assert line.startswith("outputs[0] osc, neutral: no control 'pad.lvel'; there are pad.level")
    assert line.endswith("did you mean 'pad.level'?")


def test_a_voice_that_names_a_gesture_there_is_not_is_told() -> None:
    made = sending({"kind": "synth"}).configured(
        "sound",
        {"voices": [
            {"kind": "pad", "gestures": ["grab"]},
            {"kind": "sampler", "files": {"wav": "kick"}},
            {"patch": "koto", "notes": {"wave": 60, "grabb": 62}},
        ]},
        "test",
    )  # fmt: skip
    first, second = outputs(made, CONTROLS, ("grab", "wave"))
    assert first.startswith("sound.voices[1] sampler: no gesture 'wav'")
    assert second.startswith("sound.voices[2] koto: no gesture 'grabb'")
    assert second.endswith("did you mean 'grab'?")
    assert outputs(made, CONTROLS, ()) == [], "nothing is known of gestures yet"


@pytest.mark.parametrize(("frames", "said"), [(0, "no frames"), (1, "1 frame")])
def test_a_recording_that_is_not_kept_is_recorded_again_and_nothing_is_to_be_deleted(
    frames: int, said: str
) -> None:
    mine = project(*USUAL)
    with pytest.raises(DataError, match=f"{said}; a movement has at least 2; record a longer one") as told:
        learnable(shown("wave", 9, np.zeros((frames, 2))), mine.learner)
    assert "delete" not in str(told.value)


def test_a_trim_leaves_what_a_movement_has() -> None:
    mine = project(*USUAL)
    with pytest.raises(CommandError, match="at least 2 frames must be left; choose other moments"):
        trim(mine, c.Trim("wave-0", 0.2, 0.219))
    _, trimmed = trim(mine, c.Trim("wave-0", 0.2, 0.239))
    assert len(next(d for d in trimmed.demonstrations if d.id == "wave-0").learned) == 2


def test_a_refusal_to_record_with_another_sensor_begins_with_why_and_ends_with_a_short_step() -> None:
    """In two lines of the narrowest window, whatever is left out between them."""
    with pytest.raises(DataError) as refused:
        fitting(project(*USUAL), [f"/phone/channel{number}" for number in range(20)])
    cause, *_, step = str(refused.value).split("; ")
    assert cause.startswith("recording with another sensor: this sensor gives /phone/channel0")
    assert len(step) < 110
    assert "demonstrations/grab-0.npz" in str(refused.value)
    assert "begin a new project" in step and "demonstrations/" not in step
