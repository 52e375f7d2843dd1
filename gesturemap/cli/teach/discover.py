"""Movements that come again in an improvisation, and gestures made of them."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from rich.text import Text

from gesturemap.cli.teach.heard import recording
from gesturemap.cli.teach.kept import keep
from gesturemap.cli.teach.taught import Told
from gesturemap.demonstrations import checked_label
from gesturemap.errors import CommandError
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.suggest.discover import Motif, discover, findings, more_like, taken


def offer(asked: Taught, options: Namespace) -> Told:
    """Offer what comes again; with ``--name``, make gestures of it; with ``--like``, find more of one."""
    stream = recording(asked, options.recording)
    if options.like:
        begin, end = stream.between(*options.like)
        if end - begin < 2:
            raise CommandError(
                "--like", " ".join(map(str, options.like)), f"seconds of a recording of {stream.seconds:.1f} s",
                "name when the movement begins and when it ends",
            )  # fmt: skip
        more = [
            {"begin": float(stream.time[a]), "end": float(stream.time[b - 1]), "alike": score}
            for a, b, score in more_like(stream, begin, end)
        ]
        lines = [Text(f"{one['begin']:8.2f} to {one['end']:.2f} s, alike {one['alike']:.2f}") for one in more]
        return Told(more, lines or [Text("nothing like it")])
    motifs = discover(stream, asked.demonstrations, options.most)
    offers = findings(stream, motifs)
    printed = [Text(str(one)) for one in offers] or [Text("nothing comes again that is no gesture already")]
    made = {}
    for label, motif in _named(options, motifs):
        keep(
            asked,
            options,
            [replace(one, note=f"found in {stream.id}") for one in taken(stream, motif, label)],
        )
        made[label] = len(motif.repeats)
    printed += [Text(f"{label}: {count} demonstrations in {asked.folder}") for label, count in made.items()]
    return Told({"offers": [one.as_table() for one in offers], "made": made}, printed)


def _named(options: Namespace, motifs: list[Motif]) -> list[tuple[str, Motif]]:
    found = []
    for text in options.name:
        number, sign, label = text.partition("=")
        if not sign or not number.isdecimal() or not 1 <= int(number) <= len(motifs):
            raise CommandError(
                "--name", repr(text), f"NUMBER=GESTURE is wanted, the number from 1 to {len(motifs)}",
                "ask without --name which movements there are",
            )  # fmt: skip
        found.append((checked_label(label), motifs[int(number) - 1]))
    return found
