"""Whoever is not control: connect, send commands, read notices. Used by the window and the command line."""

from __future__ import annotations

import time
from multiprocessing import AuthenticationError

from gesturemap.codec import decode, encode
from gesturemap.commands import Message
from gesturemap.control.door import knock, notes
from gesturemap.errors import CommandError, DeviceError
from gesturemap.library import lives, project_folder
from gesturemap.plain import shell

LEAVING = 20.0
"""Seconds for which one that ends is waited for."""
SOON = 0.05
"""Seconds between two looks whether it has."""


class Client:
    """A line to a running control.

    Parameters
    ----------
    endpoint : what `Door.endpoint` of that control says.

    Raises
    ------
    DeviceError
        If nobody answers there.
    """

    def __init__(self, endpoint: str) -> None:
        try:
            self.connection = knock(endpoint)
        except (OSError, ValueError, KeyError, EOFError, TypeError, AuthenticationError) as error:
            raise DeviceError(
                "gesturemap", f"no answer ({error})", "a running gesturemap is needed", "start it first"
            ) from error
        self.alive = True

    def send(self, message: Message) -> None:
        """Ask for something; nothing happens if control is gone."""
        try:
            self.connection.send_bytes(encode(message))
        except OSError:
            self.alive = False

    def poll(self, timeout: float = 0.0) -> list[Message]:
        """Return every notice that has arrived, waiting at most `timeout` seconds for the first."""
        notices: list[Message] = []
        try:
            while self.connection.poll(0.0 if notices else timeout):
                try:
                    notices.append(decode(self.connection.recv_bytes()))
                except CommandError:
                    continue  # a notice of another version: not for us
        except (EOFError, OSError):
            self.alive = False
        return notices

    def close(self) -> None:
        """Hang up."""
        self.alive = False
        self.connection.close()


def alone(project: str) -> None:
    """Make sure that no other control has a project open: the last to save would win.

    Raises
    ------
    CommandError
        If one has.
    """
    folder = project_folder(project).resolve()
    if find(str(folder)):
        raise CommandError(
            str(folder),
            "it is open in another gesturemap",
            "one at a time keeps a project",
            f"end the other, or open a window on it: gesturemap window {shell(project)}",
        )


def find(project: str) -> str:
    """Where the control that has this project open can be reached, or "": one that just ends is waited for.

    One that lives but does not answer, stopped or overrun, has its project open all the same.
    """
    end = time.monotonic() + LEAVING
    while (found := _found(project)) is not None:
        place, leaving = found
        if not leaving or time.monotonic() >= end:
            return place
        time.sleep(SOON)
    return ""


def _found(project: str) -> tuple[str, bool] | None:
    """Where it can be reached and whether it ends; notes of dead ones are removed."""
    for path, note in notes():
        number = path.name.split("-")[0]
        there = number.isdecimal() and lives(int(number))
        try:
            Client(note["endpoint"]).close()
        except DeviceError as error:  # nobody listens, or nobody answers
            there = there and not isinstance(error.__cause__, ConnectionRefusedError | FileNotFoundError)
        if not there:
            path.unlink(missing_ok=True)
        elif note["project"] == project:
            return f"@{path}", "leaving" in note
    return None
