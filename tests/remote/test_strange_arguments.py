"""Whatever stands as an argument of a word: it is taken, or refused in one line."""

from __future__ import annotations

import json

import pytest

from gesturemap import codec
from gesturemap.errors import CommandError
from gesturemap.remote.words import WORDS, Word

STRANGE = (
    10**400, -(10**400), 2**64, -1, True, None, float("nan"), float("inf"), 1e308, "", "\0", "a\0b", "\ud800",
    "x" * 100_000, "\n", [], {}, [10**400],
)  # fmt: skip
GOOD = {"f": 0.5, "i": 1, "s": "circle", "T": True, "*": "name"}


@pytest.mark.parametrize(
    "word", [word for word in WORDS.values() if word.of is not None], ids=lambda w: w.name
)
def test_no_argument_of_any_word_is_unforeseen(word: Word) -> None:
    kinds = [argument.kind for argument in (*word.arguments, *([word.rest] * 2 if word.rest else []))]
    good = [GOOD[kind] for kind in kinds]
    for index in range(len(good) + 1):
        for value in STRANGE:
            try:
                fields = word.read([*good[:index], value, *good[index + 1 :]])
                if fields is not None:
                    packet = codec.encode(word.command(fields))
                    json.loads(packet)
                    codec.decode(packet)
            except CommandError as error:
                assert str(error).isprintable() and len(str(error)) < 1000
