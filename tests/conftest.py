"""Every test must leave the machine as it found it: no threads, no child processes, no shared files, and nothing in
the checkout."""

from __future__ import annotations

import contextlib
import fnmatch
import gc
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from gesturemap.library import shared_folder

if TYPE_CHECKING:
    from midi_ports import Cable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault(
    "LOKY_MAX_CPU_COUNT", "1"
)  # the oracles of scikit-learn warn where they cannot count cores
for library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # before any of them is loaded
    # As in the processes of control and of evaluate: beside another test on the second core, threads that wait for
    # each other take ten times as long.
    os.environ.setdefault(library, "1")


PATIENCE = 10.0
"""Seconds for what is still on its way to a process that several tests share, such as demonstrations to the trainer."""
KERNEL_LISTS_CHILDREN = Path(f"/proc/self/task/{os.getpid()}/children").exists()


def pytest_collection_finish() -> None:
    """What was collected, ten thousand tests, stays to the end: no collection of garbage looks through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def own_shared_folder() -> Iterator[None]:
    """A folder of shared files of our own, so that no other gesturemap is mistaken for a leftover."""
    with (
        tempfile.TemporaryDirectory(dir=shared_folder(), prefix="gm-tests-") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("GESTUREMAP_SHARED", str(Path(folder)))
        patch.setenv("XDG_RUNTIME_DIR", str(Path(folder)))  # notes of running controls
        patch.setenv("XDG_DATA_HOME", str(Path(folder) / "data"))  # working copies of presets
        yield


def descendants(pid: int) -> set[int]:
    """Children of a process, theirs, and so on. To ask every process of the machine takes fifty times as long."""
    found: set[int] = set()
    with contextlib.suppress(OSError):  # it has just ended
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found.update(map(int, (thread / "children").read_text().split()))
    return found.union(*map(descendants, found))


def alive() -> set[int]:
    """Processes below this one that have not ended."""
    if KERNEL_LISTS_CHILDREN:
        # A child that ends while the kernel counts may hide another: two counts have to agree.
        found = descendants(os.getpid())
        while (again := descendants(os.getpid())) != found:
            found = again
    else:
        found = {child.pid for child in psutil.Process().children(recursive=True)}
    living = set()
    for pid in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                living.add(pid)
    return living


def leftovers() -> tuple[set[str], set[int], set[str]]:
    threads = {f"{t.name}" for t in threading.enumerate() if t is not threading.main_thread()}
    children = alive()
    files = {p.name for p in shared_folder().glob("gesturemap-*")}
    return threads, children, files


def since(threads: set[str], children: set[int], files: set[str]) -> dict[str, set[str]]:
    """What runs or lies about that did not."""
    now_threads, now_children, now_files = leftovers()
    return {
        "threads": {t for t in now_threads - threads if "timeout" not in t.lower()},
        "processes": {
            str(psutil.Process(p).cmdline()[-3:])
            for p in now_children - children
            if psutil.pid_exists(p)
            and not any("resource_tracker" in part for part in psutil.Process(p).cmdline())
        },
        "shared files": now_files - files,
    }


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread, a process or a shared file behind."""
    threads, children, files = leftovers()
    yield
    end = time.monotonic() + PATIENCE
    while any((left := since(threads, children, files)).values()) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(left.values()), f"left behind: {left}"


CHECKOUT = Path(__file__).parents[1]


@pytest.fixture(autouse=True, scope="session")
def nothing_left_in_the_checkout() -> Iterator[None]:
    """Fail a run that leaves a file or a folder at the top of the checkout which git does not ignore."""
    before = set(CHECKOUT.iterdir())
    yield
    ignored = (CHECKOUT / ".gitignore").read_text().replace("/\n", "\n").split()
    new = sorted(place.name for place in set(CHECKOUT.iterdir()) - before)
    left = [name for name in new if not any(fnmatch.fnmatch(name, rule) for rule in ignored)]
    assert not left, f"left in the checkout: {left}"


@pytest.fixture(autouse=True, scope="session")
def own_lsl_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """LSL on this machine alone, and in a session of our own: no stream of anybody else is found."""
    config = tmp_path_factory.mktemp("lsl") / "lsl_api.cfg"
    config.write_text(
        f"[multicast]\nResolveScope = machine\n[lab]\nSessionID = gesturemap-tests-{os.getpid()}\n[log]\nlevel = -3\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSLAPICFG", str(config))
        yield


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    """A raw MIDI device that can be unplugged."""
    from midi_ports import Cable  # pseudo-terminals are a POSIX matter

    made = Cable(tmp_path / "midi")
    yield made
    made.unplug()
