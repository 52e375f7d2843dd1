"""The page about voices says what the voices say of themselves."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from gesturemap.built_in import BUILT_IN

TOOL = Path(__file__).parents[2] / "tools" / "make_voices_page.py"


def test_the_page_is_what_its_tool_writes_now():
    spec = importlib.util.spec_from_file_location("make_voices_page", TOOL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert set(tool.ORDER) >= set(BUILT_IN["voices"])
    assert tool.PAGE.read_text("utf-8") == tool.page(), "run python tools/make_voices_page.py"
