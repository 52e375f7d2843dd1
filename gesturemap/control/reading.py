"""Files that are imported, read in a process of their own: one that is huge, or on a disk that hangs, keeps nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from gesturemap import codec, companion, inner
from gesturemap.commands import Message
from gesturemap.control.checks import learnable
from gesturemap.control.pace import paced
from gesturemap.control.supervisor import PATIENCE, Child
from gesturemap.demonstrations import Demonstration, measured
from gesturemap.errors import CommandError, FileError, GesturemapError, unforeseen
from gesturemap.library import at_home
from gesturemap.plain import counted, listed
from gesturemap.project import pack
from gesturemap.project.exchange import into
from gesturemap.project.exchange.lines import MOST_BYTES
from gesturemap.project.project import Project, assemble
from gesturemap.project.save import Beforehand

Form = tuple[object, ...]


@dataclass(frozen=True)
class Arrived(Message):
    """The reading thread to control: what files held, or why nothing comes of them."""

    reading: Reading
    demonstrations: tuple[Demonstration, ...] = ()
    left: tuple[str, ...] = ()
    error: str = ""
    notes: tuple[str, ...] = ()
    """What else is said of them, such as that the project had some already."""


class Reading:
    """Files that are being read for a project.

    Parameters
    ----------
    order : which files, and for what.
    form : of the project that they are read for.
    say : takes the one `Arrived`, called in a thread of its own; after `cancel` it may come or not.
    shared : the folder of this control's processes.
    project : as it is now.
    folder : of the project, where what was read is written beforehand; None: nothing is written there.
    """

    def __init__(
        self,
        order: inner.ReadFiles,
        say: Callable[[Message], None],
        shared: Path,
        project: Project,
        folder: Path | None = None,
    ) -> None:
        self.order, self.form, self._say, self._project = order, form(project), say, project
        self.beforehand = Beforehand(folder)
        self.child = Child("import", run, shared)
        self.child.start()
        self.thread = threading.Thread(target=self._wait, name="import", daemon=True)
        self.thread.start()

    @property
    def name(self) -> str:
        """What it is called: the file, or how many they are."""
        paths = self.order.paths
        return Path(paths[0]).name if len(paths) == 1 else counted(len(paths), "file")

    def cancel(self) -> None:
        """Nobody wants it any more; it is not waited for."""
        assert self.child.process is not None
        self.child.process.kill()

    def close(self) -> None:
        """Be done with it."""
        self.cancel()
        self.thread.join(PATIENCE)

    def _wait(self) -> None:
        child = self.child
        assert child.connection is not None and child.process is not None
        try:
            child.connection.send_bytes(codec.encode(self.order))
            found = codec.decode(child.connection.recv_bytes())
            assert isinstance(found, inner.FilesRead)
            made = pack.unpack(found.data) if found.data else ()
            for one in into.with_more(self._project, made).demonstrations[
                len(self._project.demonstrations) :
            ]:
                self.beforehand.write(one)  # not in control's thread: a disk may take its time
            again = into.again(self._project, made)
            notes = (*found.notes, again) if again else tuple(found.notes)
            arrived = Arrived(self, made, tuple(found.left), found.error, notes)
        except (EOFError, OSError):
            arrived = Arrived(
                self, error=f"import of {self.name}: the process that read it has died; import it again"
            )
        except GesturemapError as error:
            arrived = Arrived(self, error=str(error))
        child.process.kill()  # it has nothing more to say
        child.process.join()
        child.connection.close()
        self._say(arrived)


def form(project: Project) -> Form:
    """All that decides whether demonstrations of others fit into a project."""
    every = project.demonstrations[:1]
    return (project.input, project.learner, *((one.spec.channels, one.outputs) for one in every))


def order(project: Project, paths: list[str], label: str) -> inner.ReadFiles:
    """What the process is told: the settings, and the first demonstration's first moment, for channels and rate."""
    every = project.demonstrations
    rate = measured(every)  # at which forms without times are written
    if every and not rate:
        rate = paced(project, every).rate
    shown = [replace(one.part(0, 1), spec=replace(one.spec, rate=rate)) for one in every[:1]]
    return inner.ReadFiles(project.tables(), [str(at_home(path)) for path in paths], label, pack.pack(shown))


def read(message: inner.ReadFiles) -> inner.FilesRead:
    """Read them all; what is wrong with one stands in what is left out, and keeps no other from coming.

    Raises
    ------
    GesturemapError
        If it is the only one: which cannot be read or does not fit, and why.
    """
    project, made, left = assemble(message.tables, "", "project"), list[Demonstration](), list[str]()
    project = replace(project, demonstrations=pack.unpack(message.data))
    rate = project.demonstrations[0].spec.rate if project.demonstrations else 0.0
    notes = []
    if not rate:
        rate = float(getattr(project.input, "rate", 0.0)) or into.RATE
        timeless = [Path(path).name for path in message.paths if Path(path).suffix.lower() in into.TIMELESS]
        if timeless:
            notes.append(
                f"{listed(timeless, 3)}: the form knows no times, {rate:g} frames a second are taken"
            )
    for path in message.paths:
        try:
            found, lacking = _one(message, project, path, rate)
            if (size := sum(map(_bytes, (*made, *found)))) > MOST_BYTES:
                raise FileError(
                    path, f"{size} bytes of frames", f"at most {MOST_BYTES} are imported at once", "split it"
                )
        except GesturemapError as error:
            if len(message.paths) == 1:
                raise
            left.append(str(error))
            continue
        project, made, left = into.with_more(project, found), [*made, *found], [*left, *lacking]
    return inner.FilesRead(left, data=pack.pack(made), notes=notes)


def _one(
    message: inner.ReadFiles, project: Project, path: str, rate: float
) -> tuple[tuple[Demonstration, ...], tuple[str, ...]]:
    """The demonstrations of one file, and what of it was left out."""
    found, lacking = into.found(project, Path(path), rate)
    named = (replace(one, label=message.label or one.label) for one in found)
    return tuple(learnable(one, project.learner) for one in named), lacking


def _bytes(one: Demonstration) -> int:
    return one.time.nbytes + one.values.nbytes + one.targets.nbytes


def run(connection: Connection) -> None:
    """The process: one order, one answer."""
    companion.deaf()
    try:
        message = codec.decode(connection.recv_bytes())
        assert isinstance(message, inner.ReadFiles)
        try:
            answer = read(message)
        except GesturemapError as error:
            answer = inner.FilesRead(error=str(error))
        except Exception as error:  # noqa: BLE001  # the person is told
            answer = inner.FilesRead(error=str(unforeseen("import", error)))
        connection.send_bytes(codec.encode(answer))
    except (EOFError, OSError, CommandError):
        return  # control has hung up
