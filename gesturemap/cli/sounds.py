"""The command sounds: the bank of patches."""

from __future__ import annotations

import difflib
from argparse import Namespace
from pathlib import Path

import numpy as np
from rich.table import Table
from rich.text import Text

from gesturemap import compiled, library
from gesturemap.cli.files import announce
from gesturemap.cli.screen import screen
from gesturemap.errors import FileError, SettingsError
from gesturemap.frames import Spec
from gesturemap.plain import shell
from gesturemap.synth import patches
from gesturemap.synth.loudness import PHRASE_LABELS, PHRASE_SECONDS, phrase
from gesturemap.synth.mixer import compiled_modules
from gesturemap.synth.patches import Patch
from gesturemap.synth.render import faded, peak, render, write_wav
from gesturemap.synth.voice import parameters

CONSOLE = screen()
RATE = 48000.0


def sounds(options: Namespace) -> int:
    """List the patches, show one, or render a phrase of it."""
    bank = patches.bank()
    out = None if options.out is None else _writable(Path(options.out))
    if options.name is None:
        if out is not None:
            raise SettingsError(
                f"sounds, --out {options.out}", "no patch is named", "one patch is rendered into a file",
                f"name a patch: gesturemap sounds PATCH --out {shell(str(options.out))}",
            )  # fmt: skip
        table = Table("patch", "voice", "what it is", box=None)
        for name, patch in bank.items():
            table.add_row(Text(name), Text(patch.voice.kind), Text(patch.about))
        CONSOLE.print(table)
        for error in patches.broken():
            CONSOLE.print(f"left out: {error}", markup=False)
        CONSOLE.print(f"{len(bank)} patches; next: gesturemap sounds PATCH", markup=False)
        return 0
    patch = _one(bank, options.name)
    if out is not None:
        _rendered(patch, out)
        return 0
    CONSOLE.print(f"{patch.name}: {patch.about}\n", markup=False)
    CONSOLE.print(f'[[sound.voices]]\npatch = "{patch.name}"\n', markup=False)
    table = Table("control", "at rest", "from", "to", "", box=None)
    for parameter, rest in parameters(patch.voice):
        low, high = (f"{value:g} {parameter.unit}".rstrip() for value in (parameter.low, parameter.high))
        name = f"{patch.name}.{parameter.name}"
        table.add_row(Text(name), f"{rest:g}", Text(low), Text(high), Text(parameter.doc))
    CONSOLE.print(table)
    CONSOLE.print(f"hear it: gesturemap sounds {shell(patch.name)} --out {patch.name}.wav", markup=False)
    return 0


def _rendered(patch: Patch, out: Path) -> None:
    """Write the phrase by which all patches are matched."""
    compiled.load(compiled_modules([patch.voice]), announce)
    sound = render(
        [patch.voice], Spec(()), np.zeros(0), np.zeros((0, 0)), phrase(), PHRASE_SECONDS, RATE, volume=1.0,
        labels=PHRASE_LABELS,
    )  # fmt: skip
    write_wav(out, faded(sound, RATE), RATE)
    CONSOLE.print(f"written to {out}: {PHRASE_SECONDS:g} s, peak {peak(sound):.1f} dB", markup=False)


def _writable(out: Path) -> Path:
    """A file that a sound may be written to: refused before anything is compiled."""
    if out.suffix.lower() != ".wav":
        raise FileError(
            str(out), f"its name ends in {out.suffix or 'nothing'}", "what is written is a WAV file",
            f"call it {out.stem or 'sound'}.wav",
        )  # fmt: skip
    if not out.parent.is_dir():
        raise FileError(
            str(out), f"there is no folder {out.parent}", "the file is written into a folder that is there",
            "make the folder, or name another",
        )  # fmt: skip
    if out.exists():
        raise FileError(
            str(out), "there is something already", "nothing is overwritten", "choose another name"
        )
    return out


def _one(bank: dict[str, Patch], name: str) -> Patch:
    """The patch of this name."""
    if name not in bank:
        if name in (shelf := library.patches()):
            return patches.read(shelf[name])  # it is broken, and says why
        near = difflib.get_close_matches(name, bank, 1)
        raise FileError(
            name,
            "no such patch",
            f"there are {len(bank)}, listed by 'gesturemap sounds'",
            f"did you mean '{near[0]}'?" if near else "name one of them",
        )
    return bank[name]
