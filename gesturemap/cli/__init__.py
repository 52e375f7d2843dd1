"""The commands of the shell: one file a group of jobs; `main` is where they are named."""
