"""A session log becomes a WAV: the same bytes every time, each sound at its own time, whatever changed meanwhile."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flow_house import SHAPES, SPEC, execution
from logged import whole
from shell import ask, run

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control.trainer import fit
from gesturemap.engine.instrument import Instrument
from gesturemap.engine.stand_in import StandIn, stand_ins
from gesturemap.frames import Frame, Spec
from gesturemap.logs.read import read_log
from gesturemap.logs.write import LogWriter
from gesturemap.mapping.range import Range
from gesturemap.models import store
from gesturemap.outputs.output import FailSafe
from gesturemap.outputs.synth import Synth
from gesturemap.project.project import Project
from gesturemap.project.read import read_project
from gesturemap.synth.fm import Fm
from gesturemap.synth.pluck import Pluck
from gesturemap.synth.render import render, rms
from gesturemap.synth.sampler import Sampler
from gesturemap.synth.wav import read

RATE = 48000
BEGAN = 5000.0
"""The clock at the first frame; the sensor's own begins at 0 and runs a little faster."""


class Performance:
    """The engine's work in one process, logged as the engine logs it, with the arrivals that a test wants."""

    def __init__(self, log: Path, project: Project, folder: Path) -> None:
        self.folder, self.now, self.count = folder, BEGAN, 0
        self.model = fit(project, project.demonstrations)
        self.log = LogWriter(log, self._load(project))
        self.instrument = self._made(project, None)
        self.log.layout(self.instrument.layout)
        self.log.command(c.Run(True), 0.0)

    def _load(self, project: Project) -> inner.Load:
        return inner.Load(project.tables(), str(self.folder), store.pack(self.model))

    def _made(self, project: Project, before: Instrument | None) -> Instrument:
        if before is not None:
            before.hand_over()
        made = Instrument(
            SPEC, project.features, self.model, project.mapping, (), print, scope=False, before=before
        )
        made.log = self.log
        return made

    def gesture(self, label: str, rest: float = 1.0) -> float:
        """Make one, then hold still; when it began."""
        began = self.now
        rows = execution(label, 7)
        for row in [*rows, *np.repeat(rows[-1:], round(rest * 100), axis=0)]:
            self.instrument.play(Frame(self.count * 0.0098, row, self.now))
            self.now += 0.01
            self.count += 1
        return began

    def change(self, project: Project) -> None:
        """Go on with another project."""
        self.log.command(self._load(project), 0.0)
        self.instrument = self._made(project, self.instrument)
        self.log.layout(self.instrument.layout)
        self.log.command(inner.Restart(), 0.0)

    def sounds(self, project: Project) -> None:
        """Let the synth play otherwise between two frames; nothing else changes."""
        tables = project.tables()
        self.log.command(
            inner.Sounds(project.sound.volume, tables["sound"], tables["gestures"], self.now), 0.0
        )

    def turn(self, volume: float) -> None:
        """Turn the volume, as a window does."""
        self.log.command(inner.Sounds(volume, labels=list(SHAPES), at=self.now), 0.0)

    def retrain(self, project: Project) -> None:
        """Go on with another model."""
        self.model = fit(project, project.demonstrations)
        self.log.command(inner.NewModel(store.pack(self.model)), 0.0)
        self.instrument = self._made(project, self.instrument)
        self.log.layout(self.instrument.layout)
        self.log.command(inner.Restart(), 0.0)


def sound(path: Path) -> np.ndarray:
    samples, rate = read(path)
    assert rate == RATE
    return samples


def part(samples: np.ndarray, start: float, seconds: float) -> np.ndarray:
    return samples[round(start * RATE) : round((start + seconds) * RATE)]


def beginnings(log: Path) -> list[tuple[float, str]]:
    """Seconds from the first frame's arrival, and what began."""
    session = read_log(log)
    arrived = {i: at for p in session.parts for i, _, at, _ in p.controls}
    first = min(float(p.frames.arrived[0]) for p in session.parts if len(p.frames))
    return [
        (arrived[frame] - first, event.label)
        for frame, events in sorted(session.events.items())
        for event in events
        if event.kind == "began"
    ]


@pytest.fixture
def project(folder: Path) -> Project:
    return read_project(folder)[0]


