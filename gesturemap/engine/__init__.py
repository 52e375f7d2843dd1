"""The engine's process: one frame through, and nothing else."""
