"""The command teach: find the word's answer and print it."""

from __future__ import annotations

import importlib
import json
from argparse import Namespace

from gesturemap.cli.screen import screen
from gesturemap.cli.teach.taught import Told, taught
from gesturemap.cli.teach.words import WORDS


def teach(options: Namespace) -> int:
    """Answer one word."""
    word = WORDS[options.word]
    module, _, name = word.job.partition(":")
    answer = getattr(importlib.import_module(f"gesturemap.{module}"), name)
    told: Told = answer(taught(options, empty=word.empty), options)
    if options.json:
        print(json.dumps(told.table))
        return 0
    console = screen(highlight=False)
    for each in told.printed:
        console.print(each, markup=False)
    return 0
