"""Whether the sensor says today what it said when it was taught."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from gesturemap import catalog, compiled
from gesturemap.cli.files import announce
from gesturemap.cli.teach.heard import of_file
from gesturemap.cli.teach.taught import Told
from gesturemap.control.client import alone
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.plain import shell
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.teaching import align
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.critique.days import TIMES
from gesturemap.teaching.critique.sound_check import CORRECTIONS, described, offered, sound_check


def check(asked: Taught, options: Namespace) -> Told:
    """The sound check, or which gestures it wants."""
    compiled.load([align.__name__], announce)
    own = {one.id: one for one in asked.demonstrations}
    done = [one for name in options.today for one in _read(name, own)]
    taught = [one for one in asked.demonstrations if one not in done]
    if not done:
        wanted = offered(taught)
        each = " and ".join(wanted)
        line = f"do {each}, {TIMES} times each, as when they were taught: "
        how = f"gesturemap record {shell(asked.name)} {shell(wanted[0])} --times {TIMES}, then name their ids here"
        return Told({"wanted": list(wanted), "times": TIMES}, [Text(line + how)])
    project = asked.project
    before = [catalog.write(one) for one in project.corrections] if project else []
    checked = sound_check(taught, done, before, project.tables()["input"] if project else None)
    told = Told.of(checked.findings, described(checked, len(done)))
    printed = list(told.printed)
    if options.apply and checked.corrections:
        if project is None or asked.folder is None:
            raise CommandError("--apply", asked.name, "a project is put right", "name a project's folder")
        alone(options.project)
        tables = [*before, *checked.corrections]
        save_project(project.configured(CORRECTIONS, tables, asked.name), asked.folder)
        printed.append(
            Text(f"put right: [[{CORRECTIONS}]] in {asked.folder / 'project.toml'}; remove it to undo")
        )
    table = {"findings": told.table, "corrections": checked.corrections, "rate": checked.rate}
    return Told(table, printed)


def _read(name: str, own: dict[str, Demonstration]) -> Sequence[Demonstration]:
    """The demonstrations that an id, a file, a folder of files or a project's folder names."""
    if name in own:
        return [own[name]]
    path = Path(name)
    if path.is_dir():
        if not (path / "project.toml").exists() and (files := sorted(path.glob("*.npz"))):
            return [one for file in files for one in of_file(file)]
        return read_project(path)[0].shown
    if not path.is_file():
        raise CommandError(
            "today", repr(name), "an id of the project's demonstrations, a file or a folder is wanted",
            f"ids are such as {', '.join(list(own)[:3])}",
        )  # fmt: skip
    return of_file(path)
