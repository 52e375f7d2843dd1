"""Demonstrations of other programs, and of other projects, for a project that is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gesturemap.demonstrations import EMPTY, Demonstration
from gesturemap.errors import FileError
from gesturemap.frames import Channel
from gesturemap.inputs.formats.npz import holds_one
from gesturemap.plain import counted, folded, listed
from gesturemap.project import xmm
from gesturemap.project.exchange import arff_read, dtw_csv, examples, grt, rapid_mix, wekinator_dtw
from gesturemap.project.exchange.arff import Table
from gesturemap.project.exchange.corpus import read_corpus
from gesturemap.project.exchange.outgoing import GESTURE
from gesturemap.project.project import Project
from gesturemap.project.read import read_project
from gesturemap.project.takes import new_id, read_demonstration

RATE = 100.0
"""Frames a second that are taken where neither file nor project says."""
TIMELESS = (".json", ".csv")
"""Endings of forms that do not say how fast their frames came."""
SHOWN = 4
"""Demonstrations that are there already and named."""


def found(project: Project, path: Path, rate: float) -> tuple[tuple[Demonstration, ...], tuple[str, ...]]:
    """The examples of a file for the inputs and outputs, or gestures, of a project, and what was left out.

    Files of Wekinator (ARFF, CSV), XMM (JSON) and the GRT, demonstrations or recordings (NPZ), folders of other
    projects.

    Raises
    ------
    FileError, DataError
        If it is of another form, or does not fit.
    """
    shown = project.demonstrations
    if not (path.is_dir() or path.is_file()):
        raise FileError(
            str(path), "no such file", "a file or a project's folder is wanted", "look for its name"
        )
    if path.is_dir() or path.suffix.lower() in (".npz", ".json") or (path.is_file() and grt.is_grt(path)):
        made, left = _whole(path, rate)
        return _fitting(made, shown, path), left
    inputs = shown[0].spec.names if shown else tuple(getattr(project.input, "names", ()))
    if not inputs:
        raise FileError(
            str(path), "a project without demonstrations", "they say what its channels are",
            "import the file as a project of its own",
        )  # fmt: skip
    if path.suffix.lower() == ".arff":
        outputs = shown[0].outputs if shown else _outputs(project)
        table = arff_read.read(path)
        if not outputs:
            return _named(project, table, inputs, path, rate)
        columns = examples.columns_of_project(table, inputs, [one.name for one in outputs], str(path))
        made, left = examples.demonstrations(
            path, table, columns, inputs, [one.name for one in outputs], rate
        )
        return _alike(made, shown), left
    if path.suffix.lower() != ".csv":
        raise FileError(
            str(path), "of no form that is known",
            "ARFF, Wekinator's CSV, JSON, NPZ, files of the GRT and projects are added",
            "save it in one of these; a source 'replay' plays recordings of more forms",
        )  # fmt: skip
    names, series = dtw_csv.read(path)
    if names and names != inputs:
        raise FileError(str(path), f"inputs {listed(names)}", f"{listed(inputs)} are wanted", "rename them")
    known = project.gestures
    called = (
        {label: label for label in known} if names else {str(i): label for i, label in enumerate(known, 1)}
    )
    return _alike(wekinator_dtw.demonstrations(path, series, called, inputs, rate), shown), ()


def _whole(path: Path, rate: float) -> tuple[tuple[Demonstration, ...], tuple[str, ...]]:
    """The demonstrations of a file that says itself what its channels are."""
    if path.is_dir():
        project, warnings = read_project(path)
        return project.shown, tuple(warnings)
    if path.suffix.lower() == ".npz":
        return _recorded(path)
    if path.suffix.lower() == ".json":
        root = rapid_mix.unwrapped(xmm.read_json(path))
        if not xmm.is_training_set(root):
            raise root.wrong("a training set (with 'phrases') is wanted")
        return xmm.demonstrations(root, rate), xmm.left(root)
    read = grt.read(path, rate)
    return tuple(read.takes.made), read.left


def _recorded(path: Path) -> tuple[tuple[Demonstration, ...], tuple[str, ...]]:
    """A demonstration of a project, or the recordings of a file that have a label."""
    if holds_one(path):
        return (read_demonstration(path)[0],), ()
    corpus = read_corpus(path)
    named = tuple(one for one in corpus.demonstrations if one.label)
    if not named:
        raise FileError(
            str(path), f"{counted(len(corpus.demonstrations), 'recording')} without a label",
            "a label says of which gesture each is", "paint gestures on them: gesturemap teach PROJECT paint",
        )  # fmt: skip
    missing = len(corpus.demonstrations) - len(named)
    left = (f"{counted(missing, 'recording')} without a label",) if missing else ()
    return named, (*(note for note in corpus.notes if note.endswith("left out")), *left)


def _fitting(
    made: Sequence[Demonstration], shown: Sequence[Demonstration], path: Path
) -> tuple[Demonstration, ...]:
    """With the channels of the demonstrations that are there: by name, or in order where another program named them.

    Raises
    ------
    FileError
        If they cannot be the same.
    """
    if not shown:
        return tuple(made)
    wanted, outputs = shown[0].spec.names, shown[0].outputs
    by_name = path.is_dir() or path.suffix.lower() == ".npz"
    for one in made:
        same = one.spec.names == wanted if by_name else len(one.spec.names) == len(wanted)
        if not same or len(one.outputs) != len(outputs):
            raise FileError(
                f"{path}, demonstration {one.id}",
                f"channels {listed(one.spec.names)}, {len(one.outputs)} outputs",
                f"this project has {listed(wanted)}, {len(outputs)} outputs",
                "import it as a project of its own",
            )
    return _alike(made, shown)


def _named(
    project: Project, table: Table, inputs: tuple[str, ...], path: Path, rate: float
) -> tuple[tuple[Demonstration, ...], tuple[str, ...]]:
    """Gestures from a table in which they are numbered from 1 in the order of the vocabulary, as they are exported."""
    columns = examples.columns_of_project(table, inputs, [GESTURE], str(path))
    made, left = examples.demonstrations(path, table, columns, inputs, [GESTURE], rate)
    names = dict(enumerate(project.gestures, 1))
    found = []
    for one in made:
        number = int(one.targets[0, 0])
        label = names.get(number, f"{GESTURE} {number}")
        found.append(replace(one, label=label, outputs=(), targets=EMPTY))
    return _alike(found, project.demonstrations), left


def _outputs(project: Project) -> tuple[Channel, ...]:
    """The outputs that a learner of outputs names."""
    return tuple(Channel(one.name) for one in getattr(project.learner, "outputs", ()))


def _alike(made: Sequence[Demonstration], shown: Sequence[Demonstration]) -> tuple[Demonstration, ...]:
    """With the units of the demonstrations that are there."""
    if not shown:
        return tuple(made)
    channels, outputs = shown[0].spec.channels, shown[0].outputs
    return tuple(
        replace(one, spec=replace(one.spec, channels=channels), outputs=outputs if one.outputs else ())
        for one in made
    )


def again(project: Project, made: Sequence[Demonstration]) -> str:
    """What is said of those that have the gesture and the numbers of one that is there; empty: there are none."""
    there = {_content(one): one.id for one in project.demonstrations}
    same = [there[_content(one)] for one in made if _content(one) in there]
    if not same:
        return ""
    which = ", ".join(folded(same, SHOWN, "{} more"))
    verbs = ("were", "count") if len(same) > 1 else ("was", "counts")
    return (
        f"{counted(len(same), 'demonstration')} {verbs[0]} there already and {verbs[1]} twice now: {which}; take it "
        "back if not meant"
    )


def _content(one: Demonstration) -> tuple[str, bytes, bytes]:
    return one.label, one.values.tobytes(), one.targets.tobytes()


def with_more(project: Project, made: Sequence[Demonstration]) -> Project:
    """The project with these demonstrations too, each with an id that is free."""
    taken: set[str] = {one.id for one in project.demonstrations}
    more = []
    for one in made:
        more.append(replace(one, id=new_id(one.label, taken)))
        taken.add(more[-1].id)
    labels = dict.fromkeys((*project.gestures, *(one.label for one in more)))
    return replace(project, gestures=tuple(labels), demonstrations=(*project.demonstrations, *more))
