"""What is answered to questions about what was taught, whoever asks: the shell, OSC, the window."""
