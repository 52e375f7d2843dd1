"""The page to play from."""
