"""Where in the settings something that was said belongs: the section, its row, and the setting. No Qt."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from gesturemap.errors import GesturemapError
from gesturemap.project.project import BESIDE, assemble

SECTIONS = ("input", "features", "model", "mapping", "outputs", "sound", *BESIDE)
WORDS = {
    "input": "input",
    "inputs": "input",
    "features": "features",
    "feature": "features",
    "model": "model",
    "mapping": "mapping",
    "output": "outputs",
    "outputs": "outputs",
    "sound": "sound",
    "voice": "sound",
    "voices": "sound",
    **{section: section for section in BESIDE},
}
"""How places begin that are about a section."""


MOST_WRONG = 20
"""Settings of a section that are put back while the others count."""


class Place(NamedTuple):
    """One of the settings."""

    section: str = ""
    """Empty: it is about none."""
    row: int = -1
    """Which of a list, from 0; below 0: no list, or all of it."""
    setting: str = ""


def parts(table: Any) -> list[str]:
    """The kinds of what a section's table consists of, in order."""
    if isinstance(table, Mapping):
        inside = [str(table["kind"])] if "kind" in table else []
        return inside + parts(table.get("voices") or [])
    return [str(each.get("kind")) for each in table]


def place_of(text: str) -> Place:
    """The place that a fault names: ``project, features[0] one_euro, min_cutoff``, or ``mapping[1] range of 'x'``."""
    found = re.match(r"(?:\w*project[^,]*,\s*)?([a-z]+)", text.strip())
    section = WORDS.get(found[1], "") if found else ""
    if not section:
        return Place()
    row = re.search(r"\[(\d+)\]", text)
    setting = text.rpartition(", ")[2].strip() if ", " in text else ""
    name = re.match(r"[a-z_][a-z_0-9]*", setting)
    told = name[0] if name and name[0] != section else ""
    return Place(section, int(row[1]) if row else -1, told)


def checked(section: str, table: Any) -> tuple[Any, GesturemapError | None]:
    """A section's table as control would write it down, or what is wrong with it.

    Returns
    -------
    The table (as it was given, where something is wrong) and the fault.
    """
    tables: Mapping[str, Any] = {"input": {"kind": "pointer"}, "model": {"kind": "auto"}, section: table}
    try:
        project = assemble(tables, "", "project")
    except GesturemapError as error:
        return table, error
    return project.tables().get(section, {}), None


def mended(section: str, table: Any, now: Any) -> tuple[Any, list[GesturemapError], bool]:
    """A section's table with each setting that is wrong as it is in the project.

    Parameters
    ----------
    now : the section as it is in the project.

    Returns
    -------
    The table, what was wrong, and whether nothing is any more: something may be wrong that is not in the project.
    """
    wrong: list[GesturemapError] = []
    while len(wrong) < MOST_WRONG:
        found, error = checked(section, table)
        if error is None:
            return found, wrong, True
        wrong.append(error)
        before = table
        table = _put_back(table, now, place_of(error.place))
        if table == before:
            break
    return table, wrong, False


def _put_back(table: Any, now: Any, place: Place) -> Any:
    """The table with one setting as it is in the project; the very same where that has no such."""
    if not place.setting or parts(table) != parts(now):
        return table
    made, known = copy.deepcopy(table), now
    inside = made
    if place.row >= 0:
        inside, known = (each["voices"] if isinstance(each, Mapping) else each for each in (made, now))
        inside, known = inside[place.row], known[place.row]
    if not isinstance(inside, dict) or place.setting not in inside:
        return table
    if place.setting in known:
        inside[place.setting] = copy.deepcopy(known[place.setting])
    else:
        del inside[place.setting]
    return made
