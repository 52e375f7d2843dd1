"""The page for testing: what it heard, how sure it was, where it went wrong."""
