"""Write docs/voices.md: every voice with its parameters and settings, and the patches, from what they say themselves.

python tools/make_voices_page.py
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from gesturemap import catalog
from gesturemap.synth.fm_bodies import ALGORITHMS
from gesturemap.synth.voice import COMMON, Parameter, Voice

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "voices.md"
ORDER = ("subtractive", "fm", "wind", "sampler", "pad", "pluck", "grains", "scrub", "corpus")
ABOUT = {
    "subtractive": (
        "Up to eight notes, each of one to four waves that morph from sine over triangle and saw to square, through a"
        " resonant low-pass of four poles with an envelope of its own (`contour`). With `mono` there is one note that"
        " slides (`glide`); with `drone` it sounds always, and level and pitch are moved by controls, as on a theremin."
    ),
    "fm": (
        "Up to eight notes of four sines that shake one another's phase. How far they may do so is bounded for each"
        " note by the sampling rate, so that high notes stay clean. Algorithms (which operator each of the four shakes;"
        " the fourth also itself): "
        + "; ".join(
            f"`{name}` "
            + ", ".join(
                f"{k + 1} is heard" if to < 0 else f"{k + 1} shakes {to + 1}" for k, to in enumerate(targets)
            )
            for name, targets in ALGORITHMS.items()
        )
        + "."
    ),
    "wind": "Noise through five resonances that wander. Gestures make it swell; with `drone` it blows always.",
    "sampler": (
        "Sixteen sounds at once, struck as hard as the gesture is. `files` names a WAV file of the project's folder"
        " for a gesture, or a list that takes turns; `bank` is handed round the other gestures in the order of the"
        " vocabulary. The names of the drums made here can stand in place of files. Without any file all drums are"
        " the bank. A file that is missing or broken gives one line, and the rest plays."
    ),
    "pad": "A chord that swells while a gesture lasts, or always with `drone`.",
    "pluck": "Struck bars and plucked strings; up to fourteen notes ring together.",
    "grains": "A cloud of short pieces of a WAV file, or of a choir made here.",
    "scrub": (
        "A sound under the hand: stretched, held still, backwards, its attacks as sharp as they were; see"
        " [scrub.md](scrub.md)."
    ),
    "corpus": (
        "Sounds cut into units; what comes nearest to the wanted loudness, pitch, centroid ... is played. `by` says"
        " which of them choose; see [sound.md](sound.md)."
    ),
}


def row(parameter: Parameter, rest: float) -> str:
    """One line of the table of parameters."""
    unit = f" {parameter.unit}" if parameter.unit else ""
    follows = "at once" if parameter.smooth == 0.0 else f"{1000 * parameter.smooth:g} ms"
    return (
        f"| `{parameter.name}` | {parameter.low:g} to {parameter.high:g}{unit} | {rest:g} | {follows} |"
        f" {parameter.doc} |"
    )


def section(kind: str) -> list[str]:
    """What is said of one kind."""
    cls = catalog.find("voices", kind, "voices")
    plain: Voice = cls()  # type: ignore[assignment]
    lines = [
        f"## {kind}",
        "",
        ABOUT[kind],
        "",
        "| parameter | range | rest | follows a jump in | what it does |",
    ]
    lines.append("| --- | --- | --- | --- | --- |")
    lines += [row(p, float(getattr(plain, p.name, p.rest))) for p in type(plain).PARAMETERS]
    lines += ["", "| setting | default | what it does |", "| --- | --- | --- |"]
    moved = {p.name for p in type(plain).PARAMETERS}
    lines += [
        f"| `{name}` | `{default}` | {doc} |"
        for name, default, doc in catalog.described(cls)
        if name not in moved
    ]
    return [*lines, ""]


def page() -> str:
    """The whole page."""
    lines = [
        "# Voices",
        "",
        "The built-in synth has these voices. A control named `<voice>.<parameter>` moves a parameter while it sounds;"
        " without one it rests at the voice's setting of the same name. A jump is followed smoothly: the time in the"
        " table is that of the first 63 %. This page is written by `tools/make_voices_page.py` from the voices and"
        " patches themselves.",
        "",
        "Every voice has these parameters:",
        "",
        "| parameter | range | rest | follows a jump in | what it does |",
        "| --- | --- | --- | --- | --- |",
        *(row(parameter, parameter.rest) for parameter in COMMON),
        "",
    ]
    for kind in ORDER:
        lines += section(kind)
    lines += [
        "## Patches",
        "",
        "One file each in `patches/`: a line `about`, and the table `[voice]` with its kind and settings. Their `level`"
        " makes them equally loud: -23 LUFS within 1 LU (integrated loudness after ITU-R BS.1770-4) in a fixed phrase"
        " at volume 1, written by `tools/match_patches.py`.",
        "",
        "The phrase: eight gestures of a vocabulary a to h one after another, from 0.1 s on one every 0.75 s that lasts"
        " 0.65 s, with strengths 0.5, 0.7 and 0.9 in turn; then a, c and e together at 0.7 from 6.5 s to 9.5 s; 12 s in"
        " all. Parameters are at rest, and the level is 1, a drone's as well.",
        "",
        "| patch | voice | what it is and what moves it |",
        "| --- | --- | --- |",
    ]
    for path in sorted((ROOT / "patches").glob("*.toml")):
        table = tomllib.loads(path.read_text("utf-8"))
        lines.append(f"| `{path.stem}` | {table['voice']['kind']} | {table['about']} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
