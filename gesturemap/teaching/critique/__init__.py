"""What is doubtful in what was demonstrated: takes, labels, channels, gestures."""
