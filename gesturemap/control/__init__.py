"""The root process: holds the document, answers commands, watches the others."""
