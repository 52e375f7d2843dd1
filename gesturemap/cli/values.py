"""What may stand behind an option: numbers, ports, names."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def several(text: str) -> tuple[int, ...]:
    """Whole numbers separated by commas, each once, in order."""
    return tuple(sorted({whole(part) for part in text.split(",")}))


def names(text: str) -> tuple[str, ...]:
    """Names separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def positive(text: str) -> float:
    """A number above 0."""
    return _number(text, "a number above 0 and below 1000000", lambda value: 0 < value < 1e6)


def not_negative(text: str) -> float:
    """A number from 0 on."""
    return _number(text, "a number from 0 to below 1000000", lambda value: 0 <= value < 1e6)


def share(text: str) -> float:
    """A number from 0 to 1."""
    return _number(text, "a number from 0 to 1", lambda value: 0 <= value <= 1)


def whole(text: str) -> int:
    """A whole number from 1 to 1000."""
    return _up_to(1000, text)


def eight(text: str) -> int:
    """A whole number from 1 to 8."""
    return _up_to(8, text)


def _up_to(most: int, text: str) -> int:
    return int(_number(text, f"a whole number from 1 to {most}", lambda value: value in range(1, most + 1)))


def not_negative_whole(text: str) -> int:
    """A whole number from 0 on."""
    return int(
        _number(text, "a whole number from 0 on", lambda value: 0 <= value < 2**31 and value == int(value))
    )


def port(text: str) -> int:
    """A port's number."""
    return int(_number(text, "a port from 1 to 65535", lambda value: value in range(1, 65536)))


def listener(text: str) -> tuple[str, int]:
    """An own address, empty where none is named, and a port."""
    host, _, number = text.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), port(number)


def target(text: str) -> tuple[str, int]:
    """A host and a port."""
    host, number = listener(text)
    if not host:
        raise argparse.ArgumentTypeError(f"{text[:60]}: HOST:PORT is wanted")
    return host, number


def _number(text: str, wanted: str, fits: Callable[[float], bool]) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not fits(value):
        raise argparse.ArgumentTypeError(f"{text[:60]}: {wanted} is wanted")
    return value
