"""What the stage lock refuses is named as a person says it."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from gesturemap import commands as c
from gesturemap.control import lock
from gesturemap.errors import CommandError


@pytest.mark.parametrize("command", c.LOCKED, ids=lambda command: command.__name__)
def test_no_refusal_shows_the_name_of_a_class(command: type) -> None:
    control = SimpleNamespace(activity=SimpleNamespace(locked=True), beside={})
    with pytest.raises(CommandError) as refused:
        lock.check(control, command.__new__(command))
    said = str(refused.value)
    assert re.match(r"[a-z ]+: the stage lock is on", said)
    assert control.beside == {lock.REFUSED: 1}


def test_words_are_parted() -> None:
    assert lock.worded(c.AddGesture("a")) == "add gesture"
    assert set(lock.WORDS) <= {command.__name__ for command in c.LOCKED}
