"""Strokes on a recording, the rest proposed, and gestures made of it."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from rich.table import Table
from rich.text import Text

from gesturemap import compiled, models
from gesturemap.cli.files import announce
from gesturemap.cli.teach.heard import recording
from gesturemap.cli.teach.kept import keep
from gesturemap.cli.teach.taught import Told
from gesturemap.teaching.annotate import paint
from gesturemap.teaching.annotate.paint import LEARNER, SURE, Canvas
from gesturemap.teaching.answers.taught import Taught


def painted(asked: Taught, options: Namespace) -> Told:
    """Propose a label for every moment; with ``--keep``, make demonstrations of the gestures."""
    stream = recording(asked, options.recording)
    strokes = [paint.stroke(text, stream.seconds) for text in options.strokes]
    compiled.load([paint.__name__, *models.kernels(str(LEARNER["kind"]), fitting=True)], announce)
    canvas = Canvas(stream)
    found = canvas.paint(strokes)
    table = Table("from s", "to s", "what", "sure", "", box=None)
    for one in found.segments:
        sure = "" if one.sure >= SURE else "look at it"
        seen = ", ".join(filter(None, ("painted" if one.painted else "", sure)))
        table.add_row(
            f"{one.begin:.2f}", f"{one.end:.2f}", Text(one.label or "nothing"), f"{one.sure:.2f}", seen
        )
    printed: list[Table | Text] = [table]
    if found.alone is not None:
        other = "nothing, such as 10-12=" if found.alone else "a gesture, such as 2.5-3.5=shake"
        printed.append(Text(f"nothing is proposed from one label alone: paint a second of {other}"))
    made: dict[str, int] = {}
    if options.keep:
        for each in canvas.kept(found):
            made[each.label] = made.get(each.label, 0) + 1
        keep(asked, options, [replace(each, note=f"painted in {stream.id}") for each in canvas.kept(found)])
        printed += [Text(f"{label}: {count} more in {asked.folder}") for label, count in made.items()]
    segments = [{**one._asdict(), "sure": round(one.sure, 4)} for one in found.segments]
    return Told({"segments": segments, "made": made}, printed)
