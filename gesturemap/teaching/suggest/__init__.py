"""What to do next: offers, never questions."""
