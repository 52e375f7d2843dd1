"""How far a command is that takes long: a bar where somebody can see it, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

EVERY = 10.0
"""Seconds from one line to the next, where there is no terminal."""
Tell = Callable[[float, float, str], None]
"""Takes what is done, of how much, and the line that says it."""


@contextmanager
def progress(what: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Tell]:
    """Show on stderr how far `what` is, until the block ends."""
    console = Console(stderr=True)
    said = clock()
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def tell(done: float, of: float, line: str) -> None:
            nonlocal said
            bar.update(task, completed=done, total=of)
            if not console.is_terminal and clock() - said >= EVERY:
                said = clock()
                print(line, file=sys.stderr, flush=True)

        yield tell
