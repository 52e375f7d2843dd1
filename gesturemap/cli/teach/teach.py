"""The command teach: find the word's answer and print it."""

from __future__ import annotations

import importlib
import json
from argparse import Namespace

from rich.console import Console

from gesturemap.cli.evaluate import WIDE
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
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console = Console(highlight=False, soft_wrap=True, width=WIDE)
    for each in told.printed:
        console.print(each, markup=False)
    return 0
