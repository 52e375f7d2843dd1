"""Ctrl-C is for control alone: what it has started never hears it, not even while it still imports."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from gesturemap.companion import undisturbed

SAYS = "import sys; print('here', flush=True); sys.stdin.read(); print('well')"

pytestmark = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals wait on POSIX only")


def waiting(connection: Connection) -> None:
    """What a child of control was before it had imported anything: it ignores no signal yet."""
    connection.send("here")
    connection.send(connection.recv())


def test_a_program_does_not_hear_it() -> None:
    with undisturbed():
        begun = subprocess.Popen([sys.executable, "-c", SAYS], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert begun.stdout is not None
    assert begun.stdout.readline() == b"here\n"
    begun.send_signal(signal.SIGINT)
    assert begun.communicate(timeout=20.0)[0] == b"well\n"
    assert begun.returncode == 0


@pytest.fixture
def heard() -> Iterator[None]:
    """SIGINT is heard here, even where the tests were begun in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_a_child_does_not_hear_it_and_its_parent_does_afterwards() -> None:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    child = spawn.Process(target=waiting, args=(theirs,))
    with pytest.raises(KeyboardInterrupt):
        with undisturbed():
            child.start()
            os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(20.0)  # another thread may have taken it, and says so in a moment
    assert ours.poll(30.0)
    assert ours.recv() == "here"
    assert child.pid is not None
    os.kill(child.pid, signal.SIGINT)
    ours.send("well")
    assert ours.poll(30.0)
    assert ours.recv() == "well"
    child.join(20.0)
    assert child.exitcode == 0
