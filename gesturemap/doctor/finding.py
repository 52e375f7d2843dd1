"""What was found: one line that ends with what to do, or, where all is well, with what it means for the sensor."""

from __future__ import annotations

from dataclasses import dataclass

OK, LOOK, WRONG = "ok", "look", "wrong"
LONGEST = 300
"""Characters of what somebody else's program or device may put into a line."""


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's."""

    state: str
    """`OK`, `LOOK` (it may be right so) or `WRONG`."""
    what: str
    next: str
    """The next step; of what is well, what it means."""


def ok(what: str, means: str) -> Finding:
    """All is well."""
    return Finding(OK, short(what), short(means))


def look(what: str, step: str) -> Finding:
    """It may be right so; the person knows."""
    return Finding(LOOK, short(what), short(step))


def wrong(what: str, step: str) -> Finding:
    """It cannot work so."""
    return Finding(WRONG, short(what), short(step))


def short(text: str) -> str:
    """Text that stays one line, without what would steer a terminal."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 4]} ..."
