"""The QR code in the window: there when the phone's page is, gone when it is not, and readable."""

from __future__ import annotations

import pytest
import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.window import words
from gesturemap.window.teach import phone

URL = "https://192.168.1.20:8443/?t=0123456789abcdefABCDEF"
OTHER = "https://10.0.0.3:8443/?t=0123456789abcdefABCDEF"


def opened(shown, *urls: str) -> None:
    shown.change(input={"kind": "phone"}, input_address=f"phone page {' or '.join(urls)}")
    shown.until(lambda: shown.window.bench.document.input == {"kind": "phone"})


@pytest.fixture
def sources(shown):
    return shown.window.teach.sources


def modules(image: QImage, count: int) -> list[list[bool]]:
    """What a reader sees: the middle of each module."""
    side = min(image.width(), image.height()) // count
    left, top = (image.width() - side * count) // 2, (image.height() - side * count) // 2
    return [
        [
            image.pixelColor(left + x * side + side // 2, top + y * side + side // 2).lightness() < 128
            for x in range(count)
        ]
        for y in range(count)
    ]


def test_the_code_is_there_while_the_page_is(shown, sources) -> None:
    assert sources.code.isHidden()
    opened(shown, URL)
    shown.until(sources.code.isVisible)
    assert sources.phone is None  # nobody asked for it here
    sources.code.click()
    assert sources.phone.isVisible() and not sources.phone.isModal() and not sources.phone.network.isVisible()
    assert sources.phone.address.text() == URL
    opened(shown, OTHER, URL)
    shown.until(lambda: sources.phone.network.count() == 2)
    sources.phone.network.setCurrentIndex(1)
    assert sources.phone.address.text() == URL
    shown.change(input_address="")
    shown.until(lambda: sources.code.isHidden() and not sources.phone.isVisible())


def test_it_comes_by_itself_when_the_phone_is_chosen(shown, sources) -> None:
    sources.kind.setCurrentIndex(sources.kind.findData("phone"))
    sources.use.click()
    shown.until(lambda: c.Configure("input", {"kind": "phone"}) in shown.heard(c.Configure))
    opened(shown, URL)
    shown.until(lambda: sources.phone is not None and sources.phone.isVisible())
    assert words.PHONE_ADDRESS in sources.health.text() and "t=" not in sources.health.text()


def test_what_is_drawn_is_the_code(qtbot) -> None:
    code = phone.Code()
    qtbot.addWidget(code)
    code.resize(311, 350)
    code.show_text(URL)
    code.show()
    wanted = [[bool(m) for m in row] for row in segno.make(URL, error="m", micro=False).matrix]
    count = len(wanted) + 2 * phone.QUIET
    seen = modules(code.grab().toImage(), count)
    assert [row[phone.QUIET : -phone.QUIET] for row in seen[phone.QUIET : -phone.QUIET]] == wanted
    assert not any(any(row[: phone.QUIET]) or any(row[-phone.QUIET :]) for row in seen)


def test_without_the_library_the_address_is_shown(qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone, "matrix", lambda text: [])
    dialog = phone.PhoneDialog()
    qtbot.addWidget(dialog)
    dialog.follow([URL])
    dialog.show()
    assert (
        dialog.missing.isVisible() and not dialog.code.isVisible() and "pip install" in dialog.missing.text()
    )


def test_panic_works_while_the_code_has_the_keyboard(shown, sources) -> None:
    opened(shown, URL, OTHER)
    shown.until(sources.code.isVisible)
    sources.code.click()
    sources.phone.activateWindow()
    shown.until(sources.phone.isActiveWindow)
    for count, part in enumerate((sources.phone.address, sources.phone.network, sources.phone), 1):
        part.setFocus()
        QTest.keyClick(part, Qt.Key.Key_P)
        shown.until(lambda count=count: len(shown.heard(c.Panic)) == count)
    assert sources.phone.isVisible()


def test_no_undo_or_redo_shows_the_code_again(shown, sources) -> None:
    sources.kind.setCurrentIndex(sources.kind.findData("phone"))
    sources.use.click()
    opened(shown, URL)
    shown.until(lambda: sources.phone is not None and sources.phone.isVisible())
    shown.change(input={"kind": "pointer"}, input_address="pointer 9000")  # Ctrl+Z
    shown.until(lambda: not sources.phone.isVisible())
    opened(shown, URL)
    shown.until(sources.code.isVisible)
    shown.turn(3)
    assert not sources.phone.isVisible()
