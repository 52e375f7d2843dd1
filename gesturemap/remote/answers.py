"""Answers about what was taught, as OSC messages: findings, then all else in rows, then the whole as JSON in parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gesturemap import commands as c
from gesturemap.outputs.osc_words import word
from gesturemap.remote.board import item
from gesturemap.remote.words import MOST, ROOT
from gesturemap.teaching.answers.questions import findings_in
from gesturemap.wire import osc

PART = 4000
"""Characters of one part of the JSON; all are ASCII."""
MOST_ROWS = 64
"""Rows of a table, such as moments, above which it stands in the JSON alone."""
DIGITS = 6
"""Significant ones of a number."""


def packets(answer: c.Answer) -> Iterator[bytes]:
    """All messages of an answer, one packet each."""
    for found in findings_in(answer.table):
        about = [found[name] for name in ("kind", "sure", "gesture", "channel", "evidence", "remedy")]
        yield item("answer/finding", "", *about, *found["demonstrations"]).packet()
    for name, values in rows(answer.table):
        yield item(f"answer/{name}", "", *values).packet()
    text = json.dumps(shortened(answer.table), separators=(",", ":"))
    parts = [text[at : at + PART] for at in range(0, len(text), PART)]
    for number, part in enumerate(parts, 1):
        yield osc.build(f"{ROOT}/answer/json", number, len(parts), part, tags="iis")


def rows(value: Any, name: str = "") -> Iterator[tuple[str, list[Any]]]:
    """What is no finding: the way to each value or list of values, and these."""
    if isinstance(value, Mapping):
        if "evidence" not in value:
            for key, each in value.items():
                yield from rows(each, f"{name}/{word(str(key))}" if name else word(str(key)))
    elif not isinstance(value, list):
        yield name or "value", [value]
    elif all(not isinstance(each, Mapping | list) for each in value):
        if 0 < len(value) <= MOST:
            yield name or "values", value
    elif len(value) <= MOST_ROWS:
        for number, each in enumerate(value, 1):
            yield from rows(each, f"{name or 'row'}/{number}")


def shortened(value: Any) -> Any:
    """The same with as many digits as a person needs."""
    if isinstance(value, Mapping):
        return {key: shortened(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shortened(each) for each in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