@pytest.mark.long
def test_what_the_real_engine_played_is_the_same_wav_twice_with_a_retrain_and_a_panic_in_it(playing, folder):
    playing.ready()
    log = folder / "sessions" / "one.xdf"

    def logging(on: bool) -> None:
        playing.control.obey(c.Log(on, str(log)))
        playing.until(
            lambda: playing.told(c.Status) and bool(playing.told(c.Status)[-1].figures.get("log")) is on
        )

    logging(True)
    playing.play("circle")
    playing.play("line", rest=0.8)
    playing.notices.clear()
    playing.control.obey(c.Train())
    playing.until(lambda: playing.told(c.Trained))
    playing.ready()
    playing.play("circle", rest=0.8)
    playing.control.obey(c.Panic())
    playing.control.obey(
        c.Configure("sound", playing.control.project.sound.table() | {"room": {"seconds": 5.0}})
    )
    playing.play("line", rest=0.8)
    playing.control.obey(c.Volume(0.5))
    playing.notices.clear()
    logging(False)
    assert any(isinstance(what, inner.NewModel) for _, _, what in read_log(log).commands)
    first = ask("replay", str(log), "--wav", "a.wav", cwd=folder)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "the same to the bit" in first.stdout
    assert "written to a.wav" in first.stdout
    again = run("replay", str(log), "--wav", "b.wav", cwd=folder)
    assert again.returncode == 0, again.stderr
    assert (folder / "a.wav").read_bytes() == (folder / "b.wav").read_bytes()
    samples = sound(folder / "a.wav")
    assert 0.01 < np.abs(samples).max() < 0.95
    found = beginnings(log)
    assert {label for _, label in found} == {"circle", "line"}
    assert not part(samples, 0.0, found[0][0]).any()
    for at, _ in found:
        assert rms(part(samples, at, 0.3)) > -60.0
    assert not samples[-100:].any()


def test_it_is_what_the_voices_play_from_the_logged_controls_at_the_arrivals_of_their_frames(
    project, folder, tmp_path
):
    log = tmp_path / "one.xdf"
    played = Performance(log, project, folder)
    for label in ("circle", "line"):
        played.gesture(label)
    played.log.close()
    assert ask("replay", str(log), "--wav", "a.wav", cwd=tmp_path).returncode == 0
    session = read_log(log)
    (logged,) = session.parts
    rows, settings = logged.controls, project.sound
    when = dict(zip(rows.index.tolist(), (rows.arrived - BEGAN).tolist(), strict=True))
    events = [(when[frame], event) for frame, happened in session.events.items() for event in happened]
    seconds = float(rows.arrived[-1]) - BEGAN
    wanted = render(
        settings.voices, logged.layout.controls, rows.arrived - BEGAN, rows.values, events, seconds, RATE,
        folder, settings.volume, project.gestures, effects=settings.effects,
    )  # fmt: skip
    got = sound(tmp_path / "a.wav")[: len(wanted)]
    assert np.abs(got - wanted).max() <= 2.0**-23
    assert rms(got) > -60.0


def test_only_chance_changes_with_the_seed(project, folder, tmp_path):
    for name, voice in (("fm", Fm(name="pad")), ("strings", Pluck(name="pad"))):
        own = replace(project, sound=replace(project.sound, voices=(voice,)))
        played = Performance(tmp_path / f"{name}.xdf", own, folder)
        played.gesture("circle")
        played.log.close()
        for seed in "127":
            words = ["--wav", f"{name}-{seed}.wav"] + (["--seed", seed] if seed != "1" else [])
            assert ask("replay", f"{name}.xdf", *words, cwd=tmp_path).returncode == 0
    assert len({(tmp_path / f"fm-{seed}.wav").read_bytes() for seed in "127"}) == 1
    assert len({(tmp_path / f"strings-{seed}.wav").read_bytes() for seed in "127"}) == 3


