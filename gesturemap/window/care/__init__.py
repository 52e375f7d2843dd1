"""What a person wants beside playing: scaling, a window that is found as it was left, help, and the doctor."""
