"""Where keys are letters."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

WRITING = (QLineEdit, QAbstractSpinBox, QPlainTextEdit)


def writes(watched: QWidget) -> bool:
    """Whether a letter typed there is written."""
    if isinstance(watched, QComboBox):
        return watched.isEditable()
    return isinstance(watched, WRITING) and not watched.isReadOnly()
