"""The document: read, check, save, undo."""
