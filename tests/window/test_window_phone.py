"""The code that brings a phone in: shown while there is one, made anew for another phone, and it says who is here."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gesturemap import commands as c

CODE = "phone page https://192.0.2.2:8443/?t={}"


@pytest.fixture
def phone(shown):
    shown.change(input={"kind": "phone"}, input_address=CODE.format("first"))
    sources = shown.window.teach.sources
    sources.show_code()
    shown.dialog = sources.phone
    return shown


def test_another_phone_comes_in_by_a_code_of_its_own(phone) -> None:
    dialog = phone.dialog
    QTest.mouseClick(dialog.new, Qt.MouseButton.LeftButton)
    phone.until(lambda: phone.heard(c.Rest) == [c.Rest(), c.Rest(False)])
    phone.change(input_address="", resting=True)
    assert dialog.isVisible()  # a new one is on its way
    phone.change(input_address=CODE.format("second"), resting=False)
    assert dialog.isVisible() and dialog.address.text().endswith("second")
    phone.change(input_address="")
    assert not dialog.isVisible()  # it went by itself


def test_it_says_that_a_phone_is_here(phone) -> None:
    assert "60 Hz" in phone.dialog.here.text()
    phone.control.tell(c.Status({**phone.window.bench.figures, "rate": 0.0}))
    phone.until(lambda: phone.dialog.here.text() == "")
