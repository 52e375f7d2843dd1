"""Another project is opened while a gesture goes on: it ends at once, and nothing of it is told from then on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flow_house import Playing, execution

from gesturemap import commands as c
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project


@pytest.fixture
def playing(folder: Path, patch: Any) -> Iterator[Playing]:
    made = Playing(folder, patch)
    yield made
    made.control.close()


@pytest.mark.long
def test_what_went_on_ends_before_the_other_one_is_shown(playing: Playing, folder: Path) -> None:
    playing.ready()
    project, _ = read_project(folder)
    save_project(replace(project, name="other", demonstrations=()), folder.parent / "other")
    rows = list(execution("line", 7)[:60])
    heard: list[tuple[str, tuple]] = []

    def so() -> bool:
        playing.patch.send(rows.pop(0) if len(rows) > 1 else rows[0], playing.port)
        heard.extend(playing.patch.heard())
        return bool(playing.control.activity.going)

    playing.until(so)
    (going,) = playing.control.activity.going
    lately = playing.control.lately.notice()
    assert [event[:2] for event in lately.events] == [["began", going]]
    at = len(playing.notices)
    playing.control.obey(c.Open(str(folder.parent / "other")))
    after = playing.notices[at:]
    end = next(place for place, each in enumerate(after) if isinstance(each, c.Happened))
    assert (after[end].kind, after[end].label) == ("ended", going)
    shown = next(
        place for place, each in enumerate(after)
        if isinstance(each, c.State) and each.document["project"]["name"] == "other"
    )  # fmt: skip
    assert end < shown
    assert playing.control.lately.notice().events == []

    def over() -> bool:
        heard.extend(playing.patch.heard())
        return ("/gesturemap/ended", going) in [(address, words[0]) for address, words in heard]

    playing.until(over)
    playing.until(lambda: any(isinstance(n, c.ScopeOpened) and n.path for n in playing.notices[at:]))
    assert [each.kind for each in playing.notices[at:] if isinstance(each, c.Happened)] == ["ended"]
    assert playing.control.lately.notice().events == []
