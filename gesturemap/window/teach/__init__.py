"""The page on which one teaches."""
