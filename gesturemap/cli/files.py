"""The commands that need no process: train, check, sensors, presets, replay."""

from __future__ import annotations

import difflib
import inspect
import json
import re
import shutil
import sys
import time
import tomllib
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from rich.table import Table
from rich.text import Text

from gesturemap import catalog
from gesturemap.built_in import ONE
from gesturemap.cli.changed import before, changed
from gesturemap.cli.listen import listen
from gesturemap.cli.progress import progress
from gesturemap.cli.screen import screen
from gesturemap.control.alike import alike, decoys
from gesturemap.control.along import bring, playable
from gesturemap.control.checks import saved_model, troubles, units_told
from gesturemap.control.checks import source as source_troubles
from gesturemap.control.client import alone
from gesturemap.control.desk import neutral
from gesturemap.control.pace import paced
from gesturemap.control.sending import outputs, outputs_told
from gesturemap.control.trainer import fit, prepare
from gesturemap.engine.replay import replay_log
from gesturemap.engine.sounding import QUIET, Sounding
from gesturemap.errors import CommandError, FileError, GesturemapError, SettingsError
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Spec
from gesturemap.inputs import profile
from gesturemap.inputs.input import Input
from gesturemap.inputs.known import LISTEN
from gesturemap.library import at_home, new_folder, own_sensors, project_folder
from gesturemap.library import presets as all_presets
from gesturemap.library import sensors as all_sensors
from gesturemap.logs.export import export_csv
from gesturemap.logs.read import read_log
from gesturemap.mapping.mapping import MappingRun, Source, told
from gesturemap.models import store
from gesturemap.models.model import notes, spots
from gesturemap.plain import called, counted, shell
from gesturemap.project.begun import explain
from gesturemap.project.disk import free
from gesturemap.project.read import read_project
from gesturemap.project.save import fingerprint, save_model, save_project
from gesturemap.share import Share
from gesturemap.synth.mixer import Mixer

CONSOLE = screen()
IN_NETWORK = ("osc", "phone")
"""Kinds of input that have a port in the network."""
STEP = 0.1
"""Share of the compiling from one line to the next."""


def train(options: Namespace) -> int:
    """Fit the model and keep it in the project."""
    alone(options.project)
    folder = project_folder(options.project)
    project, warnings = read_project(folder)
    if faults := troubles(project, warnings):
        return said(faults)
    prepare(project.learner.kind, project.kernels(), announce)
    old = before(folder)
    began = time.perf_counter()
    with of_file(folder), progress("fitting") as tell:

        def report(gesture: str, done: float) -> bool:
            tell(done, 1.0, f"fitting: {done:.0%}" + (f", {gesture}" if gesture else ""))
            return True

        model = fit(project, project.shown, report=report)
    seconds = time.perf_counter() - began
    messages = (*model.messages, *notes(model), *alike(project, model), *decoys(project))
    changes = [*changed(old, model, project)]
    gestures = {label: sum(d.label == label for d in project.shown) for label in model.labels}
    said(source_troubles(project))
    save_model(folder, store.pack(model), fingerprint(project))
    if options.json:
        table = {"model": project.learner.kind, "seconds": seconds, "gestures": gestures}
        said_of_it = {"messages": messages, "changes": changes, "kept": str(folder / "model.npz")}
        print(json.dumps(table | said_of_it))
        return 0
    for line in (*messages, *changes):
        CONSOLE.print(line, markup=False)
    shown = ", ".join(f"{label} ({count})" for label, count in gestures.items())
    CONSOLE.print(f"trained {project.learner.kind} in {seconds * 1000:.0f} ms: {shown}", markup=False)
    CONSOLE.print(
        f"kept in {folder / 'model.npz'}; next: gesturemap perform {shell(options.project)}", markup=False
    )
    return 0


@contextmanager
def of_file(folder: Path) -> Iterator[None]:
    """What is wrong with the features is told with the file that they stand in."""
    try:
        yield
    except SettingsError as error:
        if not error.place.startswith("features["):
            raise
        place = f"{folder / 'project.toml'}, {error.place}"
        raise SettingsError(place, error.value, error.rule, error.next_step) from error


class Announcer:
    """Says that the first start compiles, and how far it is: in few lines, and never less than before."""

    def __init__(self) -> None:
        self._share = Share()
        self._shown = -STEP

    def __call__(self, what: str, done: float) -> None:
        """Take a report: what is compiled, and the share that is done, 0..1."""
        share = self._share.take(done)
        if share - self._shown >= STEP:
            self._shown = share
            print(f"compiling ({share:.0%}), once on this computer", file=sys.stderr, flush=True)


