"""Settings as forms, made from their definitions."""
