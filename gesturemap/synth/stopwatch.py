"""What blocks of sound took, and whose fault a late one was: kernels ask the system's clocks, not the interpreter.

A block that is made too slowly was either too dear, which fewer voices or longer blocks mend, or the processor was
given to somebody else meanwhile. One that is asked for too late is the sound server's or the machine's doing.

Windows has no clocks of these names; there nothing is counted.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from numba import types
from numpy.typing import NDArray

from gesturemap.compiled import kernel
from gesturemap.synth.pointer import pointer_to, words_at

RATE, CALLED, TOOK, LONGEST, DEAR, HELD_UP, ASKED_LATE, SAYS = range(8)
"""Words of a stopwatch: frames a second; when the last block was asked for, what it took, and the longest since
somebody looked, in nanoseconds; how many were too dear, held up, and asked for too late; then what a clock says."""
SIZE = SAYS + 2
WALL: int = getattr(time, "CLOCK_MONOTONIC", 0)
THREAD: int = getattr(time, "CLOCK_THREAD_CPUTIME_ID", 0)


class Blocks(NamedTuple):
    """How blocks went that were late, or could have been."""

    too_dear: int
    """Took longer than they sound, though the processor was theirs all the time."""
    held_up: int
    """Took longer than they sound because the processor was given to somebody else."""
    asked_late: int
    """Were asked for over a block's time late."""
    longest: float
    """Seconds that the slowest took since the last look."""

    @property
    def why(self) -> str:
        """What most dropouts come from and what to do, for people; empty where nothing was late."""
        most = max(self[:3])
        if most == 0:
            return ""
        if most == self.too_dear:
            return "voices too dear: use fewer, or a longer block in [sound]"
        if most == self.held_up:
            return "processor busy elsewhere: close other programs, or allow real-time priority"
        return "sound server late: a longer block in [sound] helps"


def read(watch: NDArray[Any]) -> Blocks:
    """What a stopwatch has counted; the longest begins anew."""
    found = Blocks(
        int(watch[DEAR]), int(watch[HELD_UP]), int(watch[ASKED_LATE]), float(watch[LONGEST]) * 1e-9
    )
    watch[LONGEST] = 0
    return found


if THREAD:
    _clock_gettime = types.ExternalFunction(
        "clock_gettime", types.int32(types.int32, pointer_to(types.int64))
    )

    @kernel
    def nanoseconds(watch: Any, clock: Any) -> Any:
        """What one of the system's clocks says."""
        _clock_gettime(types.int32(clock), words_at(watch.ctypes.data + 8 * SAYS))
        return watch[SAYS] * 1_000_000_000 + watch[SAYS + 1]

else:

    @kernel
    def nanoseconds(watch: Any, clock: Any) -> Any:
        """Nobody tells the time here."""
        return 0


@kernel
def begin(watch: Any, frames: Any) -> Any:
    """A block of so many frames is asked for; returns what the processor has given this thread until now."""
    called, sounds = nanoseconds(watch, WALL), frames * 1_000_000_000 // max(watch[RATE], 1)
    if watch[CALLED] > 0 and watch[TOOK] < sounds and called - watch[CALLED] > 2 * sounds:
        watch[ASKED_LATE] += 1
    watch[CALLED] = called
    return nanoseconds(watch, THREAD)


@kernel
def end(watch: Any, frames: Any, before: Any) -> None:
    """The block is made; `before` is what `begin` said."""
    took, sounds = nanoseconds(watch, WALL) - watch[CALLED], frames * 1_000_000_000 // max(watch[RATE], 1)
    if took > sounds:
        watch[DEAR if nanoseconds(watch, THREAD) - before > sounds else HELD_UP] += 1
    watch[TOOK], watch[LONGEST] = took, max(watch[LONGEST], took)