announce = Announcer()
"""The one of this process."""


def said(faults: Sequence[str]) -> int:
    """Print faults, one line each, and each once; the exit code they make."""
    for fault in dict.fromkeys(faults):
        print(f"gesturemap: {fault}", file=sys.stderr)
    return 2 if faults else 0


def check(options: Namespace) -> int:
    """Read everything and start everything that needs no device."""
    folder = project_folder(options.project)
    project, warnings = read_project(folder)
    faults = troubles(project, warnings)
    whole, late = not faults, ""
    calm: list[str] = []
    faults += (*source_troubles(project), *saved_model(folder))
    if not whole:  # which controls there will be, only a model can say
        faults += outputs(project, Spec(()), project.gestures)
    else:
        try:
            with of_file(folder):
                model = fit(project, project.shown)
            chain = ChainRun(project.features, project.shown[0].spec)
            delay = ChainRun(project.features, paced(project, project.shown)).delay
            late = f"features {delay * 1000:.1f} ms late, " if project.features else ""
            labels = model.labels
            source = Source(labels, model.outputs, chain.spec, spots(model), told(project.mapping, labels))
            mapping = MappingRun(project.mapping, source)
            faults += (*model.messages, *alike(project, model), *decoys(project))
            faults += outputs(project, mapping.controls, tuple(dict.fromkeys((*project.gestures, *labels))))
            calm = outputs_told(project, mapping.controls)
            faults += Mixer(project.sound.voices, mapping.controls, folder=folder, labels=model.labels).faults
        except GesturemapError as error:
            faults += [str(error), *outputs(project, Spec(()), project.gestures)]
    faults = list(dict.fromkeys(faults))
    said(faults)
    for line in (*units_told(project), *calm):
        CONSOLE.print(line, markup=False)
    gestures, name = len(project.gestures), called(project.name, str(folder.resolve()))
    CONSOLE.print(
        f"{name}: {counted(gestures, 'gesture')}, {counted(len(project.demonstrations), 'demonstration')}, "
        f"input {project.input.kind}, {late}model {project.learner.kind}, "
        f"outputs {', '.join(output.kind for output in project.outputs) or 'none'}; "
        f"{'in order' if not faults else counted(len(faults), 'thing') + ' to look at'}; "
        f"whether ports and devices are there: gesturemap doctor {shell(options.project)}",
        markup=False,
    )
    return 2 if faults else 0


def new(options: Namespace) -> int:
    """Make a project with nothing in its vocabulary, for this sensor or for any that sends OSC."""
    folder, source = new_folder(options.project), {"kind": "osc"}
    if options.sensor in all_presets().keys() - all_sensors().keys():
        raise CommandError(
            "new, --sensor", options.sensor, "that is a preset, with a sensor of its own",
            f"copy it: gesturemap presets {options.sensor} --copy {shell(options.project)}",
        )  # fmt: skip
    if options.sensor is not None:
        source = dict(profile.read(_one_of(all_sensors(), options.sensor, "sensor")).table)
    if options.port is not None:
        if source["kind"] not in IN_NETWORK:
            raise SettingsError(
                f"new, --port {options.port}",
                f"{options.sensor} is a sensor of kind {source['kind']}",
                "--port is the port in the network of a sensor that sends OSC",
                "leave it out; where this one is found stands in [input] of its project.toml",
            )
        source["port"] = options.port
    project, heard = neutral(folder, source), ""
    if options.sound is not None:
        _, lines = playable(at_home(options.sound))  # no folder is made for what is no sound
        said(lines)
        save_project(project, folder)
        heard = bring(options.sound, folder)
        project = neutral(folder, source, heard)
    save_project(project, folder)
    explain(project, folder)
    CONSOLE.print(
        f"made {folder}, {place_of(project.input)}; next: gesturemap record {shell(options.project)} GESTURE"
        + (f" --with {shell(f'{options.project}/{heard}')}" if heard else ""),
        markup=False,
    )
    return 0


def place_of(source: Input) -> str:
    """Where an input listens, as far as its settings say it."""
    if source.kind == "osc":
        return f"listening at UDP port {getattr(source, 'port', 0) or 'any that is free'}"
    if source.kind == "serial":
        device = getattr(source, "device", "") or "the first board found"
        return f"listening at a serial port: {device}, {getattr(source, 'baud', 0)} baud"
    if source.kind == "midi":
        return f"listening at MIDI: {getattr(source, 'port', '') or 'the first port found'}"
    return f"its sensor is {source.kind}"


