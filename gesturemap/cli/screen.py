"""Where commands print: as wide as the terminal, and where a program or a file reads, so wide that nothing is cut."""

from __future__ import annotations

from rich.console import Console

WIDE = 100_000
"""Characters of a line where nobody's screen limits it."""


def screen(highlight: bool = True, soft_wrap: bool = True) -> Console:
    """What is printed there, see `rich.console.Console`; tables are as wide as they are."""
    made = Console(highlight=highlight, soft_wrap=soft_wrap)
    if made.file.isatty():
        return made
    return Console(highlight=highlight, soft_wrap=soft_wrap, width=WIDE)
