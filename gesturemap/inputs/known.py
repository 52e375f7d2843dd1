"""Which of the known sensors something that was heard is, and profiles of those that are none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit

from gesturemap import catalog
from gesturemap.errors import FileError, GesturemapError
from gesturemap.inputs import profile
from gesturemap.inputs.column import MORE, Column
from gesturemap.inputs.guessed import Guess
from gesturemap.inputs.input import Health
from gesturemap.inputs.listen import Stream
from gesturemap.inputs.messages import pattern
from gesturemap.inputs.osc import Osc
from gesturemap.library import sensors, shipped_sensors, user_folder
from gesturemap.wire.osc import build

LISTEN = "listen"
"""The word in place of a sensor's name that makes one."""
MEASURED = ("m/s2", "rad/s")
"""Units of channels that gravity tells."""
OFF = 2.0
"""Factor from which on a unit is another one: none of those that are used are as near to each other."""
ANY = frozenset({"/wek/inputs", "/interface", "/Data"})
"""Addresses at which anything is sent: they tell no device."""


def senders_of_osc() -> dict[str, profile.Profile]:
    """Name -> profile of every known sensor that sends OSC; a broken one of somebody's own is left out."""
    found = {}
    for name, folder in sensors().items():
        try:
            read = profile.read(folder)
        except GesturemapError:
            continue
        if isinstance(read.settings, Osc):
            found[name] = read
    return found


def usual_ports(profiles: Mapping[str, profile.Profile]) -> list[int]:
    """Every port that one of these sensors sends to, and the one that inputs listen at by themselves."""
    numbers = {each.settings.port for each in profiles.values() if isinstance(each.settings, Osc)}
    return sorted({Osc().port} | numbers)


def known(
    streams: Iterable[Stream], profiles: Mapping[str, profile.Profile], measured: Sequence[Guess] = ()
) -> list[str]:
    """Names of the sensors among these that what was heard would play, those that use most of it first.

    Parameters
    ----------
    measured : what was guessed of the same; a sensor whose units gravity contradicts is none of them.
    """
    heard = list(streams)
    scores: dict[str, int] = {}
    for name, each in profiles.items():
        settings = each.settings
        if isinstance(settings, Osc) and settings.described and settings.address not in ANY:
            try:
                if not _contradicted(settings, measured):
                    scores[name] = _used(settings, heard)
            except GesturemapError:
                continue  # settings of somebody's own that nothing can be read with
    return sorted((name for name, used in scores.items() if used), key=lambda name: -scores[name])


def _contradicted(settings: Osc, measured: Sequence[Guess]) -> bool:
    """Whether a sensor's units are others than those that were measured."""
    for address, texts in (settings.messages or {settings.address: settings.arguments}).items():
        where = pattern(address.partition(" ")[0], address)
        columns = [Column.parse(text, address) for text in texts if text.strip() != MORE]
        more = len(columns) < len(texts)
        for guess in measured:
            fits = len(columns) == len(guess.columns) or (more and len(columns) < len(guess.columns))
            if not fits or (where and not where.fullmatch(guess.stream.address)):
                continue
            for index, factor in guess.measured.items():
                column = columns[index] if index < len(columns) else Column(MORE)
                same = column.divisor or 1.0 / OFF < abs(column.factor) / factor < OFF
                if column.unit in MEASURED and not same:
                    return True
    return False


def _used(settings: Osc, heard: list[Stream]) -> int:
    """How many of the streams a sensor's reader uses; 0 where no whole frame comes of them."""
    health = Health()
    reader = settings.reader(health)
    used = frames = 0
    for _ in range(2):  # by the second round every part has come
        used = 0
        for stream in heard:
            health.ignored.clear()
            packet = build(stream.address, *stream.rows[-1], tags=stream.tags)
            frames += len(reader.take(packet, (stream.sender, 0), stream.last))
            used += not any(health.ignored.values())
    return used if frames else 0


def own_folder(name: str) -> Path:
    """Where a profile of the person's own of this name will be kept.

    Raises
    ------
    FileError
        If it is no name, or means something else already.
    """
    if not name.isprintable() or name != Path(name).name or name.startswith(".") or not name.strip():
        raise FileError(name or "''", "no name of a sensor", "it becomes a folder's name", "choose another")
    if name.lower() == LISTEN:
        raise FileError(
            name,
            "no name of a sensor",
            f"'gesturemap sensors {LISTEN}' listens",
            f"choose another, such as my-{LISTEN}",
        )
    if name.lower() in {each.lower() for each in shipped_sensors()}:
        raise FileError(
            name,
            "a sensor that comes with gesturemap is called so",
            "one of your own would take its place everywhere",
            f"choose another name, such as my-{name.lower()}",
        )
    folder = user_folder() / "sensors" / name
    if folder.exists():
        raise FileError(str(folder), "there is one already", "nothing is overwritten", "choose another name")
    return folder


def write(
    name: str, table: dict[str, Any], description: str, reasons: Iterable[str], devices: str = ""
) -> Path:
    """Make a profile of the person's own; its folder.

    Parameters
    ----------
    devices : a line of the input that stands there as a comment, for who wants every device that was heard.

    Raises
    ------
    FileError, SettingsError
        If the name is none or is taken, the input is not right, or it cannot be written; then nothing is.
    """
    folder = own_folder(name)
    catalog.read("inputs", table, f"{folder / profile.FILE}, input")
    document = tomlkit.document()
    document["name"] = name
    document["description"] = description
    document["input"] = table
    text = tomlkit.dumps(document)
    if devices:  # a key of [input]: above the tables in it
        text = text.replace(
            "[input]\n", f"[input]\n# {devices}  # channels for each device that was heard\n", 1
        )
    notes = "".join(f"- {reason}\n" for reason in reasons)
    try:
        folder.mkdir(parents=True)
        (folder / profile.FILE).write_text(text, encoding="utf-8")
        (folder / "README.md").write_text(f"# {name}\n\n{description}\n\n{notes}", encoding="utf-8")
    except OSError as error:
        raise FileError(
            str(folder), str(error), "a folder that can be written", "free space or change its rights"
        ) from error
    profile.read(folder)
    return folder
