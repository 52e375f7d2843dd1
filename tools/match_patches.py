"""Make all patches equally loud: measure each in the fixed phrase, print the table, write what `level` must be.

    python tools/match_patches.py            measures and writes
    python tools/match_patches.py --check    only measures; fails where a patch is more than 1 LU off
    python tools/match_patches.py --only acid surf    these patches only

The phrase and the measure (ITU-R BS.1770-4) are in `gesturemap.synth.loudness`.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tomllib
from pathlib import Path

import tomlkit

from gesturemap import catalog
from gesturemap.synth.loudness import WANTED, measured
from gesturemap.synth.voice import Voice

FOLDER = Path(__file__).parents[1] / "patches"
NEAR, TURNS = 0.05, 4


def read(path: Path) -> Voice:
    """The voice of a patch."""
    voice: Voice = catalog.read("voices", tomllib.loads(path.read_text("utf-8"))["voice"], path.name)
    return voice


def match(path: Path) -> tuple[float, float, float]:
    """LUFS before and after, and the level that was written."""
    voice = read(path)
    before = now = measured(voice)
    for _ in range(TURNS):  # the limiter may hold a little of it back
        if abs(now - WANTED) <= NEAR:
            break
        level = round(min(max(voice.level + WANTED - now, -60.0), 12.0), 1)
        voice = dataclasses.replace(voice, level=level)
        now = measured(voice)
    document = tomlkit.parse(path.read_text("utf-8"))
    document["voice"]["level"] = voice.level  # type: ignore[index]
    path.write_text(tomlkit.dumps(document), "utf-8")
    return before, now, voice.level


def main() -> int:
    """Go over the patches."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--only", nargs="*", metavar="PATCH", help="only these")
    options = parser.parse_args()
    off = 0
    print(f"{'patch':20s} {'kind':12s} {'before':>8s} {'LUFS':>8s} {'level':>8s}")  # noqa: T201
    for path in sorted(FOLDER.glob("*.toml")):
        if options.only and path.stem not in options.only:
            continue
        voice = read(path)
        if options.check:
            before = now = measured(voice)
            level = voice.level
        else:
            before, now, level = match(path)
        off += abs(now - WANTED) > 1.0
        print(f"{path.stem:20s} {voice.kind:12s} {before:8.2f} {now:8.2f} {level:8.1f}")  # noqa: T201
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(main())
