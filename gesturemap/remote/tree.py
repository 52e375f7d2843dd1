"""The address space as OSCQuery tells it: JSON of the table of words and of everything that can be watched.

Source: VIDVOX, "OSCQuery Proposal".
"""

from __future__ import annotations

import math
from typing import Any

from gesturemap.remote.argument import Argument
from gesturemap.remote.board import Board, Item
from gesturemap.remote.words import ROOT, WORDS, Word

ATTRIBUTES = ("FULL_PATH", "CONTENTS", "TYPE", "ACCESS", "VALUE", "RANGE", "DESCRIPTION")
READ, WRITE = 1, 2
LOCKED = " (refused while the stage lock is on)"
Node = dict[str, Any]


def host_info(name: str, host: str, port: int) -> Node:
    """What is asked for with ``?HOST_INFO``."""
    there = dict.fromkeys(("ACCESS", "VALUE", "RANGE", "DESCRIPTION", "LISTEN", "PATH_CHANGED"), True)
    return {
        "NAME": name,
        "OSC_IP": host,
        "OSC_PORT": port,
        "OSC_TRANSPORT": "UDP",
        "WS_IP": host,
        "WS_PORT": port,
        "EXTENSIONS": there,
    }


def tree(board: Board) -> Node:
    """The whole space as it is now."""
    root: Node = {"FULL_PATH": "/", "ACCESS": 0, "DESCRIPTION": "gesturemap", "CONTENTS": {}}
    values = {one.address: one for one in board.every()}
    for word in WORDS.values():
        _put(root, word.address, of_word(word, values.get(f"{ROOT}/state/{word.shows}")))
    for address, one in values.items():
        _put(root, address, of_value(one))
    return root


def find(root: Node, path: str, project: str) -> Node | None:
    """The node at a path, with or without the project that plays."""
    parts = [part for part in path.split("/") if part]
    if parts[:2] == [ROOT[1:], project] and project not in root["CONTENTS"][ROOT[1:]]["CONTENTS"]:
        del parts[1]
    node: Node | None = root
    for part in parts:
        node = node.get("CONTENTS", {}).get(part) if node is not None else None
    return node


def of_word(word: Word, shown: Item | None) -> Node:
    """One word."""
    node: Node = {
        "ACCESS": WRITE,
        "DESCRIPTION": f"{word.doc}{': ' if word.usage else ''}{word.usage}{LOCKED if word.locked else ''}",
    }
    if word.tags:
        every = [*word.arguments, *([word.rest] if word.rest else [])]
        node |= {"TYPE": word.tags, "RANGE": [_range(argument) for argument in every]}
    if shown is not None and len(shown.tags) == len(word.tags):
        node |= {"ACCESS": READ | WRITE, "TYPE": shown.tags, "VALUE": _plain(shown)}
    return node


def of_value(one: Item) -> Node:
    """One value."""
    return {"ACCESS": READ, "TYPE": one.tags, "VALUE": _plain(one), "DESCRIPTION": one.doc}


def _put(root: Node, address: str, found: Node) -> None:
    node, path = root, ""
    for part in address.strip("/").split("/"):
        path += f"/{part}"
        node = node.setdefault("CONTENTS", {}).setdefault(part, {"FULL_PATH": path, "ACCESS": 0})
    node |= found


def _range(argument: Argument) -> Node | None:
    if argument.choices:
        return {"VALS": list(argument.choices)}
    found: Node = {}
    if not math.isinf(argument.low):
        found["MIN"] = argument.low
    if not math.isinf(argument.high):
        found["MAX"] = argument.high
    return found or None


def _plain(one: Item) -> list[Any]:
    """Its values as JSON has them, which knows no infinity."""
    return [
        None if isinstance(value, float) and not math.isfinite(value) else value for value in one.arguments
    ]
