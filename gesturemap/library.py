"""Finds shipped and personal sensors, presets and patches, and the folder of shared files."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import platformdirs

from gesturemap.errors import FileError
from gesturemap.plain import printable

PACKAGE = Path(__file__).parent
SHARED = "GESTUREMAP_SHARED"
LONGEST_LIST, MOST_TRIED = 64 * 1024, 50
"""Bytes of the list of recent projects, and lines of it that are looked at."""
RECENT = 8
"""Projects that are remembered."""
LIST = "recent.txt"
"""Their list, in the person's own folder."""


def user_folder() -> Path:
    """Where a person's own projects, presets and sensors live."""
    return Path(platformdirs.user_data_dir("gesturemap", appauthor=False))


def is_unsaved(folder: Path) -> bool:
    """Whether a project lies among those that nobody has given a place."""
    return folder.resolve().is_relative_to((user_folder() / "unsaved").resolve())


def shared_folder() -> Path:
    """Where files shared between processes live: in memory where the system has such a folder.

    The environment variable ``GESTUREMAP_SHARED`` names another one; control gives its processes one of their own.
    """
    if named := os.environ.get(SHARED):
        return Path(named)
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


def sweep_shared() -> None:
    """Remove the shared folders of controls that were killed, told by the process number in their names."""
    for folder in shared_folder().glob("gesturemap-*-*"):
        number = folder.name.split("-")[1]
        if number.isdecimal() and not lives(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def lives(process: int) -> bool:
    """Whether there is a process of this number; where nobody can tell without harm, there is."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def shelves(what: str) -> list[Path]:
    """The folders that may hold ``presets``, ``sensors`` or ``patches``: the package, a checkout, the person's own."""
    places = [PACKAGE / what, PACKAGE.parent / what, user_folder() / what]
    return [place for place in places if place.is_dir()]


def entries(what: str, marker: str) -> dict[str, Path]:
    """Name -> folder of everything on the shelves that has the file `marker`; the person's own wins."""
    found: dict[str, Path] = {}
    for shelf in shelves(what):
        for marked in sorted(shelf.glob(f"*/{marker}")):
            found[marked.parent.name] = marked.parent
    return found


def presets() -> dict[str, Path]:
    """Name -> folder of every preset."""
    return entries("presets", "project.toml")


def sensors() -> dict[str, Path]:
    """Name -> folder of every sensor profile."""
    return entries("sensors", "profile.toml")


def own_sensors() -> frozenset[str]:
    """Names of the profiles that a person has made."""
    return frozenset(marked.parent.name for marked in (user_folder() / "sensors").glob("*/profile.toml"))


def shipped_sensors() -> frozenset[str]:
    """Names of the profiles that come with gesturemap."""
    places = [shelf for shelf in shelves("sensors") if shelf.parent != user_folder()]
    return frozenset(marked.parent.name for shelf in places for marked in shelf.glob("*/profile.toml"))


def patches() -> dict[str, Path]:
    """Name -> file of every patch of the synth's bank; the person's own wins."""
    return {path.stem: path for shelf in shelves("patches") for path in sorted(shelf.glob("*.toml"))}


def at_home(name: str | Path) -> Path:
    """The file of this name, ``~`` being somebody's home.

    Raises
    ------
    FileError
        If there is no such person here.
    """
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise FileError(
            str(name), "nobody here is called so", "~ is your home, ~name somebody's", "write the whole path"
        ) from error


def project_folder(name: str) -> Path:
    """The folder of a project given by path or, for a preset, by name.

    Raises
    ------
    FileError
        If there is neither, listing the presets there are.
    """
    try:
        path = Path(name).expanduser()
        there, is_project = path.exists(), (path / "project.toml").is_file()
    except (OSError, ValueError, RuntimeError):  # too long, a character no file name has, nobody's home
        path, there, is_project = Path(), False, False
    if is_project:
        return path
    shipped = presets()
    if name in shipped:
        return shipped[name]
    if there:
        raise FileError(
            str(path),
            "no project.toml in it",
            "a project is a folder with a project.toml",
            "give the folder of a project",
        )
    raise FileError(
        name,
        "no such project or preset",
        f"presets: {', '.join(shipped) or 'none'}",
        "give the folder of a project or the name of a preset",
    )


def lies_within(folder: Path, root: Path) -> bool:
    """Whether a project's folder is in another one, with all that is read of it: no link leads out of `root`."""
    try:
        place, found = root.resolve(), folder.resolve()
        parts = [*folder.iterdir(), *folder.glob("demonstrations/*")]
        return found != place and all(part.resolve().is_relative_to(place) for part in (folder, *parts))
    except (OSError, RuntimeError):
        return False


def recent_projects() -> list[Path]:
    """Folders of the projects that were saved or opened last and are still there, newest first."""
    return [folder for folder in _remembered() if _is_project(folder)][:RECENT]


def _is_project(folder: Path) -> bool:
    try:
        return (folder / "project.toml").is_file()
    except OSError:
        return False  # a name that is too long


def remember_project(path: Path) -> None:
    """Put a project's folder at the head of `recent_projects`; the list is the old or the new one, never half.

    Raises
    ------
    FileError
        If the person's own folder cannot be written.
    """
    folder = path.expanduser().absolute()
    if "\n" in str(folder):
        return  # the list has one folder a line
    others = [other for other in recent_projects() if other != folder]
    text = "".join(f"{each}\n" for each in [folder, *others][:RECENT])
    shelf, half = user_folder(), ""
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        handle, half = tempfile.mkstemp(dir=shelf, prefix=".recent-")
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        Path(half).replace(shelf / LIST)
    except OSError as error:
        if half:
            Path(half).unlink(missing_ok=True)
        raise FileError(
            str(shelf / LIST),
            str(error),
            "the list of recent projects could not be written",
            "free space or change the rights of the folder; the project itself is not touched",
        ) from error


def _remembered() -> list[Path]:
    """Every folder of the list, each once; none where it cannot be read."""
    path = user_folder() / LIST
    try:
        if not path.is_file() or path.stat().st_size > LONGEST_LIST:
            return []
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return []
    return list(dict.fromkeys(Path(line) for line in text.split("\n") if line and "\0" not in line))[
        :MOST_TRIED
    ]


def new_folder(name: str) -> Path:
    """The folder of a project that is to be made.

    Raises
    ------
    FileError
        If no folder, or no project, can be called so, or there is something already.
    """
    try:
        target = Path(name).expanduser().resolve()
        target.name.encode()
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else ""
        raise FileError(
            name,
            reason or "no folder can be called so",
            "a project gets a folder of its own",
            "choose another name",
        ) from error
    if not target.name.strip() or not printable(target.name):
        raise FileError(name, "no name of a project", "it has printable characters", "choose another name")
    if taken:
        raise FileError(
            str(target),
            "there is something already",
            "a project gets a folder of its own",
            "choose another name",
        )
    return target
