"""The built-in synth: voices, and the process that plays them."""
