"""The page of the web output in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from browser import CHROMIUM, Browser, until

from gesturemap.frames import Controls, Event, Spec
from gesturemap.outputs.web.output import Web

pytestmark = pytest.mark.long

if not CHROMIUM:
    pytest.skip("there is no Chromium (Debian: apt-get install chromium)", allow_module_level=True)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    opened = Browser(tmp_path / "profile")
    yield opened
    opened.close()


def test_the_page_shows_values_and_events_and_comes_back(browser: Browser) -> None:
    run = Web(port=0, token="violet").start(Spec.of("pad.level", "<b>bold</b>"))
    try:
        until(lambda: run.beat() or run.open)
        page = browser.page(run.address.removeprefix("web page "))
        until(lambda: page.js("document.getElementById('state').textContent") == "connected", page)
        run.send(Controls(1.0, np.array([0.25, 2.0]), (Event("began", "<i>wave</i>", 0.5),)))
        until(lambda: "<i>wave</i> began 0.50" in page.js("document.body.innerText"), page)
        numbers = page.js("[...document.querySelectorAll('.row span')].map(one => one.textContent).join()")
        assert numbers == "0.250,2.000"
        assert page.js("document.querySelectorAll('.row b')[1].textContent") == "<b>bold</b>"
        assert page.js("document.querySelector('.bar i').style.transform") == "scaleX(0.25)"
        assert run._process is not None
        run._process.kill()
        until(lambda: page.js("document.getElementById('state').textContent").startswith("waiting"), page)
        until(lambda: run.beat() or not run.open)
        until(lambda: run.beat() or run.open)
        until(lambda: page.js("document.getElementById('state').textContent") == "connected", page)
    finally:
        run.close()
