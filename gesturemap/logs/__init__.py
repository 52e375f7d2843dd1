"""Session logs: write, read, replay, export."""