def _one_of(found: dict[str, Path], name: str, what: str, *words: str) -> Path:
    """The folder of this name; `words` may stand in its place and are meant as likely."""
    if name not in found:
        near = difflib.get_close_matches(name, [*found, *words], 1)
        raise FileError(
            name,
            f"no such {what}",
            f"there are {len(found)}, listed by 'gesturemap {what}s'",
            f"did you mean '{near[0]}'?" if near else "name one of them",
        )
    return found[name]


def presets(options: Namespace) -> int:
    """List presets, show one, or copy it."""
    found = all_presets()
    if options.name is None:
        table = Table("preset", "what it is", box=None)
        for name, folder in found.items():
            table.add_row(Text(name), Text(read_project(folder)[0].description))
        CONSOLE.print(table)
        return 0
    folder = _one_of(found, options.name, "preset")
    if options.copy is not None:
        target = new_folder(options.copy)
        try:
            shutil.copytree(folder, target)
        except OSError as error:
            raise FileError(
                str(target), str(error), "a folder that can be written", "choose another place"
            ) from error
        CONSOLE.print(f"copied to {target}", markup=False)
        return 0
    CONSOLE.print((folder / "README.md").read_text(encoding="utf-8"), markup=False)
    return 0


def models(options: Namespace) -> int:
    """List the kinds of models, or show the settings of one as they stand in ``project.toml``."""
    return listed("models", options.name)


def listed(family: str, name: str | None) -> int:
    """List what there is of a family of plug-ins, or show the settings of one."""
    if name is None:
        table = Table(ONE[family], "what it is", box=None)
        for kind in catalog.kinds(family):
            try:
                doc = catalog.find(family, kind, family).__doc__ or ""
            except SettingsError as error:  # one that was installed broken costs nobody the others
                doc = f"({error})"
            table.add_row(kind, Text(unmarked(doc.partition("\n")[0])))
        CONSOLE.print(table)
        return 0
    cls = catalog.find(family, name, family)
    CONSOLE.print(unmarked(inspect.cleandoc(cls.__doc__ or "")), markup=False)
    table = Table("setting", "default", "what it does", box=None)
    for name, default, doc in catalog.described(cls):
        table.add_row(name, Text(default), Text(unmarked(doc)))
    CONSOLE.print(table)
    return 0


def unmarked(doc: str) -> str:
    """A docstring as a person reads it: names without the backquotes that mark them."""
    return re.sub(r"(`+)([^`]+)\1", r"\2", doc)


def sensors(options: Namespace) -> int:
    """List sensor profiles, show one, or learn one by listening."""
    if options.name == LISTEN:
        return listen(options)
    found = all_sensors()
    if options.name is None:
        own = own_sensors()
        table = Table("sensor", "", "what it sends", box=None)
        for name, folder in found.items():
            description = Text(str(_profile(folder).get("description", "")))
            table.add_row(Text(name), "own" if name in own else "", description)
        CONSOLE.print(table)
        return 0
    folder = _one_of(found, options.name, "sensor", LISTEN)
    CONSOLE.print((folder / "README.md").read_text(encoding="utf-8"), markup=False)
    CONSOLE.print((folder / "profile.toml").read_text(encoding="utf-8"), markup=False)
    return 0


def _profile(folder: Path) -> dict[str, object]:
    try:
        return tomllib.loads((folder / "profile.toml").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise FileError(
            str(folder / "profile.toml"), str(error), "a TOML file is wanted", "mend or remove it"
        ) from error


def replay(options: Namespace) -> int:
    """Play a log again through the same instrument; 0 if the outputs are the same to the bit."""
    log = Path(options.log)
    session = read_log(log)
    sounding = None
    if options.wav:
        place = free(at_home(options.wav))
        sounding = Sounding(session, place, log.absolute().parent.parent, options.seed)
    with closing(sounding) if sounding else nullcontext():
        if options.csv:
            export_csv(session, Path(options.csv))
            CONSOLE.print(f"written to {options.csv}", markup=False)
        result = replay_log(session, sounding)
    if sounding is not None:
        for fault in sounding.faults:
            print(fault, file=sys.stderr)
        wav = sounding.wav
        loud = (
            f"peak {wav.peak:.1f} dB" if wav.peak > QUIET else "silent: nothing in the log plays its voices"
        )
        CONSOLE.print(f"written to {options.wav}: {wav.length / wav.rate:.1f} s, {loud}", markup=False)
    CONSOLE.print(str(result), markup=False)
    return 0 if result.same else 1
