"""Why: what each channel and each moment says for what a model believes, and what should not matter."""
