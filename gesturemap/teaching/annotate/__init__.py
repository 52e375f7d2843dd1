"""What was recorded is marked: by a brush, and by what was learned from it."""
