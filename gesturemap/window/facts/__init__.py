"""What the window knows, without Qt: the document, the live numbers, and what is said of both."""