def test_other_voices_a_new_mapping_and_a_new_model_in_the_middle_are_heard(project, folder, tmp_path):
    log = tmp_path / "one.xdf"
    played = Performance(log, project, folder)
    played.gesture("circle")
    other = replace(
        project,
        mapping=(project.mapping[0], Range(source="confidence", control="string.bright")),
        sound=replace(project.sound, voices=(Pluck(name="string"),), volume=0.6),
    )
    played.change(other)
    second = played.gesture("circle") - BEGAN
    played.retrain(other)
    third = played.gesture("line") - BEGAN
    played.log.close()
    ended = ask("replay", str(log), "--wav", "a.wav", cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    samples = sound(tmp_path / "a.wav")
    assert np.abs(samples).max() < 0.95
    found = [at for at, _ in beginnings(log)]
    assert found[0] < second
    assert any(second < at < third for at in found)
    assert any(at > third for at in found)
    for at in found:
        assert rms(part(samples, at, 0.3)) > -60.0
    assert np.abs(np.diff(part(samples, second - 0.05, 0.15), axis=0)).max() < 0.05, (
        "it clicks where the voices change"
    )


def test_voices_room_and_volume_changed_while_nothing_else_did_are_heard_at_their_time(
    project, folder, tmp_path
):
    log = tmp_path / "one.xdf"
    played = Performance(log, project, folder)
    played.gesture("circle")
    played.now += 3.0  # nothing comes from the sensor, and the hand turns the volume down
    silent = played.now - BEGAN
    played.turn(0.0)
    played.now += 2.0
    quiet = played.gesture("line") - BEGAN
    loud = played.now - BEGAN
    string = Pluck(name="string", reverb=1.0)
    pluck = replace(project, sound=replace(project.sound, voices=(string,), volume=0.6))
    played.sounds(pluck)
    third = played.gesture("circle") - BEGAN
    roomy = replace(pluck, sound=replace(pluck.sound, room=replace(pluck.sound.room, seconds=18.0)))
    played.sounds(roomy)
    played.gesture("circle")
    end = played.now - BEGAN
    played.log.close()
    for wav in ("a.wav", "b.wav"):
        ended = ask("replay", str(log), "--wav", wav, cwd=tmp_path)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    samples = sound(tmp_path / "a.wav")
    assert rms(part(samples, silent - 0.5, 0.4)) > -60.0, "it went on until the hand turned it down"
    assert not part(samples, silent + 0.5, loud - silent - 0.6).any()
    assert any(quiet < at < third for at, _ in beginnings(log))
    assert rms(part(samples, third, 1.0)) > -60.0
    assert rms(part(samples, end + 8.0, 1.0)) > -80.0, "the room rings longer than it did at first"


@pytest.mark.long
def test_a_log_knows_what_was_changed_in_sound_while_it_was_written_and_before(playing, folder):
    playing.ready()

    def logged(name: str, *words: c.Message) -> list[inner.Load | inner.Sounds]:
        playing.control.obey(c.Log(True, str(folder / name)))
        for word in (*words, c.Log(False)):
            playing.control.obey(word)
        playing.until(lambda: whole(folder / name))
        commands = (what for _, _, what in read_log(folder / name).commands)
        return [what for what in commands if isinstance(what, inner.Load | inner.Sounds)]

    room = (sound := playing.control.project.sound.table()) | {"room": {"seconds": 9.0}}
    load, first, second = logged("one.xdf", c.Volume(0.3), c.Configure("sound", room))
    assert load.tables["sound"] == sound
    assert (first.volume, first.tables, first.labels) == (0.3, {}, ["circle", "line"])
    assert second.tables == room
    assert first.at <= second.at <= time.perf_counter()
    (load,) = logged("two.xdf")
    assert load.tables["sound"] == room


def test_after_a_panic_and_while_the_outputs_hold_still_it_is_silent(project, folder, tmp_path):
    log = tmp_path / "one.xdf"
    played = Performance(log, project, folder)
    played.gesture("circle", rest=0.0)
    panic = played.now - BEGAN
    played.log.command(c.Panic(), 0.0)
    played.instrument.silence()
    for _ in range(100):  # the sensor lies still at a place of no gesture
        played.instrument.play(Frame(played.count * 0.0098, np.array([3.0, 3.0]), played.now))
        played.now, played.count = played.now + 0.01, played.count + 1
    still = played.now - BEGAN
    played.log.command(c.Run(False), 0.0)
    played.instrument.run(False)
    played.gesture("circle", rest=0.0)
    played.log.close()
    ended = ask("replay", str(log), "--wav", "a.wav", cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout
    samples = sound(tmp_path / "a.wav")
    assert rms(part(samples, panic - 0.3, 0.3)) > -60.0
    assert not part(samples, panic + 0.05, 0.5).any()
    assert not part(samples, still + 0.1, 5.0).any()


def test_a_sensor_that_falls_silent_fades_in_the_time_of_the_synth(project, folder, tmp_path):
    log = tmp_path / "one.xdf"
    quick = replace(project, outputs=(project.outputs[0], Synth(hold=0.2, fade=0.1)))
    played = Performance(log, quick, folder)
    played.gesture("circle", rest=0.0)
    for seconds in np.arange(0.2, 3.3, 0.02).tolist():
        played.log.command(inner.Idle(seconds), 0.0)
        played.instrument.fall_silent(seconds)
    played.now += 10.0
    played.gesture("line", rest=0.0)
    played.log.close()
    assert ask("replay", str(log), "--wav", "a.wav", cwd=tmp_path).returncode == 0
    samples = sound(tmp_path / "a.wav")
    assert rms(part(samples, 0.9, 0.2)) > -60.0
    assert rms(part(samples, 8.0, 2.0)) < -60.0, "what had begun was ended"
    assert len(samples) > 12.0 * RATE


def test_what_a_voice_needs_and_has_not_got_is_named_and_the_rest_plays(project, folder, tmp_path):
    (folder / "sounds").mkdir()
    missing = Sampler(name="hits", files={"circle": "sounds/nix.wav", "line": "sounds/there.wav"})
    own = replace(project, sound=replace(project.sound, voices=(*project.sound.voices, missing)))
    log = folder / "sessions" / "one.xdf"
    log.parent.mkdir()
    played = Performance(log, own, folder)
    played.gesture("circle")
    played.log.close()
    assert ask("replay", str(log), "--wav", str(folder / "sounds/there.wav"), cwd=tmp_path).returncode == 0
    ended = ask("replay", str(log), "--wav", "a.wav", cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout
    (line,) = ended.stderr.splitlines()
    assert "hits" in line
    assert "nix.wav" in line
    assert rms(sound(tmp_path / "a.wav")) > -60.0
    moved = shutil.move(str(folder), str(tmp_path / "elsewhere"))  # its sounds are found where the log is
    ended = ask("replay", f"{moved}/sessions/one.xdf", "--wav", "b.wav", cwd=tmp_path)
    (line,) = ended.stderr.splitlines()
    assert "nix.wav" in line
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_what_cannot_be_rendered_is_one_line_and_leaves_nothing(project, folder, tmp_path):
    mute = replace(project, sound=replace(project.sound, voices=()))
    for name, each in (("mute", mute), ("sounding", project)):
        played = Performance(tmp_path / f"{name}.xdf", each, folder)
        played.gesture("circle")
        played.log.close()
    (tmp_path / "kept.wav").write_bytes(b"mine")
    for words, said in {
        ("mute.xdf", "--wav", "a.wav"): "had no voices",
        ("sounding.xdf", "--wav", "kept.wav"): "nothing is overwritten",
        ("sounding.xdf", "--wav", "no/where.wav"): "no folder",
    }.items():
        ended = ask("replay", *words, cwd=tmp_path)
        assert ended.returncode == 2
        assert said in ended.stderr
        assert len(ended.stderr.splitlines()) == 1
    assert (tmp_path / "kept.wav").read_bytes() == b"mine"
    assert not [
        path for path in tmp_path.iterdir() if path.suffix not in (".xdf", "") and path.name != "kept.wav"
    ]
    assert not list(tmp_path.glob(".*.wav-*"))


def test_the_synth_is_heard_among_the_outputs_or_in_addition_to_them():
    class Ear:
        def __init__(self) -> None:
            self.specs: list[Spec] = []

        def begin(self, controls: Spec) -> None:
            self.specs.append(controls)

        def send(self, controls: object) -> None: ...

        def silence(self) -> None: ...

    ear = Ear()
    quick, slow = Synth(hold=0.1), FailSafe(hold=9.0)
    assert [(each.hold, each.listener) for each in stand_ins((slow, quick), ear)] == [(9.0, None), (0.1, ear)]
    assert [(each.hold, each.listener) for each in stand_ins((slow,), ear)] == [(9.0, None), (2.0, ear)]
    assert stand_ins((), None) == ()
    StandIn(listener=ear).start(SPEC).close()
    assert ear.specs == [SPEC]
