"""The command teach: what a project's model believes, what is doubtful in what it was shown, and how to mend it."""
